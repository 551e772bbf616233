//! Effects on the intent and at the gateway: the way from the held card to its row.

use crate::catalog::{GatewayAccount, Pos};
use crate::id::PosId;
use crate::ports::{
    AuditOutcome, Intent, IntentOutcome, IssuedToken, RecordIntent, TokenizeFailure,
    TokenizeRequest, Tokenizer, Unavailable,
};

use super::super::super::event::{Answer, Denial, Outcome};
use super::super::super::{FlowId, FlowState, StorageRefusal};
use super::kept::Kept;
use super::{Carrying, Done};

impl<'a> Carrying<'a> {
    pub(super) async fn record(&mut self, flow: FlowId, pos: PosId) -> Outcome {
        let ports = &self.storage.ports;
        let Some(place) = self.catalog.and_then(|catalog| catalog.pos(pos)) else {
            return self.nowhere(flow, pos).await;
        };
        let intent = Intent {
            id: flow.intent(),
            customer: self.owner.customer,
            pos,
            account: place.account(),
        };
        match ports.intents.record(&intent).await {
            Ok(RecordIntent::Recorded) => Outcome::IntentRecorded,
            Ok(RecordIntent::Exists) => Outcome::IntentExists,
            Ok(RecordIntent::CustomerErased) => Outcome::IntentUnrecorded,
            Ok(RecordIntent::AccountChanged) => self.nowhere(flow, pos).await,
            Err(unavailable) => {
                self.trouble = Some(unavailable);
                Outcome::IntentUnrecorded
            }
        }
    }

    /// The point of sale went, or changed its account, since the card was held. Nothing was recorded and no gateway is
    /// called; the lost card still needs its record.
    async fn nowhere(&self, flow: FlowId, pos: PosId) -> Outcome {
        self.audit(flow, Some(pos), AuditOutcome::CardLost).await;
        Outcome::GatewayUnavailable
    }

    pub(super) async fn tokenize(&mut self, flow: FlowId, pos: PosId) -> Outcome {
        match self.call_gateway(flow, pos).await {
            // A gateway that gives the card's number back has not given a token.
            Ok(issued)
                if self
                    .kept
                    .as_ref()
                    .is_none_or(|kept| kept.is_revealed_by(&issued)) =>
            {
                Outcome::TokenUnknown
            }
            Ok(issued) => {
                self.issued = Some(issued);
                Outcome::TokenIssued
            }
            Err(TokenizeFailure::Refused(refusal)) => {
                self.gateway_code = refusal.gateway_code;
                Outcome::TokenRefused(refusal.reason)
            }
            Err(TokenizeFailure::Unavailable(_)) => Outcome::GatewayUnavailable,
            Err(TokenizeFailure::Unknown) => Outcome::TokenUnknown,
        }
    }

    async fn call_gateway(
        &mut self,
        flow: FlowId,
        pos: PosId,
    ) -> Result<IssuedToken, TokenizeFailure> {
        let (pos, account, tokenizer) = self.gateway(pos).map_err(TokenizeFailure::Unavailable)?;
        let customer = self.owner.customer;
        let provider_customer_key = self
            .storage
            .ports
            .intents
            .provider_customer_key(customer, pos.pk, &account)
            .await
            .map_err(TokenizeFailure::Unavailable)?;
        let card = self
            .card
            .take()
            .ok_or_else(|| TokenizeFailure::Unavailable(away()))?;
        self.kept = Some(Kept::of(
            &card,
            customer,
            (pos.pk, account),
            &self.storage.keys,
        ));
        let reference = flow.intent();
        // From here on the number and the CVV are the gateway adapter's, which drops them with its request.
        let request = TokenizeRequest {
            reference,
            customer,
            provider_customer_key,
            card: card.details,
        };
        tokenizer.tokenize(&pos, request).await
    }

    /// The point of sale at its present account, the same as the intent's. It may have gone, or lost its gateway, since
    /// the card was held.
    fn gateway(&self, pos: PosId) -> Result<(Pos, GatewayAccount, &'a dyn Tokenizer), Unavailable> {
        let tokenizers = &self.storage.ports.tokenizers;
        let found = self.catalog.and_then(|catalog| {
            let pos = catalog.pos(pos)?;
            let account = pos.account();
            let pos = pos.at_account(&account)?;
            let tokenizer = &**tokenizers.of(&pos)?;
            Some((pos, account, tokenizer))
        });
        found.ok_or_else(away)
    }

    pub(super) async fn save(&mut self, flow: FlowId) -> Outcome {
        let Some((issued, kept)) = self.issued.take().zip(self.kept.take()) else {
            return Outcome::SaveUnknown;
        };
        let (intents, id) = (&self.storage.ports.intents, flow.intent());
        let card = kept.with(issued.clone());
        let outcome = match intents
            .save_card(&id, &card, self.storage.ports.clock.now())
            .await
        {
            Ok(outcome) => Some(outcome),
            // Perhaps it was committed and only the reply was lost.
            Err(_) => intents.outcome(&id).await.ok().flatten(),
        };
        match outcome {
            Some(IntentOutcome::Saved(_)) => Outcome::CardSaved,
            Some(IntentOutcome::Refused { .. } | IntentOutcome::Reconciled) => {
                self.give_up(flow, issued).await;
                Outcome::IntentClosed
            }
            None => Outcome::SaveUnknown,
        }
    }

    /// The reconciler closed the intent before us: the token must not outlive it.
    async fn give_up(&self, flow: FlowId, issued: IssuedToken) {
        let found = vec![(issued.token, issued.provider_customer_key)];
        let now = self.storage.ports.clock.now();
        let _ = self
            .storage
            .ports
            .intents
            .reconcile(&flow.intent(), found, now)
            .await;
    }

    pub(super) async fn refuse(&mut self, flow: FlowId) -> Done {
        let now = self.storage.ports.clock.now();
        let code = self.gateway_code.take();
        // If this fails the intent stays open, and the reconciler closes it.
        let _ = self
            .storage
            .ports
            .intents
            .refuse(&flow.intent(), code, now)
            .await;
        Done::Nothing
    }

    /// Closes the intent if it was committed after all; if there is none, the lost card still needs its record.
    pub(super) async fn abandon(&mut self, flow: FlowId, pos: PosId) -> Done {
        self.refuse(flow).await;
        match self.storage.ports.intents.outcome(&flow.intent()).await {
            Ok(None) => self.audit(flow, Some(pos), AuditOutcome::CardLost).await,
            Ok(Some(_)) | Err(_) => Done::Nothing,
        }
    }

    /// How another request's intent ended. Without a row, that request knows why, and stored it before it closed the
    /// intent.
    pub(super) async fn look_up(&self, flow: FlowId) -> Result<Done, StorageRefusal> {
        let outcome = self.storage.ports.intents.outcome(&flow.intent()).await?;
        match outcome {
            Some(IntentOutcome::Saved(_)) => return Ok(Done::Outcome(flow, Outcome::CardSaved)),
            None => return Ok(Done::Outcome(flow, Outcome::IntentOpen)),
            Some(IntentOutcome::Refused { .. } | IntentOutcome::Reconciled) => {}
        }
        let now = self.storage.ports.clock.now();
        let (state, _) = self.storage.load(&self.key, now).await?;
        if let FlowState::Failed(failed) = state
            && failed.flow == flow
        {
            return Ok(Done::Answer(Answer::Denied(Denial::Failed(failed.failure))));
        }
        Ok(Done::Outcome(flow, Outcome::IntentClosed))
    }
}

fn away() -> Unavailable {
    Unavailable {
        what: "gateway",
        source: None,
    }
}
