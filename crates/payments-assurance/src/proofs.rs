//! The list of proofs.

use crate::proof::Proof;
use crate::{
    availability, bad_input, cuts, drills, kill_sweep, leaks, model, mutation, races, simulation,
};

/// All proofs, in the order in which they are reported.
pub const PROOFS: &[Proof] = &[
    model::PROOF,
    simulation::PROOF,
    races::PROOF,
    kill_sweep::PROOF,
    cuts::PROOF,
    leaks::PROOF,
    bad_input::PROOF,
    availability::PROOF,
    drills::PROOF,
    mutation::PROOF,
];
