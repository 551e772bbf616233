//! Requests that submit a card or request a code.

use payments_core::chrono::{DateTime, Utc};
use payments_core::flow::{FlowId, SubmissionId};
use payments_core::phone::PhoneDigest;
use payments_core::testkit::machine::{
    Effect, Event, FlowState, HeldCard, Outcome, SentCode, step,
};

use super::flow_store::SealedCard;
use super::ids::{Card, Code, flow, seconds};
use super::loading::{Advanced, Advancing, Decided, Loading, NotSaved, Storing};
use super::sample_pos;
use super::scene::{Call, CallOutcome, Port, Step, Turn};
use super::setup::{CARD_SECONDS, CODE_SECONDS};

/// A sealed card in the store, which a state may or may not name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Held {
    flow: FlowId,
    card: HeldCard,
}

/// A decision about a card whose sealing is not stored yet.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Prepared {
    next: Held,
    storing: Storing,
    effects: Vec<Effect>,
}

/// A request that submits a card.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum SubmitCard {
    Load(Option<Held>, Loading),
    /// Discards a card that was sealed for a flow that is no longer the current one.
    Replace(Held, Prepared),
    Put(Prepared),
    Store(Prepared),
    Drop(Vec<HeldCard>),
}

impl SubmitCard {
    pub(super) const fn new() -> Self {
        Self::Load(None, Loading::Load)
    }

    pub(super) const fn next(&self) -> Call {
        match self {
            Self::Load(_, loading) => loading.next(),
            Self::Store(prepared) => prepared.storing.next(),
            Self::Put(_) => Call::write("held_cards.put"),
            Self::Replace(..) | Self::Drop(_) => Call::write("held_cards.discard"),
        }
    }

    pub(super) fn turn(self, card: Card, turn: &mut Turn<'_>) -> Step<Self, ()> {
        let session = turn.session();
        match self {
            Self::Load(held, loading) => match loading.turn(turn) {
                Step::Next(loading) => Step::Next(Self::Load(held, loading)),
                Step::Done(Ok((state, version))) => Self::prepare(held, state, version, turn),
                Step::Done(Err(_)) => drop_cards(held.map(|held| held.card)),
            },
            Self::Replace(former, prepared) => {
                let _ = turn.call(|scene| scene.flows.discard(session, &former.card));
                Step::Next(Self::Put(prepared))
            }
            Self::Put(prepared) => {
                let next = prepared.next;
                let sealed = SealedCard {
                    card,
                    flow: next.flow,
                    key: turn.process().ring[0],
                    deadline: next.card.deadline,
                };
                match turn.call(|scene| scene.flows.put(session, &next.card, sealed)) {
                    Ok(()) => Step::Next(Self::Store(prepared)),
                    Err(_) => drop_cards(Some(next.card)),
                }
            }
            Self::Store(prepared) => Self::store(prepared, turn),
            Self::Drop(mut cards) => {
                if let Some(card) = cards.pop() {
                    let _ = turn.call(|scene| scene.flows.discard(session, &card));
                }
                drop_cards(cards)
            }
        }
    }

    fn prepare(
        held: Option<Held>,
        before: FlowState,
        version: Option<payments_core::ports::Version>,
        turn: &Turn<'_>,
    ) -> Step<Self, ()> {
        let now = turn.now();
        let id = before.joined_by_card(now).unwrap_or(flow(turn.fresh()));
        let former = held.filter(|held| held.flow == id);
        let next = former.unwrap_or_else(|| Held {
            flow: id,
            card: HeldCard {
                submission: submission(turn, id),
                pos: sample_pos(),
                key: Some(turn.process().ring[0]),
                deadline: now + seconds(CARD_SECONDS),
            },
        });
        let event = Event::CardSubmitted {
            flow: id,
            card: next.card,
        };
        let transition = step(before, event, now);
        if transition.denial().is_some() {
            return drop_cards(held.map(|held| held.card));
        }
        let deadline = transition
            .state
            .deadline()
            .unwrap_or(now)
            .max(next.card.deadline);
        let prepared = Prepared {
            next,
            storing: Storing::new(transition.state, deadline, version),
            effects: transition.effects,
        };
        Step::Next(match (former, held) {
            (Some(_), _) => Self::Store(prepared),
            (None, Some(other)) => Self::Replace(other, prepared),
            (None, None) => Self::Put(prepared),
        })
    }

    fn store(prepared: Prepared, turn: &mut Turn<'_>) -> Step<Self, ()> {
        match prepared.storing.turn(turn) {
            Step::Next(storing) => Step::Next(Self::Store(Prepared {
                storing,
                ..prepared
            })),
            Step::Done((_, Ok(_))) => drop_cards(dropped(&prepared.effects)),
            Step::Done((_, Err(NotSaved::Stale))) => {
                Step::Next(Self::Load(Some(prepared.next), Loading::Load))
            }
            Step::Done((_, Err(NotSaved::Lost))) => drop_cards(Some(prepared.next.card)),
        }
    }
}

/// The same request names its card differently for another flow.
fn submission(turn: &Turn<'_>, flow: FlowId) -> SubmissionId {
    let mut id = [turn.fresh(); 16];
    id[0] = flow.0[0];
    SubmissionId(id)
}

fn drop_cards(cards: impl IntoIterator<Item = HeldCard>) -> Step<SubmitCard, ()> {
    let cards: Vec<HeldCard> = cards.into_iter().collect();
    if cards.is_empty() {
        Step::Done(())
    } else {
        Step::Next(SubmitCard::Drop(cards))
    }
}

/// The cards that effects discard.
fn dropped(effects: &[Effect]) -> Vec<HeldCard> {
    let card = |effect: &Effect| match effect {
        Effect::DropCard(card) => Some(*card),
        Effect::SendCode
        | Effect::ReleaseTry
        | Effect::MarkTryRight { .. }
        | Effect::TakeCard { .. }
        | Effect::RecordIntent { .. }
        | Effect::Tokenize { .. }
        | Effect::SaveCardAndCloseIntent(_)
        | Effect::BeginAction { .. }
        | Effect::RefuseIntent(_)
        | Effect::LookUpIntent(_)
        | Effect::RecordEnding
        | Effect::RecordUnknown { .. }
        | Effect::Answer(_) => None,
    };
    effects.iter().filter_map(card).collect()
}

/// A request for a code.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum SendCode {
    Load(Loading),
    Advance(Advancing),
    Drop(HeldCard, Decided),
    Send(Decided),
    /// Stores that the code was not sent.
    TakeBack(Storing),
}

impl SendCode {
    pub(super) const fn new() -> Self {
        Self::Load(Loading::Load)
    }

    pub(super) const fn next(&self) -> Call {
        match self {
            Self::Load(loading) => loading.next(),
            Self::Advance(advancing) => advancing.next(),
            Self::Drop(..) => Call::write("held_cards.discard"),
            Self::Send(_) => Call {
                name: "sms.send",
                port: Port::Send,
            },
            Self::TakeBack(storing) => storing.next(),
        }
    }

    pub(super) fn turn(self, code: Code, turn: &mut Turn<'_>) -> Step<Self, ()> {
        let event = sending(code, turn);
        match self {
            Self::Load(loading) => match loading.turn(turn) {
                Step::Next(loading) => Step::Next(Self::Load(loading)),
                Step::Done(Ok(loaded)) => {
                    Self::advanced(Advancing::decide(loaded, turn.now(), event))
                }
                Step::Done(Err(_)) => Step::Done(()),
            },
            Self::Advance(advancing) => Self::advanced(advancing.turn(turn, event)),
            Self::Drop(card, decided) => {
                let session = turn.session();
                let _ = turn.call(|scene| scene.flows.discard(session, &card));
                Step::Next(Self::Send(decided))
            }
            Self::Send(decided) => Self::send(&decided, turn),
            Self::TakeBack(storing) => match storing.turn(turn) {
                Step::Next(storing) => Step::Next(Self::TakeBack(storing)),
                Step::Done(_) => Step::Done(()),
            },
        }
    }

    fn advanced(step: Step<Advancing, Advanced>) -> Step<Self, ()> {
        match step {
            Step::Next(advancing) => Step::Next(Self::Advance(advancing)),
            Step::Done(Ok(Some(decided))) if decided.effects.contains(&Effect::SendCode) => {
                Step::Next(match dropped(&decided.effects).first() {
                    Some(card) => Self::Drop(*card, decided),
                    None => Self::Send(decided),
                })
            }
            Step::Done(_) => Step::Done(()),
        }
    }

    /// A code that was certainly not sent is taken back.
    fn send(decided: &Decided, turn: &Turn<'_>) -> Step<Self, ()> {
        let sent = decided.state.flow().zip(decided.state.code());
        let (CallOutcome::Refused, Some((flow, code))) = (turn.call_outcome, sent) else {
            return Step::Done(());
        };
        let outcome = Outcome::CodeNotSent(code.digest);
        let now = turn.now();
        let transition = step(decided.state.clone(), Event::Carried { flow, outcome }, now);
        let deadline = transition
            .state
            .deadline()
            .filter(|deadline| *deadline > now);
        match deadline.filter(|_| transition.state != decided.state) {
            Some(deadline) => {
                let storing = Storing::new(transition.state, deadline, decided.version);
                Step::Next(Self::TakeBack(storing))
            }
            None => Step::Done(()),
        }
    }
}

/// The event of sending a code.
fn sending(
    code: Code,
    turn: &Turn<'_>,
) -> impl Fn(&FlowState, DateTime<Utc>) -> Option<Event> + use<> {
    let (key, fresh) = (turn.process().ring[0], flow(turn.fresh()));
    move |state, now| {
        Some(Event::PhoneSubmitted {
            flow: state.continuing(now).unwrap_or(fresh),
            code: SentCode {
                digest: code.digest(),
                key,
                phone: PhoneDigest([0; 32]),
                expires_at: now + seconds(CODE_SECONDS),
            },
            needs_card: true,
        })
    }
}
