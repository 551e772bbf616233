//! Reads a document and checks it against what is stored.

use alloc::borrow::ToOwned;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use crate::catalog::{
    Bank, Card, CardType, CatalogParts, CatalogVersion, PaymentOption, Policy, Pos,
};
use crate::json::{self, Json, Mention, Object, Problem, Reader, Violation, Violations};
use crate::record::{Approval, Key, Part, Preconditions, Record, Reference};
use crate::rules::Rule;
use crate::store_data::{Basket, Customer, PreOrder, Product, Session};

use super::document::Document;
use super::patch;
use super::references;
use super::unknown_slugs::unknown_slugs;

/// What could be read of a document, and every mistake so far.
///
/// References of invalid objects are checked too, so that all mistakes are reported together.
#[derive(Debug)]
pub struct Reading {
    document: Document,
    declared: Vec<Mention>,
    /// The slugs that rules test.
    slugs: Vec<Mention>,
    violations: Violations,
}

/// Finds the name that another one is probably a misspelling of.
pub type Nearest = for<'n> fn(&str, &[&'n str]) -> Option<&'n str>;

impl Reading {
    /// Reads a whole document.
    pub fn of_document(bytes: &[u8], policy: &Policy) -> Self {
        let mut reader = Reader::new(None);
        let mut document = Document::default();
        if let Some(json) = json::parse(bytes, &mut reader) {
            read_document(&mut reader, &json, policy, &mut document);
        }
        Self::of(reader, document)
    }

    /// Reads one object of a part; `key` is the one in the request's path.
    pub fn of_object(part: Part, key: Key, bytes: &[u8], policy: &Policy) -> Self {
        let mut reader = Reader::new(Some(key));
        let mut document = Document::default();
        if let Some(json) = json::parse(bytes, &mut reader)
            && let Some(record) = read_record(&mut reader, part, &json, policy)
        {
            document.push(String::new(), record);
        }
        Self::of(reader, document)
    }

    /// Applies a JSON merge patch (RFC 7396) to a stored object and reads the result.
    pub fn of_patch(stored: &Record, bytes: &[u8], policy: &Policy) -> Self {
        let mut reader = Reader::new(Some(stored.key()));
        let mut document = Document::default();
        if let Some(patch) = json::parse(bytes, &mut reader) {
            let whole = patch::text_of(stored);
            if let Some(json) = json::parse(whole.as_bytes(), &mut reader)
                && let Some(record) = read_record(
                    &mut reader,
                    stored.part(),
                    &patch::merge(json, patch),
                    policy,
                )
            {
                document.push(String::new(), record);
            }
        }
        Self::of(reader, document)
    }

    /// Reads whole objects again, each with its part and key in its pointers (`/cards/7/bank`), for a change that also
    /// deletes objects of the catalog.
    pub fn of_records<'r>(
        records: impl IntoIterator<Item = &'r Record>,
        deletions: Vec<Reference>,
        policy: &Policy,
    ) -> Self {
        let mut reader = Reader::new(None);
        let mut document = Document::default();
        for record in records {
            let (part, key) = (record.part(), record.key().to_string());
            let text = patch::text_of(record);
            reader.at(part.as_str(), |reader| {
                reader.at(&key, |reader| {
                    if let Some(json) = json::parse(text.as_bytes(), reader)
                        && let Some(record) = read_record(reader, part, &json, policy)
                    {
                        document.push(reader.pointer().to_owned(), record);
                    }
                });
            });
        }
        document.change.deletions = deletions;
        Self::of(reader, document)
    }

    /// Requires that the catalog still has this version.
    #[must_use]
    pub const fn only_at(mut self, version: CatalogVersion) -> Self {
        self.document.change.catalog_version = Some(version);
        self
    }

    /// The same, unless it requires a version already.
    #[must_use]
    pub fn or_only_at(mut self, version: CatalogVersion) -> Self {
        self.document.change.catalog_version.get_or_insert(version);
        self
    }

    /// Closes the proposal that it carries out in the same transaction.
    #[must_use]
    pub fn approving(mut self, approval: Approval) -> Self {
        self.document.change.approves = Some(approval);
        self
    }

    /// Adds preconditions for the write.
    #[must_use]
    pub fn only_if(mut self, preconditions: Preconditions) -> Self {
        self.document.change.preconditions = preconditions;
        self
    }

    /// The parts that the document has objects of, valid or not, and those of the objects to delete.
    pub fn parts(&self) -> BTreeSet<Part> {
        let declared = self.declared.iter().map(|mention| mention.part);
        let change = &self.document.change;
        let upserts = change.upserts.iter().map(Record::part);
        let deleted = change.deletions.iter().map(|deleted| deleted.part);
        declared.chain(upserts).chain(deleted).collect()
    }

    fn of(mut reader: Reader, mut document: Document) -> Self {
        document.references = core::mem::take(&mut reader.references);
        document.bin_entries = core::mem::take(&mut reader.bin_entries);
        let declared = core::mem::take(&mut reader.declared);
        let slugs = core::mem::take(&mut reader.slugs);
        let mut reading = Self {
            document,
            declared,
            slugs,
            violations: reader.into_violations(),
        };
        reading.check_keys();
        reading
    }

    /// Whether there is anything to check against the catalog.
    pub fn touches_catalog(&self) -> bool {
        let mentions = self.declared.iter().chain(&self.document.references);
        let deletions = self.document.change.deletions.iter();
        let deleted = deletions.map(|deleted| deleted.part);
        mentions
            .map(|mention| mention.part)
            .chain(deleted)
            .any(Part::is_catalog)
    }

    /// Checks the document against the stored catalog: referenced objects exist, and slugs, BINs and plans are unique.
    /// Warns of slugs in rules that no object has.
    pub fn check_catalog(&mut self, mut stored: CatalogParts, nearest: Nearest) {
        let deletions: BTreeSet<&Reference> = self.document.change.deletions.iter().collect();
        stored.retain(|part, key| !deletions.contains(&Reference { part, key }));
        let keys: BTreeSet<(Part, Key)> = stored.keys().map(|(part, _, key)| (part, key)).collect();
        let missing: Vec<Violation> = self
            .open_references()
            .filter(|mention| mention.part.is_catalog())
            .filter(|mention| !keys.contains(&(mention.part, mention.key.clone())))
            .map(dangling)
            .collect();
        self.report(missing);
        if self.declared.iter().any(|one| one.part.is_catalog()) {
            let declared = self.declared.iter();
            let contained = declared.map(|one| (one.part, one.key.clone())).collect();
            let parts = references::overlaid(&self.document, &contained, stored);
            let collisions = references::collisions(&self.document, &parts);
            self.report(collisions);
            self.document.warnings = unknown_slugs(&self.slugs, &parts, nearest);
        }
    }

    /// Checks the configuration of each point of sale with the caller's knowledge of its gateway. `check` returns the wrong
    /// keys (`secret_key`, or `accounts/old/secret_key`), each with what is wrong.
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
            .map(|(pointer, (key, problem))| {
                let pointer = format!("{pointer}/config/{key}");
                Violation::new(pointer, Problem::Invalid(problem.into()))
            })
            .collect();
        self.report(faults);
    }

    /// The keys outside the catalog that the document refers to and does not contain, without duplicates.
    pub fn references_to_stored(&self) -> Vec<(Part, Key)> {
        let mut seen = BTreeSet::new();
        self.open_references()
            .filter(|mention| !mention.part.is_catalog())
            .map(|mention| (mention.part, mention.key.clone()))
            .filter(|reference| seen.insert(reference.clone()))
            .collect()
    }

    /// Reports that an object the document refers to is not stored.
    pub fn note_missing(&mut self, part: Part, key: &Key) {
        let is_of = |mention: &&Mention| mention.part == part && mention.key == *key;
        // Not `open_references`, which visits every key: this is called for many objects.
        if self.declared.iter().any(|mention| is_of(&mention)) {
            return;
        }
        let mentions = self.document.references.iter();
        let missing = mentions.filter(is_of).map(dangling).collect();
        self.report(missing);
    }

    /// Whether no mistake has been found so far.
    pub fn is_clean(&self) -> bool {
        self.violations.is_empty()
    }

    /// The document, if it has no mistakes.
    ///
    /// # Errors
    /// All mistakes in the document.
    pub fn finish(self) -> Result<Document, Violations> {
        self.violations.or(self.document)
    }

    /// References to objects that the document does not contain.
    fn open_references(&self) -> impl Iterator<Item = &Mention> {
        let contained: BTreeSet<(Part, &Key)> = self
            .declared
            .iter()
            .map(|mention| (mention.part, &mention.key))
            .collect();
        let is_open = move |mention: &&Mention| !contained.contains(&(mention.part, &mention.key));
        self.document.references.iter().filter(is_open)
    }

    /// No two objects have the same key.
    fn check_keys(&mut self) {
        let mut first: BTreeMap<(Part, &Key), &str> = BTreeMap::new();
        let mut repeated = Vec::new();
        for mention in &self.declared {
            match first.get(&(mention.part, &mention.key)) {
                Some(earlier) => repeated.push(Violation::new(
                    mention.pointer.as_str(),
                    Problem::Repeated((*earlier).to_owned()),
                )),
                None => {
                    first.insert((mention.part, &mention.key), &mention.pointer);
                }
            }
        }
        self.report(repeated);
    }

    fn report(&mut self, found: Vec<Violation>) {
        self.violations.extend(found);
    }
}

fn dangling(mention: &Mention) -> Violation {
    Violation::new(mention.pointer.as_str(), Problem::Dangling(mention.part))
}

fn read_document(reader: &mut Reader, json: &Json<'_>, policy: &Policy, document: &mut Document) {
    let Some(mut parts) = Object::of(reader, json) else {
        return;
    };
    for part in Part::ALL {
        parts.optional(reader, part.as_str(), Vec::new(), |reader, json| {
            reader.entries(json, |reader, json| {
                let record = read_record(reader, part, json, policy)?;
                document.push(reader.pointer().to_owned(), record);
                Some(())
            })
        });
    }
    parts.finish(reader);
}

fn read_record(
    reader: &mut Reader,
    part: Part,
    json: &Json<'_>,
    policy: &Policy,
) -> Option<Record> {
    reader.part = part;
    match part {
        Part::Banks => Bank::read(reader, json).map(Record::Bank),
        Part::CardTypes => CardType::read(reader, json).map(Record::CardType),
        Part::Pos => Pos::read(reader, json, policy).map(Record::Pos),
        Part::Cards => Card::read(reader, json).map(Record::Card),
        Part::PaymentOptions => PaymentOption::read(reader, json).map(Record::PaymentOption),
        Part::Rules => Rule::read(reader, json).map(Record::Rule),
        Part::Products => Product::read(reader, json).map(Record::Product),
        Part::Customers => Customer::read(reader, json).map(Record::Customer),
        Part::Baskets => Basket::read(reader, json).map(Record::Basket),
        Part::PreOrders => PreOrder::read(reader, json).map(Record::PreOrder),
        Part::Sessions => Session::read(reader, json).map(Record::Session),
    }
}

impl Document {
    /// Reads a whole document. Referenced objects are not checked.
    ///
    /// # Errors
    /// All mistakes in the document.
    pub fn parse(bytes: &[u8], policy: &Policy) -> Result<Self, Violations> {
        Reading::of_document(bytes, policy).finish()
    }

    /// Reads one object of a part. `key` is the key in the request's path, which the object may leave out. Referenced
    /// objects are not checked.
    ///
    /// # Errors
    /// All mistakes in the object, including a key that differs from the path's.
    pub fn parse_object(
        part: Part,
        key: Key,
        bytes: &[u8],
        policy: &Policy,
    ) -> Result<Self, Violations> {
        Reading::of_object(part, key, bytes, policy).finish()
    }
}
