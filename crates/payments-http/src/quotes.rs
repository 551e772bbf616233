//! Quotes: prices of single plans that hold until an order, signed so that an order system can verify them offline.
//!
//! The core decides ([`payments_core::quotes`]); here they are signed, published and verified.

mod issuing;
mod keys;
mod verification;

pub(crate) use issuing::issue;
pub use keys::{KeysError, MAX_LENGTH, QuoteKeys, TYPE};
pub use verification::{Verified, verify};

use crate::settings::QuoteSeed;

/// Says which keys sign and verify, for `check-settings`.
pub(crate) fn describe(seeds: &[QuoteSeed]) -> String {
    let Some((signing, others)) = seeds.split_first() else {
        return "none; requests for quotes get 503".to_owned();
    };
    let signing = signing.number;
    if others.is_empty() {
        return format!("signs with key {signing}; no rotation in progress");
    }
    let others: Vec<String> = others.iter().map(|one| one.number.to_string()).collect();
    format!(
        "signs with key {signing}; verifies also with: {}",
        others.join(", ")
    )
}
