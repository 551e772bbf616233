//! The kinds of Redis: a single server, a cluster, and a master with a replica and sentinels.

use std::sync::Arc;

use anyhow::{Result, bail};

use super::certificate::Certificate;
use super::port::with_free_ports;
use super::redis::{Redis, SENTINEL_MASTER, USER, sentinel_settings, settings, tls_settings, url};
use super::server::Server;
use super::workdir::Workdir;
use super::{Kind, PASSWORD, Services};

/// A server without eviction, reachable by TCP, by TLS and through a sentinel with TLS; and a server with eviction, which
/// the service's start-up check has to refuse.
pub(super) fn start_single(workdir: &Arc<Workdir>, certificate: &Certificate) -> Result<Services> {
    let redis = Redis::find(workdir)?;
    with_free_ports(|[port, tls_port, evicting_port, sentinel_port]| {
        let tls = tls_settings(certificate);
        let kept = format!("{}tls-port {tls_port}\n{tls}", settings(port));
        let evicting = settings(evicting_port) + "maxmemory-policy allkeys-lru\n";
        let server = redis.start("redis", port, &kept)?;
        let evicting = redis.start("redis-evicting", evicting_port, &evicting)?;
        let by_tls = sentinel_settings(sentinel_port, tls_port) + "tls-replication yes\n" + &tls;
        let mut sentinel = redis.start_sentinel("redis-tls-sentinel", sentinel_port, &by_tls)?;
        sentinel.wait_until_ready(|| {
            let masters = redis.ask(sentinel_port, &["SENTINEL", "MASTERS"])?;
            Ok(masters.contains("flags\nmaster\n"))
        })?;
        let [plain, evicting_url] = [port, evicting_port].map(|it| url("redis", &[it], "/0"));
        let tls_url = url("rediss", &[tls_port], "/0");
        let sentinel_url = sentinel_url(&[sentinel_port]) + "&tls=true";
        let variables = vec![
            (Kind::Redis.variable(), plain),
            ("PAYMENTS_TEST_REDIS_TLS_URL", tls_url),
            ("PAYMENTS_TEST_REDIS_EVICTING_URL", evicting_url),
            ("PAYMENTS_TEST_REDIS_SENTINEL_TLS_URL", sentinel_url),
        ];
        Ok(Services {
            servers: vec![server, evicting, sentinel],
            variables,
        })
    })
}

/// Three masters without replicas, the smallest cluster there is.
pub(super) fn start_cluster(workdir: &Arc<Workdir>) -> Result<Services> {
    let redis = Redis::find(workdir)?;
    with_free_ports(|[a, b, c, bus_a, bus_b, bus_c]| {
        let ports = [a, b, c];
        let mut servers = Vec::new();
        for ((port, bus), number) in ports.into_iter().zip([bus_a, bus_b, bus_c]).zip(1..) {
            // By default the bus's port is 10,000 above the other, which may be taken or invalid.
            let settings = format!(
                "{}cluster-enabled yes\ncluster-port {bus}\ncluster-config-file nodes.conf\n",
                settings(port)
            );
            servers.push(redis.start(&format!("redis-cluster-{number}"), port, &settings)?);
        }
        let nodes = ports.map(|port| format!("127.0.0.1:{port}"));
        let mut words = vec!["--cluster", "create"];
        words.extend(nodes.iter().map(String::as_str));
        words.extend(["--cluster-replicas", "0", "--cluster-yes"]);
        let reply = redis.ask(a, &words)?;
        if !reply.contains("All 16384 slots covered") {
            bail!("cannot create the Redis Cluster: {}", reply.trim());
        }
        for (server, port) in servers.iter_mut().zip(ports) {
            server.wait_until_ready(|| {
                let info = redis.ask(port, &["CLUSTER", "INFO"])?;
                Ok(info.contains("cluster_state:ok") && info.contains("cluster_size:3"))
            })?;
        }
        let url = url("redis-cluster", &ports, "");
        let variables = vec![(Kind::RedisCluster.variable(), url)];
        Ok(Services { servers, variables })
    })
}

/// A master and its replica, watched by three sentinels.
pub(super) fn start_sentinels(workdir: &Arc<Workdir>) -> Result<Services> {
    let redis = Redis::find(workdir)?;
    with_free_ports(|[master, replica, a, b, c]| {
        let sentinels = [a, b, c];
        let mut servers = pair(&redis, master, replica)?;
        for (port, number) in sentinels.into_iter().zip(1..) {
            let name = format!("redis-sentinel-{number}");
            servers.push(redis.start_sentinel(&name, port, &sentinel_settings(port, master))?);
        }
        for (server, port) in servers.iter_mut().skip(2).zip(sentinels) {
            server.wait_until_ready(|| can_fail_over(&redis, port))?;
        }
        let variables = vec![(Kind::RedisSentinel.variable(), sentinel_url(&sentinels))];
        Ok(Services { servers, variables })
    })
}

/// The replica is in sync before the first sentinel starts, which polls only every ten seconds.
fn pair(redis: &Redis, master: u16, replica: u16) -> Result<Vec<Server>> {
    // Either may be the master after a failover, so both have the replica's settings.
    let replicated = |port| {
        let settings = settings(port);
        format!("{settings}masteruser {USER}\nmasterauth {PASSWORD}\nrepl-diskless-sync-delay 0\n")
    };
    let follow = format!("{}replicaof 127.0.0.1 {master}\n", replicated(replica));
    let first = redis.start("redis-sentinel-master", master, &replicated(master))?;
    let mut second = redis.start("redis-sentinel-replica", replica, &follow)?;
    second.wait_until_ready(|| {
        let info = redis.ask(replica, &["INFO", "replication"])?;
        Ok(info.contains("master_link_status:up"))
    })?;
    Ok(vec![first, second])
}

fn sentinel_url(sentinels: &[u16]) -> String {
    let path = format!("/0?master={SENTINEL_MASTER}");
    url("redis-sentinel", sentinels, &path)
}

/// Whether the sentinel knows the replica, and enough sentinels to decide.
fn can_fail_over(redis: &Redis, port: u16) -> Result<bool> {
    let quorum = redis.ask(port, &["SENTINEL", "CKQUORUM", SENTINEL_MASTER])?;
    let replicas = redis.ask(port, &["SENTINEL", "REPLICAS", SENTINEL_MASTER])?;
    Ok(quorum.starts_with("OK 3 usable") && replicas.contains("master-link-status\nok"))
}
