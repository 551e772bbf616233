//! The `pk` parameter of the lowest plans: keys of products, separated by commas or repeated.

use std::collections::HashSet;
use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use payments_core::id::ProductId;

use crate::error::ApiError;
use crate::path::PathPk;

const NAME: &str = "pk";
/// The maximum number of distinct keys of a request.
pub(crate) const MAX_KEYS: usize = 100;

/// Distinct keys in the order asked, at least one and at most [`MAX_KEYS`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ProductKeys(pub Vec<ProductId>);

impl ProductKeys {
    /// # Errors
    /// 400 for anything but keys, for none and for too many. The text is not repeated.
    fn of_query(query: &str) -> Result<Self, ApiError> {
        let invalid = || ApiError::field(NAME, "product-keys-invalid");
        let (mut keys, mut seen) = (Vec::new(), HashSet::new());
        let values = form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name == NAME);
        for (_, value) in values {
            for text in value.split(',') {
                let pk = PathPk::parse(text).0;
                let pk = pk.and_then(|pk| ProductId::new(pk).ok());
                let pk = pk.ok_or_else(invalid)?;
                if seen.insert(pk) {
                    keys.push(pk);
                }
            }
        }
        if keys.is_empty() || keys.len() > MAX_KEYS {
            return Err(invalid());
        }
        Ok(Self(keys))
    }
}

impl FromRequest for ProductKeys {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::of_query(request.query_string()))
    }
}
