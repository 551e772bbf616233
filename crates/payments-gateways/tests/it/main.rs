//! The contract of every adapter, and the specifics of each.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

mod craftgate;
mod customer_keys;
mod failover;
mod gateways;
mod harness;
mod iyzico;
mod journey;
mod leaks;
mod lists;
mod lost_answers;
mod outgoing;
mod reports;
mod sandbox;
mod senders;
mod sms_contract;
mod stripe;
mod stripe_action;
mod tokenizer_contract;
mod unverified;
