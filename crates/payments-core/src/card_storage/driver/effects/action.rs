//! Effects on what the gateway wants the customer to do.

use crate::action::{ActionStage, BeginAction, NewAction, StoredAction};
use crate::flow::FlowId;
use crate::id::PosId;
use crate::ports::Unavailable;
use crate::tokenization::{ActionOutcome, GatewayAction};

use super::super::send_code::seconds;
use super::EffectRunner;
use crate::card_storage::event::Outcome;

/// How often it is tried to keep an action when the database does not answer.
const KEEPING_TRIES: u32 = 2;

impl EffectRunner<'_> {
    /// Keeps all that is needed to save the card later. What cannot be kept is cancelled at the gateway: the customer
    /// is not sent there.
    pub(super) async fn begin_action(&mut self, flow: FlowId, pos: PosId) -> Outcome {
        let Some((asked, action)) = self.action.take().and_then(|asked| {
            let action = self.new_action(flow, asked.clone())?;
            Some((asked, action))
        }) else {
            return Outcome::SaveUnknown;
        };
        let (actions, id) = (&self.storage.ports.actions, flow.intent());
        let mut kept = actions.begin(&id, &action).await;
        for _ in 1..KEEPING_TRIES {
            if kept.is_err() {
                kept = actions.begin(&id, &action).await;
            }
        }
        match kept {
            Ok(BeginAction::Begun) => Outcome::ActionBegun {
                until: action.deadline,
            },
            Ok(BeginAction::Refused) => {
                if self.cancel(pos, &asked).await {
                    let now = self.storage.ports.clock.now();
                    // If this fails the intent stays open, and the reconciler closes it.
                    let _ = self.storage.ports.intents.refuse(&id, None, now).await;
                }
                Outcome::IntentClosed
            }
            Err(_) => {
                self.cancel(pos, &asked).await;
                Outcome::SaveUnknown
            }
        }
    }

    fn new_action(&self, flow: FlowId, asked: GatewayAction) -> Option<NewAction> {
        let settings = self.storage.settings.actions.as_ref()?;
        Some(NewAction {
            digest: self.storage.keys.action_id(flow).digest(),
            handle: asked.handle,
            url: asked.url,
            deadline: self.storage.ports.clock.now() + seconds(settings.lifetime_seconds),
            card: self.kept.as_ref()?.pending(),
        })
    }

    /// An adapter that says otherwise is not believed.
    pub(super) fn leads_to_the_gateway(&self, pos: PosId, action: &GatewayAction) -> bool {
        let gateway = self.gateway(pos);
        gateway.is_ok_and(|(pos, tokenizer)| tokenizer.is_own_url(&pos, &action.url))
    }

    /// Whether the gateway will surely make no token.
    async fn cancel(&self, pos: PosId, asked: &GatewayAction) -> bool {
        let Ok((pos, tokenizer)) = self.gateway(pos) else {
            return false;
        };
        let cancelled = tokenizer.cancel_action(&pos, &asked.handle).await;
        matches!(cancelled, Ok(ActionOutcome::Refused(_)))
    }

    /// Whether an open intent waits for its customer.
    pub(super) async fn action_under_way(&self, flow: FlowId) -> Result<Outcome, Unavailable> {
        let ports = &self.storage.ports;
        let found = ports.actions.of_intent(&flow.intent()).await?;
        let pending = found.and_then(StoredAction::open_for_the_customer);
        Ok(match pending {
            Some(pending) if pending.deadline > ports.clock.now() => Outcome::ActionBegun {
                until: pending.deadline,
            },
            Some(_) | None => Outcome::IntentOpen,
        })
    }

    /// Why an intent was refused whose customer was at the gateway; none for any other.
    pub(super) async fn refused_action(
        &self,
        flow: FlowId,
    ) -> Result<Option<Outcome>, Unavailable> {
        let found = self.storage.ports.actions.of_intent(&flow.intent()).await?;
        Ok(match found.map(|found| found.stage) {
            Some(ActionStage::Over {
                reason: Some(reason),
                ..
            }) => Some(Outcome::IntentRefused(reason)),
            Some(ActionStage::Over { reason: None, .. } | ActionStage::Pending(_)) | None => None,
        })
    }
}
