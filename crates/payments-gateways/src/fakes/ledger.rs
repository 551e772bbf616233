//! What the fakes did, for tests to look at.

use std::sync::{Mutex, PoisonError};

/// A token a fake made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FakeToken {
    /// Which merchant's account.
    pub account: String,
    /// The customer's key there.
    pub customer_key: String,
    /// The token.
    pub token: String,
    /// The merchant's reference.
    pub reference: String,
    /// First six and last four digits of the number it was made of.
    pub shown_digits: String,
    /// False once it is deleted.
    pub live: bool,
}

/// A message a fake sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FakeSms {
    /// The number in the provider's own format.
    pub to: String,
    /// The text.
    pub text: String,
    /// The provider's id.
    pub id: String,
}

/// A list that grows.
#[derive(Debug)]
pub struct Ledger<T>(Mutex<Vec<T>>);

impl<T> Default for Ledger<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T: Clone> Ledger<T> {
    /// Everything in it, oldest first.
    pub fn all(&self) -> Vec<T> {
        self.with(|entries| entries.clone())
    }

    pub(super) fn with<R>(&self, use_it: impl FnOnce(&mut Vec<T>) -> R) -> R {
        use_it(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Ledger<FakeToken> {
    /// The tokens that live.
    pub fn live(&self) -> Vec<String> {
        let tokens = self.all();
        tokens
            .into_iter()
            .filter(|token| token.live)
            .map(|token| token.token)
            .collect()
    }

    /// The live tokens a condition holds for.
    pub(super) fn live_where(&self, holds: impl Fn(&FakeToken) -> bool) -> Vec<FakeToken> {
        self.all()
            .into_iter()
            .filter(|token| token.live && holds(token))
            .collect()
    }

    /// Marks tokens as dead; how many there were.
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
