//! The card-storage protocol: a state machine as data, and the driver that carries out its effects.

mod state;

pub use state::{FlowId, FlowKey, FlowState, IntentId};
