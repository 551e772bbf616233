//! What every Redis server of the tests has in common.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Result;

use super::certificate::Certificate;
use super::server::{Recipe, Server};
use super::workdir::Workdir;
use super::{PASSWORD, programs};

/// The user of every server.
pub(super) const USER: &str = "payments";
/// The sentinels' name of the server they watch.
pub(super) const SENTINEL_MASTER: &str = "payments";

/// Redis's programs, and the folder of its servers.
pub(super) struct Redis {
    workdir: Arc<Workdir>,
    programs: PathBuf,
}

impl Redis {
    pub(super) fn find(workdir: &Arc<Workdir>) -> Result<Self> {
        let programs = programs::REDIS.folder()?;
        Ok(Self {
            workdir: Arc::clone(workdir),
            programs,
        })
    }

    /// Starts a server with its own folder and settings, and waits until it responds.
    pub(super) fn start(&self, name: &str, port: u16, settings: &str) -> Result<Server> {
        let mut server = self.launch(name, port, settings, None)?;
        server.wait_until_ready(|| Ok(self.ask(port, &["PING"])?.contains("PONG")))?;
        Ok(server)
    }

    pub(super) fn start_sentinel(&self, name: &str, port: u16, settings: &str) -> Result<Server> {
        self.launch(name, port, settings, Some("--sentinel"))
    }

    fn launch(&self, name: &str, port: u16, settings: &str, mode: Option<&str>) -> Result<Server> {
        let folder = self.workdir.create_folder(name)?;
        let settings = format!("{settings}dir {}\n", folder.display());
        // Redis itself may write to the file later.
        let file = Path::new(name).join("redis.conf");
        let file = self.workdir.write(file, &settings)?;
        let recipe = Recipe {
            name: name.to_owned(),
            program: self.programs.join("redis-server"),
            arguments: file
                .to_str()
                .into_iter()
                .chain(mode)
                .map(str::to_owned)
                .collect(),
            port,
        };
        Server::start(&self.workdir, recipe)
    }

    /// The server's reply; empty while it cannot be reached.
    pub(super) fn ask(&self, port: u16, words: &[&str]) -> Result<String> {
        let mut command = self.workdir.command(&self.programs.join("redis-cli"));
        command.env("REDISCLI_AUTH", PASSWORD);
        command.args(["--user", USER, "--no-auth-warning"]);
        command.args(["-h", "127.0.0.1", "-p", &port.to_string()]);
        command.args(words);
        Ok(String::from_utf8_lossy(&command.output()?.stdout).into_owned())
    }
}

/// `redis-cluster://…` and `redis-sentinel://…` have several nodes, separated by commas.
pub(super) fn url(scheme: &str, ports: &[u16], path: &str) -> String {
    let nodes = ports.iter().map(|port| format!("127.0.0.1:{port}"));
    let nodes = nodes.collect::<Vec<_>>().join(",");
    format!("{scheme}://{USER}:{PASSWORD}@{nodes}{path}")
}

/// A user with a password, nothing written to disk, nothing evicted.
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

pub(super) fn tls_settings(certificate: &Certificate) -> String {
    let [chain, key, authority] = certificate.paths();
    format!(
        "tls-cert-file {chain}\n\
         tls-key-file {key}\n\
         tls-ca-cert-file {authority}\n\
         tls-auth-clients no\n"
    )
}

/// A sentinel usually has no password: the one in the URL is that of the watched servers.
pub(super) fn sentinel_settings(port: u16, master: u16) -> String {
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

#[cfg(test)]
mod tests {
    use super::url;

    #[test]
    fn nodes_are_separated_by_commas() {
        let nodes = "payments:throw-away@127.0.0.1:7001,127.0.0.1:7002";
        let cluster = url("redis-cluster", &[7001, 7002], "");
        assert_eq!(cluster, format!("redis-cluster://{nodes}"));
        let single = "redis://payments:throw-away@127.0.0.1:6379/0";
        assert_eq!(url("redis", &[6379], "/0"), single);
    }
}
