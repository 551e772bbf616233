//! Any single change to a valid document is accepted, or refused at an existing place.

use payments_core::import::write_document;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{parse, whole};

/// The pointers of all values in a document.
fn places(value: &Value, pointer: &str, found: &mut Vec<String>) {
    found.push(pointer.to_owned());
    match value {
        Value::Object(members) => {
            for (key, member) in members {
                places(member, &format!("{pointer}/{key}"), found);
            }
        }
        Value::Array(entries) => {
            for (index, entry) in entries.iter().enumerate() {
                places(entry, &format!("{pointer}/{index}"), found);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(|number| json!(number)),
        "\\PC{0,12}".prop_map(Value::from),
        "[0-9.]{0,24}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::btree_map("\\PC{0,6}", inner, 0..3)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn a_changed_document_is_read_back_or_refused_where_it_was_changed(
        at in any::<prop::sample::Index>(),
        value in any_value(),
    ) {
        let mut document = whole();
        let mut all = Vec::new();
        places(&document, "", &mut all);
        let place: &String = at.get(&all);
        *document.pointer_mut(place).unwrap() = value;
        match parse(&document) {
            Ok(read) => {
                let written: Value =
 serde_json::from_str(&write_document(&read.change().upserts).unwrap()).unwrap();
                let again = parse(&written).unwrap();
                // Sessions are not written, because their ids are not stored.
                prop_assert_eq!(again.change(), read.change());
            }
            Err(violations) => {
                prop_assert!(!violations.is_empty());
                for violation in violations {
                    let parent = violation.pointer.rsplit_once('/').map_or("", |(parent, _)| parent);
                    let is_there = document.pointer(parent).is_some() || parent.contains('?');
                    prop_assert!(is_there, "{} in {}", violation, document);
                }
            }
        }
    }

    #[test]
    fn no_bytes_are_too_strange(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = payments_core::import::Document::parse(&bytes, &super::policy());
    }
}
