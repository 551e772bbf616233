//! A Redis Cluster of three masters without replicas, the smallest there is.

use std::sync::Arc;

use anyhow::{Result, bail};

use super::port::with_free_ports;
use super::redis::{Redis, settings};
use super::running::Running;
use super::server::Server;
use super::throw_away::ThrowAway;
use super::variable::{REDIS_CLUSTER, redis_url};

const NODES: usize = 3;

/// # Errors
/// Redis is missing, or the nodes do not find together.
pub(super) fn start(ground: &Arc<ThrowAway>) -> Result<Running> {
    let redis = Redis::find(ground)?;
    with_free_ports(|[a, b, c, bus_a, bus_b, bus_c]| {
        let ports = [a, b, c];
        let nodes = [(a, bus_a), (b, bus_b), (c, bus_c)].into_iter().zip(1..);
        let mut servers = nodes
            .map(|((port, bus), number)| {
                redis.launch(&format!("redis-cluster-{number}"), port, &node(port, bus))
            })
            .collect::<Result<Vec<Server>>>()?;
        for (server, port) in servers.iter_mut().zip(ports) {
            redis.wait_until_ready(server, port)?;
        }
        join(&redis, ports)?;
        for (server, port) in servers.iter_mut().zip(ports) {
            server.wait_until_ready(|| knows_all(&redis, port))?;
        }
        Ok(Running {
            servers,
            variables: vec![(REDIS_CLUSTER, redis_url("redis-cluster", &ports, ""))],
        })
    })
}

/// The bus's port is given: by itself it is 10,000 above the other, which may be taken or be no port.
fn node(port: u16, bus_port: u16) -> String {
    settings(port)
        + &format!("cluster-enabled yes\ncluster-port {bus_port}\ncluster-config-file nodes.conf\n")
}

fn join(redis: &Redis, ports: [u16; NODES]) -> Result<()> {
    let nodes = ports.map(|port| format!("127.0.0.1:{port}"));
    let mut words = vec!["--cluster", "create"];
    words.extend(nodes.iter().map(String::as_str));
    words.extend(["--cluster-replicas", "0", "--cluster-yes"]);
    let said = redis.ask(ports[0], &words)?;
    if !said.contains("All 16384 slots covered") {
        bail!("the Redis Cluster was not made: {}", said.trim());
    }
    Ok(())
}

fn knows_all(redis: &Redis, port: u16) -> Result<bool> {
    let info = redis.ask(port, &["CLUSTER", "INFO"])?;
    Ok(info.contains("cluster_state:ok") && info.contains(&format!("cluster_size:{NODES}")))
}
