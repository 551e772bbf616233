//! Records what the fakes did, for tests to inspect.

use std::sync::{Mutex, PoisonError};

/// A token issued by a fake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FakeToken {
    /// The merchant's account at the provider.
    pub account: String,
    /// The provider's key of the customer.
    pub customer_key: String,
    /// The token.
    pub token: String,
    /// The merchant's reference for the card.
    pub reference: String,
    /// First six and last four digits of its card number.
    pub shown_digits: String,
    /// False after its deletion.
    pub live: bool,
}

/// A message sent by a fake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FakeSms {
    /// The number in the provider's own format.
    pub to: String,
    /// The text.
    pub text: String,
    /// The message's id at the provider.
    pub id: String,
}

/// An append-only list of what a fake did.
#[derive(Debug)]
pub struct Ledger<T>(Mutex<Vec<T>>);

impl<T> Default for Ledger<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T: Clone> Ledger<T> {
    /// All entries, oldest first.
    pub fn all(&self) -> Vec<T> {
        self.with(|entries| entries.clone())
    }
}

impl<T> Ledger<T> {
    pub(super) fn with<R>(&self, use_it: impl FnOnce(&mut Vec<T>) -> R) -> R {
        use_it(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Ledger<FakeToken> {
    /// The tokens that are not deleted.
    pub fn live(&self) -> Vec<String> {
        let tokens = self.all();
        tokens
            .into_iter()
            .filter(|token| token.live)
            .map(|token| token.token)
            .collect()
    }

    /// The tokens that are not deleted and match a condition.
    pub(super) fn live_where(&self, holds: impl Fn(&FakeToken) -> bool) -> Vec<FakeToken> {
        self.all()
            .into_iter()
            .filter(|token| token.live && holds(token))
            .collect()
    }

    /// Marks tokens as deleted; returns how many there were.
    pub(super) fn kill_where(&self, holds: impl Fn(&FakeToken) -> bool) -> usize {
        self.with(|tokens| {
            let doomed = tokens.iter_mut().filter(|token| token.live && holds(token));
            doomed.map(|token| token.live = false).count()
        })
    }
}

/// First six and last four digits.
pub(super) fn shown_digits(number: &str) -> String {
    let first = number.get(..6).unwrap_or_default();
    let last = number
        .get(number.len().saturating_sub(4)..)
        .unwrap_or_default();
    format!("{first}{last}")
}
