//! What only servers show: several processes, failovers, outages, and wrong settings for them.

mod erasure;
mod failover;
mod faults;
mod journey;
mod key_rotation;
mod proxy;
mod refusals;
mod replica;
mod roles;
mod slow_redis;
mod stale_catalog;
mod two_processes;
