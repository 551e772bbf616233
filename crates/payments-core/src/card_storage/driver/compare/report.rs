//! What a full comparison found.

use alloc::vec::Vec;

use crate::catalog::GatewayAccount;
use crate::flow::IntentId;
use crate::id::{CustomerId, PosId, SavedCardId};
use crate::intent::Setback;

/// The result of a full comparison.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comparison {
    /// Every account that the catalog or a saved card names.
    pub accounts: Vec<ComparedAccount>,
}

/// The result at one account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ComparedAccount {
    /// The point of sale.
    pub pos: PosId,
    /// The account that was compared.
    pub account: GatewayAccount,
    /// Why the account was not compared, or not to its end.
    pub setback: Option<Setback>,
    /// Whether all tokens of the account were read. If not, the gateway has no list of them, and only the customers that
    /// saved cards name were compared.
    pub is_whole: bool,
    /// The tokens that were read.
    pub tokens: u64,
    /// The saved cards at this account.
    pub rows: u64,
    /// Saved cards whose token the gateway did not list, and that it cannot be asked about.
    pub unchecked_rows: u64,
    /// Tokens that no saved card holds and that were not made with a reference of ours.
    pub foreign_tokens: u64,
    /// Tokens that belong to nothing. One that two accounts list is only in the first.
    pub orphans: Vec<Orphan>,
    /// Saved cards whose token is gone.
    pub dead_rows: Vec<DeadRow>,
}

/// A live token that no saved card holds, that is not queued for deletion, and whose saving is not in progress.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Orphan {
    /// The reference that it was made with.
    pub reference: IntentId,
    /// What was done with it.
    pub end: OrphanEnd,
}

/// What was done with an orphan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrphanEnd {
    /// Nothing.
    Left,
    /// It was queued for deletion.
    Queued,
    /// Nothing: its text may contain a card number, so it must not be stored in the queue.
    NotStorable,
}

/// A saved card whose token is gone: it cannot be charged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeadRow {
    /// The card's primary key.
    pub card: SavedCardId,
    /// The customer who owns the card.
    pub customer: CustomerId,
}

impl ComparedAccount {
    pub(super) const fn of(pos: PosId, account: GatewayAccount) -> Self {
        Self {
            pos,
            account,
            setback: None,
            is_whole: false,
            tokens: 0,
            rows: 0,
            unchecked_rows: 0,
            foreign_tokens: 0,
            orphans: Vec::new(),
            dead_rows: Vec::new(),
        }
    }
}

impl Comparison {
    /// Whether nothing is left to do: every account was compared to its end, every orphan is queued, and every saved card
    /// that could be checked has its token.
    pub fn is_settled(&self) -> bool {
        self.accounts.iter().all(|one| {
            let mut orphans = one.orphans.iter();
            one.setback.is_none()
                && one.dead_rows.is_empty()
                && orphans.all(|orphan| orphan.end == OrphanEnd::Queued)
        })
    }
}
