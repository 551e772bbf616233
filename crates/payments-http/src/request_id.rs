//! The id of a request: the caller's, or a new one.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use actix_web::http::header::{HeaderMap, HeaderName};
use actix_web::{HttpMessage as _, HttpRequest};
use payments_core::card::Pan;
use payments_core::ports::Entropy;

/// The header that carries it, in requests and responses.
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The id of a request, among its extensions.
#[derive(Clone, Debug)]
pub(crate) struct RequestId(pub Arc<str>);

/// The id of a request that the service received.
pub(crate) fn of(request: &HttpRequest) -> Option<String> {
    let extensions = request.extensions();
    extensions.get::<RequestId>().map(|id| id.0.to_string())
}

/// The caller's id, if it is valid.
pub(crate) fn of_headers(headers: &HeaderMap) -> Option<Arc<str>> {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    let is_valid = |id: &&str| {
        (1..=64).contains(&id.len()) && id.bytes().all(is_allowed) && !may_be_card_number(id)
    };
    let given = headers.get(REQUEST_ID)?.to_str().ok();
    given.filter(is_valid).map(Arc::from)
}

/// Whether the id may have a card number in it, which is never logged: digits only, as many digits in a row as one has, or
/// a valid one in groups.
fn may_be_card_number(id: &str) -> bool {
    const MIN_DIGITS: usize = 12;
    const MAX_DIGITS: usize = 19;
    let is_letter = |byte: u8| byte.is_ascii_alphabetic();
    let digits = id.bytes().filter(u8::is_ascii_digit).count();
    let mut runs = id.split(|sign: char| !sign.is_ascii_digit());
    let mut groups = id.split(|sign: char| sign.is_ascii_alphabetic());
    let has_number = |groups: &str| {
        let digits: String = groups.chars().filter(char::is_ascii_digit).collect();
        let mut starts = 0..digits.len();
        starts.any(|start| {
            let mut ends = start + MIN_DIGITS..=digits.len().min(start + MAX_DIGITS);
            ends.any(|end| Pan::parse(&digits[start..end]).is_ok())
        })
    };
    runs.any(|run| run.len() >= MIN_DIGITS)
        || digits >= MIN_DIGITS && (!id.bytes().any(is_letter) || groups.any(has_number))
}

/// Ids for requests without one: a prefix per process, drawn at its start, and a counter. They have to be unique, not
/// unpredictable, and drawing each would cost as much as a lookup of a listing.
pub struct RequestIds {
    prefix: [u8; 8],
    next: AtomicU64,
}

impl RequestIds {
    pub fn new(entropy: &dyn Entropy) -> Self {
        let mut prefix = [0; 8];
        entropy.fill(&mut prefix);
        Self {
            prefix,
            next: AtomicU64::new(0),
        }
    }

    pub fn next(&self) -> Arc<str> {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        hex::encode([self.prefix, number.to_be_bytes()].as_flattened()).into()
    }
}

#[cfg(test)]
mod tests {
    use super::may_be_card_number;

    #[test]
    fn a_card_number_is_recognized_among_letters_and_in_groups() {
        for id in [
            "5528790000000008",
            "5528-7900-0000-0008",
            "order-5528-7900-0000-0008",
            "order_5528.7900_0000.0008.x",
            "a1-5528-7900-0000-0008-1b",
            "x552879000000",
        ] {
            assert!(may_be_card_number(id), "{id}");
        }
        for id in [
            "order-5528-7900-0000-0007",
            "0af7651916cd43dd8448eb211c80319c",
            "123e4567-e89b-12d3-a456-42661417400a",
            "order-10023",
        ] {
            assert!(!may_be_card_number(id), "{id}");
        }
    }
}
