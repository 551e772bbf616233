//! A request for a token, and the tokens of a request.

use alloc::string::String;
use alloc::vec::Vec;

use crate::card::{CardDetails, CardFacts, CardToken, ProviderCustomerKey, StatedToken};
use crate::flow::IntentId;
use crate::id::CustomerId;

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

/// What a gateway is asked for: the tokens of one call of [`crate::ports::Tokenizer::tokenize`].
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
    /// Not recorded: an earlier release made the call.
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
