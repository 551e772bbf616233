//! Lists of the live tokens at a gateway.

use alloc::string::String;
use alloc::vec::Vec;

use crate::card::{ProviderCustomerKey, StatedToken};
use crate::flow::IntentId;

/// Whose tokens are listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ListOf {
    /// All customers of the account.
    Account,
    /// One customer, by the gateway's key. A customer that the gateway does not know has no tokens.
    Customer(ProviderCustomerKey),
}

/// Where the next page of a list begins, as the adapter understands it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListCursor(pub String);

/// A live token at a gateway.
#[derive(Clone, Debug)]
pub struct ListedToken {
    /// The token and its customer, as the gateway states them.
    pub token: StatedToken,
    /// The reference of the call that made it; `None` if it was not made with a reference of ours.
    pub reference: Option<IntentId>,
}

/// A gateway's answer to [`crate::ports::Tokenizer::list`].
#[derive(Clone, Debug)]
pub enum Listed {
    /// A page of the list. It may be empty although it is not the last.
    Page {
        /// The tokens of the page.
        tokens: Vec<ListedToken>,
        /// The next page; `None` after the last.
        next: Option<ListCursor>,
    },
    /// The gateway has no such list.
    Unsupported,
}

impl Listed {
    /// A complete list.
    pub const fn all(tokens: Vec<ListedToken>) -> Self {
        Self::Page { tokens, next: None }
    }
}
