use serde::{Deserialize, Serialize};

/// The result of one load on one server.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it all")]
pub struct Summary {
    pub answers: u64,
    pub per_second: f64,
    pub bytes_per_answer: u64,
    pub p50_microseconds: f64,
    pub p99_microseconds: f64,
}
