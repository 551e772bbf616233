//! The service over real HTTP: on a random port, with its own SQLite file, in-process flows and the sandbox.

#![expect(
    clippy::expect_used,
    reason = "a helper of the tests fails the test that calls it"
)]
#![expect(
    dead_code,
    reason = "each of the two test programs leaves something to the other"
)]

mod actions;
mod answer_headers;
mod answers;
mod app;
mod audit_command;
mod bad_bodies;
mod card_storage;
mod check_settings;
mod command_line;
mod connections;
mod console;
mod csrf;
mod demo;
mod deployment;
mod documents;
mod empty_store;
mod error_table;
mod front_proxies;
mod full_comparison;
mod lifecycle;
mod limits;
mod listing_bin;
mod listing_saved_card;
mod listings;
mod locales;
mod logs;
mod lowest_plans;
mod manage;
mod memory;
mod metrics_list;
mod monitoring;
mod noun_schemas;
mod openapi;
mod openapi_examples;
mod outgoing;
mod paths;
mod plain_listing;
mod product_listings;
mod production;
mod production_gateways;
mod program;
mod provider_flows;
mod provider_harness;
mod provider_hosts;
mod provider_keys;
mod provider_logs;
mod provider_settings;
mod providers;
mod public;
mod quotes;
mod saved_cards;
mod sessions;
mod settings;
mod setup;
mod shop;
mod shop_pages;
mod shop_payment;
mod sms_limits;
mod sms_reports;
mod sms_texts;
#[cfg(feature = "traces")]
mod traces;

/// The setup of these tests; `on_servers.rs` runs them on the other one.
const SETUP: setup::Setup = setup::Setup::Embedded;
