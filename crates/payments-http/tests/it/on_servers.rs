//! The service's tests on PostgreSQL and Redis, and those that need these servers.
//!
//! `cargo xtask test` starts the servers and passes their URLs; without them every test here fails.

#![expect(
    clippy::expect_used,
    reason = "a helper of the tests fails the test that calls it"
)]
#![expect(
    dead_code,
    reason = "each of the two test programs leaves something to the other"
)]

mod answers;
mod app;
mod bad_bodies;
mod card_storage;
mod csrf;
mod demo;
mod documents;
mod limits;
mod listing_bin;
mod listing_saved_card;
mod listings;
mod logs;
mod lowest_plans;
mod manage;
mod monitoring;
mod openapi;
mod outgoing;
mod paths;
mod product_listings;
mod program;
mod provider_flows;
mod provider_harness;
mod provider_logs;
mod provider_settings;
mod public;
mod quotes;
mod saved_cards;
mod servers;
mod sessions;
mod setup;
mod shop;
mod shop_payment;
mod sms_reports;
#[cfg(feature = "traces")]
mod traces;

/// The setup of these tests; `main.rs` runs them on the other one.
const SETUP: setup::Setup = setup::Setup::Servers;
