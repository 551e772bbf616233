//! The management API over real HTTP.

#![expect(
    clippy::unwrap_used,
    reason = "a helper of a test fails the test, like the test itself"
)]

mod access;
mod addresses;
mod auditing;
mod bin_coverage;
mod conditions;
mod drafts;
mod explaining;
mod fallback_cards;
mod filtering;
mod history;
mod importing;
pub(crate) mod instrument;
mod matrix;
pub(crate) mod objects;
mod pos_in_use;
mod previewing;
mod proposals;
mod restoring;
pub(crate) mod running;
pub(crate) mod scopes;
pub(crate) mod status;
mod support;
mod support_views;
mod warnings;
