//! Customers who save cards while an operator works.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Result, ensure};
use tokio::task::JoinSet;

use super::balancer::Balancer;
use super::shopper::{Flows, Met, Shopper, Step};
use crate::proof::{now, since};
use crate::system::System;

/// Customers at once.
const AT_ONCE: u64 = 4;
/// The pause after each card, so that customers last.
const PAUSE: Duration = Duration::from_millis(200);
/// How long some cards may take on a busy machine, an outage included.
const PATIENCE: Duration = Duration::from_mins(3);
/// One in this many customers deletes the card afterwards.
const DELETES: u64 = 4;

/// The load.
pub(super) struct Load {
    shared: Arc<Shared>,
    customers: JoinSet<Result<()>>,
}

struct Shared {
    system: Arc<System>,
    balancer: Arc<Balancer>,
    flows: Flows,
    next: AtomicU64,
    is_over: AtomicBool,
    saved: AtomicU64,
    met: Mutex<Met>,
}

impl Load {
    /// Starts with a customer of this number; the next customers have the next numbers.
    pub(super) fn start(
        system: &Arc<System>,
        balancer: &Arc<Balancer>,
        first: u64,
        flows: Flows,
    ) -> Self {
        let shared = Arc::new(Shared {
            system: Arc::clone(system),
            balancer: Arc::clone(balancer),
            flows,
            next: AtomicU64::new(first),
            is_over: AtomicBool::new(false),
            saved: AtomicU64::new(0),
            met: Mutex::default(),
        });
        let mut customers = JoinSet::new();
        for _ in 0..AT_ONCE {
            customers.spawn(Shared::shop(Arc::clone(&shared)));
        }
        Self { shared, customers }
    }

    /// The number of the next customer.
    pub(super) fn next(&self) -> u64 {
        self.shared.next.load(Ordering::SeqCst)
    }

    /// Waits until `cards` more are saved, or a customer fails.
    pub(super) async fn more(&mut self, cards: u64) -> Result<()> {
        let (started, wanted) = (now(), self.shared.saved.load(Ordering::SeqCst) + cards);
        loop {
            let saved = self.shared.saved.load(Ordering::SeqCst);
            if saved >= wanted {
                return Ok(());
            }
            if let Some(customer) = self.customers.try_join_next() {
                customer??;
            }
            ensure!(
                since(started) < PATIENCE,
                "only {saved} of {wanted} cards are saved"
            );
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Lets the customers finish, and returns what they met with.
    pub(super) async fn stop(mut self) -> Result<Met> {
        self.shared.is_over.store(true, Ordering::SeqCst);
        while let Some(customer) = self.customers.join_next().await {
            customer??;
        }
        Ok(*self.shared.met())
    }
}

impl Shared {
    fn met(&self) -> std::sync::MutexGuard<'_, Met> {
        self.met.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, met: Met) {
        let mut all = self.met();
        *all = all.and(met);
    }

    async fn shop(self: Arc<Self>) -> Result<()> {
        while !self.is_over.load(Ordering::SeqCst) {
            let number = self.next.fetch_add(1, Ordering::SeqCst);
            let mut shopper = Shopper::new(&self.system, &self.balancer, number, self.flows)?;
            shopper.deletes = number.is_multiple_of(DELETES);
            let done = shopper.until(Step::Done).await;
            self.note(shopper.met);
            done?;
            self.saved.fetch_add(1, Ordering::SeqCst);
            tokio::time::sleep(PAUSE).await;
        }
        Ok(())
    }
}
