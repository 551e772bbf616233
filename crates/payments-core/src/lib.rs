#![doc = include_str!("../README.md")]

pub mod action;
pub mod address_block;
pub mod audit;
pub mod audit_chain;
pub mod card;
pub mod card_storage;
pub mod catalog;
pub mod consent;
pub mod erasure;
pub mod flow;
mod hex;
pub mod id;
pub mod import;
pub mod installment;
pub mod intent;
pub mod json;
pub mod keys;
pub mod language;
pub mod listing;
pub mod masterpass;
pub mod moment;
pub mod money;
pub mod otp;
pub mod phone;
pub mod pointer;
pub mod ports;
pub mod purchase;
pub mod record;
pub mod rules;
pub mod saved_card;
pub mod session;
pub mod slug;
pub mod sms;
pub mod store_data;
#[cfg(feature = "mocks")]
pub mod testkit;
pub mod tokenization;

/// The examples of the book, as doctests.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/embed.md")]
mod book {}
