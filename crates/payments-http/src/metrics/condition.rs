//! What is so at the moment it is asked for: caches, circuit breakers, the replica, the process.

use std::sync::atomic::Ordering;

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::{Registry, Unit};

use super::labels::{Looked, OfProvider};
use crate::process;
use crate::state::AppState;

#[derive(Default)]
pub(super) struct Condition {
    listing_cache: Family<Looked, Counter>,
    breaker_is_open: Family<OfProvider, Gauge>,
    replica_is_asked: Gauge,
    replica_age: Gauge,
    resident_memory: Gauge,
    open_files: Gauge,
    most_files: Gauge,
}

impl Condition {
    pub(super) fn register(&self, registry: &mut Registry) {
        registry.register(
            "product_listing_lookups",
            "Listings of products asked for: hit (one was ready) or miss (it was made or waited for)",
            self.listing_cache.clone(),
        );
        registry.register(
            "provider_breaker_is_open",
            "1 while the circuit breaker keeps calls of a provider back, as of the last call",
            self.breaker_is_open.clone(),
        );
        registry.register(
            "replica_is_asked",
            "1 while there is a replica that follows closely enough to be asked",
            self.replica_is_asked.clone(),
        );
        registry.register_with_unit(
            "replica_age",
            "How long ago the replica was last known to have everything; 0 without a replica",
            Unit::Seconds,
            self.replica_age.clone(),
        );
    }

    /// Under the names that every process's metrics have.
    pub(super) fn of_process(&self) -> Registry {
        let mut registry = Registry::with_prefix("process");
        if cfg!(target_os = "linux") {
            registry.register_with_unit(
                "resident_memory",
                "Resident memory size",
                Unit::Bytes,
                self.resident_memory.clone(),
            );
            registry.register(
                "open_fds",
                "Number of open file descriptors",
                self.open_files.clone(),
            );
            registry.register(
                "max_fds",
                "Maximum number of open file descriptors",
                self.most_files.clone(),
            );
        }
        registry
    }

    pub(super) fn set(&self, state: &AppState) {
        let (hits, misses) = state.listing_cache.hits_and_misses();
        for (result, count) in [("hit", hits), ("miss", misses)] {
            let looked = self.listing_cache.get_or_create(&Looked { result });
            looked.inner().store(count, Ordering::Relaxed);
        }
        let breakers = state.outgoing.as_ref().map(|client| client.breakers());
        for (provider, is_open) in breakers.into_iter().flatten() {
            self.breaker_is_open
                .get_or_create(&OfProvider { provider })
                .set(i64::from(is_open));
        }
        if let Some(replica) = state.database.replica() {
            self.replica_is_asked.set(i64::from(replica.is_asked));
            self.replica_age
                .set(i64::try_from(replica.age.as_secs()).unwrap_or(i64::MAX));
        }
        if let Some(usage) = process::usage() {
            self.resident_memory.set(usage.resident_bytes);
            self.open_files.set(usage.open_files);
            self.most_files.set(usage.most_files);
        }
    }
}
