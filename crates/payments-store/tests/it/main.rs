//! The adapters, on every database there is.

mod cases;
mod catalog;
mod contract;
mod ground;
mod memory;
mod on_postgres;
mod on_sqlite;
mod postgres;
mod purchases;
mod records;
mod redis;
mod servers;
mod sqlite;
