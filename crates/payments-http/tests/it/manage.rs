//! The management API over real HTTP, on SQLite.

mod access;
mod explaining;
mod importing;
mod objects;
pub mod service;
