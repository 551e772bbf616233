#![doc = include_str!("../README.md")]
// Without the standard library there is no I/O, no clock and no thread.
#![cfg_attr(not(any(test, feature = "mocks")), no_std)]
#![warn(
    clippy::alloc_instead_of_core,
    clippy::std_instead_of_alloc,
    clippy::std_instead_of_core
)]
#![cfg_attr(
    not(feature = "card-storage"),
    expect(
        dead_code,
        unused_imports,
        reason = "the import reads and writes more than the catalog"
    )
)]

#[macro_use]
extern crate alloc;

#[cfg(feature = "card-storage")]
pub mod action;
#[cfg(feature = "card-storage")]
pub mod address_block;
#[cfg(feature = "card-storage")]
pub mod audit;
#[cfg(feature = "card-storage")]
pub mod audit_chain;
#[cfg(feature = "card-storage")]
pub mod card;
#[cfg(feature = "card-storage")]
pub mod card_storage;
pub mod catalog;
#[cfg(feature = "card-storage")]
pub mod consent;
#[cfg(feature = "card-storage")]
pub mod erasure;
#[cfg(feature = "card-storage")]
pub mod flow;
mod hex;
#[cfg(feature = "card-storage")]
pub mod history;
pub mod id;
#[cfg(feature = "card-storage")]
pub mod import;
pub mod installment;
#[cfg(feature = "card-storage")]
pub mod instrument;
#[cfg(feature = "card-storage")]
pub mod intent;
pub mod json;
#[cfg(feature = "card-storage")]
pub mod keys;
pub mod language;
pub mod listing;
pub mod masterpass;
pub mod moment;
pub mod money;
#[cfg(feature = "card-storage")]
pub mod order;
#[cfg(feature = "card-storage")]
pub mod otp;
#[cfg(feature = "card-storage")]
pub mod phone;
pub mod pointer;
#[cfg(feature = "card-storage")]
pub mod ports;
pub mod purchase;
#[cfg(feature = "card-storage")]
pub mod quote_id;
#[cfg(feature = "card-storage")]
pub mod quote_request;
#[cfg(feature = "card-storage")]
pub mod quotes;
pub mod record;
pub mod rules;
#[cfg(feature = "card-storage")]
pub mod saved_card;
pub mod session;
pub mod slug;
#[cfg(feature = "card-storage")]
pub mod sms;
pub mod store_data;
#[cfg(feature = "mocks")]
pub mod testkit;
#[cfg(feature = "card-storage")]
pub mod tokenization;
pub mod what_if;

// Their types are in public signatures.
pub use bigdecimal;
pub use chrono;
pub use serde_json;

/// The examples of the book, as doctests.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/embed.md")]
mod book {}
