//! A catalog from a document.

use alloc::vec::Vec;

use crate::json::{self, Json, Object, Reader, Violations};
use crate::record::Part;
use crate::rules::Rule;

use super::bank::Bank;
use super::card::Card;
use super::card_type::CardType;
use super::parts::{CatalogParts, CatalogVersion};
use super::payment_option::PaymentOption;
use super::pos::Pos;
use super::pos_config::Policy;
use super::snapshot::Catalog;

impl Catalog {
    /// Reads the catalog's parts of an import document (JSON) and builds them. Other parts of the document are not read.
    ///
    /// # Errors
    /// Every mistake in what is read; if there is none, those of [`Catalog::build`].
    pub fn from_document(
        document: &[u8],
        version: CatalogVersion,
        policy: &Policy,
    ) -> Result<Self, Violations> {
        let mut reader = Reader::default();
        let parts = json::parse(document, &mut reader)
            .and_then(|json| CatalogParts::read(&mut reader, &json, policy));
        Self::build(version, reader.finish(parts)?)
    }
}

impl CatalogParts {
    fn read(reader: &mut Reader, json: &Json<'_>, policy: &Policy) -> Option<Self> {
        let mut document = Object::of(reader, json)?;
        let parts = Self {
            banks: list(&mut document, reader, Part::Banks, Bank::read),
            card_types: list(&mut document, reader, Part::CardTypes, CardType::read),
            pos: list(&mut document, reader, Part::Pos, |reader, json| {
                Pos::read(reader, json, policy)
            }),
            cards: list(&mut document, reader, Part::Cards, Card::read),
            payment_options: list(
                &mut document,
                reader,
                Part::PaymentOptions,
                PaymentOption::read,
            ),
            rules: list(&mut document, reader, Part::Rules, Rule::read),
        };
        for part in Part::ALL {
            document.ignore(part.as_str());
        }
        document.finish(reader);
        Some(parts)
    }
}

fn list<T>(
    document: &mut Object<'_, '_>,
    reader: &mut Reader,
    part: Part,
    read: impl FnMut(&mut Reader, &Json<'_>) -> Option<T>,
) -> Vec<T> {
    let read = document.optional(reader, part.as_str(), Vec::new(), |reader, json| {
        reader.entries(json, read)
    });
    read.unwrap_or_default()
}
