//! The body of a request to restore.

use alloc::borrow::ToOwned as _;

use chrono::{DateTime, Utc};

use crate::json::{self, Json, Object, Problem, Reader, Violations, field};
use crate::record::{Key, Part, Reference};

const PART: &str = "banks, card_types, pos, cards, payment_options or rules";
const KEY: &str = "a key of the part";

/// What to restore, and as of when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RestoreBody {
    /// The moment.
    pub at: DateTime<Utc>,
    /// One object; `None` for the whole catalog.
    pub only: Option<Reference>,
}

impl RestoreBody {
    /// Reads `{"at": "2026-11-28T12:00:00Z", "part": "rules", "key": "gold"}`; `part` and `key` are optional together.
    ///
    /// # Errors
    /// All mistakes in the body.
    pub fn from_json(bytes: &[u8]) -> Result<Self, Violations> {
        let mut reader = Reader::default();
        let read = json::parse(bytes, &mut reader).and_then(|json| read(&mut reader, &json));
        reader.finish(read)
    }
}

fn read(reader: &mut Reader, json: &Json<'_>) -> Option<RestoreBody> {
    let mut body = Object::of(reader, json)?;
    let at = body.required(reader, "at", field::instant);
    let part = body.nullable(reader, "part", field::text(PART, part));
    let key = body.nullable(
        reader,
        "key",
        field::text(KEY, |text| Some(text.to_owned())),
    );
    body.finish(reader);
    let only = match (part?, key?) {
        (None, None) => None,
        (Some(part), Some(key)) => match Key::parse(part, &key) {
            Some(key) => Some(Reference { part, key }),
            None => return reader.at("key", |reader| reader.expected(KEY)),
        },
        (Some(_), None) => return reader.at("key", |reader| reader.problem(Problem::Required)),
        (None, Some(_)) => return reader.at("part", |reader| reader.problem(Problem::Required)),
    };
    Some(RestoreBody { at: at?, only })
}

/// The part of the catalog that a word names.
fn part(word: &str) -> Option<Part> {
    Part::from_word(word).filter(|part| part.is_catalog())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_object_or_the_whole_catalog_is_restored() {
        let read = |text: &str| RestoreBody::from_json(text.as_bytes());
        let at = "2026-11-28T12:00:00Z".parse().unwrap();
        let whole = read(r#"{"at": "2026-11-28T12:00:00Z"}"#);
        assert_eq!(whole, Ok(RestoreBody { at, only: None }));
        let only = Some(Reference {
            part: Part::Banks,
            key: Key::Pk(7),
        });
        let one = read(r#"{"at": "2026-11-28T12:00:00Z", "part": "banks", "key": "7"}"#);
        assert_eq!(one, Ok(RestoreBody { at, only }));
        for (text, pointer) in [
            ("{}", "/at"),
            (r#"{"at": "yesterday"}"#, "/at"),
            (r#"{"at": "2026-11-28T12:00:00Z", "part": "banks"}"#, "/key"),
            (r#"{"at": "2026-11-28T12:00:00Z", "key": "7"}"#, "/part"),
            (
                r#"{"at": "2026-11-28T12:00:00Z", "part": "products", "key": "7"}"#,
                "/part",
            ),
            (
                r#"{"at": "2026-11-28T12:00:00Z", "part": "banks", "key": "x"}"#,
                "/key",
            ),
            (r#"{"at": "2026-11-28T12:00:00Z", "when": 1}"#, "/when"),
        ] {
            assert_eq!(read(text).unwrap_err()[0].pointer, pointer, "{text}");
        }
    }
}
