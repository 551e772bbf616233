//! Redis: one server, and what every Redis server of the tests has in common.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Result;

use super::certificate::Certificate;
use super::port::with_free_ports;
use super::programs;
use super::redis_sentinel::{by_name, launch_sentinel};
use super::running::Running;
use super::server::{Recipe, Server};
use super::throw_away::ThrowAway;
use super::variable::{
    PASSWORD, REDIS, REDIS_EVICTING, REDIS_SENTINEL_TLS, REDIS_TLS, USER, redis_url,
};

/// A server that evicts nothing, by TCP, by TLS and by the TLS of a sentinel that watches it, and one that does evict.
///
/// # Errors
/// Redis is missing or does not start.
pub(super) fn start(ground: &Arc<ThrowAway>, certificate: &Certificate) -> Result<Running> {
    let redis = Redis::find(ground)?;
    with_free_ports(|[port, tls_port, evicting_port, sentinel_port]| {
        let certificates = certificates(certificate);
        let kept = format!("{}tls-port {tls_port}\n{certificates}", settings(port));
        let evicting = settings(evicting_port) + "maxmemory-policy allkeys-lru\n";
        let mut servers = vec![
            redis.launch("redis", port, &kept)?,
            redis.launch("redis-evicting", evicting_port, &evicting)?,
        ];
        for (server, port) in servers.iter_mut().zip([port, evicting_port]) {
            redis.wait_until_ready(server, port)?;
        }
        let by_tls = format!("tls-replication yes\n{certificates}");
        let name = "redis-tls-sentinel";
        let mut sentinel = launch_sentinel(&redis, name, sentinel_port, tls_port, &by_tls)?;
        sentinel.wait_until_ready(|| {
            let masters = redis.ask(sentinel_port, &["SENTINEL", "MASTERS"])?;
            Ok(masters.contains("flags\nmaster\n"))
        })?;
        servers.push(sentinel);
        Ok(Running {
            servers,
            variables: vec![
                (REDIS, redis_url("redis", &[port], "/0")),
                (REDIS_TLS, redis_url("rediss", &[tls_port], "/0")),
                (REDIS_EVICTING, redis_url("redis", &[evicting_port], "/0")),
                (REDIS_SENTINEL_TLS, by_name(&[sentinel_port]) + "&tls=true"),
            ],
        })
    })
}

/// Redis's programs, and where its servers run.
pub(super) struct Redis {
    pub(super) ground: Arc<ThrowAway>,
    programs: PathBuf,
}

impl Redis {
    pub(super) fn find(ground: &Arc<ThrowAway>) -> Result<Self> {
        let programs = programs::REDIS.folder()?;
        Ok(Self {
            ground: Arc::clone(ground),
            programs,
        })
    }

    /// Starts a server with a folder and a file of settings of its own.
    pub(super) fn launch(&self, name: &str, port: u16, settings: &str) -> Result<Server> {
        let file = self.prepare(name, settings)?;
        self.launch_with(name, port, vec![file.display().to_string()])
    }

    /// Makes the server's folder and writes its settings, which Redis itself may write to later.
    pub(super) fn prepare(&self, name: &str, settings: &str) -> Result<PathBuf> {
        let folder = self.ground.folder().join(name);
        if !folder.exists() {
            self.ground.make_folder(name)?;
        }
        let settings = format!("{settings}dir {}\n", folder.display());
        self.ground
            .write(Path::new(name).join("redis.conf"), &settings)
    }

    pub(super) fn launch_with(
        &self,
        name: &str,
        port: u16,
        arguments: Vec<String>,
    ) -> Result<Server> {
        let recipe = Recipe {
            name: name.to_owned(),
            program: self.programs.join("redis-server"),
            arguments,
            port,
        };
        Server::start(&self.ground, recipe)
    }

    pub(super) fn wait_until_ready(&self, server: &mut Server, port: u16) -> Result<()> {
        server.wait_until_ready(|| Ok(self.ask(port, &["PING"])?.contains("PONG")))
    }

    /// What the server at the port answers; nothing while it cannot be reached.
    pub(super) fn ask(&self, port: u16, words: &[&str]) -> Result<String> {
        let mut command = self.ground.command(&self.programs.join("redis-cli"));
        command
            .env("REDISCLI_AUTH", PASSWORD)
            .args(["--user", USER, "--no-auth-warning"]);
        command
            .args(["-h", "127.0.0.1", "-p", &port.to_string()])
            .args(words);
        let output = command.output()?;
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }
}

/// What all servers have in common: a user with a password, nothing written to disk, nothing evicted.
pub(super) fn settings(port: u16) -> String {
    format!(
        "bind 127.0.0.1\n\
         port {port}\n\
         daemonize no\n\
         save \"\"\n\
         appendonly no\n\
         shutdown-timeout 0\n\
         maxmemory 128mb\n\
         maxmemory-policy noeviction\n\
         requirepass {PASSWORD}\n\
         user {USER} on >{PASSWORD} ~* &* +@all\n"
    )
}

fn certificates(certificate: &Certificate) -> String {
    format!(
        "tls-cert-file {}\n\
         tls-key-file {}\n\
         tls-ca-cert-file {}\n\
         tls-auth-clients no\n",
        certificate.chain.display(),
        certificate.key.display(),
        certificate.authority.display(),
    )
}
