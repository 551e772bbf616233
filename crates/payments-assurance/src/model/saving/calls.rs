//! The calls that a request makes to save its card.

use payments_core::audit::AuditOutcome;
use payments_core::flow::FlowId;
use payments_core::testkit::machine::{Answer, Denial, FlowState, HeldCard, Outcome};
use payments_core::tokenization::RefusalReason;

use super::super::database::{Recorded, Status};
use super::super::flow_store::SealedCard;
use super::super::gateway::{self, Call};
use super::super::ids::seconds;
use super::super::scene::{Breach, CallOutcome, Step, Turn};
use super::super::setup::{ACTION_SECONDS, HORIZON_SECONDS, SAVING_SECONDS};
use super::super::tries::Used;
use super::{Doing, Ended, Progress, Saving};

impl Saving {
    pub(super) fn mark_right(
        mut self,
        used_for: Option<FlowId>,
        turn: &mut Turn<'_>,
    ) -> Step<Self, Ended> {
        if let Some(one) = self.attempt.take() {
            let used = used_for.map(|flow| Used {
                session: turn.session(),
                code: one.entered(),
                flow,
                at: turn.now(),
            });
            let _ = turn.call(|scene| scene.database.tries.mark_right(one, used));
        }
        self.go_on(turn)
    }

    pub(super) fn take(
        mut self,
        flow: FlowId,
        held: &HeldCard,
        turn: &mut Turn<'_>,
    ) -> Step<Self, Ended> {
        let (session, now) = (turn.session(), turn.now());
        let Ok(taken) = turn.call(|scene| scene.flows.take(session, held, now)) else {
            return Step::Done(None);
        };
        let ring = turn.process().ring;
        if taken.as_ref().is_some_and(|one| !ring.contains(&one.key)) {
            turn.scene.seen.note(Breach::CardWasted);
        }
        let is_opened = |one: &SealedCard| {
            ring.contains(&one.key) && (one.flow, one.deadline) == (flow, held.deadline)
        };
        let Some(sealed) = taken.filter(is_opened) else {
            return self.feed(flow, Outcome::CardLost, turn);
        };
        self.progress = Progress::Taken(sealed.card);
        let settled_by = now + seconds(SAVING_SECONDS);
        self.feed(flow, Outcome::CardTaken { settled_by }, turn)
    }

    pub(super) fn record(mut self, flow: FlowId, turn: &mut Turn<'_>) -> Step<Self, Ended> {
        let Progress::Taken(card) = self.progress else {
            return Step::Done(None);
        };
        self.progress = Progress::Nothing;
        let (account, now, defect) = (turn.account(), turn.now(), turn.defect());
        if turn.call_outcome == CallOutcome::Late {
            turn.scene.database.record_late(flow, card, account);
        }
        let recorded = turn.call(|scene| {
            let database = &mut scene.database;
            database.record(flow, (card, account), now, defect)
        });
        let outcome = match recorded {
            Ok(Recorded::New(key)) => {
                let call = Call {
                    reference: flow,
                    account,
                    key,
                    card,
                };
                let until = now + seconds(SAVING_SECONDS);
                self.progress = Progress::Recorded { call, until };
                Outcome::IntentRecorded
            }
            Ok(Recorded::Exists) => Outcome::IntentExists,
            Ok(Recorded::AccountChanged) | Err(_) => Outcome::IntentUnrecorded,
        };
        self.feed(flow, outcome, turn)
    }

    pub(super) fn tokenize(mut self, flow: FlowId, turn: &mut Turn<'_>) -> Step<Self, Ended> {
        let Progress::Recorded { call, .. } =
            core::mem::replace(&mut self.progress, Progress::Nothing)
        else {
            return Step::Done(None);
        };
        let repeats = turn.setup.repeats;
        let until = turn.now() + seconds(HORIZON_SECONDS);
        let gateway = &mut turn.scene.gateway;
        gateway.calls.push(flow);
        let outcome = match turn.call_outcome {
            CallOutcome::Works => {
                let issued = gateway.make(&call, repeats);
                self.progress = Progress::Issued(call.card, call.account, issued);
                Outcome::TokenIssued
            }
            CallOutcome::ReplyLost => {
                gateway.make(&call, repeats);
                Outcome::TokenUnknown
            }
            CallOutcome::Lost => Outcome::TokenUnknown,
            CallOutcome::Late => {
                gateway.call_late(call, until);
                Outcome::TokenUnknown
            }
            CallOutcome::Refused => Outcome::TokenRefused(RefusalReason::Declined),
            CallOutcome::Unavailable => Outcome::GatewayUnavailable,
            CallOutcome::Asks => {
                gateway.ask(call);
                Outcome::ActionAsked
            }
        };
        self.feed(flow, outcome, turn)
    }

    /// Stores the action, at most twice. If that fails it is cancelled.
    pub(super) fn keep(
        self,
        flow: FlowId,
        is_last: bool,
        turn: &mut Turn<'_>,
    ) -> Step<Self, Ended> {
        let now = turn.now();
        let until = now + seconds(ACTION_SECONDS);
        match turn.call(|scene| scene.database.begin_action(flow, until, now)) {
            Ok(true) => self.feed(flow, Outcome::ActionBegun { until }, turn),
            Ok(false) => self.next(Doing::Cancel {
                flow,
                is_refused: true,
            }),
            Err(_) if !is_last => self.next(Doing::Keep {
                flow,
                is_last: true,
            }),
            Err(_) => self.next(Doing::Cancel {
                flow,
                is_refused: false,
            }),
        }
    }

    pub(super) fn cancel(
        self,
        flow: FlowId,
        is_refused: bool,
        turn: &mut Turn<'_>,
    ) -> Step<Self, Ended> {
        let cancelled = turn.call(|scene| scene.gateway.cancel(flow));
        let is_certain = cancelled == Ok(gateway::Stage::Refused);
        match (is_refused, is_certain) {
            (true, true) => self.next(Doing::Refuse(flow)),
            (true, false) => self.feed(flow, Outcome::IntentClosed, turn),
            (false, _) => self.feed(flow, Outcome::SaveUnknown, turn),
        }
    }

    pub(super) fn look_up(self, flow: FlowId, turn: &mut Turn<'_>) -> Step<Self, Ended> {
        let now = turn.now();
        let found = turn.call(|scene| {
            let action = scene.database.intents.get(&flow).and_then(|one| one.action);
            (scene.database.status(flow), action)
        });
        let outcome = match found {
            Err(_) => return Step::Done(None),
            Ok((Status::Closed(AuditOutcome::Saved), _)) => Outcome::CardSaved,
            Ok((Status::Open, Some(action))) if action.deadline > now => Outcome::ActionBegun {
                until: action.deadline,
            },
            Ok((Status::Open, _)) => Outcome::IntentOpen,
            Ok((Status::Unknown, _)) => Outcome::IntentMissing,
            Ok((Status::Closed(AuditOutcome::Refused), Some(action))) if action.has_reason => {
                Outcome::IntentRefused(RefusalReason::Declined)
            }
            Ok((Status::Closed(outcome), _)) => {
                let is_refused = outcome == AuditOutcome::Refused;
                return self.next(Doing::LookUpState { flow, is_refused });
            }
        };
        self.feed(flow, outcome, turn)
    }

    /// The request that closed the intent knew the reason and stored it before.
    pub(super) fn look_up_state(
        self,
        flow: FlowId,
        is_refused: bool,
        turn: &mut Turn<'_>,
    ) -> Step<Self, Ended> {
        let (session, now) = (turn.session(), turn.now());
        let Ok(loaded) = turn.call(|scene| scene.flows.load(session, now)) else {
            return Step::Done(None);
        };
        if let Some((FlowState::Failed(failed), _)) = loaded
            && failed.flow == flow
        {
            return Step::Done(Some(Answer::Denied(Denial::Failed(failed.failure))));
        }
        let closed = if is_refused {
            Outcome::IntentRefused(RefusalReason::Other)
        } else {
            Outcome::IntentClosed
        };
        self.feed(flow, closed, turn)
    }
}
