//! The names under which tests find the servers, and what their URLs are made of.

/// The superuser of PostgreSQL, as it is called everywhere.
pub(super) const SUPERUSER: &str = "postgres";
/// The user of every Redis.
pub(super) const USER: &str = "payments";
/// Protects nothing. It is there so that a wrong password is refused.
pub(super) const PASSWORD: &str = "throw-away";
/// What the sentinels call the server they watch.
pub(super) const SENTINEL_MASTER: &str = "payments";

/// A PostgreSQL server's superuser and a database to start from.
pub(crate) const DATABASE: &str = "PAYMENTS_TEST_DATABASE_URL";
/// A server that follows that one, where a test asked for both.
pub(crate) const REPLICA: &str = "PAYMENTS_TEST_REPLICA_URL";
/// A single Redis server that evicts nothing.
pub(crate) const REDIS: &str = "PAYMENTS_TEST_REDIS_URL";
/// The same server, by TLS.
pub(crate) const REDIS_TLS: &str = "PAYMENTS_TEST_REDIS_TLS_URL";
/// A single Redis server that evicts: the start-up check has to find out.
pub(crate) const REDIS_EVICTING: &str = "PAYMENTS_TEST_REDIS_EVICTING_URL";
/// A Redis Cluster of three masters.
pub(crate) const REDIS_CLUSTER: &str = "PAYMENTS_TEST_REDIS_CLUSTER_URL";
/// A master and a replica, watched by three sentinels.
pub(crate) const REDIS_SENTINEL: &str = "PAYMENTS_TEST_REDIS_SENTINEL_URL";
/// The server of `REDIS_TLS`, by the name that a sentinel calls it.
pub(crate) const REDIS_SENTINEL_TLS: &str = "PAYMENTS_TEST_REDIS_SENTINEL_TLS_URL";
/// PEM file of the authority that signed the servers' certificate.
pub(crate) const AUTHORITY: &str = "PAYMENTS_TEST_CA_FILE";
/// This program, for a test that stops and starts servers of its own: `$PAYMENTS_TEST_XTASK services --obey`.
pub(crate) const XTASK: &str = "PAYMENTS_TEST_XTASK";

/// `redis-cluster://…` and `redis-sentinel://…`: the nodes stand side by side, joined by commas.
pub(super) fn redis_url(scheme: &str, ports: &[u16], path: &str) -> String {
    let nodes = ports.iter().map(|port| format!("127.0.0.1:{port}"));
    let nodes = nodes.collect::<Vec<_>>().join(",");
    format!("{scheme}://{USER}:{PASSWORD}@{nodes}{path}")
}

#[cfg(test)]
mod tests {
    use super::redis_url;

    #[test]
    fn nodes_are_joined_by_commas() {
        assert_eq!(
            redis_url("redis-cluster", &[7001, 7002], ""),
            "redis-cluster://payments:throw-away@127.0.0.1:7001,127.0.0.1:7002"
        );
        assert_eq!(
            redis_url("redis", &[6379], "/0"),
            "redis://payments:throw-away@127.0.0.1:6379/0"
        );
    }
}
