//! What customers were told, for the oracle.

use std::sync::{Mutex, PoisonError};

use payments_core::testkit::world::{Comparison, Listed, Request, SavedAnswer, World};

/// What customers were told. Add to it what only the proof knows.
#[derive(Default)]
pub struct Told(Mutex<Parts>);

/// The parts of [`World`] that are about answers.
#[derive(Clone, Default)]
pub struct Parts {
    /// The 200s of saving a card.
    pub saved_answers: Vec<SavedAnswer>,
    /// The wrong codes that were compared.
    pub comparisons: Vec<Comparison>,
    /// The cards that were listed.
    pub listed: Vec<Listed>,
    /// The requests.
    pub requests: Vec<Request>,
}

impl Told {
    /// Reads or changes the parts.
    pub fn with<T>(&self, use_it: impl FnOnce(&mut Parts) -> T) -> T {
        use_it(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Adds the parts to a world.
    pub(super) fn add_to(&self, world: &mut World) {
        let parts = self.with(|parts| parts.clone());
        world.saved_answers = parts.saved_answers;
        world.comparisons = parts.comparisons;
        world.listed = parts.listed;
        world.requests = parts.requests;
    }
}
