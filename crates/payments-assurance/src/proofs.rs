//! The list of proofs.

use crate::proof::Proof;
use crate::{availability, bad_input, kill_sweep, leaks, model, races, simulation};

/// All proofs, in the order in which they are reported.
pub const PROOFS: &[Proof] = &[
    model::PROOF,
    simulation::PROOF,
    races::PROOF,
    kill_sweep::PROOF,
    leaks::PROOF,
    bad_input::PROOF,
    availability::PROOF,
];
