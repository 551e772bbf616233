//! Actions that gateways require of customers.

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use crate::action::{
    ActionDigest, ActionStage, BeginAction, NewAction, PendingAction, StoredAction,
};
use crate::flow::IntentId;
use crate::ports::{Actions, Unavailable};
use crate::tokenization::{GatewayRefusal, RefusalReason};

use super::{FakeDatabase, IntentRow, Tables, lock};

/// The row of an action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ActionRow {
    digest: ActionDigest,
    /// `None` once the intent is closed.
    pub(super) pending: Option<PendingAction>,
    pub(super) reason: Option<RefusalReason>,
}

impl Tables {
    fn begin(&mut self, id: &IntentId, action: &NewAction, now: DateTime<Utc>) -> BeginAction {
        let open = self.intents.get_mut(id);
        let Some(row) =
            open.filter(|row| row.outcome.is_none() && !row.is_of_erased && row.is_on_time(now))
        else {
            return BeginAction::Refused;
        };
        if let Some(known) = &row.action {
            return if known.digest == action.digest {
                BeginAction::Begun
            } else {
                BeginAction::Refused
            };
        }
        row.action = Some(ActionRow {
            digest: action.digest,
            pending: Some(PendingAction {
                handle: action.handle.clone(),
                url: action.url.clone(),
                deadline: action.deadline,
                card: Some(action.card.clone()),
            }),
            reason: None,
        });
        BeginAction::Begun
    }

    fn refuse_action(&mut self, id: &IntentId, refusal: &GatewayRefusal, now: DateTime<Utc>) {
        if let Some(row) = self.intents.get_mut(id).filter(|row| row.outcome.is_none())
            && let Some(action) = &mut row.action
        {
            action.reason = Some(refusal.reason);
        }
        self.refuse(id, refusal.gateway_code.clone(), now);
    }
}

fn stored(row: &IntentRow) -> Option<StoredAction> {
    let action = row.action.as_ref()?;
    let stage = match (&row.outcome, &action.pending) {
        (None, Some(pending)) => ActionStage::Pending(pending.clone()),
        (Some(outcome), _) => ActionStage::Over {
            outcome: outcome.clone(),
            reason: action.reason,
        },
        (None, None) => return None,
    };
    Some(StoredAction {
        intent: row.intent.clone(),
        stage,
    })
}

#[async_trait]
impl Actions for FakeDatabase {
    async fn begin(&self, id: &IntentId, action: &NewAction) -> Result<BeginAction, Unavailable> {
        let work = || self.change(|tables| tables.begin(id, action, self.now()));
        self.faults.call("actions.begin", work).await
    }

    async fn named(&self, digest: &ActionDigest) -> Result<Option<StoredAction>, Unavailable> {
        let work = || {
            let tables = lock(&self.tables);
            let mut rows = tables.intents.values();
            let is_it = |row: &&IntentRow| {
                let action = row.action.as_ref();
                action.is_some_and(|action| action.digest == *digest)
            };
            rows.find(is_it).and_then(stored)
        };
        self.faults.call("actions.named", work).await
    }

    async fn of_intent(&self, id: &IntentId) -> Result<Option<StoredAction>, Unavailable> {
        let work = || lock(&self.tables).intents.get(id).and_then(stored);
        self.faults.call("actions.of_intent", work).await
    }

    async fn refuse(
        &self,
        id: &IntentId,
        refusal: &GatewayRefusal,
        now: DateTime<Utc>,
    ) -> Result<(), Unavailable> {
        let work = || self.change(|tables| tables.refuse_action(id, refusal, now));
        self.faults.call("actions.refuse", work).await
    }
}
