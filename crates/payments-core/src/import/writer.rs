//! Writes objects as documents contain them, so that an export can be imported.

use alloc::string::String;
use alloc::vec::Vec;

use serde::ser::{Serialize, Serializer};

use crate::record::{Part, Record};

/// An object as documents contain it. Amounts and rates are decimal strings. Literal secrets in a point of sale's
/// configuration are omitted, references to secrets are kept; a session has no id.
#[derive(Clone, Copy, Debug)]
pub struct Written<'r>(pub &'r Record);

impl Serialize for Written<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Record::Bank(bank) => bank.serialize(to),
            Record::CardType(card_type) => card_type.serialize(to),
            Record::Pos(pos) => pos.write().serialize(to),
            Record::Card(card) => card.serialize(to),
            Record::PaymentOption(option) => option.serialize(to),
            Record::Rule(rule) => rule.serialize(to),
            Record::Product(product) => product.write().serialize(to),
            Record::Customer(customer) => customer.serialize(to),
            Record::Basket(basket) => basket.write().serialize(to),
            Record::PreOrder(pre_order) => pre_order.write().serialize(to),
            Record::Session(session) => session.serialize(to),
        }
    }
}

/// Writes a document in batches: concatenate the texts of [`DocumentWriter::batch`] and [`DocumentWriter::end`].
/// Sessions are not written, because their ids are not stored. Each object is on its own line.
#[derive(Debug)]
pub struct DocumentWriter {
    /// The parts that have not begun, in reverse order.
    next: Vec<Part>,
    current: Option<Part>,
}

impl Default for DocumentWriter {
    fn default() -> Self {
        Self::of(|_| true)
    }
}

impl DocumentWriter {
    /// Writes a document of some parts. Objects of the others are skipped.
    pub fn of(is_written: impl Fn(Part) -> bool) -> Self {
        let written = Part::ALL.into_iter().rev();
        let written = written.filter(|part| *part != Part::Sessions && is_written(*part));
        Self {
            next: written.collect(),
            current: None,
        }
    }

    /// The text of the next objects, in the order of [`Part::ALL`]. Sessions and objects of earlier parts are skipped.
    ///
    /// # Errors
    /// [`serde_json::Error`]; does not happen for objects that were read.
    pub fn batch(&mut self, records: &[Record]) -> Result<String, serde_json::Error> {
        let mut text = String::new();
        for record in records {
            let part = record.part();
            if self.current == Some(part) {
                text.push_str(",\n");
            } else if self.next.contains(&part) {
                while self.current != Some(part) {
                    self.begin_next(&mut text);
                }
            } else {
                continue;
            }
            text.push_str(&serde_json::to_string(&Written(record))?);
        }
        Ok(text)
    }

    /// Returns the end of the document.
    pub fn end(mut self) -> String {
        let mut text = String::new();
        while !self.next.is_empty() {
            self.begin_next(&mut text);
        }
        text.push_str("\n]}");
        text
    }

    fn begin_next(&mut self, text: &mut String) {
        let Some(part) = self.next.pop() else { return };
        text.push_str(if self.current.is_some() {
            "\n],\n\""
        } else {
            "{\""
        });
        text.push_str(part.as_str());
        text.push_str("\":[\n");
        self.current = Some(part);
    }
}

/// Writes a whole document into one string.
///
/// # Errors
/// As [`DocumentWriter::batch`].
pub fn write_document(records: &[Record]) -> Result<String, serde_json::Error> {
    let mut writer = DocumentWriter::default();
    Ok(writer.batch(records)? + &writer.end())
}
