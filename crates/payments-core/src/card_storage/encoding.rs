//! States as bytes, for flow stores outside this process.

use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::FlowState;

/// Changed whenever an older reader would misunderstand a state. New fields have a default, so that processes of two
/// releases can share a flow store while one replaces the other.
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
    /// JSON with its version.
    pub fn to_bytes(&self) -> Vec<u8> {
        // A state has no map with other keys than text and no number JSON cannot hold.
        serde_json::to_vec(&Written {
            version: VERSION,
            state: self,
        })
        .unwrap_or_default()
    }

    /// Reads what [`FlowState::to_bytes`] wrote; none for bytes of another version or damaged ones. A flow store MUST
    /// take those for [`FlowState::Empty`], and let a save replace them: the customer begins again.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let read: Read = serde_json::from_slice(bytes).ok()?;
        (read.version == VERSION).then_some(read.state)
    }
}
