//! Gauges that are read when metrics are scraped: caches, circuit breakers, the replica, the process.

use std::sync::atomic::Ordering;

use chrono::{DateTime, Utc};
use payments_core::catalog::CatalogVersion;
use payments_gateways::http::Outgoing;
use payments_store::{Flows, PoolState, Store};
use prometheus_client::encoding::text::{encode_eof, encode_registry};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::{Registry, Unit};

use super::Metrics;
use super::labels::{ByResult, OfProvider, Pool};
use crate::listing_cache::ListingCache;
use crate::process;
use crate::snapshot::Freshness;
use crate::traces;

/// Where the gauges are read from.
pub struct Readings<'s> {
    /// The time of the scrape.
    pub now: DateTime<Utc>,
    pub catalog_version: CatalogVersion,
    /// How current it is.
    pub catalog: Freshness,
    /// The cache of product listings.
    pub listing_cache: &'s ListingCache,
    /// The HTTP client, if any provider needs it.
    pub outgoing: Option<&'s Outgoing>,
    pub database: &'s Store,
    pub flows: &'s Flows,
}

#[derive(Default)]
pub(super) struct Gauges {
    listing_cache: Family<ByResult, Counter>,
    breaker_is_open: Family<OfProvider, Gauge>,
    replica_is_asked: Gauge,
    replica_age: Gauge,
    resident_memory: Gauge,
    open_files: Gauge,
    most_files: Gauge,
    spans: Family<ByResult, Counter>,
}

impl Gauges {
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
        registry.register(
            "trace_spans",
            "Spans of traces, by what became of them: exported, failed (the collector did not accept them) or dropped (too many were waiting)",
            self.spans.clone(),
        );
    }

    /// The standard process metrics.
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

    pub(super) fn set(&self, readings: &Readings<'_>) {
        let (hits, misses) = readings.listing_cache.hits_and_misses();
        for (result, count) in [("hit", hits), ("miss", misses)] {
            let looked = self.listing_cache.get_or_create(&ByResult { result });
            looked.inner().store(count, Ordering::Relaxed);
        }
        for (result, count) in traces::counts() {
            let spans = self.spans.get_or_create(&ByResult { result });
            spans.inner().store(count, Ordering::Relaxed);
        }
        let breakers = readings.outgoing.map(Outgoing::breakers);
        for (provider, is_open) in breakers.into_iter().flatten() {
            self.breaker_is_open
                .get_or_create(&OfProvider { provider })
                .set(i64::from(is_open));
        }
        if let Some(replica) = readings.database.replica() {
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

impl Metrics {
    /// All metrics in the text format of Prometheus.
    pub fn text(&self, readings: &Readings<'_>) -> Result<String, std::fmt::Error> {
        let catalog = &readings.catalog;
        self.catalog_version.set(readings.catalog_version.0);
        self.catalog_age
            .set((readings.now - catalog.seen_at).num_seconds().max(0));
        self.catalog_is_failing.set(i64::from(catalog.is_failing()));
        self.catalog_failures
            .set(i64::try_from(catalog.failures).unwrap_or(i64::MAX));
        self.set_pool("database", readings.database.pool());
        if let Some(pool) = readings.flows.pool() {
            self.set_pool("flows", pool);
        }
        self.gauges.set(readings);
        let mut text = String::new();
        encode_registry(&mut text, &self.registry)?;
        encode_registry(&mut text, &self.process)?;
        encode_eof(&mut text)?;
        Ok(text)
    }

    fn set_pool(&self, store: &'static str, pool: PoolState) {
        let in_use = pool.open.saturating_sub(pool.idle);
        for (state, count) in [
            ("in_use", in_use),
            ("idle", pool.idle),
            ("most", pool.most),
            ("waiting", pool.waiting),
        ] {
            let count = i64::try_from(count).unwrap_or(i64::MAX);
            self.connections
                .get_or_create(&Pool { store, state })
                .set(count);
        }
    }
}
