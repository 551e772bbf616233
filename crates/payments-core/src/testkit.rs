//! For tests of the core, of embedders and of adapters: mocks, in-memory fakes and contract suites of the ports.

pub mod contract;
pub mod fakes;
mod in_memory;
pub mod mocks;
pub mod sample;
