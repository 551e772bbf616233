//! A request for a token, and the search for its tokens.

use alloc::string::String;
use alloc::vec::Vec;

use crate::card::{CardDetails, CardFacts, CardToken, ProviderCustomerKey, StatedToken};
use crate::flow::IntentId;
use crate::id::CustomerId;

/// A card to be tokenized.
pub struct TokenizeRequest {
    /// The idempotency key if the gateway supports one, otherwise the correlation key.
    pub reference: IntentId,
    /// The customer who owns the card.
    pub customer: CustomerId,
    /// The gateway's key of the customer, from an earlier card.
    pub provider_customer_key: Option<ProviderCustomerKey>,
    /// The card to tokenize.
    pub card: CardDetails,
    /// Where the gateway may send the customer back to. Without it, the gateway cannot require an action.
    pub return_url: Option<String>,
}

/// A token that a gateway made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssuedToken {
    /// The checked token.
    pub token: CardToken,
    /// The gateway's key of the customer that the token belongs to.
    pub provider_customer_key: Option<ProviderCustomerKey>,
    /// What the gateway states about the card.
    pub facts: CardFacts,
}

/// A search for the tokens of one call of [`crate::ports::Tokenizer::tokenize`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenSearch {
    /// The reference of the call.
    pub reference: IntentId,
    /// The customer key of the call. The adapter may have created another customer, if the gateway no
    /// longer knew this one.
    pub called_with: CalledWith,
}

/// The gateway's customer key that a call was made with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CalledWith {
    /// The call used this key.
    Key(ProviderCustomerKey),
    /// The call used no key: the gateway was to create a customer.
    NoKey,
    /// Not recorded, because an earlier release made the call.
    Unknown,
}

impl CalledWith {
    /// The key, if the call used one.
    pub fn key(&self) -> Option<&ProviderCustomerKey> {
        match self {
            Self::Key(key) => Some(key),
            Self::NoKey | Self::Unknown => None,
        }
    }
}

/// A gateway's answer to a search.
#[derive(Clone, Debug)]
pub enum Found {
    /// These tokens are live; at least one.
    Tokens(Vec<StatedToken>),
    /// There is no token, and none could have been missed.
    Nothing,
    /// There may be a token that the gateway cannot be asked about.
    CannotTell,
}

impl Found {
    /// Converts a complete list: an empty one means nothing was found.
    pub fn all(tokens: Vec<StatedToken>) -> Self {
        if tokens.is_empty() {
            Self::Nothing
        } else {
            Self::Tokens(tokens)
        }
    }
}
