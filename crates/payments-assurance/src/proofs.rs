//! The list of proofs.

use crate::proof::Proof;
use crate::{bad_input, cuts, kill_sweep, model, mutation, races, simulation};

/// All proofs, in the order in which they are reported.
pub const PROOFS: &[Proof] = &[
    model::PROOF,
    simulation::PROOF,
    races::PROOF,
    kill_sweep::PROOF,
    cuts::PROOF,
    bad_input::PROOF,
    mutation::PROOF,
];
