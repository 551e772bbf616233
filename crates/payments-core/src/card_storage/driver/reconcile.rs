//! The reconciler: finds and deletes what an interrupted request left at a gateway.
//!
//! Any number of reconcilers may run concurrently: each intent and each deletion is leased to one of them.

use alloc::vec::Vec;

use chrono::TimeDelta;

use crate::action::ActionStage;
use crate::card::StatedToken;
use crate::catalog::{Catalog, GatewayAccount, Pos};
use crate::flow::IntentId;
use crate::id::PosId;
use crate::intent::{IntentOutcome, IntentStatus, LeaseTerms, OpenIntent, Setback};
use crate::ports::{Tokenizer, Unavailable};
use crate::tokenization::{CalledWith, Found, TokenSearch};

use super::finish_action::{ActionVerdict, Settled};
use super::leak_check::LeakCheck;
use super::{CardStorage, seconds};

/// The results of one run of the reconciler.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reconciled {
    /// Intents that were closed.
    pub intents_closed: u32,
    /// Tokens that were deleted at their gateway.
    pub tokens_deleted: u32,
    /// Intents and deletions that were tried and wait for a later run.
    pub still_open: u32,
    /// Tokens that contain a card number and could not be deleted. They are not stored; their intents stay open until
    /// the tokens are deleted.
    pub revealing_left: u32,
}

impl Reconciled {
    fn count(&mut self, done: bool, counter: impl FnOnce(&mut Self) -> &mut u32) {
        let counter = if done {
            counter(self)
        } else {
            &mut self.still_open
        };
        *counter = counter.saturating_add(1);
    }
}

/// The longest back-off between two tries of an entry, in seconds.
const LONGEST_WAIT_SECONDS: u32 = 4 * 3_600;

impl CardStorage {
    /// Asks the gateways about up to `limit` open intents that are older than the horizon, deletes up to
    /// `limit` queued tokens, and then records the ends of savings that died before their intent. If a gateway
    /// does not know an intent, it is asked again one horizon later before the intent is closed, because it may
    /// have made the token late.
    ///
    /// # Errors
    /// [`Unavailable`] if the database is unavailable. What was done until then stays done.
    pub async fn reconcile(
        &self,
        catalog: &Catalog,
        limit: u32,
    ) -> Result<Reconciled, Unavailable> {
        let mut done = Reconciled::default();
        let intents = &self.ports.intents;
        let terms = self.lease_terms(limit).await?;
        let recorded_before = terms.now - seconds(self.settings.gateway_horizon_seconds);
        for open in intents.lease_open(recorded_before, &terms).await? {
            let closed = self.close(catalog, open, &mut done).await?;
            done.count(closed, |done| &mut done.intents_closed);
        }
        let terms = self.lease_terms(limit).await?;
        for deletion in intents.lease_deletions(&terms).await? {
            let deleted = self.delete_token(catalog, deletion).await;
            done.count(deleted, |done| &mut done.tokens_deleted);
        }
        self.record_lost_cards(&terms).await?;
        Ok(done)
    }

    /// Records the end of savings whose process died between taking the card and recording the intent. If the customer
    /// sends the code again in time, that request records it.
    async fn record_lost_cards(&self, terms: &LeaseTerms) -> Result<(), Unavailable> {
        let settings = &self.settings;
        let over = settings
            .saving_seconds
            .max(settings.gateway_horizon_seconds);
        let until = terms.now - seconds(over);
        let since = until - TimeDelta::days(1);
        let (tries, at) = (&self.ports.code_tries, self.ports.clock.now());
        tries.end_unrecorded(since, until, terms.limit, at).await?;
        Ok(())
    }

    /// Uses the database's clock: a process with a wrong clock neither looks too early nor takes another's lease.
    pub(super) async fn lease_terms(&self, limit: u32) -> Result<LeaseTerms, Unavailable> {
        Ok(LeaseTerms {
            limit,
            first_wait_seconds: self.settings.lease_seconds,
            longest_wait_seconds: LONGEST_WAIT_SECONDS,
            now: self.ports.intents.now().await?,
        })
    }

    /// Closes an open intent as reconciled, after an operator checked that no token is left at the gateway. Returns
    /// how the intent ended, now or earlier; `None` if there is no such intent. A request that is still running
    /// deletes its own token.
    ///
    /// # Errors
    /// [`Unavailable`] if the database is unavailable.
    pub async fn settle(&self, id: &IntentId) -> Result<Option<IntentOutcome>, Unavailable> {
        let now = self.ports.clock.now();
        if self.ports.intents.status(id).await? == IntentStatus::Open {
            self.ports.intents.reconcile(id, Vec::new(), now).await?;
        }
        self.ports.intents.outcome(id).await
    }

    /// Closes an intent if possible, and returns whether it is closed now. Otherwise the reason is stored, and the
    /// intent waits for its next try.
    async fn close(
        &self,
        catalog: &Catalog,
        open: OpenIntent,
        done: &mut Reconciled,
    ) -> Result<bool, Unavailable> {
        match self.try_to_close(catalog, &open, done).await? {
            Ok(is_closed) => Ok(is_closed),
            Err(setback) => {
                let intents = &self.ports.intents;
                intents.intent_stuck(&open.intent.id, setback).await?;
                Ok(false)
            }
        }
    }

    async fn try_to_close(
        &self,
        catalog: &Catalog,
        open: &OpenIntent,
        done: &mut Reconciled,
    ) -> Result<Result<bool, Setback>, Unavailable> {
        let intent = &open.intent;
        match self.close_action(catalog, open).await? {
            Some(Settled::Stuck(setback)) => return Ok(Err(setback)),
            Some(Settled::Decided(ActionVerdict::Pending)) => return Ok(Ok(false)),
            Some(Settled::Decided(
                ActionVerdict::Saved | ActionVerdict::Refused(_) | ActionVerdict::NotSaved,
            )) => return Ok(Ok(true)),
            Some(Settled::LeftBehind) | None => {}
        }
        let (tokenizer, pos) = match self.reach(catalog, intent.pos, &intent.account) {
            Ok(reached) => reached,
            Err(setback) => return Ok(Err(setback)),
        };
        match look(tokenizer, &pos, open).await {
            Ok(Found::Tokens(tokens)) => {
                let pos = &pos;
                let at = Place { tokenizer, pos };
                self.close_with(open, tokens, at, done).await
            }
            Ok(Found::Nothing) => self.close_without(open).await.map(Ok),
            Ok(Found::CannotTell) => Ok(Err(Setback::CannotTell)),
            Err(_) => Ok(Err(Setback::GatewayUnavailable)),
        }
    }

    /// Asks for the result of an intent's action, and cancels it if its time is over. `None` if the
    /// intent has no action.
    async fn close_action(
        &self,
        catalog: &Catalog,
        open: &OpenIntent,
    ) -> Result<Option<Settled>, Unavailable> {
        let id = &open.intent.id;
        let found = self.ports.actions.of_intent(id).await?;
        let Some(ActionStage::Pending(pending)) = found.map(|found| found.stage) else {
            return Ok(None);
        };
        let deadline = pending.deadline;
        let terms = self.lease_terms(1).await?;
        let is_over = pending.card.is_none() || deadline <= terms.now;
        let settled = self.settle_action(catalog, &open.intent, pending, is_over);
        let settled = settled.await?;
        if matches!(settled, Settled::Decided(ActionVerdict::Pending)) {
            let again = deadline.max(terms.lease_until(0));
            self.ports.intents.postponed(id, again).await?;
        }
        Ok(Some(settled))
    }

    /// Queues the tokens that were made, and closes the intent. A token that must not be stored is deleted first; if
    /// that fails the intent stays open, because the token is recorded nowhere else.
    async fn close_with(
        &self,
        open: &OpenIntent,
        tokens: Vec<StatedToken>,
        at: Place<'_>,
        done: &mut Reconciled,
    ) -> Result<Result<bool, Setback>, Unavailable> {
        let check = LeakCheck {
            keys: &self.keys,
            card: open.intent.card.as_ref(),
        };
        let mut keepable = Vec::new();
        let mut are_gone = true;
        for stated in tokens {
            if let Some(token) = check.token(&stated) {
                keepable.push(token);
                continue;
            }
            let is_gone = at.tokenizer.delete(at.pos, &stated).await.is_ok();
            are_gone &= is_gone;
            let counter = if is_gone {
                &mut done.tokens_deleted
            } else {
                &mut done.revealing_left
            };
            *counter = counter.saturating_add(1);
        }
        if !are_gone {
            return Ok(Err(Setback::TokenRemains));
        }
        let now = self.ports.clock.now();
        let intents = &self.ports.intents;
        intents.reconcile(&open.intent.id, keepable, now).await?;
        Ok(Ok(true))
    }

    /// Closes an intent without a token, once two looks have found none.
    async fn close_without(&self, open: &OpenIntent) -> Result<bool, Unavailable> {
        let (intents, id) = (&self.ports.intents, &open.intent.id);
        if open.looks == 0 {
            let horizon = seconds(self.settings.gateway_horizon_seconds);
            let not_before = intents.now().await? + horizon;
            intents.looked(id, not_before).await?;
            return Ok(false);
        }
        intents.refuse(id, None, self.ports.clock.now()).await?;
        Ok(true)
    }

    /// The gateway of an account, and the point of sale as it is configured for that account. Never another account's.
    pub(super) fn reach(
        &self,
        catalog: &Catalog,
        pos: PosId,
        account: &GatewayAccount,
    ) -> Result<(&dyn Tokenizer, Pos), Setback> {
        let pos = catalog.pos(pos).ok_or(Setback::PosMissing)?;
        let pos = pos.at_account(account).ok_or(Setback::CredentialsMissing)?;
        let tokenizer = self.ports.tokenizers.of(&pos);
        let tokenizer = tokenizer.ok_or(Setback::GatewayNotEnabled)?;
        Ok((&**tokenizer, pos))
    }
}

/// The point of sale and account that a token belongs to.
#[derive(Clone, Copy)]
struct Place<'a> {
    tokenizer: &'a dyn Tokenizer,
    pos: &'a Pos,
}

/// Searches for the tokens that were made under an intent. If the gateway cannot tell, it is also asked by the customer
/// key that the customer's next card stored. A token found that way is deleted, but finding none proves nothing.
async fn look(
    tokenizer: &dyn Tokenizer,
    pos: &Pos,
    open: &OpenIntent,
) -> Result<Found, Unavailable> {
    let search = |called_with| TokenSearch {
        reference: open.intent.id.clone(),
        called_with,
    };
    let found = tokenizer
        .find(pos, &search(open.called_with.clone()))
        .await?;
    let later = match (&found, &open.later_customer_key) {
        (Found::CannotTell, Some(key)) => CalledWith::Key(key.clone()),
        (Found::CannotTell, None) | (Found::Tokens(_) | Found::Nothing, _) => return Ok(found),
    };
    Ok(match tokenizer.find(pos, &search(later)).await? {
        tokens @ Found::Tokens(_) => tokens,
        Found::Nothing | Found::CannotTell => Found::CannotTell,
    })
}
