//! Preconditions of a write or a deletion: the conditional requests of RFC 9110, section 13.

use alloc::vec::Vec;

use crate::import::Etag;

use super::object::Record;

/// The tags that a precondition names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tags {
    /// `*`: any existing object.
    Any,
    /// Any of these tags.
    Of(Vec<Etag>),
}

impl Tags {
    fn match_object(&self, stored: Stored<'_>) -> bool {
        match (self, stored) {
            (_, Stored::Absent) | (Self::Of(_), Stored::Unreadable) => false,
            (Self::Any, Stored::Unreadable | Stored::Object(_)) => true,
            (Self::Of(tags), Stored::Object(record)) => tags.contains(&Etag::of(record)),
        }
    }
}

/// The stored version of an object.
#[derive(Clone, Copy, Debug)]
pub enum Stored<'r> {
    /// It does not exist.
    Absent,
    /// The object exists, but this release cannot read it.
    Unreadable,
    /// The object exists.
    Object(&'r Record),
}

/// The preconditions for every object of a change, or for a deletion.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Preconditions {
    /// `If-Match`: the object must exist, with one of these tags.
    pub if_match: Option<Tags>,
    /// `If-None-Match`: the object must not exist, or must have another tag.
    pub if_none_match: Option<Tags>,
}

impl Preconditions {
    /// No preconditions.
    pub const NONE: Self = Self {
        if_match: None,
        if_none_match: None,
    };

    /// Whether there are no preconditions.
    pub const fn is_none(&self) -> bool {
        self.if_match.is_none() && self.if_none_match.is_none()
    }

    /// Whether the preconditions hold for an object.
    pub fn hold(&self, stored: Stored<'_>) -> bool {
        let is_matched = |tags: &Tags| tags.match_object(stored);
        self.if_match.as_ref().is_none_or(is_matched)
            && !self.if_none_match.as_ref().is_some_and(is_matched)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::ProductId;
    use crate::money::{Currency, Money};
    use crate::store_data::Product;

    fn product(name: &str) -> Record {
        Record::Product(Product {
            pk: ProductId::new(1).unwrap(),
            name: name.to_owned(),
            price: Money::new(100, Currency::from_code("TRY").unwrap()),
            categories: Vec::new(),
            attributes: alloc::collections::BTreeMap::new(),
            is_active: true,
        })
    }

    #[test]
    fn conditions_hold_as_http_defines_them() {
        let (record, other) = (product("A"), product("B"));
        let (absent, stored) = (Stored::Absent, Stored::Object(&record));
        let same = || Some(Tags::Of(vec![Etag::of(&other), Etag::of(&record)]));
        let another = || Some(Tags::Of(vec![Etag::of(&other)]));
        for (tags, of_absent, of_stored, of_unreadable) in [
            (None, true, true, true),
            (Some(Tags::Any), false, true, true),
            (same(), false, true, false),
            (another(), false, false, false),
        ] {
            let if_match = Preconditions {
                if_match: tags.clone(),
                if_none_match: None,
            };
            assert_eq!(if_match.hold(absent), of_absent, "{tags:?}");
            assert_eq!(if_match.hold(stored), of_stored, "{tags:?}");
            assert_eq!(if_match.hold(Stored::Unreadable), of_unreadable, "{tags:?}");
            let is_given = tags.is_some();
            let if_none_match = Preconditions {
                if_match: None,
                if_none_match: tags.clone(),
            };
            assert_eq!(if_none_match.hold(absent), !(is_given && of_absent));
            assert_eq!(if_none_match.hold(stored), !(is_given && of_stored));
        }
    }
}
