//! The tokens that a gateway listed.

use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::vec::Vec;

use crate::card::CardToken;
use crate::catalog::Pos;
use crate::intent::Setback;
use crate::ports::Tokenizer;
use crate::saved_card::StoredToken;
use crate::tokenization::{ListOf, Listed, ListedToken};

/// The tokens of an account, or of some of its customers, in the order of their texts.
pub(super) struct Reading {
    tokens: Vec<ListedToken>,
    /// The keys of the customers that were read; `None` if all were.
    customers: Option<BTreeSet<String>>,
}

impl Reading {
    pub(super) fn of_account(tokens: Vec<ListedToken>) -> Self {
        Self::new(tokens, None)
    }

    pub(super) fn of_customers(customers: BTreeSet<String>, tokens: Vec<ListedToken>) -> Self {
        Self::new(tokens, Some(customers))
    }

    /// A list that changes while it is read may have a token twice.
    fn new(mut tokens: Vec<ListedToken>, customers: Option<BTreeSet<String>>) -> Self {
        tokens.sort_by(|one, other| one.token.token().cmp(other.token.token()));
        tokens.dedup_by(|one, other| one.token.token() == other.token.token());
        Self { tokens, customers }
    }

    pub(super) const fn is_whole(&self) -> bool {
        self.customers.is_none()
    }

    pub(super) fn count(&self) -> u64 {
        u64::try_from(self.tokens.len()).unwrap_or(u64::MAX)
    }

    /// The positions of all tokens.
    pub(super) fn unmatched(&self) -> BTreeSet<usize> {
        (0..self.tokens.len()).collect()
    }

    pub(super) fn at(&self, position: usize) -> Option<&ListedToken> {
        self.tokens.get(position)
    }

    pub(super) fn position_of(&self, token: &CardToken) -> Option<usize> {
        let by = |one: &ListedToken| one.token.token().cmp(token.as_str());
        self.tokens.binary_search_by(by).ok()
    }

    /// Whether a row's token would have been found, and its customer can be asked about again.
    pub(super) fn covers(&self, row: &StoredToken) -> bool {
        row.provider_customer_key.as_ref().is_some_and(|key| {
            let read = self.customers.as_ref();
            read.is_none_or(|read| read.contains(key.as_str()))
        })
    }
}

/// How often a page is requested. A large account has thousands, and one that fails would waste all before it.
const TRIES: u8 = 3;

/// All pages of a list; `None` if the gateway has no such list.
pub(super) async fn list_all(
    tokenizer: &dyn Tokenizer,
    pos: &Pos,
    of: &ListOf,
) -> Result<Option<Vec<ListedToken>>, Setback> {
    let (mut all, mut after) = (Vec::new(), None);
    loop {
        let mut left = TRIES;
        let listed = loop {
            left -= 1;
            match tokenizer.list(pos, of, after.clone()).await {
                Ok(listed) => break listed,
                Err(_) if left > 0 => {}
                Err(_) => return Err(Setback::GatewayUnavailable),
            }
        };
        match listed {
            Listed::Page { tokens, next } => {
                all.extend(tokens);
                match next {
                    None => return Ok(Some(all)),
                    // It would never end.
                    same if same == after => return Err(Setback::GatewayUnavailable),
                    next => after = next,
                }
            }
            Listed::Unsupported => return Ok(None),
        }
    }
}
