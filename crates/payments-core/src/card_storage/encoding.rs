//! Serializes states for flow stores outside this process.

use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::FlowState;

/// Incremented when an older reader would misunderstand a state. New fields have defaults, so that two releases can
/// share a flow store during a rolling update.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct Written<'a> {
    version: u32,
    state: &'a FlowState,
}

#[derive(Deserialize)]
struct Read {
    version: u32,
    state: FlowState,
}

impl FlowState {
    /// Returns the state as versioned JSON.
    pub fn to_bytes(&self) -> Vec<u8> {
        // All map keys are strings, and JSON can represent all numbers.
        serde_json::to_vec(&Written {
            version: VERSION,
            state: self,
        })
        .unwrap_or_default()
    }

    /// Parses the output of [`FlowState::to_bytes`]; `None` for another version or damaged bytes. A flow store MUST
    /// treat those as [`FlowState::Empty`] and let a save replace them: the customer starts over.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let read: Read = serde_json::from_slice(bytes).ok()?;
        (read.version == VERSION).then_some(read.state)
    }
}
