//! The `bin` parameter of the listings: the first digits of the customer's card, as typed.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use payments_core::catalog::LeadingDigits;

use crate::error::ApiError;

const NAME: &str = "bin";

/// The digits, if the parameter is there.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TypedDigits(pub Option<LeadingDigits>);

impl TypedDigits {
    /// # Errors
    /// 400 for anything but 6 to 8 ASCII digits, and for a repeated parameter. The text is not repeated.
    fn of_query(query: &str) -> Result<Self, ApiError> {
        let mut values = form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name == NAME);
        let Some((_, text)) = values.next() else {
            return Ok(Self(None));
        };
        let digits = LeadingDigits::parse(&text).ok();
        let digits = digits.filter(|_| values.next().is_none());
        match digits {
            Some(digits) => Ok(Self(Some(digits))),
            None => Err(ApiError::field(NAME, "bin-invalid")),
        }
    }
}

impl FromRequest for TypedDigits {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(match request.query_string() {
            "" => Ok(Self(None)),
            query => Self::of_query(query),
        })
    }
}
