//! How far a flow has come, for a page that was loaded again.

use chrono::{DateTime, Utc};

use super::state::FlowState;
use super::step::MOST_WRONG_CODES;

/// What the customer does next, or how the flow ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FlowStep {
    /// The card is to be submitted.
    Card,
    /// A card is held, and a code is to be requested.
    PhoneNumber,
    /// A code was sent for the held card, and is to be entered.
    Otp,
    /// The card is being saved.
    Saving,
    /// The customer has to act at the gateway.
    Action,
    /// The card was saved.
    Saved,
    /// The card was not saved.
    Failed,
    /// Too many wrong codes were entered.
    Void,
}

/// The progress of a flow. It contains nothing that was entered or sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FlowProgress {
    /// What comes next, or how the flow ended.
    pub step: FlowStep,
    /// How long the step can still be completed, rounded down; `None` if it has no deadline.
    pub seconds_left: Option<u32>,
    /// How many more distinct wrong codes are possible, the last of which ends the flow; `None` if none is expected.
    pub tries_left: Option<u8>,
}

impl FlowState {
    /// The progress at `now`. A state past its deadline counts as empty.
    pub fn progress(&self, now: DateTime<Utc>) -> FlowProgress {
        if self.is_over(now) {
            return FlowProgress::of(FlowStep::Card, None, now);
        }
        match self {
            Self::Empty => FlowProgress::of(FlowStep::Card, None, now),
            Self::CardHeld(state) => {
                FlowProgress::of(FlowStep::PhoneNumber, Some(state.card.deadline), now)
            }
            Self::CodeSent(state) => {
                let card = state.card.filter(|card| card.deadline > now);
                let Some(card) = card else {
                    return FlowProgress::of(FlowStep::Card, None, now);
                };
                if state.code.expires_at <= now {
                    return FlowProgress::of(FlowStep::PhoneNumber, Some(card.deadline), now);
                }
                let end = state.code.expires_at.min(card.deadline);
                let left = MOST_WRONG_CODES.saturating_sub(state.wrong.len());
                FlowProgress {
                    tries_left: u8::try_from(left).ok(),
                    ..FlowProgress::of(FlowStep::Otp, Some(end), now)
                }
            }
            Self::Claimed(_) => FlowProgress::of(FlowStep::Saving, None, now),
            Self::ActionPending(state) => {
                FlowProgress::of(FlowStep::Action, Some(state.deadline), now)
            }
            Self::Saved(_) => FlowProgress::of(FlowStep::Saved, None, now),
            Self::Failed(_) => FlowProgress::of(FlowStep::Failed, None, now),
            Self::Void(_) => FlowProgress::of(FlowStep::Void, None, now),
        }
    }
}

impl FlowProgress {
    pub(super) fn of(step: FlowStep, end: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Self {
        let left = end.map(|end| (end - now).num_seconds());
        Self {
            step,
            seconds_left: left.and_then(|left| u32::try_from(left).ok()),
            tries_left: None,
        }
    }
}

impl FlowStep {
    /// Every step, in the order in which they are reached.
    pub const ALL: [Self; 8] = [
        Self::Card,
        Self::PhoneNumber,
        Self::Otp,
        Self::Saving,
        Self::Action,
        Self::Saved,
        Self::Failed,
        Self::Void,
    ];

    /// The word for the step in responses.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Card => "card",
            Self::PhoneNumber => "phone_number",
            Self::Otp => "otp",
            Self::Saving => "saving",
            Self::Action => "action",
            Self::Saved => "saved",
            Self::Failed => "failed",
            Self::Void => "void",
        }
    }
}
