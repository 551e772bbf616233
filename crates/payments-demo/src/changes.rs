//! One change of a basket at a time: a change reads the basket, decides, and writes it.

use payments_core::id::BasketId;
use tokio::sync::{Mutex, MutexGuard};

/// Baskets that share a lock wait for each other; with this many, rarely.
const LOCKS: usize = 64;

/// The locks of all baskets.
#[derive(Debug)]
pub struct Changes([Mutex<()>; LOCKS]);

impl Default for Changes {
    fn default() -> Self {
        Self([const { Mutex::const_new(()) }; LOCKS])
    }
}

impl Changes {
    /// Waits until no other request changes the basket.
    pub(crate) async fn lock(&self, basket: BasketId) -> MutexGuard<'_, ()> {
        let place = usize::try_from(basket.get()).unwrap_or(0) % LOCKS;
        self.0[place].lock().await
    }
}
