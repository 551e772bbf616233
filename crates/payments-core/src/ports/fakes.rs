//! In-memory fakes of the stateful ports.
