//! The rows of saved cards, and the queue of deletions.

use payments_core::audit::AuditOutcome;
use payments_core::chrono::{DateTime, Utc};
use payments_core::flow::FlowId;
use payments_core::intent::{COMMIT_WINDOW, DELETIONS_NOTED_FOR, LeaseTerms};

use super::super::defect::Defect;
use super::super::gateway::Issued;
use super::super::ids::{Account, Card, CustomerKey, Token};
use super::{Database, Intent};

/// A row of the saved cards.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(in crate::model) struct Row {
    pub(in crate::model) pk: u8,
    pub(in crate::model) card: Card,
    pub(in crate::model) account: Account,
    pub(in crate::model) token: Token,
    pub(in crate::model) key: CustomerKey,
}

/// A token that waits for its deletion.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(in crate::model) struct Deletion {
    pub(in crate::model) id: u8,
    pub(in crate::model) account: Account,
    pub(in crate::model) token: Token,
    pub(in crate::model) key: CustomerKey,
    pub(in crate::model) leased_until: Option<DateTime<Utc>>,
    attempts: u32,
}

impl Intent {
    /// Whether it may still commit a token or get an action.
    pub(super) fn is_on_time(&self, now: DateTime<Utc>) -> bool {
        self.recorded_at > now - COMMIT_WINDOW || self.action.is_some()
    }

    /// Whether the deletions of tokens are noted for it.
    fn notes_deletions(&self, now: DateTime<Utc>, defect: Option<Defect>) -> bool {
        let has_action = self.action.is_some() && defect != Some(Defect::ForgottenDeletion);
        self.recorded_at > now - DELETIONS_NOTED_FOR || has_action
    }
}

impl Database {
    /// The customer's key at an account: that of the last card.
    pub(super) fn key_at(&self, account: Account) -> Option<CustomerKey> {
        let mut rows = self.rows.iter().rev();
        rows.find(|row| row.account == account).map(|row| row.key)
    }

    /// Commits a card's row and closes its intent. `None` if the token may be deleted already or soon.
    pub(in crate::model) fn save_card(
        &mut self,
        flow: FlowId,
        (card, account, (token, key)): (Card, Account, Issued),
        now: DateTime<Utc>,
        defect: Option<Defect>,
    ) -> Option<AuditOutcome> {
        if defect == Some(Defect::NoIntent) {
            let intent = Intent::new(card, account, None, DateTime::UNIX_EPOCH);
            self.intents.insert(flow, intent);
        }
        let intent = self.intents.get(&flow);
        if let Some(outcome) = intent.and_then(|intent| intent.closed) {
            self.queue(account, (token, key), None);
            return Some(outcome);
        }
        if account != self.account {
            return Some(self.reconcile(flow, vec![(token, key)]));
        }
        let is_dead = intent.is_some_and(|intent| {
            let is_late = !intent.is_on_time(now);
            is_late && defect != Some(Defect::LateCommit) || intent.dead.contains(&token)
        });
        let is_it = |one: &Deletion| (one.account, one.token) == (account, token);
        let mut dying = self.deletions.iter().filter(|one| is_it(one));
        let is_dying = dying.any(|one| one.leased_until.is_some());
        if (is_dead || is_dying) && defect != Some(Defect::CommittedDeadToken) {
            return None;
        }
        self.upsert(card, account, (token, key));
        self.deletions
            .retain(|one| !is_it(one) || one.leased_until.is_some());
        Some(self.close(flow, AuditOutcome::Saved))
    }

    fn upsert(&mut self, card: Card, account: Account, (token, key): Issued) {
        if let Some(row) = self.rows.iter_mut().find(|row| row.card == card) {
            let former = row.clone();
            (row.account, row.token, row.key) = (account, token, key);
            if (former.account, former.token) != (account, token) {
                self.queue(former.account, (former.token, former.key), None);
            }
            return;
        }
        let pk = self.next_pk();
        self.rows.push(Row {
            pk,
            card,
            account,
            token,
            key,
        });
    }

    /// Queues a token for its deletion, unless a row holds it or it is queued. Returns the queued deletion.
    pub(super) fn queue(
        &mut self,
        account: Account,
        (token, key): Issued,
        leased_until: Option<DateTime<Utc>>,
    ) -> Option<Deletion> {
        let place = (account, token);
        let is_held = self
            .rows
            .iter()
            .any(|row| (row.account, row.token) == place);
        let is_queued = self
            .deletions
            .iter()
            .any(|one| (one.account, one.token) == place);
        if is_held || is_queued {
            return None;
        }
        let deletion = Deletion {
            id: self.next_pk(),
            account,
            token,
            key,
            leased_until,
            attempts: u32::from(leased_until.is_some()),
        };
        self.deletions.push(deletion.clone());
        Some(deletion)
    }

    pub(in crate::model) fn lease_deletions(&mut self, terms: &LeaseTerms) -> Vec<Deletion> {
        let mut leased = Vec::new();
        for one in &mut self.deletions {
            if one.leased_until.is_none_or(|until| until <= terms.now) {
                one.leased_until = Some(terms.lease_until(one.attempts));
                one.attempts += 1;
                leased.push(one.clone());
            }
        }
        leased
    }

    /// Removes a deletion from the queue, and keeps the intents that may have got its token from committing it.
    pub(in crate::model) fn deletion_done(
        &mut self,
        id: u8,
        now: DateTime<Utc>,
        defect: Option<Defect>,
    ) {
        let Some(place) = self.deletions.iter().position(|one| one.id == id) else {
            return;
        };
        let gone = self.deletions.remove(place);
        for intent in self.intents.values_mut() {
            let is_noted = intent.notes_deletions(now, defect);
            if intent.closed.is_none() && intent.account == gone.account && is_noted {
                intent.dead.insert(gone.token);
            }
        }
    }

    /// Deletes the row of a card, and queues its token.
    pub(in crate::model) fn remove(
        &mut self,
        card: Card,
        lease_until: DateTime<Utc>,
        defect: Option<Defect>,
    ) -> Option<Deletion> {
        let place = self.rows.iter().position(|row| row.card == card)?;
        let row = self.rows.remove(place);
        let deletion = self.queue(row.account, (row.token, row.key), Some(lease_until));
        if defect == Some(Defect::UnqueuedDeletion) {
            let of = deletion.as_ref().map(|one| one.id);
            self.deletions.retain(|one| Some(one.id) != of);
        }
        deletion
    }
}
