//! Mistakes in what is restored.

use payments_core::catalog::CatalogParts;
use payments_core::import::Reading;
use payments_core::record::{Key, Part, Reference};
use serde_json::json;

use super::{POLICY, bank, pos, record};

#[test]
fn the_mistakes_of_restored_objects_are_named_by_part_and_key() {
    let card = json!({"name": "C", "slug": "c", "card_payment_type": "credit", "bank": 9, "card_type": 1, "pos": 1});
    let card = record(Part::Cards, "7", &card);
    let mut reading = Reading::of_records([&card], Vec::new(), &POLICY);
    reading.check_catalog(CatalogParts::default(), |_, _| None);
    let mistakes = reading.finish().unwrap_err();
    let pointers: Vec<_> = mistakes.iter().map(|one| one.pointer.as_str()).collect();
    assert_eq!(
        pointers,
        ["/cards/7/bank", "/cards/7/card_type", "/cards/7/pos"]
    );
}

#[test]
fn an_object_that_the_change_deletes_cannot_be_referred_to() {
    let card = json!({"name": "C", "slug": "c", "card_payment_type": "credit", "bank": 1, "card_type": 1, "pos": 1});
    let card = record(Part::Cards, "7", &card);
    let mut stored = CatalogParts::default();
    let card_type = record(Part::CardTypes, "1", &json!({"name": "T", "slug": "t"}));
    stored.extend([bank(1, "A"), card_type, pos("P", &json!({}))]);
    let deleted = Reference {
        part: Part::Banks,
        key: Key::Pk(1),
    };
    let mut reading = Reading::of_records([&card], vec![deleted], &POLICY);
    assert!(reading.parts().contains(&Part::Banks));
    reading.check_catalog(stored, |_, _| None);
    let mistakes = reading.finish().unwrap_err();
    assert_eq!(mistakes[0].pointer, "/cards/7/bank");
    assert_eq!(mistakes.len(), 1);
}
