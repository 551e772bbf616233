//! Why the demo refuses a request. The service writes the response, as for its own errors.

use std::error::Error as StdError;

use actix_web::{HttpResponse, ResponseError};
use payments_core::ports::Unavailable;

/// Why the demo refuses a request.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// There is no such object.
    #[error("not found")]
    NotFound,
    /// There is no such product.
    #[error("there is no such product")]
    ProductNotFound,
    /// The request has no session.
    #[error("not authenticated")]
    NotAuthenticated,
    /// A field of the body is invalid.
    #[error("the field {0} is invalid")]
    InvalidField(&'static str),
    /// The request is impossible to fulfil.
    #[error("bad request: {0}")]
    BadRequest(#[source] Box<dyn StdError + Send + Sync>),
    /// A store is unavailable.
    #[error(transparent)]
    Unavailable(Unavailable),
    /// A bug in the demo.
    #[error("internal error")]
    Internal(#[source] Option<Box<dyn StdError + Send + Sync>>),
}

impl ResponseError for Refusal {
    /// Replaced by the service's own response.
    fn error_response(&self) -> HttpResponse {
        HttpResponse::InternalServerError().finish()
    }
}
