//! Stripe's JSON.

use payments_core::card::CardFacts;
use serde::Deserialize;
use serde_json::Value;

use crate::stated;

/// A customer or a payment method.
#[derive(Deserialize)]
pub(super) struct Object {
    pub(super) id: String,
    /// Whom a payment method is attached to.
    pub(super) customer: Option<String>,
    #[serde(default)]
    pub(super) metadata: Metadata,
    /// What is said about a payment method's card.
    #[serde(default)]
    card: Value,
}

impl Object {
    pub(super) fn facts(&self) -> CardFacts {
        CardFacts {
            brand: stated::brand(&self.card["brand"]),
            expiry: stated::expiry(&self.card["exp_month"], &self.card["exp_year"]),
            ..CardFacts::default()
        }
    }
}

/// What we wrote on an object.
#[derive(Default, Deserialize)]
pub(super) struct Metadata {
    pub(super) reference: Option<String>,
}

/// A list or a search result.
#[derive(Deserialize)]
pub(super) struct List {
    pub(super) data: Vec<Object>,
    #[serde(default)]
    pub(super) has_more: bool,
}

/// A setup intent.
#[derive(Deserialize)]
pub(super) struct SetupIntent {
    pub(super) id: String,
    pub(super) status: String,
}

/// A failure.
#[derive(Deserialize)]
pub(super) struct Failure {
    pub(super) error: Error,
}

/// What a failure says, its words left out.
#[derive(Default, Deserialize)]
pub(super) struct Error {
    #[serde(default, rename = "type")]
    pub(super) kind: String,
    pub(super) code: Option<String>,
    pub(super) decline_code: Option<String>,
    pub(super) param: Option<String>,
}
