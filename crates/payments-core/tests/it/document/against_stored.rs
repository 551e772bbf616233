//! A document checked against the stored objects.

use payments_core::catalog::{Bin, CatalogParts, CatalogVersion};
use payments_core::import::Reading;
use payments_core::json::Violation;
use payments_core::record::{Key, Part, Record, Reference};
use serde_json::{Value, json};

use super::{card, parse, policy, whole};

fn stored() -> CatalogParts {
    parse(&whole()).unwrap().applied_to(CatalogParts::default())
}

/// Takes the first name, however different it is.
fn first<'n>(_: &str, known: &[&'n str]) -> Option<&'n str> {
    known.first().copied()
}

/// The warnings about a document without mistakes.
fn warnings(document: &Value) -> Vec<String> {
    let mut reading = Reading::of_document(document.to_string().as_bytes(), &policy());
    reading.check_catalog(stored(), first);
    messages(reading.finish().unwrap().warnings())
}

fn against_stored(document: &Value) -> Vec<String> {
    let mut reading = Reading::of_document(document.to_string().as_bytes(), &policy());
    reading.check_catalog(stored(), first);
    reading
        .finish()
        .err()
        .unwrap_or_default()
        .iter()
        .map(ToString::to_string)
        .collect()
}

#[test]
fn references_and_names_are_checked_against_the_stored_catalog() {
    assert!(
        against_stored(&whole()).is_empty(),
        "the same document again is an update"
    );
    let mut other = whole();
    other["cards"][0]["pk"] = json!(2);
    assert_eq!(
        against_stored(&json!({"cards": other["cards"]})),
        [
            "/cards/0/slug: bonus-card belongs to card 1",
            "/cards/0/installments/0/pk: 11 belongs to card 1 (bonus-card)",
            "/cards/0/bins/0: 554960 belongs to card 1 (bonus-card)",
        ],
    );
    let mut repeated = whole();
    let mut again = repeated["cards"][0]["installments"][0].clone();
    again["installment_count"] = json!(36);
    repeated["cards"][0]["installments"] = json!([repeated["cards"][0]["installments"][0], again]);
    assert_eq!(
        against_stored(&repeated),
        ["/cards/0/installments/1/pk: another plan of this card has the same key"]
    );
    assert_eq!(
        against_stored(
            &json!({"payment_options": [{"pk": 2, "name": "X", "slug": "x", "payment_type": "x", "pos": 77}]})
        ),
        ["/payment_options/0/pos: there is no such object in pos"],
    );
    assert_eq!(
        against_stored(&card(&json!([
            {"pk": 11, "installment_count": 3, "interest_rate": 0},
            {"pk": 12, "installment_count": 3, "interest_rate": 0},
        ]))),
        [
            "/cards/0/installments/0/installment_count: another plan of this card has the same number of installments",
            "/cards/0/installments/1/installment_count: another plan of this card has the same number of installments",
        ],
    );
}

#[test]
fn a_bin_shared_by_a_retired_card_and_its_successor_is_reported_at_both() {
    let mut document = whole();
    let mut retired = document["cards"][0].clone();
    retired["pk"] = json!(2);
    retired["slug"] = json!("retired");
    retired["is_active"] = json!(false);
    retired["installments"] = json!([]);
    document["cards"] = json!([document["cards"][0], retired]);
    assert_eq!(
        against_stored(&document),
        [
            "/cards/0/bins/0: 554960 belongs to card 2 (retired)",
            "/cards/1/bins/0: 554960 belongs to card 1 (bonus-card)"
        ],
    );
}

#[test]
fn references_of_an_invalid_object_are_checked_too() {
    let mut document = card(&json!([{"pk": 11, "installment_count": 3, "interest_rate": -100}]));
    document["cards"][0]["bank"] = json!(99);
    assert_eq!(
        against_stored(&document),
        [
            "/cards/0/installments/0/interest_rate: use a percentage from -99.9999 to 1000 with at most 4 fraction digits",
            "/cards/0/bank: there is no such object in banks",
        ],
    );
}

#[test]
fn references_outside_the_catalog_are_listed_once_and_reported_at_their_places() {
    let document = json!({"baskets": [
        {"pk": 9, "customer": 8, "currency": "TRY", "total": 1, "items": [
            {"product": 5, "quantity": 1, "price": 1}, {"product": 5, "quantity": 0, "price": 1}]},
    ]});
    let mut reading = Reading::of_document(document.to_string().as_bytes(), &policy());
    assert_eq!(
        reading.references_to_stored(),
        [(Part::Customers, Key::Pk(8)), (Part::Products, Key::Pk(5))]
    );
    reading.note_missing(Part::Products, &Key::Pk(5));
    reading.note_missing(Part::Baskets, &Key::Pk(9));
    let messages: Vec<String> = reading
        .finish()
        .unwrap_err()
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(
        messages,
        [
            "/baskets/0/items/1/quantity: use an integer from 1 to 1000000",
            "/baskets/0/items/0/product: there is no such object in products",
            "/baskets/0/items/1/product: there is no such object in products",
        ],
    );
}

fn messages(mistakes: &[Violation]) -> Vec<String> {
    mistakes.iter().map(ToString::to_string).collect()
}

#[test]
fn a_missing_reference_is_reported_wherever_an_object_names_it() {
    let items = |products: &[i64]| -> Value {
        let item = |product| json!({"product": product, "quantity": 1, "price": 1});
        products.iter().map(item).collect()
    };
    let document = parse(&json!({"baskets": [
        {"pk": 1, "currency": "TRY", "total": 1, "items": items(&[998, 998, 997])},
        {"pk": 2, "currency": "TRY", "total": 1, "items": items(&[998])},
    ]}))
    .unwrap();
    let missing = Reference {
        part: Part::Products,
        key: Key::Pk(998),
    };
    assert_eq!(
        messages(&document.dangling(0, &missing)),
        [
            "/baskets/0/items/0/product: there is no such object in products",
            "/baskets/0/items/1/product: there is no such object in products",
        ],
    );
    let elsewhere = Reference {
        part: Part::Customers,
        ..missing
    };
    assert_eq!(
        messages(&document.dangling(1, &elsewhere)),
        ["/baskets/1: there is no such object in customers"]
    );
}

#[test]
fn a_missing_reference_is_reported_at_its_place() {
    let document =
        parse(&json!({"pre_orders": [{"pk": 4, "basket": 9, "currency": "TRY", "total": 1}]}))
            .unwrap();
    let missing = Reference {
        part: Part::Baskets,
        key: Key::Pk(9),
    };
    assert_eq!(
        messages(&document.dangling(0, &missing)),
        ["/pre_orders/0/basket: there is no such object in baskets"],
    );
    assert_eq!(
        document.taken(0).to_string(),
        "/pre_orders/0: this is taken"
    );
}

#[test]
fn a_collision_within_a_range_names_the_bin_and_the_entry() {
    let mut other = whole();
    let card = &mut other["cards"][0];
    card["pk"] = json!(2);
    card["slug"] = json!("other");
    card["installments"] = json!([]);
    card["bins"] = json!(["4000", "554900-554999", "555000"]);
    assert_eq!(
        against_stored(&json!({"cards": other["cards"]})),
        ["/cards/0/bins/1: 554960 belongs to card 1 (bonus-card)"],
    );
    other["cards"][0]["bins"] = json!(["554961-554970"]);
    let document = parse(&json!({"cards": other["cards"]})).unwrap();
    let Record::Card(card) = &document.change().upserts[0] else {
        panic!("a card")
    };
    let bins: Vec<&str> = card.bins.iter().map(Bin::as_str).collect();
    assert_eq!((bins.len(), bins[0], bins[9]), (10, "554961", "554970"));
}

#[test]
fn ranges_count_towards_the_maximum_number_of_bins() {
    let mut other = whole();
    for (bins, mistakes) in [
        (json!(["55490000-55509999"]), &[][..]),
        (json!(["4000", "55490000-55509999"]), &["/cards/0/bins/1"]),
        (
            json!(["00000000000-99999999999", "00000000000-99999999999"]),
            &["/cards/0/bins/0", "/cards/0/bins/1"],
        ),
        (json!(["554961-554960"]), &["/cards/0/bins/0"]),
    ] {
        other["cards"][0]["bins"] = bins;
        let found = parse(&json!({"cards": other["cards"]})).err();
        let pointers = found.unwrap_or_default().into_iter().map(|one| one.pointer);
        assert_eq!(pointers.collect::<Vec<_>>(), mistakes);
    }
}

#[test]
fn a_rule_with_slugs_that_no_object_has_is_accepted_with_warnings() {
    let rule = json!({"slug": "r", "name": "R", "when": {
        "bank": ["garanti", "garantii"],
        "any": [{"card_type": ["bonuss"]}, {"not": {"card": ["bonus-cart"], "payment_option": ["cash"]}}],
        "customer_segment": ["unknown"],
    }});
    assert_eq!(
        warnings(&json!({"rules": [rule]})),
        [
            "/rules/0/when/any/0/card_type/0: no card type has the slug bonuss; did you mean bonus?",
            "/rules/0/when/any/1/not/payment_option/0: no payment option has the slug cash; did you mean credit-card?",
            "/rules/0/when/any/1/not/card/0: no card has the slug bonus-cart; did you mean bonus-card?",
            "/rules/0/when/bank/1: no bank has the slug garantii; did you mean garanti?",
        ]
    );
    let bank = json!({"pk": 1, "name": "Garanti", "slug": "garantii"});
    let renamed = warnings(&json!({"banks": [bank], "rules": [
        {"slug": "r", "name": "R", "when": {"bank": ["garantii"]}},
        {"slug": "s", "name": "S", "when": {"bank": ["garanti"]}},
    ]}));
    assert_eq!(
        renamed,
        ["/rules/1/when/bank/0: no bank has the slug garanti; did you mean garantii?"],
        "the document's own objects count"
    );
    assert!(warnings(&whole()).is_empty());
}

#[test]
fn a_warning_repeats_no_slug_that_could_be_a_card_number() {
    let number = "5528790000000008";
    let bank = json!({"pk": 1, "name": "B", "slug": number});
    let rule = json!({"slug": "r", "name": "R", "when": {"bank": ["x", "5528-7900-0000-0009"]}});
    assert_eq!(
        warnings(&json!({"banks": [bank], "rules": [rule]})),
        [
            "/rules/0/when/bank/0: no bank has the slug x",
            "/rules/0/when/bank/1: no bank has this slug",
        ]
    );
}

#[test]
fn a_document_applied_to_the_stored_catalog_replaces_objects_by_key_and_keeps_the_others() {
    let draft = json!({
        "banks": [{"pk": 2, "name": "Akbank", "slug": "akbank"}],
        "rules": [{"slug": "gold", "name": "Gold", "when": {}, "then": {"exclude": true}}],
        "customers": [{"pk": 1, "segments": []}],
    });
    let parts = parse(&draft).unwrap().applied_to(stored());
    let banks: Vec<_> = parts.banks.iter().map(|bank| bank.slug.as_str()).collect();
    assert_eq!(banks, ["garanti", "akbank"]);
    assert_eq!(parts.cards, stored().cards);
    let effects: Vec<bool> = parts.rules.iter().map(|rule| rule.then.exclude).collect();
    assert_eq!(effects, [true]);
}

#[test]
fn a_required_version_of_the_catalog_stays() {
    let version = |reading: Reading| reading.finish().unwrap().change().catalog_version;
    let reading = || Reading::of_document(b"{}", &policy());
    let (old, new) = (CatalogVersion(3), CatalogVersion(5));
    assert_eq!(version(reading().or_only_at(new)), Some(new));
    assert_eq!(version(reading().only_at(old).or_only_at(new)), Some(old));
}
