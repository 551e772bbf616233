//! The queries of every port. Each database's module mounts this one and provides the items that they import.

mod audit;
mod audit_chain;
mod audit_row;
mod audit_trail;
mod backlog;
mod bank;
mod basket;
mod bin_counts;
mod card;
mod card_action;
mod card_action_cleanup;
mod card_actions;
mod card_type;
mod catalog;
mod catalog_log;
mod change;
mod code_tries;
mod customer;
mod customer_key;
mod database;
mod dead_token;
mod deletion;
mod erasure;
mod export;
mod gateway_account;
mod history;
mod instrument;
mod intent;
mod intent_status;
mod intents;
mod lease;
mod open_intent;
mod part;
mod payment_option;
mod plan;
mod pos;
mod pre_order;
mod product;
mod proposals;
mod pseudonym;
mod purchase;
mod records;
mod referrer;
mod rule;
mod saved_card;
mod session;
mod sms_limits;
mod sms_send;
mod store_sample;
mod stored_token;
mod table;
mod table_impl;
mod token_deletion;
mod upkeep;

pub use database::Database;
pub(super) use database::Kind;
pub use purchase::BatchedPurchases;
pub(super) use upkeep::{applied, record_mark};

use super::{
    Backend, Connection, MANAGEMENT_ROWS, NOW, SYSTEM, Source, announce_catalog, begin,
    begin_pruning, by_statement, cleanup, end_pruning, has_sealing_lock, has_table, keep_months,
    lock_catalog, lock_customer, lock_pos, lock_sealing, lock_token, lock_tries, migrate,
    partition, pending, present_account,
};
