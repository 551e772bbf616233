//! The state machine of card storage, for model checkers: what the driver decides with, and nothing of the driver.

pub use crate::card_storage::FlowState;
pub use crate::card_storage::ending::{Ending, EndingKind};
pub use crate::card_storage::event::{Answer, Denial, Effect, Event, Outcome, Transition};
pub use crate::card_storage::state::{
    ActionPending, CardHeld, ClaimStage, Claimed, CodeSent, Failed, Failure, HeldCard, Saved,
    SentCode, Void,
};
pub use crate::card_storage::step::step;

/// The ending of a state that has no audit record yet.
pub fn unrecorded(state: &FlowState) -> Option<Ending> {
    state.unrecorded()
}

/// The same state, marked as recorded.
pub fn recorded(state: FlowState) -> FlowState {
    state.recorded()
}

/// Whether the flow store decides about an outcome: then a request that cannot store it ends.
pub const fn is_decided_by_the_flow_store(outcome: Outcome) -> bool {
    outcome.is_decided_by_the_flow_store()
}
