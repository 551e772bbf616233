//! Mocks, in-memory fakes and contract suites of the ports, for tests of the core, of embedders and of adapters; and the
//! state machine itself, for model checkers.

pub mod contract;
pub mod fakes;
mod in_memory;
pub mod machine;
pub mod mocks;
pub mod sample;
pub mod world;
