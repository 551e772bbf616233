//! The list of proofs.

use crate::bad_input;
use crate::proof::Proof;

/// All proofs, in the order in which they are reported.
pub const PROOFS: &[Proof] = &[bad_input::PROOF];
