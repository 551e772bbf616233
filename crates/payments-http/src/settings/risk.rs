//! Risks that an operator may accept in production.

use serde::Deserialize;

/// The risks that an operator accepts in production.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Production {
    /// The risks that production does not refuse.
    pub accept: Vec<Risk>,
}

/// A risk that production refuses unless its operator accepts it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Risk {
    /// Codes are sent, and paid for, while no card is held.
    CodesWithoutCard,
    /// Flows are kept in the process: they end with it, and there can be no second process.
    MemoryFlows,
    /// The database is an SQLite file: there can be no second process.
    Sqlite,
    /// The link to PostgreSQL leaves the machine without TLS.
    PlaintextDatabase,
    /// The link to Redis leaves the machine without TLS.
    PlaintextFlows,
    /// Key files can be read by every account of the machine.
    ReadableKeyFiles,
    /// Cards are saved at providers' sandboxes and in their test modes.
    ProviderSandboxes,
    /// The metrics' address can be reached from other networks.
    PublicMetrics,
}

impl Risk {
    /// Its name in `production.accept`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::CodesWithoutCard => "codes_without_card",
            Self::MemoryFlows => "memory_flows",
            Self::Sqlite => "sqlite",
            Self::PlaintextDatabase => "plaintext_database",
            Self::PlaintextFlows => "plaintext_flows",
            Self::ReadableKeyFiles => "readable_key_files",
            Self::ProviderSandboxes => "provider_sandboxes",
            Self::PublicMetrics => "public_metrics",
        }
    }
}
