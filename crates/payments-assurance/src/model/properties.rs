//! What holds in every reachable state, and what must be reachable for that to mean something.

use payments_core::audit::AuditOutcome;
use stateright::Property;

use super::defect::Defect;
use super::machine::{Machine, State};
use super::request::Request;
use super::rest;
use super::scene::Breach;

/// The properties of a model. A planted defect is judged by all of them together, so that the search ends at the first
/// counterexample.
pub(super) fn of(defect: Option<Defect>) -> Vec<Property<Machine>> {
    if defect.is_some() {
        return vec![Property::always(
            "no property is broken",
            |machine: &Machine, state: &State| broken(machine, state).is_empty(),
        )];
    }
    let mut all = always();
    all.extend(sometimes());
    all
}

fn always() -> Vec<Property<Machine>> {
    vec![
        Property::always(
            "at rest, the oracle finds nothing (I1-I4, I6, I9, I10)",
            |machine: &Machine, state: &State| at_rest(machine, state).is_empty(),
        ),
        Property::always(
            "a code leads to one gateway call at most (I1, I4)",
            |_, state: &State| is_called_once(state),
        ),
        Property::always("a 200 is true (I2)", |_, state: &State| {
            lacks(state, Breach::FalseAnswer)
        }),
        Property::always(
            "no call crosses accounts or customer keys (I6)",
            |_, state: &State| lacks(state, Breach::Crossing),
        ),
        Property::always(
            "no token of a row is deleted (I3, I6)",
            |_, state: &State| lacks(state, Breach::RowHit),
        ),
        Property::always(
            "no process takes a card that it cannot open",
            |_, state: &State| lacks(state, Breach::CardWasted),
        ),
    ]
}

fn lacks(state: &State, breach: Breach) -> bool {
    !state.scene.seen.breaches.contains(&breach)
}

/// The number of the properties that hold in every state.
pub(super) fn count() -> usize {
    always().len()
}

/// The results that must be reachable in some setup.
fn sometimes() -> Vec<Property<Machine>> {
    vec![
        Property::sometimes("a card is saved", |_, state: &State| {
            ends(state, AuditOutcome::Saved)
        }),
        Property::sometimes("a card is refused", |_, state: &State| {
            ends(state, AuditOutcome::Refused)
        }),
        Property::sometimes("the reconciler closes an intent", |_, state: &State| {
            ends(state, AuditOutcome::Reconciled)
        }),
        Property::sometimes("a card is lost", |_, state: &State| {
            ends(state, AuditOutcome::CardLost)
        }),
        Property::sometimes("a flow is void", |_, state: &State| {
            ends(state, AuditOutcome::Void)
        }),
        Property::sometimes("a token is deleted", |_, state: &State| {
            state.scene.gateway.ledger.iter().any(|made| !made.live)
        }),
        Property::sometimes("an action is required", |_, state: &State| {
            let mut intents = state.scene.database.intents.values();
            intents.any(|intent| intent.action.is_some())
        }),
    ]
}

/// The names of what must be reachable.
pub(super) fn goals() -> impl Iterator<Item = &'static str> {
    sometimes().into_iter().map(|property| property.name)
}

fn ends(state: &State, outcome: AuditOutcome) -> bool {
    let mut endings = state.scene.database.endings.iter();
    endings.any(|(_, one)| *one == outcome)
}

fn is_called_once(state: &State) -> bool {
    let calls = &state.scene.gateway.calls;
    let is_first = |place: usize| !calls[..place].contains(&calls[place]);
    (0..calls.len()).all(is_first)
}

/// What is broken in a state in which nothing is under way.
fn at_rest(machine: &Machine, state: &State) -> Vec<String> {
    let is_running = state.requests.iter().any(Request::is_running);
    let (gateway, database) = (&state.scene.gateway, &state.scene.database);
    if is_running || !gateway.late.is_empty() || database.has_late_intent() {
        return Vec::new();
    }
    rest::broken(&state.scene, &machine.0)
}

/// Everything that is broken in a state.
pub(super) fn broken(machine: &Machine, state: &State) -> Vec<String> {
    let mut broken = at_rest(machine, state);
    let rest = always().into_iter().skip(1);
    let others = rest.filter(|property| !(property.condition)(machine, state));
    broken.extend(others.map(|property| format!("broken: {}", property.name)));
    broken
}
