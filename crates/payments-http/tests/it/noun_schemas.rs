//! The schemas of the management API describe exactly what the core reads and writes.
//!
//! There is no list of fields here. The reader is asked about every text literal of the core's sources that could name a
//! field: the names it does not call unknown are its fields.

#![expect(
    clippy::unwrap_used,
    reason = "a helper of a test fails the test, like the test itself"
)]

use std::collections::BTreeSet;
use std::path::Path;

use payments_core::catalog::Policy;
use payments_core::import::{Document, write_document};
use payments_core::json::{Problem, Violation, Violations};
use payments_core::pointer::is_repeatable;
use serde_json::{Map, Value, json};

use crate::openapi::document;

/// Each schema, with the JSON pointer of its object in the sample.
const NOUNS: [(&str, &str); 14] = [
    ("Document", ""),
    ("Bank", "/banks/0"),
    ("CardType", "/card_types/0"),
    ("Pos", "/pos/0"),
    ("Card", "/cards/0"),
    ("Installment", "/cards/0/installments/0"),
    ("PaymentOption", "/payment_options/0"),
    ("Rule", "/rules/0"),
    ("Product", "/products/0"),
    ("Customer", "/customers/0"),
    ("Basket", "/baskets/0"),
    ("BasketItem", "/baskets/0/items/0"),
    ("PreOrder", "/pre_orders/0"),
    ("Session", "/sessions/0"),
];

/// One object of each part, with every property.
fn sample() -> Value {
    json!({
        "banks": [{"pk": 1, "name": "B", "slug": "b", "logo": "https://cdn.example/b.svg", "logo_path": "b.svg"}],
        "card_types": [{"pk": 1, "name": "T", "slug": "t", "logo": "https://cdn.example/t.svg", "logo_path": "t.svg"}],
        "pos": [{"pk": 1, "name": "P", "slug": "p", "gateway": "sandbox", "is_active": false, "config": {"account": "main"}}],
        "cards": [{"pk": 1, "name": "C", "slug": "c", "card_payment_type": "debit", "bank": 1, "card_type": 1, "pos": 1,
            "sort_order": 5, "is_active": false, "bins": ["552879"], "installments": [
                {"pk": 1, "installment_count": 1, "interest_rate": "0", "label": {"en": "L"}, "is_active": false}]}],
        "payment_options": [{"pk": 1, "name": "O", "slug": "o", "payment_type": "credit_card", "pos": 1, "is_active": false,
            "sort_order": 5}],
        "rules": [{"slug": "r", "name": "R", "when": {"category": ["gold"]}, "then": {"cap_installments": 1},
            "is_active": false, "valid_from": "2026-01-01T00:00:00Z", "valid_until": "2027-01-01T00:00:00Z"}],
        "products": [{"pk": 1, "name": "M", "price": "1.00", "currency": "TRY", "categories": ["gold"],
            "attributes": {"size": 1}, "is_active": false}],
        "customers": [{"pk": 1, "phone_number": "05551234567", "segments": ["vip"], "is_active": false}],
        "baskets": [{"pk": 1, "customer": 1, "state": "paid", "currency": "TRY", "total": "1.00",
            "items": [{"product": 1, "quantity": 1, "price": "1.00"}]}],
        "pre_orders": [{"pk": 1, "basket": 1, "state": "paid", "currency": "TRY", "total": "1.00"}],
        "sessions": [{"id": "session_00000000000000001", "customer": 1, "basket": 1, "pre_order": 1,
            "expires_at": "2099-01-01T00:00:00Z"}],
    })
}

type Names = BTreeSet<String>;

fn parse(document: &Value) -> Result<Document, Violations> {
    Document::parse(document.to_string().as_bytes(), &Policy::default())
}

/// The sample with another object at this pointer.
fn with(place: &str, object: Map<String, Value>) -> Value {
    let mut document = sample();
    *document.pointer_mut(place).unwrap() = Value::Object(object);
    document
}

fn object_at(document: &Value, place: &str) -> Map<String, Value> {
    document
        .pointer(place)
        .unwrap()
        .as_object()
        .unwrap()
        .clone()
}

/// The fields of the object at this pointer that have an error of this kind.
fn fields_with(document: &Value, place: &str, is_meant: impl Fn(&Problem) -> bool) -> Names {
    let violations = parse(document).err().unwrap_or_default();
    let meant = violations
        .iter()
        .filter(|violation| is_meant(&violation.problem));
    let field = |violation: &Violation| {
        let name = violation.pointer.strip_prefix(place)?.strip_prefix('/')?;
        (!name.contains('/')).then(|| name.to_owned())
    };
    meant.filter_map(field).collect()
}

/// Every text literal of the core's sources that could name a field.
fn literals() -> Names {
    let mut names = Names::new();
    let core = Path::new(env!("CARGO_MANIFEST_DIR")).join("../payments-core/src");
    collect_literals(&core, &mut names);
    names
}

fn collect_literals(folder: &Path, names: &mut Names) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect_literals(&path, names);
            continue;
        }
        let source = std::fs::read_to_string(&path).unwrap();
        // This also yields code between two texts, but misses no name.
        let names_of_keys = source.split('"').filter(|text| is_repeatable(text));
        names.extend(names_of_keys.map(str::to_owned));
    }
}

/// The fields that the reader accepts.
fn fields_read(place: &str, literals: &Names) -> Names {
    let literals: Vec<&String> = literals.iter().collect();
    let mut known = Names::new();
    // Only the first errors of a document are reported, so the names are tried in small groups.
    for names in literals.chunks(Violations::MAX_REPORTED / 2) {
        let object = names.iter().map(|name| ((*name).clone(), Value::Null));
        let document = with(place, object.collect());
        let unknown = fields_with(&document, place, |problem| *problem == Problem::UnknownKey);
        known.extend(
            names
                .iter()
                .map(|name| (*name).clone())
                .filter(|name| !unknown.contains(name)),
        );
    }
    known
}

fn names(members: &Map<String, Value>) -> Names {
    members.keys().cloned().collect()
}

fn properties(schema: &Value) -> &Map<String, Value> {
    schema["properties"].as_object().unwrap()
}

fn required(schema: &Value) -> Names {
    let required = schema["required"].as_array().into_iter().flatten();
    required
        .map(|name| name.as_str().unwrap().to_owned())
        .collect()
}

fn is_nullable(property: &Value) -> bool {
    property["type"]
        .as_array()
        .is_some_and(|types| types.contains(&json!("null")))
}

/// Whether a property is never written. For a list, utoipa says so of the entries.
fn is_write_only(property: &Value) -> bool {
    [property, &property["items"]]
        .iter()
        .any(|schema| schema["writeOnly"] == json!(true))
}

/// What the writer returns for a document.
fn written(document: &Value) -> Value {
    let parsed = parse(document).unwrap();
    let text = write_document(&parsed.change().upserts).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// Runs a check on each noun with its schema and its pointer.
fn each(check: impl Fn(&str, &Value, &str)) {
    let document = document();
    for (name, place) in NOUNS {
        check(name, &document["components"]["schemas"][name], place);
    }
}

#[test]
fn a_schema_has_the_properties_that_the_reader_reads() {
    let literals = literals();
    each(|name, schema, place| {
        let expected = fields_read(place, &literals);
        assert_eq!(names(properties(schema)), expected, "{name}");
    });
}

#[test]
fn a_schema_has_the_properties_that_the_writer_writes() {
    let written = written(&sample());
    each(|name, schema, place| {
        if written.pointer(place).is_none() {
            assert_eq!(name, "Session", "only sessions are never written");
            return;
        }
        let mut given = properties(schema).clone();
        given.retain(|_, property| !is_write_only(property));
        assert_eq!(names(&given), names(&object_at(&written, place)), "{name}");
    });
}

#[test]
fn a_schema_requires_what_the_reader_requires() {
    each(|name, schema, place| {
        let empty = with(place, Map::new());
        let expected = fields_with(&empty, place, |problem| *problem == Problem::Required);
        assert_eq!(required(schema), expected, "{name}");
    });
}

#[test]
fn a_property_is_nullable_where_the_reader_takes_null() {
    each(|name, schema, place| {
        for (key, property) in properties(schema) {
            let mut object = object_at(&sample(), place);
            object.insert(key.clone(), Value::Null);
            let refused = fields_with(&with(place, object), place, |_| true).contains(key);
            assert_eq!(is_nullable(property), !refused, "{name}.{key}");
        }
    });
}

#[test]
fn a_default_is_what_the_reader_fills_in() {
    each(|name, schema, place| {
        let required = required(schema);
        let mut object = object_at(&sample(), place);
        object.retain(|key, _| required.contains(key));
        let document = written(&with(place, object));
        let written = document.pointer(place).and_then(Value::as_object);
        for (key, value) in written.into_iter().flatten() {
            let default = &properties(schema)[key]["default"];
            let is_empty = match value {
                Value::Null => true,
                Value::Array(entries) => entries.is_empty(),
                Value::Object(members) => members.is_empty(),
                Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
            };
            if !required.contains(key) && !is_empty {
                assert_eq!(default, value, "{name}.{key}");
            } else {
                assert_eq!(default, &Value::Null, "{name}.{key}");
            }
        }
    });
}
