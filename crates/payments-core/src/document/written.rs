//! Writing objects as documents have them, so that what was exported can be imported.

use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::ports::{Part, Record};

use super::{
    bank, basket, card, card_type, customer, payment_option, pos, pre_order, product, rule, session,
};

/// An object in the shape documents have. Amounts and rates are decimal texts; secrets that stand in a point of
/// sale's configuration are left out, references to secrets stay; a session has no id.
#[derive(Clone, Copy, Debug)]
pub struct Written<'r>(pub &'r Record);

impl Serialize for Written<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Record::Bank(bank) => bank::write(bank).serialize(to),
            Record::CardType(card_type) => card_type::write(card_type).serialize(to),
            Record::Pos(pos) => pos::write(pos).serialize(to),
            Record::Card(card) => card::write(card).serialize(to),
            Record::PaymentOption(option) => payment_option::write(option).serialize(to),
            Record::Rule(rule) => rule::write(rule).serialize(to),
            Record::Product(product) => product::write(product).serialize(to),
            Record::Customer(customer) => customer::write(customer).serialize(to),
            Record::Basket(basket) => basket::write(basket).serialize(to),
            Record::PreOrder(pre_order) => pre_order::write(pre_order).serialize(to),
            Record::Session(session) => session::write(session).serialize(to),
        }
    }
}

/// A whole document with every part but sessions, whose ids nobody has.
pub fn write_document(records: &[Record]) -> impl Serialize + '_ {
    WrittenDocument(records)
}

struct WrittenDocument<'r>(&'r [Record]);

impl Serialize for WrittenDocument<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut document = to.serialize_map(None)?;
        for part in Part::ALL.into_iter().filter(|part| *part != Part::Sessions) {
            let of_part = self.0.iter().filter(|record| record.part() == part);
            document.serialize_entry(part.as_str(), &of_part.map(Written).collect::<Vec<_>>())?;
        }
        document.end()
    }
}
