//! The list of proofs.

use crate::proof::Proof;
use crate::{bad_input, drills, kill_sweep, model, races, simulation};

/// All proofs, in the order in which they are reported.
pub const PROOFS: &[Proof] = &[
    model::PROOF,
    simulation::PROOF,
    races::PROOF,
    kill_sweep::PROOF,
    bad_input::PROOF,
    drills::PROOF,
];
