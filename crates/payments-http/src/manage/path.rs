//! Parts and keys in paths.

use payments_core::record::{Key, Part};
use payments_core::session::SessionId;

use crate::error::{ApiError, Problem};

/// The part of a path's segment: its name with dashes.
pub(super) fn part(segment: &str) -> Result<Part, ApiError> {
    let found = Part::ALL
        .into_iter()
        .find(|part| segment_of(*part) == segment);
    found.ok_or_else(|| Problem::NotFound.into())
}

/// The object that a part's and a key's segment name.
pub(super) fn object(segments: &(String, String)) -> Result<(Part, Key), ApiError> {
    let part = part(&segments.0)?;
    Ok((part, key(part, &segments.1)?))
}

/// A part's segment: `card-types`.
pub(super) fn segment_of(part: Part) -> String {
    part.as_str().replace('_', "-")
}

/// The name of a part's key in paths.
pub(crate) const fn key_name(part: Part) -> &'static str {
    match part {
        Part::Rules => "slug",
        Part::Sessions => "id",
        Part::Banks
        | Part::CardTypes
        | Part::Pos
        | Part::Cards
        | Part::PaymentOptions
        | Part::Products
        | Part::Customers
        | Part::Baskets
        | Part::PreOrders => "pk",
    }
}

/// The key of a path's segment. A session is named by its raw id, which is hashed here and not stored.
fn key(part: Part, segment: &str) -> Result<Key, ApiError> {
    let key = if part == Part::Sessions {
        let id = SessionId::parse(segment).ok();
        id.map(|id| Key::Session(id.digest()))
    } else {
        Key::parse(part, segment)
    };
    key.ok_or_else(|| Problem::NotFound.into())
}

#[cfg(test)]
mod tests {
    use payments_core::record::{Key, Part};

    use super::{key, part, segment_of};

    #[test]
    fn every_part_has_its_segment_with_dashes() {
        for one in Part::ALL {
            assert!(!segment_of(one).contains('_'));
            assert_eq!(part(&segment_of(one)).unwrap(), one);
        }
        assert!(part("card_types").is_err());
        assert!(part("").is_err());
    }

    #[test]
    fn keys_are_read_by_their_parts() {
        assert_eq!(key(Part::Banks, "7").unwrap(), Key::Pk(7));
        assert!(matches!(key(Part::Rules, "gold").unwrap(), Key::Slug(_)));
        let id = "demo_visitor_00000000000000000001";
        assert!(matches!(key(Part::Sessions, id).unwrap(), Key::Session(_)));
        for (part, segment) in [
            (Part::Banks, "007"),
            (Part::Rules, "Gold"),
            (Part::Sessions, "7"),
        ] {
            assert!(key(part, segment).is_err(), "{part:?} {segment}");
        }
    }
}
