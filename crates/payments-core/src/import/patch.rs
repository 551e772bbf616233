//! JSON merge patches (RFC 7396) of stored objects.

use alloc::string::String;
use alloc::vec::Vec;

use crate::json::Json;

use super::writer::Written;
use crate::record::Record;

/// A stored object as JSON, including secrets, which a patch keeps.
pub(super) fn text_of(record: &Record) -> String {
    let written = match record {
        Record::Pos(pos) => serde_json::to_string(&pos.write_with_secrets()),
        Record::Bank(_)
        | Record::CardType(_)
        | Record::Card(_)
        | Record::PaymentOption(_)
        | Record::Rule(_)
        | Record::Product(_)
        | Record::Customer(_)
        | Record::Basket(_)
        | Record::PreOrder(_)
        | Record::Session(_) => serde_json::to_string(&Written(record)),
    };
    // Serializing to memory cannot fail: every key is a string.
    written.unwrap_or_default()
}

/// `MergePatch` of RFC 7396, section 2. The depth of a patch was bounded when it was read.
pub(super) fn merge<'d>(target: Json<'d>, patch: Json<'d>) -> Json<'d> {
    let Json::Object(changes) = patch else {
        return patch;
    };
    let mut members = match target {
        Json::Object(members) => members,
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::Text(_) | Json::List(_) => Vec::new(),
    };
    for (key, change) in changes {
        let place = members.iter().position(|(name, _)| *name == key);
        match (change, place) {
            (Json::Null, Some(place)) => drop(members.remove(place)),
            (Json::Null, None) => {}
            (change, Some(place)) => {
                let (_, old) = core::mem::replace(&mut members[place], (String::new(), Json::Null));
                members[place] = (key, merge(old, change));
            }
            (change, None) => members.push((key, merge(Json::Null, change))),
        }
    }
    Json::Object(members)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::catalog::Policy;
    use crate::import::{Reading, Written};
    use crate::json::Violations;
    use crate::record::{Key, Part, Record};

    const POLICY: Policy = Policy {
        literal_secrets: true,
        masterpass_hosts: Vec::new(),
    };

    fn stored(part: Part, key: Key, object: &Value) -> Record {
        let reading = Reading::of_object(part, key, object.to_string().as_bytes(), &POLICY);
        reading.finish().unwrap().change().upserts[0].clone()
    }

    fn patched(record: &Record, patch: &str) -> Result<Value, Violations> {
        let reading = Reading::of_patch(record, patch.as_bytes(), &POLICY);
        let document = reading.finish()?;
        let written = Written(&document.change().upserts[0]);
        Ok(serde_json::to_value(written).unwrap())
    }

    #[test]
    fn a_patch_changes_what_it_names_and_null_restores_the_default() {
        let product = stored(
            Part::Products,
            Key::Pk(7),
            &json!({"name": "A", "price": "1.10", "currency": "TRY", "is_active": false,
                "categories": ["a"], "attributes": {"colour": "red", "weight": 0.1}}),
        );
        let after = patched(
            &product,
            r#"{"price": 2.30, "is_active": null, "attributes": {"colour": null, "size": "m"}}"#,
        );
        let expected = json!({"pk": 7, "name": "A", "price": "2.30", "currency": "TRY",
            "is_active": true, "categories": ["a"], "attributes": {"weight": 0.1, "size": "m"}});
        assert_eq!(after.unwrap(), expected);
        let same = patched(&product, "{}").unwrap();
        assert_eq!(same["attributes"], json!({"colour": "red", "weight": 0.1}));
    }

    #[test]
    fn a_patch_of_a_point_of_sale_keeps_secrets_that_are_never_shown() {
        let pos = stored(
            Part::Pos,
            Key::Pk(1),
            &json!({"name": "P", "slug": "p", "gateway": "iyzico",
                "config": {"api_key": "literal", "base_url": "https://a.example"}}),
        );
        let patch = br#"{"name": "Q", "config": {"base_url": null}}"#;
        let document = Reading::of_patch(&pos, patch, &POLICY).finish().unwrap();
        let Record::Pos(after) = &document.change().upserts[0] else {
            panic!("a point of sale")
        };
        assert_eq!(after.name, "Q");
        assert_eq!(
            Value::from(after.config.clone()),
            json!({"api_key": "literal"})
        );
    }

    #[test]
    fn an_invalid_patch_is_refused_with_a_pointer() {
        let bank = stored(Part::Banks, Key::Pk(1), &json!({"name": "A", "slug": "a"}));
        for (patch, pointer) in [
            ("[]", ""),
            ("null", ""),
            ("{", ""),
            (r#"{"name": null}"#, "/name"),
            (r#"{"pk": 2}"#, "/pk"),
            (r#"{"colour": 1}"#, "/colour"),
            (r#"{"name": "A", "name": "B"}"#, "/name"),
        ] {
            let mistakes = patched(&bank, patch).unwrap_err();
            assert_eq!(mistakes[0].pointer, pointer, "{patch}");
        }
        assert!(patched(&bank, r#"{"pk": 1, "logo": null}"#).is_ok());
    }
}
