//! Tests that need servers: several processes, failovers, outages, and wrong settings of servers.

mod copies;
mod erasure;
mod failover;
mod faults;
mod instrument;
mod journey;
mod key_rotation;
mod proxy;
mod quotes;
mod refusals;
mod replica;
mod roles;
mod slow_redis;
mod stale_catalog;
mod stale_redis;
mod status;
mod two_processes;
mod unsealed_audit;
