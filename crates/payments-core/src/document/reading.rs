//! A document as far as it could be read: more mistakes may be found in it once what is stored is known.

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::catalog::{CatalogParts, Pos};
use crate::record::{Key, Part, Preconditions, Record};

use super::json::{self, Json};
use super::object::Object;
use super::problem::{Problem, Violation};
use super::reader::{Mention, Reader};
use super::{
    Document, Policy, bank, basket, card, card_type, customer, overlay, patch, payment_option, pos,
    pre_order, product, rule, session,
};

/// What could be read of a document, and every mistake so far.
///
/// So that a writer learns of all mistakes at once, references are followed even from objects that have others.
#[derive(Debug)]
pub struct Reading {
    document: Document,
    declared: Vec<Mention>,
    violations: Vec<Violation>,
}

impl Reading {
    /// Reads a whole document.
    pub fn of_document(bytes: &[u8], policy: &Policy) -> Self {
        let mut reader = Reader::new(policy, None);
        let mut document = Document::default();
        if let Some(json) = json::parse(bytes, &mut reader) {
            read_document(&mut reader, &json, &mut document);
        }
        Self::of(reader, document)
    }

    /// Reads one object of a part, whose key the path it was put to names.
    pub fn of_object(part: Part, key: Key, bytes: &[u8], policy: &Policy) -> Self {
        let mut reader = Reader::new(policy, Some(key));
        let mut document = Document::default();
        if let Some(json) = json::parse(bytes, &mut reader)
            && let Some(record) = read_record(&mut reader, part, &json)
        {
            document.push(String::new(), record);
        }
        Self::of(reader, document)
    }

    /// Reads what a JSON merge patch (RFC 7396) makes of a stored object.
    pub fn of_patch(stored: &Record, bytes: &[u8], policy: &Policy) -> Self {
        let mut reader = Reader::new(policy, Some(stored.key()));
        let mut document = Document::default();
        if let Some(patch) = json::parse(bytes, &mut reader) {
            let whole = patch::text_of(stored);
            if let Some(json) = json::parse(whole.as_bytes(), &mut reader)
                && let Some(record) =
                    read_record(&mut reader, stored.part(), &patch::merge(json, patch))
            {
                document.push(String::new(), record);
            }
        }
        Self::of(reader, document)
    }

    /// The same, to be written only where the preconditions hold.
    #[must_use]
    pub fn only_if(mut self, preconditions: Preconditions) -> Self {
        self.document.change.preconditions = preconditions;
        self
    }

    /// The parts that the document has objects of, with or without mistakes.
    pub fn parts(&self) -> BTreeSet<Part> {
        let declared = self.declared.iter().map(|mention| mention.part);
        let upserts = self.document.change.upserts.iter().map(Record::part);
        declared.chain(upserts).collect()
    }

    fn of(mut reader: Reader<'_>, mut document: Document) -> Self {
        document.references = std::mem::take(&mut reader.references);
        document.bin_entries = std::mem::take(&mut reader.bin_entries);
        let declared = std::mem::take(&mut reader.declared);
        let mut reading = Self {
            document,
            declared,
            violations: reader.into_violations(),
        };
        reading.check_keys();
        reading
    }

    /// Whether there is anything to check against the catalog.
    pub fn touches_catalog(&self) -> bool {
        let mentions = self.declared.iter().chain(&self.document.references);
        mentions
            .into_iter()
            .any(|mention| mention.part.is_catalog())
    }

    /// Checks the document against the catalog it is to be written into: references lead somewhere, slugs, BINs and
    /// plans are unique.
    pub fn check_catalog(&mut self, stored: CatalogParts) {
        let keys = overlay::keys(&stored);
        let missing: Vec<Violation> = self
            .open_references()
            .filter(|mention| mention.part.is_catalog())
            .filter(|mention| !keys.contains(&(mention.part, mention.key.clone())))
            .map(dangling)
            .collect();
        self.report(missing);
        let defects = overlay::defects(&self.document, &self.declared, stored);
        self.report(defects);
    }

    /// Checks the configuration of each point of sale by what the caller knows of its gateway: the keys that are wrong
    /// (`secret_key`, or `accounts/old/secret_key`) and what is wrong with them.
    pub fn check_gateways(&mut self, check: impl Fn(&Pos) -> Vec<(String, String)>) {
        let upserts = self.document.change.upserts.iter();
        let faults = upserts
            .zip(&self.document.pointers)
            .flat_map(|(record, pointer)| {
                let faults = if let Record::Pos(pos) = record {
                    check(pos)
                } else {
                    Vec::new()
                };
                faults.into_iter().map(move |fault| (pointer, fault))
            })
            .map(|(pointer, (key, problem))| Violation {
                pointer: format!("{pointer}/config/{key}"),
                problem: Problem::Gateway(problem),
            })
            .collect();
        self.report(faults);
    }

    /// Keys outside the catalog that the document refers to and does not bring, each once.
    pub fn references_to_stored(&self) -> Vec<(Part, Key)> {
        let mut seen = HashSet::new();
        self.open_references()
            .filter(|mention| !mention.part.is_catalog())
            .map(|mention| (mention.part, mention.key.clone()))
            .filter(|reference| seen.insert(reference.clone()))
            .collect()
    }

    /// Notes that an object the document refers to is not stored.
    pub fn note_missing(&mut self, part: Part, key: &Key) {
        let is_of = |mention: &&Mention| mention.part == part && mention.key == *key;
        // Without `open_references`, which looks at every key: there may be many calls of this.
        if self.declared.iter().any(|mention| is_of(&mention)) {
            return;
        }
        let mentions = self.document.references.iter();
        let missing = mentions.filter(is_of).map(dangling).collect();
        self.report(missing);
    }

    /// Whether no mistake was found so far.
    pub const fn is_clean(&self) -> bool {
        self.violations.is_empty()
    }

    /// The document, if it has no mistake.
    ///
    /// # Errors
    /// Every mistake, as [`Violation::report`] lists them.
    pub fn finish(self) -> Result<Document, Vec<Violation>> {
        if self.violations.is_empty() {
            Ok(self.document)
        } else {
            Err(self.violations)
        }
    }

    /// References to what the document does not bring itself.
    fn open_references(&self) -> impl Iterator<Item = &Mention> {
        let brought: HashSet<(Part, &Key)> = self
            .declared
            .iter()
            .map(|mention| (mention.part, &mention.key))
            .collect();
        let is_open = move |mention: &&Mention| !brought.contains(&(mention.part, &mention.key));
        self.document.references.iter().filter(is_open)
    }

    /// No two objects have the same key.
    fn check_keys(&mut self) {
        let mut first: HashMap<(Part, &Key), &str> = HashMap::with_capacity(self.declared.len());
        let mut repeated = Vec::new();
        for mention in &self.declared {
            match first.get(&(mention.part, &mention.key)) {
                Some(earlier) => repeated.push(Violation {
                    pointer: mention.pointer.clone(),
                    problem: Problem::Repeated((*earlier).to_owned()),
                }),
                None => {
                    first.insert((mention.part, &mention.key), &mention.pointer);
                }
            }
        }
        self.report(repeated);
    }

    fn report(&mut self, found: Vec<Violation>) {
        for violation in found {
            violation.add_to(&mut self.violations);
        }
    }
}

fn dangling(mention: &Mention) -> Violation {
    Violation {
        pointer: mention.pointer.clone(),
        problem: Problem::Dangling(mention.part),
    }
}

fn read_document(reader: &mut Reader<'_>, json: &Json<'_>, document: &mut Document) {
    let Some(mut parts) = Object::of(reader, json) else {
        return;
    };
    for part in Part::ALL {
        parts.optional(reader, part.as_str(), Vec::new(), |reader, json| {
            reader.entries(json, |reader, json| {
                let record = read_record(reader, part, json)?;
                document.push(reader.pointer().to_owned(), record);
                Some(())
            })
        });
    }
    parts.finish(reader);
}

fn read_record(reader: &mut Reader<'_>, part: Part, json: &Json<'_>) -> Option<Record> {
    reader.part = part;
    match part {
        Part::Banks => bank::read(reader, json).map(Record::Bank),
        Part::CardTypes => card_type::read(reader, json).map(Record::CardType),
        Part::Pos => pos::read(reader, json).map(Record::Pos),
        Part::Cards => card::read(reader, json).map(Record::Card),
        Part::PaymentOptions => payment_option::read(reader, json).map(Record::PaymentOption),
        Part::Rules => rule::read(reader, json).map(Record::Rule),
        Part::Products => product::read(reader, json).map(Record::Product),
        Part::Customers => customer::read(reader, json).map(Record::Customer),
        Part::Baskets => basket::read(reader, json).map(Record::Basket),
        Part::PreOrders => pre_order::read(reader, json).map(Record::PreOrder),
        Part::Sessions => session::read(reader, json).map(Record::Session),
    }
}
