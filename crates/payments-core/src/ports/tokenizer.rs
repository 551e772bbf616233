//! Turning a card into a gateway's token.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;

use crate::card::{CardDetails, CardFacts, CardToken, ProviderCustomerKey, StatedToken};
use crate::card_storage::IntentId;
use crate::catalog::Pos;
use crate::id::CustomerId;

use super::{
    ActionHandle, ActionOutcome, ActionUrl, Notice, NoticeRefused, Tokenized, Unavailable,
};

/// A card to be tokenized.
pub struct TokenizeRequest {
    /// Idempotency key where the gateway has one, correlation key otherwise.
    pub reference: IntentId,
    /// Whose card.
    pub customer: CustomerId,
    /// The gateway's key of the customer, from an earlier card.
    pub provider_customer_key: Option<ProviderCustomerKey>,
    /// The card.
    pub card: CardDetails,
    /// Where the gateway may send the customer back to. Without one the customer cannot be asked to do anything.
    pub return_url: Option<String>,
}

/// A token a gateway made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssuedToken {
    /// The token.
    pub token: CardToken,
    /// The gateway's key of the customer it belongs to.
    pub provider_customer_key: Option<ProviderCustomerKey>,
    /// What the gateway states about the card.
    pub facts: CardFacts,
}

/// What a gateway is asked for: the tokens of one call of [`Tokenizer::tokenize`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenSearch {
    /// The reference of the call.
    pub reference: IntentId,
    /// The gateway's key of the customer that the call was given. The adapter may have made another customer, because
    /// the gateway did not know this one any more.
    pub called_with: CalledWith,
}

/// With which of the gateway's keys of a customer it was called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CalledWith {
    /// With this one.
    Key(ProviderCustomerKey),
    /// With none: the gateway was to make a customer.
    NoKey,
    /// Nobody knows: an earlier release made the call.
    Unknown,
}

impl CalledWith {
    /// The key, where there was one.
    pub fn key(&self) -> Option<&ProviderCustomerKey> {
        match self {
            Self::Key(key) => Some(key),
            Self::NoKey | Self::Unknown => None,
        }
    }
}

/// What a gateway says about a call.
#[derive(Clone, Debug)]
pub enum Found {
    /// These tokens live; at least one.
    Tokens(Vec<StatedToken>),
    /// There is none, and there would be no way for one to hide.
    Nothing,
    /// A token may exist where the gateway cannot be asked about it.
    CannotTell,
}

impl Found {
    /// What a whole list means: nothing where it is empty.
    pub fn all(tokens: Vec<StatedToken>) -> Self {
        if tokens.is_empty() {
            Self::Nothing
        } else {
            Self::Tokens(tokens)
        }
    }
}

/// What to tell the customer about a refusal; our words, never the gateway's.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum RefusalReason {
    /// The bank declined.
    Declined,
    /// The card is expired.
    ExpiredCard,
    /// The number, expiry or CVV is not valid.
    InvalidCard,
    /// This card may not be saved.
    NotAllowed,
    /// Try again later.
    TryLater,
    /// Ask the bank.
    ContactBank,
    /// Any other refusal.
    Other,
}

impl RefusalReason {
    /// Every reason.
    pub const ALL: [Self; 7] = [
        Self::Declined,
        Self::ExpiredCard,
        Self::InvalidCard,
        Self::NotAllowed,
        Self::TryLater,
        Self::ContactBank,
        Self::Other,
    ];

    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Declined => "declined",
            Self::ExpiredCard => "expired_card",
            Self::InvalidCard => "invalid_card",
            Self::NotAllowed => "not_allowed",
            Self::TryLater => "try_later",
            Self::ContactBank => "contact_bank",
            Self::Other => "other",
        }
    }

    /// The reason of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == word)
    }
}

/// A gateway's clear no: there is no token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GatewayRefusal {
    /// What to tell the customer.
    pub reason: RefusalReason,
    /// The gateway's own code, cleaned, for the audit record.
    pub gateway_code: Option<String>,
}

impl GatewayRefusal {
    /// The gateway does not know of any action.
    pub const fn of_no_action() -> Self {
        Self {
            reason: RefusalReason::Other,
            gateway_code: None,
        }
    }
}

/// Why there is no token to keep.
#[derive(Debug, thiserror::Error)]
pub enum TokenizeFailure {
    /// The gateway said no.
    #[error("the gateway refused the card")]
    Refused(GatewayRefusal),
    /// Nothing was sent, or the gateway said it did nothing: there is no token.
    #[error(transparent)]
    Unavailable(Unavailable),
    /// A token may or may not exist: the reconciler finds out.
    #[error("the gateway did not say whether it made a token")]
    Unknown,
}

/// A tokenization gateway. One adapter serves every POS of its gateway; the POS brings the configuration.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait Tokenizer: Send + Sync {
    /// Whether tokenizing at this POS needs the CVV; if not, it is never held.
    fn needs_cvv(&self, pos: &Pos) -> bool;

    /// Makes a token. MUST say [`TokenizeFailure::Unknown`] whenever a token may exist that is not in the answer, and
    /// MUST retry only where nothing was sent or under the same idempotency key. MUST NOT log the request.
    ///
    /// MUST say [`Tokenized::ActionRequired`] only for a request with a return URL, and only with a URL of the gateway's
    /// own hosts; a card that needs the customer without one is refused ([`RefusalReason::NotAllowed`]).
    async fn tokenize(
        &self,
        pos: &Pos,
        request: TokenizeRequest,
    ) -> Result<Tokenized, TokenizeFailure>;

    /// The live tokens of a call. MUST say [`Found::Nothing`] only where every token that the call may have made would
    /// have been seen: a gateway that lists cards by its key of the customer cannot tell when there is no key, or when
    /// it does not know the key (then [`Tokenizer::tokenize`] may have made another customer).
    async fn find(&self, pos: &Pos, search: &TokenSearch) -> Result<Found, Unavailable>;

    /// Whether a URL leads to the gateway's own hosts. A customer is sent nowhere else. By default, as the three methods
    /// below: of a gateway that never asks its customers for anything.
    fn is_own_url(&self, pos: &Pos, url: &ActionUrl) -> bool {
        let _ = (pos, url);
        false
    }

    /// What became of a step that [`Tokenizer::tokenize`] asked for. MUST ask the gateway. One that the gateway does not
    /// know is refused, as is every one at a gateway that never asks for any ([`GatewayRefusal::of_no_action`]).
    async fn action(&self, pos: &Pos, handle: &ActionHandle) -> Result<ActionOutcome, Unavailable> {
        let _ = (pos, handle);
        Ok(ActionOutcome::Refused(GatewayRefusal::of_no_action()))
    }

    /// Sees to it that a step is not done any more. Afterwards it MUST NOT lead to a token; if it did already, the token
    /// is in the answer.
    async fn cancel_action(
        &self,
        pos: &Pos,
        handle: &ActionHandle,
    ) -> Result<ActionOutcome, Unavailable> {
        let _ = (pos, handle);
        Ok(ActionOutcome::Refused(GatewayRefusal::of_no_action()))
    }

    /// Whose action a message in the gateway's name is about, by the reference of its call; none if it is about
    /// something else. MUST refuse one that the gateway did not sign, or did not sign lately.
    ///
    /// # Errors
    /// [`NoticeRefused`]; always from a gateway that sends none.
    fn read_notice(&self, pos: &Pos, notice: &Notice) -> Result<Option<IntentId>, NoticeRefused> {
        let _ = (pos, notice);
        Err(NoticeRefused)
    }

    /// Deletes a token. A token the gateway does not know MUST count as deleted. MUST NOT log the token: it may contain
    /// a card's number.
    async fn delete(&self, pos: &Pos, token: &StatedToken) -> Result<(), Unavailable>;
}

/// The tokenizers by gateway name, as the settings allow them.
#[derive(Clone, Default)]
pub struct Tokenizers(BTreeMap<String, Arc<dyn Tokenizer>>);

impl Tokenizers {
    /// Adds the tokenizer of a gateway.
    #[must_use]
    pub fn with(mut self, gateway: &str, tokenizer: Arc<dyn Tokenizer>) -> Self {
        self.0.insert(gateway.to_owned(), tokenizer);
        self
    }

    /// The tokenizer of a POS; none if its gateway cannot save cards or is not allowed here.
    pub fn of(&self, pos: &Pos) -> Option<&Arc<dyn Tokenizer>> {
        self.0.get(pos.gateway.as_str())
    }
}
