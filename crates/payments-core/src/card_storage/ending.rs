//! The ending of a flow that has no intent, and therefore no audit record of its own.

use crate::flow::FlowId;
use crate::id::PosId;

use super::state::{Failure, FlowState};

/// An ending without an audit record. It stays in the state until the record is committed, so that a repeated request
/// retries it after the database was unavailable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Ending {
    /// The flow that ended.
    pub flow: FlowId,
    /// Where the card would have been saved, if a card was held.
    pub pos: Option<PosId>,
    /// How it ended.
    pub kind: EndingKind,
}

/// How a flow ended before its gateway was called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EndingKind {
    /// Too many wrong codes.
    Void,
    /// The held card was missing or could not be opened.
    CardLost,
    /// The intent may or may not be committed; the gateway was not called.
    NotRecorded,
}

impl FlowState {
    /// The ending that has no audit record yet.
    pub(crate) fn unrecorded(&self) -> Option<Ending> {
        match self {
            Self::Void(state) if state.is_unrecorded => Some(Ending {
                flow: state.flow,
                pos: state.pos,
                kind: EndingKind::Void,
            }),
            Self::Failed(state) => Some(Ending {
                flow: state.flow,
                pos: Some(state.unrecorded?),
                kind: kind_of(state.failure)?,
            }),
            Self::Empty
            | Self::CardHeld(_)
            | Self::CodeSent(_)
            | Self::Claimed(_)
            | Self::ActionPending(_)
            | Self::Saved(_)
            | Self::Void(_) => None,
        }
    }

    /// The same state, marked as recorded.
    #[must_use]
    pub(crate) fn recorded(mut self) -> Self {
        match &mut self {
            Self::Void(state) => state.is_unrecorded = false,
            Self::Failed(state) => state.unrecorded = None,
            Self::Empty
            | Self::CardHeld(_)
            | Self::CodeSent(_)
            | Self::Claimed(_)
            | Self::ActionPending(_)
            | Self::Saved(_) => {}
        }
        self
    }
}

/// The other failures have an intent, whose audit record covers the ending.
fn kind_of(failure: Failure) -> Option<EndingKind> {
    match failure {
        Failure::CardGone => Some(EndingKind::CardLost),
        Failure::NotRecorded => Some(EndingKind::NotRecorded),
        Failure::Refused(_)
        | Failure::GatewayUnavailable
        | Failure::OutcomeUnknown
        | Failure::Replayed => None,
    }
}
