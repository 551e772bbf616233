//! A Redis master and its replica, watched by three sentinels.

use std::sync::Arc;

use anyhow::Result;

use super::port::with_free_ports;
use super::redis::{Redis, settings};
use super::running::Running;
use super::server::Server;
use super::throw_away::ThrowAway;
use super::variable::{PASSWORD, REDIS_SENTINEL, SENTINEL_MASTER, USER, redis_url};

/// # Errors
/// Redis is missing, or the sentinels do not find together.
pub(super) fn start(ground: &Arc<ThrowAway>) -> Result<Running> {
    let redis = Redis::find(ground)?;
    with_free_ports(|[master, replica, a, b, c]| {
        let sentinels = [a, b, c];
        let mut servers = pair(&redis, master, replica)?;
        for (port, number) in sentinels.into_iter().zip(1..) {
            let name = format!("redis-sentinel-{number}");
            servers.push(launch_sentinel(&redis, &name, port, master, "")?);
        }
        for (server, port) in servers.iter_mut().skip(2).zip(sentinels) {
            server.wait_until_ready(|| could_fail_over(&redis, port))?;
        }
        Ok(Running {
            servers,
            variables: vec![(REDIS_SENTINEL, by_name(&sentinels))],
        })
    })
}

/// The replica follows before the first sentinel looks: it looks again only after ten seconds.
fn pair(redis: &Redis, master: u16, replica: u16) -> Result<Vec<Server>> {
    let follow = format!("replicaof 127.0.0.1 {master}\n");
    let mut servers = vec![
        redis.launch("redis-sentinel-master", master, &replicated(master))?,
        redis.launch(
            "redis-sentinel-replica",
            replica,
            &(replicated(replica) + &follow),
        )?,
    ];
    redis.wait_until_ready(&mut servers[0], master)?;
    servers[1].wait_until_ready(|| {
        Ok(redis
            .ask(replica, &["INFO", "replication"])?
            .contains("master_link_status:up"))
    })?;
    Ok(servers)
}

/// Either may be the master after a failover, so both know how to follow.
fn replicated(port: u16) -> String {
    settings(port)
        + &format!("masteruser {USER}\nmasterauth {PASSWORD}\nrepl-diskless-sync-delay 0\n")
}

/// The URL of the server that these sentinels watch.
pub(super) fn by_name(sentinels: &[u16]) -> String {
    let path = format!("/0?master={SENTINEL_MASTER}");
    redis_url("redis-sentinel", sentinels, &path)
}

/// Starts a sentinel with these settings besides its own.
pub(super) fn launch_sentinel(
    redis: &Redis,
    name: &str,
    port: u16,
    master: u16,
    settings: &str,
) -> Result<Server> {
    let file = redis.prepare(name, &(sentinel(port, master) + settings))?;
    redis.launch_with(
        name,
        port,
        vec![file.display().to_string(), "--sentinel".to_owned()],
    )
}

/// As usual a sentinel asks nobody for a password: the one of the URL is the watched servers'.
fn sentinel(port: u16, master: u16) -> String {
    let name = SENTINEL_MASTER;
    format!(
        "bind 127.0.0.1\n\
         port {port}\n\
         sentinel monitor {name} 127.0.0.1 {master} 2\n\
         sentinel auth-user {name} {USER}\n\
         sentinel auth-pass {name} {PASSWORD}\n\
         sentinel down-after-milliseconds {name} 3000\n\
         sentinel failover-timeout {name} 10000\n"
    )
}

/// The sentinel knows the replica, and enough sentinels to decide.
fn could_fail_over(redis: &Redis, port: u16) -> Result<bool> {
    let quorum = redis.ask(port, &["SENTINEL", "CKQUORUM", SENTINEL_MASTER])?;
    let replicas = redis.ask(port, &["SENTINEL", "REPLICAS", SENTINEL_MASTER])?;
    Ok(quorum.starts_with("OK 3 usable") && replicas.contains("master-link-status\nok"))
}
