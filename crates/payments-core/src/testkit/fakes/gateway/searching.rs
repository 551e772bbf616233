//! How a fake gateway is searched for tokens.

use crate::card::{ProviderCustomerKey, StatedToken};
use crate::catalog::Pos;
use crate::tokenization::{CalledWith, Found, TokenSearch};

use super::Books;

/// How tokens can be searched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SearchBy {
    /// By its customer key, and by the reference under which a customer was created (like Stripe).
    #[default]
    KeyOrReference,
    /// By its customer key only (like iyzico).
    KeyOnly,
}

impl Books {
    pub(super) fn find(&mut self, pos: &Pos, search: &TokenSearch) -> Found {
        let key = search.called_with.key().map(ProviderCustomerKey::as_str);
        let known = key.filter(|key| self.knows(pos, key));
        let mut keys: Vec<String> = known.into_iter().map(str::to_owned).collect();
        if self.search_by == SearchBy::KeyOrReference {
            let made = self.customers.iter().filter(|customer| {
                customer.belongs_to(pos) && customer.made_under == search.reference
            });
            keys.extend(made.map(|customer| customer.key.clone()));
        }
        let is_certain = match (self.search_by, &search.called_with) {
            (SearchBy::KeyOrReference, CalledWith::NoKey) => true,
            (SearchBy::KeyOnly, CalledWith::NoKey) | (_, CalledWith::Unknown) => false,
            (_, CalledWith::Key(_)) => !keys.is_empty(),
        };
        let mut found = Vec::new();
        for entry in &mut self.ledger {
            let is_asked_for = entry.belongs_to(pos) && entry.reference == search.reference;
            if !(is_asked_for && entry.live && keys.contains(&entry.customer_key)) {
                continue;
            }
            if entry.hidden > 0 {
                entry.hidden -= 1;
            } else {
                found.extend(StatedToken::parse(&entry.token, Some(&entry.customer_key)));
            }
        }
        match Found::all(found) {
            Found::Nothing if !is_certain => Found::CannotTell,
            found @ (Found::Tokens(_) | Found::Nothing | Found::CannotTell) => found,
        }
    }
}
