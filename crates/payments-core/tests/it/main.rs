//! The core's integration tests, in one binary.

mod document;
mod installment;
mod money;
mod shop;
