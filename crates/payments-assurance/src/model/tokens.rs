//! How a token is committed, deleted, or got from an action: the driver's `commit`, `delete_token` and `settle_action`.

use payments_core::audit::AuditOutcome;
use payments_core::flow::FlowId;

use super::database::{Deletion, Row};
use super::gateway::{self, Issued};
use super::ids::{Account, Card};
use super::scene::{Call, Lost, Scene, Step, Turn};

/// How often queueing a token is attempted.
const QUEUEING_TRIES: u8 = 3;

/// Commits a card's row and closes the intent. The result is how the intent ended; `None` if that is unknown.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Committing {
    flow: FlowId,
    card: Card,
    account: Account,
    issued: Issued,
    stage: Stage,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Stage {
    Save,
    LookUp,
    Queue { outcome: AuditOutcome, left: u8 },
}

impl Committing {
    pub(super) const fn new(flow: FlowId, card: Card, account: Account, issued: Issued) -> Self {
        Self {
            flow,
            card,
            account,
            issued,
            stage: Stage::Save,
        }
    }

    pub(super) const fn next(&self) -> Call {
        match self.stage {
            Stage::Save | Stage::Queue { .. } => Call::write("intents.save_card"),
            Stage::LookUp => Call::read("intents.outcome"),
        }
    }

    pub(super) fn turn(self, turn: &mut Turn<'_>) -> Step<Self, Option<AuditOutcome>> {
        match self.stage {
            Stage::Save => match self.save(turn) {
                Ok(outcome) => Step::Done(outcome),
                Err(Lost) => self.then(Stage::LookUp),
            },
            Stage::LookUp => {
                let flow = self.flow;
                let found = turn.call(|scene| {
                    let intent = scene.database.intents.get(&flow);
                    intent.and_then(|intent| intent.closed)
                });
                match found {
                    Ok(Some(outcome)) if outcome != AuditOutcome::Saved => {
                        let left = QUEUEING_TRIES;
                        self.then(Stage::Queue { outcome, left })
                    }
                    Ok(outcome) => Step::Done(outcome),
                    Err(Lost) => Step::Done(None),
                }
            }
            Stage::Queue { outcome, left } => match self.save(turn) {
                Err(Lost) if left > 1 => self.then(Stage::Queue {
                    outcome,
                    left: left - 1,
                }),
                Ok(_) | Err(Lost) => Step::Done(Some(outcome)),
            },
        }
    }

    const fn then(self, stage: Stage) -> Step<Self, Option<AuditOutcome>> {
        Step::Next(Self { stage, ..self })
    }

    fn save(&self, turn: &mut Turn<'_>) -> Result<Option<AuditOutcome>, Lost> {
        let (now, defect) = (turn.now(), turn.defect());
        turn.call(|scene| {
            let card = (self.card, self.account, self.issued);
            let outcome = scene.database.save_card(self.flow, card, now, defect);
            let holds = |row: &Row| (row.card, row.token) == (self.card, self.issued.0);
            if outcome == Some(AuditOutcome::Saved) && scene.database.rows.iter().any(holds) {
                scene.seen.removed.remove(&self.card);
            }
            outcome
        })
    }
}

/// Deletes a queued token at its own account, and removes it from the queue.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Deleting {
    AtGateway(Deletion),
    Done(u8),
}

impl Deleting {
    pub(super) const fn next(&self) -> Call {
        match self {
            Self::AtGateway(_) => Call::gateway("gateway.delete"),
            Self::Done(_) => Call::write("intents.deletion_done"),
        }
    }

    pub(super) fn turn(self, turn: &mut Turn<'_>) -> Step<Self, ()> {
        match self {
            Self::AtGateway(deletion) => {
                let place = turn.place_of(deletion.account);
                match turn.call(|scene| scene.delete(place, &deletion)) {
                    Ok(()) => Step::Next(Self::Done(deletion.id)),
                    Err(Lost) => Step::Done(()),
                }
            }
            Self::Done(id) => {
                let (now, defect) = (turn.now(), turn.defect());
                let _ = turn.call(|scene| scene.database.deletion_done(id, now, defect));
                Step::Done(())
            }
        }
    }
}

/// Asks the gateway about a pending action, or cancels it, and closes the intent if the result is known.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Settling {
    Ask { flow: FlowId, must_cancel: bool },
    Refuse(FlowId),
    Commit(Committing),
}

/// The result of checking a pending action.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Settled {
    Decided,
    Pending,
    /// The gateway could not be asked.
    Stuck,
    /// There is a token that must not be saved.
    LeftBehind,
}

impl Settling {
    pub(super) const fn next(&self) -> Call {
        match self {
            Self::Ask {
                must_cancel: true, ..
            } => Call::gateway("gateway.cancel_action"),
            Self::Ask { .. } => Call::gateway("gateway.action"),
            Self::Refuse(_) => Call::write("actions.refuse"),
            Self::Commit(committing) => committing.next(),
        }
    }

    pub(super) fn turn(self, turn: &mut Turn<'_>) -> Step<Self, Result<Settled, Lost>> {
        match self {
            Self::Ask { flow, must_cancel } => {
                let told = turn.call(|scene| ask(scene, flow, must_cancel));
                match told {
                    Err(Lost) => Step::Done(Ok(Settled::Stuck)),
                    Ok(gateway::Stage::Waiting) => Step::Done(Ok(Settled::Pending)),
                    Ok(gateway::Stage::Refused) => Step::Next(Self::Refuse(flow)),
                    Ok(gateway::Stage::Done(token, key)) => {
                        let Some(intent) = turn.scene.database.intents.get(&flow) else {
                            return Step::Done(Ok(Settled::Stuck));
                        };
                        let (card, account) = (intent.card, intent.account);
                        let committing = Committing::new(flow, card, account, (token, key));
                        Step::Next(Self::Commit(committing))
                    }
                }
            }
            Self::Refuse(flow) => {
                let refused = turn.call(|scene| scene.database.refuse_action(flow));
                Step::Done(refused.map(|()| Settled::Decided))
            }
            Self::Commit(committing) => match committing.turn(turn) {
                Step::Next(committing) => Step::Next(Self::Commit(committing)),
                Step::Done(Some(_)) => Step::Done(Ok(Settled::Decided)),
                Step::Done(None) => Step::Done(Ok(Settled::LeftBehind)),
            },
        }
    }
}

fn ask(scene: &mut Scene, flow: FlowId, must_cancel: bool) -> gateway::Stage {
    if must_cancel {
        scene.gateway.cancel(flow)
    } else {
        scene.gateway.action(flow)
    }
}
