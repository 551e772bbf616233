//! Primary keys in paths.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};

use crate::error::{ApiError, Problem};

/// The `{pk}` of a path: decimal digits, without sign or leading zeros. Anything else is treated as an unknown key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PathPk(pub Option<i64>);

impl PathPk {
    /// Parses `[1-9][0-9]{0,18}` up to `i64::MAX`; zero is not a key.
    pub(crate) fn parse(text: &str) -> Self {
        let bytes = text.as_bytes();
        let is_canonical = (1..=19).contains(&bytes.len())
            && bytes.iter().all(u8::is_ascii_digit)
            && bytes.first() != Some(&b'0');
        Self(if is_canonical {
            text.parse().ok()
        } else {
            None
        })
    }

    /// The key, typed; `absent` if it is not a key.
    pub(crate) fn or<Id: TryFrom<i64>>(self, absent: Problem) -> Result<Id, ApiError> {
        self.0
            .and_then(|pk| Id::try_from(pk).ok())
            .ok_or_else(|| absent.into())
    }
}

impl FromRequest for PathPk {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self::parse(
            request.match_info().get("pk").unwrap_or_default(),
        )))
    }
}

#[cfg(test)]
mod tests {
    use super::PathPk;

    #[test]
    fn only_canonical_positive_integers_are_keys() {
        assert_eq!(PathPk::parse("7"), PathPk(Some(7)));
        assert_eq!(PathPk::parse("9223372036854775807"), PathPk(Some(i64::MAX)));
        let long = "1".repeat(10_240);
        let refused = [
            "",
            "0",
            "+5",
            "-5",
            "007",
            "1e3",
            "5.0",
            " 5",
            "5 ",
            "٥",
            "５",
            "9223372036854775808",
            "99999999999999999999",
            "0x5",
            "1_000",
            "%35",
            "\0",
            &long,
        ];
        for text in refused {
            assert_eq!(PathPk::parse(text), PathPk(None), "{text:?}");
        }
    }
}
