//! Scripts of events for tests of the state machine.

use crate::card_storage::event::{Effect, Event, Outcome};
use crate::card_storage::state::{FlowState, HeldCard, SentCode};
use crate::card_storage::step::step;
use crate::flow::{ClaimId, FlowId, SubmissionId};
use crate::keys::KeyId;
use crate::otp::CodeDigest;
use crate::phone::PhoneDigest;
use crate::testkit::sample;
use chrono::{DateTime, Utc};

/// A step of a script. Numbers name flows, cards and codes.
#[derive(Clone, Copy, Debug)]
pub(super) enum Act {
    /// Submits a card.
    Card(u8),
    /// Requests a code.
    Send(u8),
    /// Requests a code where a held card is required.
    SendForCard(u8),
    /// Enters a code.
    Enter(u8),
    /// Enters a code after the tries for this code are used up.
    Exhaust(u8),
    /// Reports the outcome of an effect of the current flow.
    Carried(Outcome),
    /// Reports the outcome of an effect of a previous flow.
    Late(Outcome),
    /// Advances the clock by seconds.
    Wait(u16),
}

/// A machine and its history.
pub(super) struct Played {
    pub(super) state: FlowState,
    pub(super) now: DateTime<Utc>,
    pub(super) effects: Vec<Effect>,
    fresh: u8,
    claims: u64,
}

pub(super) fn digest(number: u8) -> CodeDigest {
    CodeDigest([number; 32])
}

pub(super) fn flow(number: u8) -> FlowId {
    FlowId([number; 16])
}

pub(super) fn claim(number: u64) -> ClaimId {
    ClaimId(u128::from(number).to_be_bytes())
}

/// The card was taken; the deadlines of the gateway and the database are two minutes.
pub(super) fn taken(now: DateTime<Utc>) -> Outcome {
    Outcome::CardTaken {
        settled_by: now + chrono::TimeDelta::seconds(120),
    }
}

impl Played {
    pub(super) fn new() -> Self {
        Self {
            state: FlowState::Empty,
            now: sample::now(),
            effects: Vec::new(),
            fresh: 0,
            claims: 0,
        }
    }

    /// Runs one step, and returns its effects.
    pub(super) fn act(&mut self, act: Act) -> Vec<Effect> {
        let Some(event) = self.event(act) else {
            return Vec::new();
        };
        let transition = step(self.state.clone(), event, self.now);
        self.state = transition.state;
        self.effects.extend(&transition.effects);
        transition.effects
    }

    fn event(&mut self, act: Act) -> Option<Event> {
        let seconds = |count| self.now + chrono::TimeDelta::seconds(count);
        Some(match act {
            Act::Card(number) => {
                let submission = SubmissionId([number; 16]);
                let card = HeldCard {
                    submission,
                    pos: sample::pos(),
                    key: Some(KeyId(1)),
                    deadline: seconds(300),
                };
                let flow = self.state.joined_by_card(self.now);
                let flow = flow.unwrap_or_else(|| self.draw());
                Event::CardSubmitted { flow, card }
            }
            Act::Send(number) | Act::SendForCard(number) => {
                let expires_at = seconds(180);
                let flow = self
                    .state
                    .continuing(self.now)
                    .unwrap_or_else(|| self.draw());
                let (key, phone) = (KeyId(1), PhoneDigest([0; 32]));
                let code = SentCode {
                    digest: digest(number),
                    key,
                    phone,
                    expires_at,
                };
                let needs_card = matches!(act, Act::SendForCard(_));
                Event::PhoneSubmitted {
                    flow,
                    code,
                    needs_card,
                }
            }
            Act::Enter(number) => {
                self.claims += 1;
                Event::CodeSubmitted {
                    attempt: digest(number),
                    claimant: claim(self.claims),
                }
            }
            Act::Exhaust(number) => Event::TriesExhausted {
                code: digest(number),
            },
            Act::Carried(Outcome::CardTaken { .. }) => Event::Carried {
                flow: self.state.flow()?,
                outcome: taken(self.now),
            },
            Act::Carried(outcome) => Event::Carried {
                flow: self.state.flow()?,
                outcome,
            },
            Act::Late(outcome) => Event::Carried {
                flow: flow(255),
                outcome,
            },
            Act::Wait(count) => {
                self.now = seconds(i64::from(count));
                return None;
            }
        })
    }

    fn draw(&mut self) -> FlowId {
        self.fresh = self.fresh.wrapping_add(1) % 255;
        flow(self.fresh)
    }
}

/// Runs a script from the empty state.
pub(super) fn play(acts: &[Act]) -> Played {
    let mut played = Played::new();
    for act in acts {
        played.act(*act);
    }
    played
}
