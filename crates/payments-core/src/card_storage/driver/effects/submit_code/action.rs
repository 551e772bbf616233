//! Stores the action that the gateway requires of the customer.

use crate::action::{BeginAction, NewAction};
use crate::catalog::GatewayAccount;
use crate::flow::FlowId;
use crate::id::PosId;
use crate::tokenization::{ActionOutcome, GatewayAction};

use super::{Progress, REQUEST, SubmitCodeRunner, unexpected};
use crate::card_storage::driver::{StorageRefusal, seconds};
use crate::card_storage::event::Outcome;

/// How often storing an action is attempted while the database is unavailable.
const KEEPING_TRIES: u32 = 2;

impl SubmitCodeRunner<'_> {
    /// Stores everything that is needed to save the card later. If that fails, the action is cancelled at the gateway
    /// and the customer is not sent there.
    pub(super) async fn begin_action(
        &mut self,
        flow: FlowId,
        pos: PosId,
    ) -> Result<Outcome, StorageRefusal> {
        let Progress::ActionAsked {
            action: asked,
            retained,
        } = core::mem::take(&mut self.progress)
        else {
            return Err(unexpected(REQUEST, "BeginAction without an action"));
        };
        let storage = self.flow.storage;
        // The gateway requires an action although the request had no return URL.
        let Some(settings) = storage.settings.actions.as_ref() else {
            return Ok(Outcome::SaveUnknown);
        };
        let account = retained.account().clone();
        let action = NewAction {
            digest: storage.keys.action_id(flow).digest(),
            handle: asked.handle.clone(),
            url: asked.url.clone(),
            deadline: storage.ports.clock.now() + seconds(settings.lifetime_seconds),
            card: retained.pending(),
        };
        let (actions, id) = (&storage.ports.actions, flow.intent());
        let mut kept = actions.begin(&id, &action).await;
        for _ in 1..KEEPING_TRIES {
            if kept.is_err() {
                kept = actions.begin(&id, &action).await;
            }
        }
        Ok(match kept {
            Ok(BeginAction::Begun) => Outcome::ActionBegun {
                until: action.deadline,
            },
            Ok(BeginAction::Refused) => {
                if self.cancel(pos, &account, &asked).await {
                    let now = storage.ports.clock.now();
                    // If this fails the intent stays open, and the reconciler closes it.
                    let _ = storage.ports.intents.refuse(&id, None, now).await;
                }
                Outcome::IntentClosed
            }
            Err(_) => {
                self.cancel(pos, &account, &asked).await;
                Outcome::SaveUnknown
            }
        })
    }

    /// Checks the adapter's URL against the gateway's own hosts.
    pub(super) fn leads_to_the_gateway(
        &self,
        pos: PosId,
        account: &GatewayAccount,
        action: &GatewayAction,
    ) -> bool {
        let gateway = self.gateway(pos, account);
        gateway.is_ok_and(|(pos, tokenizer)| tokenizer.is_own_url(&pos, &action.url))
    }

    /// Cancels the action. Returns whether it is certain that no token will be made.
    async fn cancel(&self, pos: PosId, account: &GatewayAccount, asked: &GatewayAction) -> bool {
        let Ok((pos, tokenizer)) = self.gateway(pos, account) else {
            return false;
        };
        let cancelled = tokenizer.cancel_action(&pos, &asked.handle).await;
        matches!(cancelled, Ok(ActionOutcome::Refused(_)))
    }
}
