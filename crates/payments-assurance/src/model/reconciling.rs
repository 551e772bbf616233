//! Requests that need no session: the reconciler, the deletion of a saved card, and the end of an action.

use std::collections::VecDeque;

use payments_core::chrono::{DateTime, Utc};
use payments_core::flow::FlowId;

use super::database::{Deletion, Opened};
use super::defect::Defect;
use super::gateway::{Found, Issued};
use super::ids::{Card, CustomerKey, seconds};
use super::scene::{Call, Lost, Step, Turn};
use super::setup::{HORIZON_SECONDS, SAVING_SECONDS};
use super::tokens::{Deleting, Settled, Settling};

/// One run of the reconciler.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Reconcile {
    LeaseOpen,
    Intent(Opened, OnIntent, VecDeque<Opened>),
    LeaseDeletions,
    Delete(Deleting, VecDeque<Deletion>),
    EndUnrecorded,
}

/// What is done about an open intent.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum OnIntent {
    LookForAction,
    Settle(Settling, DateTime<Utc>),
    Postpone(DateTime<Utc>),
    Find,
    FindLater(CustomerKey),
    Queue(Vec<Issued>),
    Looked,
    Refuse,
}

impl Reconcile {
    pub(super) const fn next(&self) -> Call {
        match self {
            Self::LeaseOpen => Call::write("intents.lease_open"),
            Self::Intent(_, doing, _) => doing.next(),
            Self::LeaseDeletions => Call::write("intents.lease_deletions"),
            Self::Delete(deleting, _) => deleting.next(),
            Self::EndUnrecorded => Call::write("code_tries.end_unrecorded"),
        }
    }

    pub(super) fn turn(self, turn: &mut Turn<'_>) -> Step<Self, ()> {
        match self {
            Self::LeaseOpen => {
                let (terms, defect, now) = (turn.lease_terms(), turn.defect(), turn.now());
                let before = now - seconds(horizon(turn));
                let leased = turn.call(|scene| scene.database.lease_open(before, &terms, defect));
                leased.map_or(Step::Done(()), |leased| next_intent(leased.into()))
            }
            Self::Intent(opened, doing, left) => match doing.turn(&opened, turn) {
                Ok(Some(doing)) => Step::Next(Self::Intent(opened, doing, left)),
                Ok(None) => next_intent(left),
                Err(Lost) => Step::Done(()),
            },
            Self::LeaseDeletions => {
                let terms = turn.lease_terms();
                let leased = turn.call(|scene| scene.database.lease_deletions(&terms));
                leased.map_or(Step::Done(()), |leased| next_deletion(leased.into()))
            }
            Self::Delete(deleting, left) => match deleting.turn(turn) {
                Step::Next(deleting) => Step::Next(Self::Delete(deleting, left)),
                Step::Done(()) => next_deletion(left),
            },
            Self::EndUnrecorded => {
                let over = SAVING_SECONDS.max(HORIZON_SECONDS);
                let until = turn.now() - seconds(over);
                let _ = turn.call(|scene| scene.database.end_unrecorded(until));
                Step::Done(())
            }
        }
    }
}

fn next_intent(mut left: VecDeque<Opened>) -> Step<Reconcile, ()> {
    Step::Next(match left.pop_front() {
        Some(opened) => Reconcile::Intent(opened, OnIntent::LookForAction, left),
        None => Reconcile::LeaseDeletions,
    })
}

fn next_deletion(mut left: VecDeque<Deletion>) -> Step<Reconcile, ()> {
    Step::Next(match left.pop_front() {
        Some(deletion) => Reconcile::Delete(Deleting::AtGateway(deletion), left),
        None => Reconcile::EndUnrecorded,
    })
}

fn horizon(turn: &Turn<'_>) -> u32 {
    if turn.setup.is(Defect::NoHorizon) {
        0
    } else {
        HORIZON_SECONDS
    }
}

impl OnIntent {
    const fn next(&self) -> Call {
        match self {
            Self::LookForAction => Call::read("actions.of_intent"),
            Self::Settle(settling, _) => settling.next(),
            Self::Postpone(_) => Call::write("intents.postponed"),
            Self::Find | Self::FindLater(_) => Call::gateway("gateway.find"),
            Self::Queue(_) => Call::write("intents.reconcile"),
            Self::Looked => Call::write("intents.looked"),
            Self::Refuse => Call::write("intents.refuse"),
        }
    }

    /// One turn; `None` if this run is done with the intent.
    fn turn(self, opened: &Opened, turn: &mut Turn<'_>) -> Result<Option<Self>, Lost> {
        let (flow, now) = (opened.flow, turn.now());
        match self {
            Self::LookForAction => {
                let found = turn.call(|scene| {
                    let intent = scene.database.intents.get(&flow);
                    let open = intent.filter(|intent| intent.closed.is_none());
                    open.and_then(|intent| intent.action)
                })?;
                Ok(Some(found.map_or(Self::Find, |action| {
                    let must_cancel = action.deadline <= now;
                    Self::Settle(Settling::Ask { flow, must_cancel }, action.deadline)
                })))
            }
            Self::Settle(settling, deadline) => match settling.turn(turn) {
                Step::Next(settling) => Ok(Some(Self::Settle(settling, deadline))),
                Step::Done(settled) => Ok(match settled? {
                    Settled::Decided | Settled::Stuck => None,
                    Settled::Pending => Some(Self::Postpone(deadline)),
                    Settled::LeftBehind => Some(Self::Find),
                }),
            },
            Self::Postpone(deadline) => {
                let again = deadline.max(turn.lease_terms().lease_until(0));
                turn.call(|scene| scene.database.answered(flow, again, 0))?;
                Ok(None)
            }
            Self::Find => {
                let (account, key) = (turn.place_of(opened.account), opened.called_with);
                let found = turn.call(|scene| scene.find(account, flow, key));
                Ok(match found {
                    Ok(Found::CannotTell) => opened.later_key.map(Self::FindLater),
                    Ok(found) => Some(Self::close(found, opened, turn)),
                    Err(Lost) => None,
                })
            }
            Self::FindLater(key) => {
                let account = turn.place_of(opened.account);
                let found = turn.call(|scene| scene.find(account, flow, Some(key)));
                Ok(match found {
                    Ok(Found::Tokens(tokens)) => Some(Self::Queue(tokens)),
                    Ok(Found::Nothing | Found::CannotTell) | Err(Lost) => None,
                })
            }
            Self::Queue(tokens) => {
                turn.call(|scene| scene.database.reconcile(flow, tokens))?;
                Ok(None)
            }
            Self::Looked => {
                let not_before = now + seconds(horizon(turn));
                turn.call(|scene| scene.database.answered(flow, not_before, 1))?;
                Ok(None)
            }
            Self::Refuse => {
                turn.call(|scene| scene.database.refuse(flow))?;
                Ok(None)
            }
        }
    }

    /// Closes the intent with what was found; without a token only after two looks.
    fn close(found: Found, opened: &Opened, turn: &Turn<'_>) -> Self {
        match found {
            Found::Tokens(tokens) => Self::Queue(tokens),
            Found::Nothing | Found::CannotTell
                if opened.looks == 0 && !turn.setup.is(Defect::OneLook) =>
            {
                Self::Looked
            }
            Found::Nothing | Found::CannotTell => Self::Refuse,
        }
    }
}

/// The deletion of a saved card.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum RemoveCard {
    Remove,
    Delete(Deleting),
}

impl RemoveCard {
    pub(super) const fn next(&self) -> Call {
        match self {
            Self::Remove => Call::write("saved_cards.remove"),
            Self::Delete(deleting) => deleting.next(),
        }
    }

    pub(super) fn turn(self, card: Card, turn: &mut Turn<'_>) -> Step<Self, ()> {
        match self {
            Self::Remove => {
                let (until, defect) = (turn.lease_terms().lease_until(0), turn.defect());
                let removed = turn.call(|scene| {
                    scene.seen.removed.insert(card);
                    scene.database.remove(card, until, defect)
                });
                match removed {
                    Ok(Some(deletion)) => Step::Next(Self::Delete(Deleting::AtGateway(deletion))),
                    Ok(None) | Err(Lost) => Step::Done(()),
                }
            }
            Self::Delete(deleting) => match deleting.turn(turn) {
                Step::Next(deleting) => Step::Next(Self::Delete(deleting)),
                Step::Done(()) => Step::Done(()),
            },
        }
    }
}

/// The return of a customer, or the gateway's notice.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum FinishAction {
    Find,
    Settle(Settling),
}

impl FinishAction {
    pub(super) const fn next(&self) -> Call {
        match self {
            Self::Find => Call::read("actions.named"),
            Self::Settle(settling) => settling.next(),
        }
    }

    pub(super) fn turn(self, turn: &mut Turn<'_>) -> Step<Self, ()> {
        match self {
            Self::Find => {
                let found = turn.call(|scene| {
                    let mut intents = scene.database.intents.iter();
                    let found = intents.find(|(_, intent)| intent.action.is_some());
                    let pending = found.filter(|(_, intent)| intent.closed.is_none());
                    pending.map(|(flow, _): (&FlowId, _)| *flow)
                });
                match found {
                    Ok(Some(flow)) => Step::Next(Self::Settle(Settling::Ask {
                        flow,
                        must_cancel: false,
                    })),
                    Ok(None) | Err(Lost) => Step::Done(()),
                }
            }
            Self::Settle(settling) => match settling.turn(turn) {
                Step::Next(settling) => Step::Next(Self::Settle(settling)),
                Step::Done(_) => Step::Done(()),
            },
        }
    }
}
