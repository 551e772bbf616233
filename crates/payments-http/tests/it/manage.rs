//! The management API over real HTTP.

#![expect(
    clippy::unwrap_used,
    reason = "a helper of a test fails the test, like the test itself"
)]

mod access;
mod auditing;
mod explaining;
mod importing;
mod objects;
mod pos_in_use;
pub(crate) mod running;
mod support;
