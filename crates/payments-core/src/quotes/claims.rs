//! What a quote's token says.

use alloc::borrow::ToOwned as _;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

use crate::catalog::InstallmentCount;
use crate::id::{CardId, CustomerId, SavedCardId};
use crate::purchase::{Context, PurchaseKey};
use crate::quote_id::QuoteId;
use crate::slug::Slug;

use super::digest::QuoteDigest;
use super::plan::QuotedPlan;
use super::terms::Terms;

/// The maximum number of rules in claims.
pub const MAX_RULES: usize = 50;

/// The claims of a quote's token: registered names for what they are registered for, and the quote itself. Amounts are
/// decimal texts. No session id, phone number, name or digit of a card is a claim.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuoteClaims {
    /// Who issued the quote.
    pub iss: String,
    /// The primary key of the customer, if known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[serde(default)]
    pub sub: Option<String>,
    /// The id of the quote.
    #[serde(with = "id_text")]
    pub jti: QuoteId,
    /// When the quote was issued, in seconds since 1970.
    pub iat: i64,
    /// From when on the quote is no longer valid, in seconds since 1970.
    pub exp: i64,
    /// Which listing the purchase belongs to.
    pub context: Context,
    /// The primary key of the basket, pre-order or product.
    pub pk: i64,
    /// The choice, as requested.
    pub choice: ClaimedChoice,
    /// The amount to pay, without interest.
    pub amount: String,
    /// The currency of every amount.
    pub currency: String,
    /// The state of the basket or pre-order.
    pub state: Option<Slug>,
    /// The card that the choice means.
    pub card: CardId,
    /// The number of installments.
    pub installment_count: u8,
    /// What is charged, and where.
    #[serde(flatten)]
    pub terms: Terms,
    /// The rules that concern the plan, ordered by slug: the first [`MAX_RULES`], so that a quote has a bounded length.
    pub rules: Vec<Slug>,
    /// The version of the catalog that the quote was computed from.
    pub catalog_version: i64,
    /// The digest of the whole purchase.
    pub purchase_digest: QuoteDigest,
    /// The digest of the purchase's items.
    pub items_digest: QuoteDigest,
}

/// The choice that a quote was requested for. The digits of a card are not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimedChoice {
    /// The card of the catalog, if it was given.
    pub card: Option<CardId>,
    /// The customer's saved card, if it was given.
    pub saved_card: Option<SavedCardId>,
}

/// What a quote's token says besides the plan.
#[derive(Clone, Debug)]
pub struct QuoteIdentity {
    /// Who issues the quote.
    pub issuer: String,
    /// The id of the quote. MUST be random.
    pub id: QuoteId,
    /// The purchase that is quoted.
    pub purchase: PurchaseKey,
    /// The customer whose purchase it is, if known.
    pub customer: Option<CustomerId>,
    /// The choice, as requested.
    pub choice: ClaimedChoice,
}

impl QuoteClaims {
    /// The claims of a quoted plan.
    pub fn new(quoted: &QuotedPlan<'_>, identity: QuoteIdentity) -> Self {
        Self {
            iss: identity.issuer,
            sub: identity.customer.map(|customer| customer.to_string()),
            jti: identity.id,
            iat: quoted.issued_at.timestamp(),
            exp: quoted.expires_at.timestamp(),
            context: identity.purchase.context(),
            pk: identity.purchase.pk(),
            choice: identity.choice,
            amount: quoted.amount.to_string(),
            currency: quoted.amount.currency.code().to_owned(),
            state: quoted.state.clone(),
            card: quoted.card.pk,
            installment_count: quoted.plan.installment_count.get(),
            terms: Terms::of(quoted),
            rules: (quoted.rules.iter().take(MAX_RULES))
                .map(|rule| rule.slug.clone())
                .collect(),
            catalog_version: quoted.catalog_version.0,
            purchase_digest: quoted.digests.purchase,
            items_digest: quoted.digests.items,
        }
    }

    /// The purchase of the quote; `None` if the key is not one.
    pub fn purchase(&self) -> Option<PurchaseKey> {
        PurchaseKey::new(self.context, self.pk).ok()
    }

    /// When the quote expires.
    pub fn expires_at(&self) -> DateTime<Utc> {
        DateTime::from_timestamp(self.exp, 0).unwrap_or(DateTime::<Utc>::MIN_UTC)
    }

    /// The customer of the quote, if known.
    pub fn customer(&self) -> Option<CustomerId> {
        let pk: i64 = self.sub.as_deref()?.parse().ok()?;
        CustomerId::new(pk).ok()
    }

    /// Whether the quote has expired at this instant.
    pub const fn has_expired(&self, now: DateTime<Utc>) -> bool {
        now.timestamp() >= self.exp
    }

    pub(super) fn count(&self) -> Option<InstallmentCount> {
        InstallmentCount::new(self.installment_count).ok()
    }
}

/// An id as its text.
mod id_text {
    use super::{Deserialize as _, Deserializer, Error, QuoteId, Serializer, String};

    pub(super) fn serialize<S: Serializer>(id: &QuoteId, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(id)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<QuoteId, D::Error> {
        QuoteId::parse(&String::deserialize(from)?).map_err(D::Error::custom)
    }
}
