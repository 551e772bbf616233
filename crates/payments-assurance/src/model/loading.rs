//! How a request loads a flow and stores it: the driver's `load`, `record_ending`, `store` and `advance`.

use payments_core::audit::AuditOutcome;
use payments_core::chrono::{DateTime, Utc};
use payments_core::ports::Version;
use payments_core::testkit::machine::{
    Effect, Ending, EndingKind, Event, FlowState, recorded, step, unrecorded,
};

use super::defect::Defect;
use super::flow_store::Stale;
use super::scene::{Call, Lost, Step, Turn};

/// A state and its version in the store.
pub(super) type Loaded = (FlowState, Option<Version>);

/// Loads the state of the session's flow. An ending without an audit record is recorded first.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Loading {
    Load,
    Record(FlowState, Version, Ending),
    Note(FlowState, Version),
}

impl Loading {
    pub(super) const fn next(&self) -> Call {
        match self {
            Self::Load => Call::read("flows.load"),
            Self::Record(..) => Call::write("audit.append"),
            Self::Note(..) => Call::write("flows.save"),
        }
    }

    pub(super) fn turn(self, turn: &mut Turn<'_>) -> Step<Self, Result<Loaded, Lost>> {
        match self {
            Self::Load => {
                let (session, now) = (turn.session(), turn.now());
                match turn.call(|scene| scene.flows.load(session, now)) {
                    Ok(None) => Step::Done(Ok((FlowState::Empty, None))),
                    Ok(Some((state, version))) => match unrecorded(&state) {
                        Some(ending) => Step::Next(Self::Record(state, version, ending)),
                        None => Step::Done(Ok((state, Some(version)))),
                    },
                    Err(lost) => Step::Done(Err(lost)),
                }
            }
            Self::Record(state, version, ending) => match record(turn, ending) {
                Ok(()) => Step::Next(Self::Note(recorded(state), version)),
                Err(lost) => Step::Done(Err(lost)),
            },
            Self::Note(state, version) => {
                let version = note(turn, &state, version);
                Step::Done(Ok((state, Some(version))))
            }
        }
    }
}

/// Stores that an ending is recorded. That it may fail does not matter.
pub(super) fn note(turn: &mut Turn<'_>, state: &FlowState, version: Version) -> Version {
    let stored = state
        .deadline()
        .filter(|deadline| *deadline > turn.now())
        .map(|deadline| save(turn, state, deadline, Some(version)));
    match stored {
        Some(Ok(Ok(version))) => version,
        Some(Ok(Err(Stale)) | Err(Lost)) | None => version,
    }
}

fn save(
    turn: &mut Turn<'_>,
    state: &FlowState,
    deadline: DateTime<Utc>,
    expected: Option<Version>,
) -> Result<Result<Version, Stale>, Lost> {
    let (session, now) = (turn.session(), turn.now());
    if deadline <= now {
        return Err(Lost);
    }
    let is_checked = !turn.setup.is(Defect::NoCompareAndSet);
    turn.call(|scene| {
        let flows = &mut scene.flows;
        flows.save(session, (state, deadline), expected, now, is_checked)
    })
}

/// Writes the audit record of an ending.
pub(super) fn record(turn: &mut Turn<'_>, ending: Ending) -> Result<(), Lost> {
    let outcome = match ending.kind {
        EndingKind::Void => AuditOutcome::Void,
        EndingKind::CardLost | EndingKind::NotRecorded => AuditOutcome::CardLost,
    };
    let defect = turn.defect();
    turn.call(|scene| {
        let database = &mut scene.database;
        database.append_without_intent(ending.flow, outcome, defect);
    })
}

/// Why a state was not saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NotSaved {
    Stale,
    Lost,
}

pub(super) type Stored = (FlowState, Result<Version, NotSaved>);

/// Stores a state, and reads it again if the reply is lost.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Storing {
    state: FlowState,
    deadline: DateTime<Utc>,
    expected: Option<Version>,
    stage: Stage,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Stage {
    Save,
    Reload,
    SaveAgain,
}

impl Storing {
    pub(super) const fn new(
        state: FlowState,
        deadline: DateTime<Utc>,
        expected: Option<Version>,
    ) -> Self {
        Self {
            state,
            deadline,
            expected,
            stage: Stage::Save,
        }
    }

    pub(super) const fn next(&self) -> Call {
        match self.stage {
            Stage::Save | Stage::SaveAgain => Call::write("flows.save"),
            Stage::Reload => Call::read("flows.reload"),
        }
    }

    /// The result is the state, and its version if it was stored.
    pub(super) fn turn(mut self, turn: &mut Turn<'_>) -> Step<Self, Stored> {
        let stored = match self.stage {
            Stage::Save | Stage::SaveAgain => self.save(turn),
            Stage::Reload => self.reload(turn),
        };
        match stored {
            Ok(stored) => Step::Done((self.state, stored)),
            Err(stage) => {
                self.stage = stage;
                Step::Next(self)
            }
        }
    }

    fn save(&self, turn: &mut Turn<'_>) -> Result<Result<Version, NotSaved>, Stage> {
        match save(turn, &self.state, self.deadline, self.expected) {
            Ok(Ok(version)) => Ok(Ok(version)),
            Ok(Err(Stale)) => Ok(Err(NotSaved::Stale)),
            Err(Lost) if self.stage == Stage::Save => Err(Stage::Reload),
            Err(Lost) => Ok(Err(NotSaved::Lost)),
        }
    }

    fn reload(&self, turn: &mut Turn<'_>) -> Result<Result<Version, NotSaved>, Stage> {
        let (session, now) = (turn.session(), turn.now());
        match turn.call(|scene| scene.flows.load(session, now)) {
            Ok(Some((stored, version))) if stored == self.state => Ok(Ok(version)),
            Ok(stored) if stored.as_ref().map(|(_, version)| *version) == self.expected => {
                Err(Stage::SaveAgain)
            }
            Ok(_) | Err(Lost) => Ok(Err(NotSaved::Lost)),
        }
    }
}

/// A decision; if it changed the state, the new state is stored.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Decided {
    pub(super) state: FlowState,
    pub(super) version: Option<Version>,
    pub(super) effects: Vec<Effect>,
}

/// Applies an event to a loaded state and stores the result, again if another request stored first.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Advancing {
    Store(Box<Storing>, Vec<Effect>),
    Reload(Box<Loading>),
}

/// The result: `None` if the event does not apply to the stored state.
pub(super) type Advanced = Result<Option<Decided>, Lost>;

impl Advancing {
    pub(super) const fn next(&self) -> Call {
        match self {
            Self::Store(storing, _) => storing.next(),
            Self::Reload(loading) => loading.next(),
        }
    }

    /// Decides about a loaded state.
    pub(super) fn decide(
        loaded: Loaded,
        now: DateTime<Utc>,
        event: impl Fn(&FlowState, DateTime<Utc>) -> Option<Event>,
    ) -> Step<Self, Advanced> {
        let (before, version) = loaded;
        let Some(event) = event(&before, now) else {
            return Step::Done(Ok(None));
        };
        let transition = step(before.clone(), event, now);
        let (state, effects) = (transition.state, transition.effects);
        match state.deadline().filter(|_| state != before) {
            Some(deadline) => {
                let storing = Storing::new(state, deadline, version);
                Step::Next(Self::Store(Box::new(storing), effects))
            }
            None => Step::Done(Ok(Some(Decided {
                state,
                version,
                effects,
            }))),
        }
    }

    pub(super) fn turn(
        self,
        turn: &mut Turn<'_>,
        event: impl Fn(&FlowState, DateTime<Utc>) -> Option<Event>,
    ) -> Step<Self, Advanced> {
        match self {
            Self::Store(storing, effects) => match storing.turn(turn) {
                Step::Next(storing) => Step::Next(Self::Store(Box::new(storing), effects)),
                Step::Done((state, Ok(version))) => Step::Done(Ok(Some(Decided {
                    state,
                    version: Some(version),
                    effects,
                }))),
                Step::Done((_, Err(NotSaved::Stale))) => {
                    Step::Next(Self::Reload(Box::new(Loading::Load)))
                }
                Step::Done((_, Err(NotSaved::Lost))) => Step::Done(Err(Lost)),
            },
            Self::Reload(loading) => match loading.turn(turn) {
                Step::Next(loading) => Step::Next(Self::Reload(Box::new(loading))),
                Step::Done(Ok(loaded)) => Self::decide(loaded, turn.now(), event),
                Step::Done(Err(lost)) => Step::Done(Err(lost)),
            },
        }
    }
}
