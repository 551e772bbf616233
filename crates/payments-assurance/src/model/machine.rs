//! The model for `stateright`: which events can happen in a state, and what they do.

use stateright::{Model, Property};

use super::begin::begin;
use super::ids::{Account, at};
use super::properties;
use super::request::{Request, Running};
use super::scene::{Call, CallOutcome, Port, Scene};
use super::setup::{Budget, Kind, Setup};

/// A run of the model.
pub(super) struct Machine(pub(super) Setup);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct State {
    pub(super) scene: Scene,
    pub(super) requests: Vec<Request>,
    pub(super) left: Budget,
}

/// An event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Event {
    /// A request makes its next call.
    Call(usize, CallOutcome),
    /// A request ends between two calls: its process died, or it was cancelled.
    Crash(usize),
    /// Time goes on to the next instant.
    Wait,
    /// The gateway carries out a call whose caller has given up.
    FinishCall,
    /// The database commits an intent whose process has given up.
    FinishIntent,
    /// The customer completes an action, or fails to.
    Act { is_approved: bool },
    /// A replica of the flow store gets what is stored now, and nothing later.
    Replicate,
    /// The replica takes over.
    FailOver,
    /// The flow store loses everything.
    LoseAll,
    /// The point of sale moves to another account.
    Move,
}

/// How a call can go, apart from working: the budget that it uses.
fn misfortunes(port: Port) -> &'static [CallOutcome] {
    match port {
        Port::Read => &[CallOutcome::Lost],
        Port::Write => &[CallOutcome::Lost, CallOutcome::ReplyLost],
        Port::Record => &[CallOutcome::Lost, CallOutcome::ReplyLost, CallOutcome::Late],
        Port::Gateway => &[CallOutcome::Unavailable, CallOutcome::ReplyLost],
        Port::Send => &[CallOutcome::Refused],
        Port::Tokenize => &[
            CallOutcome::Lost,
            CallOutcome::ReplyLost,
            CallOutcome::Late,
            CallOutcome::Refused,
            CallOutcome::Unavailable,
            CallOutcome::Asks,
        ],
    }
}

impl Budget {
    /// What is left of the budget for how a call goes.
    fn of(&mut self, port: Port, call_outcome: CallOutcome) -> Option<&mut u8> {
        match (call_outcome, port) {
            (CallOutcome::Works, _) => None,
            (CallOutcome::Refused | CallOutcome::Unavailable, Port::Tokenize | Port::Send) => {
                Some(&mut self.refusals)
            }
            (CallOutcome::Asks, _) => Some(&mut self.actions),
            (_, Port::Tokenize | Port::Gateway) => Some(&mut self.timeouts),
            (_, Port::Read | Port::Write | Port::Record | Port::Send) => Some(&mut self.lost),
        }
    }

    fn allows(mut self, port: Port, call_outcome: CallOutcome) -> bool {
        self.of(port, call_outcome).is_none_or(|left| *left > 0)
    }
}

impl Machine {
    /// A request's next call; `None` if it is over or cannot start.
    pub(super) fn next_call(&self, state: &State, request: usize) -> Option<Call> {
        match &state.requests[request] {
            Request::Running(running) => Some(running.next()),
            Request::Waiting if self.can_start(state, request) => {
                Some(Running::new(self.0.requests[request].kind).next())
            }
            Request::Waiting | Request::Over => None,
        }
    }

    /// Of equal requests the first starts first: nothing else would come of another order.
    fn can_start(&self, state: &State, request: usize) -> bool {
        let planned = self.0.requests[request];
        let mut earlier = self.0.requests.iter().zip(&state.requests).take(request);
        if earlier.any(|(one, running)| *one == planned && *running == Request::Waiting) {
            return false;
        }
        let database = &state.scene.database;
        match planned.kind {
            Kind::RemoveCard(card) => database.rows.iter().any(|row| row.card == card),
            Kind::FinishAction => database.intents.values().any(|one| one.action.is_some()),
            Kind::Reconcile => {
                let mut intents = database.intents.values();
                intents.any(|one| one.closed.is_none()) || !database.deletions.is_empty()
            }
            Kind::SubmitCard(_) | Kind::SendCode(_) | Kind::SubmitCode(_) => true,
        }
    }

    /// The next instant, unless the gateway or a call of it must be finished before.
    fn next_instant(&self, state: &State) -> Option<u32> {
        let now = state.scene.now;
        let next = self.0.instants.iter().find(|one| at(**one) > now)?;
        let calls = state.requests.iter().filter_map(|request| match request {
            Request::Running(running) if !self.0.may_suspend => running.must_call_by(),
            Request::Running(_) | Request::Waiting | Request::Over => None,
        });
        let late = state.scene.gateway.late.iter().map(|late| late.until);
        let is_reached = calls.chain(late).all(|until| at(*next) <= until);
        is_reached.then_some(*next)
    }

    fn calls(&self, state: &State, events: &mut Vec<Event>) {
        for request in 0..state.requests.len() {
            let Some(Call { port, .. }) = self.next_call(state, request) else {
                continue;
            };
            let call_outcome = [CallOutcome::Works].iter().chain(misfortunes(port));
            let possible =
                call_outcome.filter(|call_outcome| state.left.allows(port, **call_outcome));
            events.extend(possible.map(|call_outcome| Event::Call(request, *call_outcome)));
            if state.requests[request].is_running() && state.left.crashes > 0 {
                events.push(Event::Crash(request));
            }
        }
    }

    fn call(&self, state: &mut State, request: usize, call_outcome: CallOutcome) {
        let Some(Call { port, .. }) = self.next_call(state, request) else {
            return;
        };
        if let Some(left) = state.left.of(port, call_outcome) {
            *left -= 1;
            state.scene.seen.is_disturbed = true;
        }
        let after =
            state.requests[request].after_call(&mut state.scene, &self.0, request, call_outcome);
        state.requests[request] = after;
    }
}

impl Model for Machine {
    type State = State;
    type Action = Event;

    fn init_states(&self) -> Vec<State> {
        vec![State {
            scene: begin(&self.0),
            requests: vec![Request::Waiting; self.0.requests.len()],
            left: self.0.budget,
        }]
    }

    fn actions(&self, state: &State, events: &mut Vec<Event>) {
        self.calls(state, events);
        let (gateway, left) = (&state.scene.gateway, &state.left);
        let mut possible = |is_possible: bool, event| {
            if is_possible {
                events.push(event);
            }
        };
        possible(self.next_instant(state).is_some(), Event::Wait);
        possible(!gateway.late.is_empty(), Event::FinishCall);
        let database = &state.scene.database;
        possible(database.has_late_intent(), Event::FinishIntent);
        for is_approved in [true, false] {
            possible(gateway.waits_for_a_customer(), Event::Act { is_approved });
        }
        let has_replica = state.scene.flows.has_replica();
        possible(left.failovers > 0 && !has_replica, Event::Replicate);
        possible(left.failovers > 0 && has_replica, Event::FailOver);
        possible(left.losses > 0, Event::LoseAll);
        possible(left.moves > 0, Event::Move);
    }

    fn next_state(&self, before: &State, event: Event) -> Option<State> {
        let mut state = before.clone();
        let repeats = self.0.repeats;
        match event {
            Event::Call(request, call_outcome) => self.call(&mut state, request, call_outcome),
            Event::Crash(request) => {
                state.requests[request] = Request::Over;
                state.left.crashes -= 1;
                state.scene.seen.is_disturbed = true;
            }
            Event::Wait => {
                state.scene.now = at(self.next_instant(before)?);
                state.scene.flows.expire(state.scene.now);
            }
            Event::FinishCall => state.scene.gateway.finish_late(repeats),
            Event::FinishIntent => state.scene.database.finish_late(before.scene.now),
            Event::Act { is_approved } => state.scene.gateway.act(is_approved, repeats),
            Event::Replicate => state.scene.flows.replicate(),
            Event::FailOver => {
                state.scene.flows.fail_over();
                state.left.failovers -= 1;
                state.scene.seen.is_disturbed = true;
            }
            Event::LoseAll => {
                state.scene.flows.lose_all();
                state.left.losses -= 1;
                state.scene.seen.is_disturbed = true;
            }
            Event::Move => {
                state.scene.database.account = Account(1);
                state.left.moves -= 1;
            }
        }
        Some(state)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        properties::of(self.0.defect)
    }
}
