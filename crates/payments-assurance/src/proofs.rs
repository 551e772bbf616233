//! The list of proofs.

use crate::proof::Proof;
use crate::{bad_input, kill_sweep, races};

/// All proofs, in the order in which they are reported.
pub const PROOFS: &[Proof] = &[races::PROOF, kill_sweep::PROOF, bad_input::PROOF];
