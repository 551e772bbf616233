//! The adapters, on every database there is.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

mod accounts;
mod audit;
mod bin_counts;
mod cases;
mod catalog;
mod cleanup;
mod conditions;
mod contract;
mod deletions;
mod erasure;
mod first_schema;
mod fixture;
mod forbidden;
mod history;
mod instruments;
mod keyed_purchases;
mod leading_digits;
mod memory;
mod migrations;
mod on_partitions;
mod on_postgres;
mod on_sqlite;
mod pages;
mod postgres;
mod proposals;
mod pseudonyms;
mod pumping;
mod purchases;
mod records;
mod redis;
mod sample;
mod servers;
mod sqlite;
mod tampering;
