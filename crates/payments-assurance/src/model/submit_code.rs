//! A request that enters a code.

use payments_core::audit::AuditOutcome;
use payments_core::chrono::{DateTime, Utc};
use payments_core::flow::{ClaimId, FlowId};
use payments_core::keys::KeyId;
use payments_core::testkit::machine::{ClaimStage, Event, FlowState};

use super::database::Status;
use super::defect::Defect;
use super::ids::{Code, seconds};
use super::loading::{Advancing, Decided, Loaded, Loading};
use super::saving::Saving;
use super::scene::{Call, Step, Turn};
use super::setup::CODE_SECONDS;
use super::tries::{Reservation, Try};

/// The number of wrong codes for one sent code, or for one session whose flow is gone.
const MOST_WRONG: usize = 5;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum SubmitCode {
    Load(Loading),
    /// Looks whether the code was used before, by a flow whose state is gone or cannot tell.
    Repeat {
        own: Option<FlowId>,
    },
    CountRepeat(Vec<(Code, FlowId)>),
    LookUp(FlowId),
    Count(Loaded, Sent),
    /// Marks a right try whose card this process cannot open.
    GiveUp(Sent),
    Advance(Sent, Attempt, Advancing),
    Release(Try, AndThen),
    Save(Box<Saving>),
}

/// What the entered code is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Sent {
    code: Code,
    entered: Code,
    is_used: bool,
    card_key: Option<KeyId>,
}

/// The try of the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Attempt {
    Counted { is_new: bool },
    Exhausted,
    Settled,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum AndThen {
    StartOver,
    End,
}

/// What a state is compared with.
enum Comparison {
    Nothing,
    UnknownKey,
    Sent(Sent),
}

impl SubmitCode {
    pub(super) const fn new() -> Self {
        Self::Load(Loading::Load)
    }

    pub(super) const fn next(&self) -> Call {
        match self {
            Self::Load(loading) => loading.next(),
            Self::Repeat { .. } => Call::read("code_tries.used"),
            Self::CountRepeat(_) | Self::Count(..) => Call::write("code_tries.reserve"),
            Self::LookUp(_) => Call::read("intents.status"),
            Self::GiveUp(_) => Call::write("code_tries.mark_right"),
            Self::Advance(_, _, advancing) => advancing.next(),
            Self::Release(..) => Call::write("code_tries.release"),
            Self::Save(saving) => saving.next_call(),
        }
    }

    pub(super) const fn must_call_by(&self) -> Option<DateTime<Utc>> {
        match self {
            Self::Save(saving) => saving.must_call_by(),
            Self::Load(_)
            | Self::Repeat { .. }
            | Self::CountRepeat(_)
            | Self::LookUp(_)
            | Self::Count(..)
            | Self::GiveUp(_)
            | Self::Advance(..)
            | Self::Release(..) => None,
        }
    }

    pub(super) fn turn(self, code: Code, turn: &mut Turn<'_>) -> Step<Self, ()> {
        match self {
            Self::Load(loading) => match loading.turn(turn) {
                Step::Next(loading) => Step::Next(Self::Load(loading)),
                Step::Done(Ok(loaded)) => compare(loaded, code, turn),
                Step::Done(Err(_)) => Step::Done(()),
            },
            Self::Repeat { own } => repeat(own, turn),
            Self::CountRepeat(used) => count_repeat(&used, code, turn),
            Self::LookUp(flow) => {
                let found = turn.call(|scene| scene.database.status(flow));
                if found == Ok(Status::Closed(AuditOutcome::Saved)) {
                    turn.scene.answer_saved(flow);
                }
                Step::Done(())
            }
            Self::Count(loaded, sent) => count(loaded, sent, turn),
            Self::GiveUp(sent) => {
                let _ = turn.call(|scene| scene.database.tries.mark_right(sent.one(), None));
                Step::Done(())
            }
            Self::Advance(sent, attempt, advancing) => {
                let event = event(sent, attempt, turn);
                advanced(sent, attempt, advancing.turn(turn, event), turn)
            }
            Self::Release(one, then) => {
                let _ = turn.call(|scene| scene.database.tries.release(one));
                then.go_on()
            }
            Self::Save(saving) => saved(saving.turn(turn)),
        }
    }
}

fn saved<R>(step: Step<Saving, R>) -> Step<SubmitCode, ()> {
    match step {
        Step::Next(saving) => Step::Next(SubmitCode::Save(Box::new(saving))),
        Step::Done(_) => Step::Done(()),
    }
}

impl AndThen {
    const fn go_on(self) -> Step<SubmitCode, ()> {
        match self {
            Self::StartOver => Step::Next(SubmitCode::new()),
            Self::End => Step::Done(()),
        }
    }
}

impl Sent {
    const fn one(self) -> Try {
        Try::Sent {
            sent: self.code,
            entered: self.entered,
        }
    }

    fn is_right(self) -> bool {
        self.code == self.entered
    }

    /// Whether the state still has this code.
    fn is_of(self, state: &FlowState) -> bool {
        state
            .code()
            .is_some_and(|code| code.digest == self.code.digest())
            && card_key(state) == self.card_key
    }
}

fn card_key(state: &FlowState) -> Option<KeyId> {
    match state {
        FlowState::CodeSent(state) => state.card?.key,
        FlowState::Claimed(state) if state.stage == ClaimStage::Preparing => state.card.key,
        FlowState::Empty
        | FlowState::CardHeld(_)
        | FlowState::Claimed(_)
        | FlowState::ActionPending(_)
        | FlowState::Saved(_)
        | FlowState::Failed(_)
        | FlowState::Void(_) => None,
    }
}

fn comparison(state: &FlowState, entered: Code, ring: &[KeyId], now: DateTime<Utc>) -> Comparison {
    let is_used = match state {
        FlowState::Empty | FlowState::CardHeld(_) | FlowState::Void(_) => {
            return Comparison::Nothing;
        }
        FlowState::CodeSent(state) if state.code.expires_at <= now => return Comparison::Nothing,
        FlowState::CodeSent(_) => false,
        FlowState::Claimed(_)
        | FlowState::ActionPending(_)
        | FlowState::Saved(_)
        | FlowState::Failed(_) => true,
    };
    let (Some(sent), false) = (state.code(), state.is_over(now)) else {
        return Comparison::Nothing;
    };
    if !ring.contains(&sent.key) {
        return Comparison::UnknownKey;
    }
    Comparison::Sent(Sent {
        code: Code::of(&sent.digest),
        entered,
        is_used,
        card_key: card_key(state),
    })
}

fn compare(loaded: Loaded, code: Code, turn: &mut Turn<'_>) -> Step<SubmitCode, ()> {
    let now = turn.now();
    match comparison(&loaded.0, code, turn.process().ring, now) {
        Comparison::Sent(sent) if sent.is_used && sent.is_right() => {
            if can_open(sent, turn) {
                advance(loaded, sent, Attempt::Settled, turn)
            } else {
                Step::Done(())
            }
        }
        Comparison::Sent(sent) if turn.setup.is(Defect::UncountedTries) => {
            let is_new = true;
            advance(loaded, sent, Attempt::Counted { is_new }, turn)
        }
        Comparison::Sent(sent) => Step::Next(SubmitCode::Count(loaded, sent)),
        Comparison::Nothing | Comparison::UnknownKey => {
            let state = loaded.0;
            match state {
                // A code of an earlier flow says nothing about the card that is held now.
                FlowState::CardHeld(_) if !state.is_over(now) => Step::Done(()),
                FlowState::Empty
                | FlowState::CardHeld(_)
                | FlowState::CodeSent(_)
                | FlowState::Claimed(_)
                | FlowState::ActionPending(_)
                | FlowState::Saved(_)
                | FlowState::Failed(_)
                | FlowState::Void(_) => Step::Next(SubmitCode::Repeat {
                    own: state.flow().filter(|_| !state.is_over(now)),
                }),
            }
        }
    }
}

fn repeat(own: Option<FlowId>, turn: &mut Turn<'_>) -> Step<SubmitCode, ()> {
    let (session, since) = (turn.session(), turn.now() - seconds(CODE_SECONDS));
    let found = turn.call(|scene| {
        let used = scene.database.tries.used_since(since);
        let used = used.filter(|used| own.is_none_or(|flow| flow == used.flow));
        let own = used.filter(|used| used.session == session);
        own.map(|used| (used.code, used.flow)).collect::<Vec<_>>()
    });
    match found {
        Ok(used) if !used.is_empty() => Step::Next(SubmitCode::CountRepeat(used)),
        Ok(_) | Err(_) => Step::Done(()),
    }
}

fn count_repeat(
    used: &[(Code, FlowId)],
    entered: Code,
    turn: &mut Turn<'_>,
) -> Step<SubmitCode, ()> {
    let session = turn.session();
    let one = Try::Repeated { session, entered };
    let reserved = turn.call(|scene| scene.database.tries.reserve(one, MOST_WRONG));
    let mut used = used.iter().filter(|(code, _)| *code == entered);
    match (reserved, used.next()) {
        (Ok(Reservation::Reserved | Reservation::Known), Some((_, flow))) => {
            Step::Next(SubmitCode::LookUp(*flow))
        }
        (Ok(_) | Err(_), _) => Step::Done(()),
    }
}

/// Whether the process has the key that sealed the card.
fn can_open(sent: Sent, turn: &Turn<'_>) -> bool {
    let ring = turn.process().ring;
    sent.card_key.is_none_or(|key| ring.contains(&key)) || turn.setup.is(Defect::UnknownKey)
}

fn count(loaded: Loaded, sent: Sent, turn: &mut Turn<'_>) -> Step<SubmitCode, ()> {
    let most = if sent.is_used { usize::MAX } else { MOST_WRONG };
    let reserved = turn.call(|scene| scene.database.tries.reserve(sent.one(), most));
    let attempt = match reserved {
        Ok(Reservation::Reserved) => Attempt::Counted { is_new: true },
        Ok(Reservation::Known) => Attempt::Counted { is_new: false },
        Ok(Reservation::Exhausted) => Attempt::Exhausted,
        Err(_) => return Step::Done(()),
    };
    if sent.is_used || !sent.is_right() || can_open(sent, turn) {
        return advance(loaded, sent, attempt, turn);
    }
    match attempt {
        Attempt::Counted { .. } => Step::Next(SubmitCode::GiveUp(sent)),
        Attempt::Exhausted | Attempt::Settled => Step::Done(()),
    }
}

fn event(
    sent: Sent,
    attempt: Attempt,
    turn: &Turn<'_>,
) -> impl Fn(&FlowState, DateTime<Utc>) -> Option<Event> + use<> {
    let claimant = ClaimId([turn.fresh(); 16]);
    move |state, _| {
        let event = if attempt == Attempt::Exhausted {
            Event::TriesExhausted {
                code: sent.code.digest(),
            }
        } else {
            Event::CodeSubmitted {
                attempt: sent.entered.digest(),
                claimant,
            }
        };
        sent.is_of(state).then_some(event)
    }
}

fn advance(
    loaded: Loaded,
    sent: Sent,
    attempt: Attempt,
    turn: &mut Turn<'_>,
) -> Step<SubmitCode, ()> {
    let decided = Advancing::decide(loaded, turn.now(), event(sent, attempt, turn));
    advanced(sent, attempt, decided, turn)
}

fn advanced(
    sent: Sent,
    attempt: Attempt,
    step: Step<Advancing, super::loading::Advanced>,
    turn: &mut Turn<'_>,
) -> Step<SubmitCode, ()> {
    let then = match step {
        Step::Next(advancing) => return Step::Next(SubmitCode::Advance(sent, attempt, advancing)),
        Step::Done(Ok(Some(decided))) => return run(sent, attempt, decided, turn),
        Step::Done(Ok(None)) => AndThen::StartOver,
        Step::Done(Err(_)) => AndThen::End,
    };
    match attempt {
        Attempt::Counted { is_new: true } => Step::Next(SubmitCode::Release(sent.one(), then)),
        Attempt::Counted { is_new: false } | Attempt::Exhausted | Attempt::Settled => then.go_on(),
    }
}

fn run(
    sent: Sent,
    attempt: Attempt,
    decided: Decided,
    turn: &mut Turn<'_>,
) -> Step<SubmitCode, ()> {
    // A used code is not worth guessing.
    if !sent.is_used && !sent.is_right() && attempt != Attempt::Exhausted {
        turn.scene.seen.wrong.insert((sent.code, sent.entered));
    }
    let counted = match attempt {
        Attempt::Counted { is_new } => Some((sent.one(), is_new)),
        Attempt::Exhausted | Attempt::Settled => None,
    };
    saved(Saving::begin(decided, counted, turn))
}
