//! Effects of a submitted code: the driver's runner, from the held card to its row.

mod calls;

use std::collections::VecDeque;

use payments_core::audit::AuditOutcome;
use payments_core::chrono::{DateTime, Utc};
use payments_core::flow::FlowId;
use payments_core::ports::Version;
use payments_core::testkit::machine::{
    Answer, Denial, Effect, Ending, Event, FlowState, Outcome, is_decided_by_the_flow_store,
    recorded, step, unrecorded,
};

use super::gateway::{self, Issued};
use super::ids::{Account, Card};
use super::loading::{Decided, NotSaved, Storing, note, record};
use super::scene::{Call, Port, Step, Turn};
use super::tokens::Committing;
use super::tries::Try;

/// What the request holds of the card in memory.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Progress {
    Nothing,
    Taken(Card),
    Recorded {
        call: gateway::Call,
        until: DateTime<Utc>,
    },
    Issued(Card, Account, Issued),
}

/// The call that the request makes next.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Doing {
    Effect(Effect),
    Commit(FlowId, Committing),
    Keep {
        flow: FlowId,
        is_last: bool,
    },
    Cancel {
        flow: FlowId,
        is_refused: bool,
    },
    Refuse(FlowId),
    LookUpState {
        flow: FlowId,
        is_refused: bool,
    },
    Record(Ending),
    Note,
    Feed {
        outcome: Outcome,
        effects: Vec<Effect>,
        storing: Box<Storing>,
    },
}

/// A request that carries out the effects of its code.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Saving {
    state: FlowState,
    version: Option<Version>,
    waiting: VecDeque<Effect>,
    progress: Progress,
    /// The try that the request counted, until it is given back or marked as right.
    attempt: Option<Try>,
    is_new: bool,
    doing: Doing,
}

/// What the request was answered.
pub(super) type Ended = Option<Answer>;

impl Saving {
    /// Starts with the effects of a decision; `Done` if there is nothing to call.
    pub(super) fn begin(
        decided: Decided,
        attempt: Option<(Try, bool)>,
        turn: &mut Turn<'_>,
    ) -> Step<Self, Ended> {
        let saving = Self {
            state: decided.state,
            version: decided.version,
            waiting: decided.effects.into(),
            progress: Progress::Nothing,
            attempt: attempt.map(|(one, _)| one),
            is_new: attempt.is_some_and(|(_, is_new)| is_new),
            doing: Doing::Note,
        };
        saving.go_on(turn)
    }

    pub(super) const fn next_call(&self) -> Call {
        match &self.doing {
            Doing::Effect(effect) => call_of(effect),
            Doing::Commit(_, committing) => committing.next(),
            Doing::Keep { .. } => Call::write("actions.begin"),
            Doing::Cancel { .. } => Call::gateway("gateway.cancel_action"),
            Doing::Refuse(_) => Call::write("intents.refuse"),
            Doing::LookUpState { .. } => Call::read("flows.load"),
            Doing::Record(_) => Call::write("audit.append"),
            Doing::Note => Call::write("flows.save"),
            Doing::Feed { storing, .. } => storing.next(),
        }
    }

    /// By when the process has called the gateway, unless it died.
    pub(super) const fn must_call_by(&self) -> Option<DateTime<Utc>> {
        match &self.progress {
            Progress::Recorded { until, .. } => Some(*until),
            Progress::Nothing | Progress::Taken(_) | Progress::Issued(..) => None,
        }
    }

    pub(super) fn turn(mut self, turn: &mut Turn<'_>) -> Step<Self, Ended> {
        match self.doing.clone() {
            Doing::Effect(effect) => self.carry_out(effect, turn),
            Doing::Commit(flow, committing) => match committing.turn(turn) {
                Step::Next(committing) => self.next(Doing::Commit(flow, committing)),
                Step::Done(Some(AuditOutcome::Saved)) => self.feed(flow, Outcome::CardSaved, turn),
                Step::Done(Some(_)) => self.feed(flow, Outcome::IntentClosed, turn),
                Step::Done(None) => self.feed(flow, Outcome::SaveUnknown, turn),
            },
            Doing::Keep { flow, is_last } => self.keep(flow, is_last, turn),
            Doing::Cancel { flow, is_refused } => self.cancel(flow, is_refused, turn),
            Doing::Refuse(flow) => {
                let _ = turn.call(|scene| scene.database.refuse(flow));
                self.feed(flow, Outcome::IntentClosed, turn)
            }
            Doing::LookUpState { flow, is_refused } => self.look_up_state(flow, is_refused, turn),
            Doing::Record(ending) => match (record(turn, ending), self.version) {
                (Err(_), _) => Step::Done(None),
                (Ok(()), Some(_)) => {
                    self.state = recorded(self.state);
                    self.next(Doing::Note)
                }
                (Ok(()), None) => {
                    self.state = recorded(self.state);
                    self.go_on(turn)
                }
            },
            Doing::Note => {
                self.version = self.version.map(|version| note(turn, &self.state, version));
                self.go_on(turn)
            }
            Doing::Feed {
                outcome,
                effects,
                storing,
            } => self.store(outcome, effects, *storing, turn),
        }
    }

    fn next(mut self, doing: Doing) -> Step<Self, Ended> {
        self.doing = doing;
        Step::Next(self)
    }

    /// Continues with the next effect that calls something.
    fn go_on(mut self, turn: &mut Turn<'_>) -> Step<Self, Ended> {
        while let Some(effect) = self.waiting.pop_front() {
            match effect {
                Effect::Answer(answer) => {
                    if let (Answer::Saved, Some(flow)) = (answer, self.state.flow()) {
                        turn.scene.answer_saved(flow);
                    }
                    return Step::Done(Some(answer));
                }
                Effect::ReleaseTry if !self.is_new => {}
                Effect::MarkTryRight { .. } if self.attempt.is_none() => {}
                Effect::RecordEnding => {
                    if let Some(ending) = unrecorded(&self.state) {
                        return self.next(Doing::Record(ending));
                    }
                }
                Effect::SaveCardAndCloseIntent(flow) => {
                    if let Progress::Issued(card, account, issued) = self.progress {
                        self.progress = Progress::Nothing;
                        let committing = Committing::new(flow, card, account, issued);
                        return self.next(Doing::Commit(flow, committing));
                    }
                    return Step::Done(None);
                }
                Effect::BeginAction { flow, .. } => {
                    self.progress = Progress::Nothing;
                    let is_last = false;
                    return self.next(Doing::Keep { flow, is_last });
                }
                Effect::DropCard(_)
                | Effect::SendCode
                | Effect::ReleaseTry
                | Effect::MarkTryRight { .. }
                | Effect::TakeCard { .. }
                | Effect::RecordIntent { .. }
                | Effect::Tokenize { .. }
                | Effect::RefuseIntent(_)
                | Effect::RecordUnknown { .. }
                | Effect::LookUpIntent(_) => return self.next(Doing::Effect(effect)),
            }
        }
        Step::Done(None)
    }

    fn carry_out(mut self, effect: Effect, turn: &mut Turn<'_>) -> Step<Self, Ended> {
        let session = turn.session();
        match effect {
            Effect::DropCard(card) => {
                let _ = turn.call(|scene| scene.flows.discard(session, &card));
                self.go_on(turn)
            }
            Effect::ReleaseTry => {
                if let Some(one) = self.attempt.take() {
                    let _ = turn.call(|scene| scene.database.tries.release(one));
                }
                self.go_on(turn)
            }
            Effect::MarkTryRight { used_for } => self.mark_right(used_for, turn),
            Effect::TakeCard { flow, card } => self.take(flow, &card, turn),
            Effect::RecordIntent { flow, .. } => self.record(flow, turn),
            Effect::Tokenize { flow, .. } => self.tokenize(flow, turn),
            Effect::RefuseIntent(flow) => {
                let _ = turn.call(|scene| scene.database.refuse(flow));
                self.go_on(turn)
            }
            // Not an ending: the intent stays open, and its end gets a record of its own.
            Effect::RecordUnknown { .. } => self.go_on(turn),
            Effect::LookUpIntent(flow) => self.look_up(flow, turn),
            Effect::SendCode
            | Effect::BeginAction { .. }
            | Effect::SaveCardAndCloseIntent(_)
            | Effect::RecordEnding
            | Effect::Answer(_) => Step::Done(None),
        }
    }

    /// Feeds an outcome to the machine, and stores the result if it changes the state.
    fn feed(mut self, flow: FlowId, outcome: Outcome, turn: &mut Turn<'_>) -> Step<Self, Ended> {
        let now = turn.now();
        let transition = step(self.state.clone(), Event::Carried { flow, outcome }, now);
        let deadline = transition
            .state
            .deadline()
            .filter(|deadline| *deadline > now);
        if let Some(deadline) = deadline.filter(|_| transition.state != self.state) {
            let storing = Storing::new(transition.state, deadline, self.version);
            return self.next(Doing::Feed {
                outcome,
                effects: transition.effects,
                storing: Box::new(storing),
            });
        }
        self.state = transition.state;
        self.waiting.extend(transition.effects);
        self.go_on(turn)
    }

    /// Once there is an intent, a failed save does not change what is left to do; before that, it ends the request.
    fn store(
        mut self,
        outcome: Outcome,
        effects: Vec<Effect>,
        storing: Storing,
        turn: &mut Turn<'_>,
    ) -> Step<Self, Ended> {
        let (state, stored) = match storing.turn(turn) {
            Step::Next(storing) => {
                return self.next(Doing::Feed {
                    outcome,
                    effects,
                    storing: Box::new(storing),
                });
            }
            Step::Done(stored) => stored,
        };
        match stored {
            Ok(version) => self.version = Some(version),
            Err(NotSaved::Stale) if is_decided_by_the_flow_store(outcome) => {
                return Step::Done(Some(Answer::Denied(Denial::SavingInProgress)));
            }
            Err(NotSaved::Lost) if is_decided_by_the_flow_store(outcome) => {
                return Step::Done(None);
            }
            Err(_) => {}
        }
        self.state = state;
        self.waiting.extend(effects);
        self.go_on(turn)
    }
}

/// The call of an effect that is one call.
const fn call_of(effect: &Effect) -> Call {
    match effect {
        Effect::DropCard(_) => Call::write("held_cards.discard"),
        Effect::ReleaseTry => Call::write("code_tries.release"),
        Effect::MarkTryRight { .. } => Call::write("code_tries.mark_right"),
        Effect::TakeCard { .. } => Call::write("held_cards.take"),
        Effect::RecordIntent { .. } => Call {
            name: "intents.record",
            port: Port::Record,
        },
        Effect::Tokenize { .. } => Call {
            name: "gateway.tokenize",
            port: Port::Tokenize,
        },
        Effect::RefuseIntent(_) => Call::write("intents.refuse"),
        Effect::LookUpIntent(_) => Call::read("intents.status"),
        Effect::RecordEnding | Effect::RecordUnknown { .. } => Call::write("audit.append"),
        // Not made by this request, or not as one call.
        Effect::SendCode
        | Effect::SaveCardAndCloseIntent(_)
        | Effect::BeginAction { .. }
        | Effect::Answer(_) => Call::read("nothing"),
    }
}
