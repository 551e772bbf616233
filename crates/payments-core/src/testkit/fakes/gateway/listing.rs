//! How a fake gateway lists its tokens.

use crate::card::StatedToken;
use crate::catalog::Pos;
use crate::flow::IntentId;
use crate::tokenization::{ListCursor, ListOf, Listed, ListedToken};

use super::{Books, FakeGateway, LedgerEntry, SearchBy, lock};

/// The number of tokens on a page, so small that short lists have several.
const PAGE: usize = 2;

impl FakeGateway {
    /// Hides the tokens that were made under a reference, as if they were made later, or shows them again.
    pub fn hide(&self, reference: &IntentId, is_hidden: bool) {
        let ledger = &mut lock(&self.books).ledger;
        for entry in ledger.iter_mut().filter(|one| one.reference == *reference) {
            entry.hidden = u32::from(is_hidden);
        }
    }

    /// Makes another token under the references of one, as a gateway does that ignores idempotency keys.
    pub fn make_twice(&self, reference: &IntentId) {
        let ledger = &mut lock(&self.books).ledger;
        let made = ledger.iter().filter(|one| one.reference == *reference);
        let again = made.map(|one| LedgerEntry {
            token: format!("{}-again", one.token),
            ..one.clone()
        });
        let again: Vec<LedgerEntry> = again.collect();
        ledger.extend(again);
    }

    /// Replaces the reference of tokens by a text that is none of ours, as if other software had made them.
    pub fn give_to_others(&self, reference: &IntentId) {
        let ledger = &mut lock(&self.books).ledger;
        for entry in ledger.iter_mut().filter(|one| one.reference == *reference) {
            entry.reference = IntentId("others".to_owned());
        }
    }
}

impl Books {
    /// A gateway that is searched by customer key only has no list of the whole account.
    pub(super) fn list(&self, pos: &Pos, of: &ListOf, after: Option<&ListCursor>) -> Listed {
        let key = match (of, self.search_by) {
            (ListOf::Account, SearchBy::KeyOnly) => return Listed::Unsupported,
            (ListOf::Account, SearchBy::KeyOrReference) => None,
            (ListOf::Customer(key), _) => Some(key.as_str()),
        };
        let start = after.and_then(|cursor| cursor.0.parse().ok()).unwrap_or(0);
        let is_listed = |entry: &&LedgerEntry| {
            let is_theirs = key.is_none_or(|key| entry.customer_key == key);
            entry.live && entry.hidden == 0 && entry.belongs_to(pos) && is_theirs
        };
        let own = self.ledger.iter().filter(is_listed);
        let mut rest = own.skip(start);
        let page = rest.by_ref().take(PAGE);
        let tokens = page.filter_map(LedgerEntry::listed).collect();
        let next = rest.next().map(|_| ListCursor((start + PAGE).to_string()));
        Listed::Page { tokens, next }
    }
}

impl LedgerEntry {
    fn listed(&self) -> Option<ListedToken> {
        Some(ListedToken {
            token: StatedToken::parse(&self.token, Some(&self.customer_key)).ok()?,
            reference: IntentId::parse(&self.reference.0),
        })
    }
}
