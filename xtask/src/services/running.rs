//! Servers that run, and where tests find them.

use super::server::Server;

/// The servers of one kind.
pub(super) struct Running {
    pub(super) servers: Vec<Server>,
    /// Name and value.
    pub(super) variables: Vec<(&'static str, String)>,
}
