//! The core's integration tests, in one binary.

#![expect(
    clippy::unwrap_used,
    reason = "a helper of a test fails the test, like the test itself"
)]

mod card;
mod card_storage;
mod catalog;
mod cells;
mod condition;
mod document;
mod explain;
mod history;
mod holds_until;
mod installment;
mod lint;
mod listing;
mod lowest;
mod masterpass;
mod matrix;
mod money;
mod oracle;
mod otp;
mod phone;
mod quotes;
mod rules;
mod secrets;
mod selection;
mod shop;
mod strategies;
mod what_if;
