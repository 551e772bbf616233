//! The reconciler: what an interrupted request left at a gateway is found and removed.
//!
//! Any number of reconcilers may run at once: each intent and each deletion is leased to one of them.

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

/// What one run of the reconciler did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reconciled {
    /// Intents that are closed now.
    pub intents_closed: u32,
    /// Tokens that are no longer at their gateway.
    pub tokens_deleted: u32,
    /// Intents and deletions that were tried and wait for a later run.
    pub still_open: u32,
    /// Tokens with the card's number in them that could not be deleted: they are written nowhere, so that their intents
    /// stay open until they are gone.
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

/// No entry waits longer than this for its next try, in seconds.
const LONGEST_WAIT_SECONDS: u32 = 4 * 3_600;

impl CardStorage {
    /// Asks the gateways about up to `limit` intents that are open past the horizon, then deletes up to `limit` queued
    /// tokens. A gateway that does not know an intent is asked once more, a horizon later, before the intent is closed:
    /// it may have made the token late. Last, the ends of savings are recorded that died before their intent.
    ///
    /// # Errors
    /// [`Unavailable`] when the database is; what was done until then stays done.
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

    /// Records the end of savings whose process died between taking the card and recording the intent. A customer who sends
    /// the code again in time has it recorded earlier.
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

    /// By the database's clock: a process whose own clock is wrong neither looks too early nor takes another's lease.
    pub(super) async fn lease_terms(&self, limit: u32) -> Result<LeaseTerms, Unavailable> {
        Ok(LeaseTerms {
            limit,
            first_wait_seconds: self.settings.lease_seconds,
            longest_wait_seconds: LONGEST_WAIT_SECONDS,
            now: self.ports.intents.now().await?,
        })
    }

    /// Closes an open intent as reconciled, after an operator has checked the gateway and left nothing there. How the intent
    /// ended, then or before; none if there is no such intent. A request that is still at it deletes its own token.
    ///
    /// # Errors
    /// [`Unavailable`] when the database is.
    pub async fn settle(&self, id: &IntentId) -> Result<Option<IntentOutcome>, Unavailable> {
        let now = self.ports.clock.now();
        if self.ports.intents.status(id).await? == IntentStatus::Open {
            self.ports.intents.reconcile(id, Vec::new(), now).await?;
        }
        self.ports.intents.outcome(id).await
    }

    /// Whether the intent is closed now. One that cannot be closed says why, and waits for its next try.
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

    /// Asks what became of the action of an intent, and cancels it where its time is over; none if there is none.
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

    /// Queues the tokens that were made, and closes the intent. One that must not be written anywhere is deleted first;
    /// while it lives the intent stays open, as nothing else knows of the token.
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

    /// Closes an intent under which there is no token, when that is so for the second time.
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

    /// The gateway of an account, and the point of sale as it is configured for that account. Never another one.
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

/// Where a token is.
#[derive(Clone, Copy)]
struct Place<'a> {
    tokenizer: &'a dyn Tokenizer,
    pos: &'a Pos,
}

/// The tokens made under an intent. Where the gateway cannot tell, it is also asked by the key that the customer's next
/// card brought: a token found by it is one to delete, but none found by it proves nothing.
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
