//! Randomness that is the same in every run.

use std::sync::Mutex;

use sha2::{Digest, Sha256};

use crate::ports::Entropy;

use super::lock;

/// SHA-256 of a seed and a counter. Predictable: for tests only.
pub struct SeededEntropy {
    seed: u64,
    counter: Mutex<u64>,
}

impl SeededEntropy {
    /// Creates a generator whose output depends only on the seed.
    pub const fn new(seed: u64) -> Self {
        Self {
            seed,
            counter: Mutex::new(0),
        }
    }
}

impl Entropy for SeededEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        let mut counter = lock(&self.counter);
        for chunk in bytes.chunks_mut(32) {
            *counter += 1;
            let mut block = Sha256::new();
            block.update(self.seed.to_be_bytes());
            block.update(counter.to_be_bytes());
            chunk.copy_from_slice(&block.finalize()[..chunk.len()]);
        }
    }
}
