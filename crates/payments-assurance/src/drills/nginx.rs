//! nginx in front of the processes, with the file of `deploy/nginx`, except for addresses and TLS.

use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use tempfile::TempDir;
use tokio::net::TcpStream;
use tokio::time::sleep;

use crate::proof::{now, since};

const SITE: &str = include_str!("../../../../deploy/nginx/payments.conf");
/// The address of the process in [`SITE`].
const UPSTREAM: &str = "server 127.0.0.1:8080;";

/// For nginx to listen.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long the requests that came before a reload may take to end.
const DRAIN: Duration = Duration::from_secs(2);

/// A running nginx; ended on drop.
pub(super) struct Nginx {
    folder: TempDir,
    child: Child,
    address: String,
}

impl Nginx {
    /// Starts it in front of processes, given by their URLs.
    pub(super) async fn start(processes: &[&str]) -> Result<Self> {
        let folder = TempDir::new()?;
        // An address that nothing else takes in the meantime: other listeners use 127.0.0.1.
        let address = TcpListener::bind("127.0.7.1:0")?.local_addr()?.to_string();
        write_configuration(folder.path(), &address, processes)?;
        let child = command(folder.path()).spawn();
        let child = child.context("nginx: `cargo xtask drill` installs it")?;
        let mut nginx = Self {
            folder,
            child,
            address,
        };
        let started = now();
        while TcpStream::connect(&nginx.address).await.is_err() {
            let end = nginx.child.try_wait()?;
            ensure!(end.is_none() && since(started) < PATIENCE, "nginx: {end:?}");
            sleep(Duration::from_millis(50)).await;
        }
        Ok(nginx)
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Sends new requests to these processes, and waits for the others.
    pub(super) async fn switch_to(&self, processes: &[&str]) -> Result<()> {
        write_configuration(self.folder.path(), &self.address, processes)?;
        let reloaded = command(self.folder.path())
            .args(["-s", "reload"])
            .status()?;
        ensure!(reloaded.success(), "nginx -s reload: {reloaded}");
        sleep(DRAIN).await;
        Ok(())
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // Not `kill`, which leaves its workers.
        drop(command(self.folder.path()).args(["-s", "stop"]).status());
        drop(self.child.wait());
    }
}

fn command(folder: &Path) -> Command {
    let nginx = ["/usr/sbin/nginx", "/usr/local/sbin/nginx"];
    let nginx = nginx.into_iter().find(|path| Path::new(path).exists());
    let mut command = Command::new(nginx.unwrap_or("nginx"));
    command
        .arg("-p")
        .arg(folder)
        .arg("-c")
        .arg(folder.join("nginx.conf"));
    command.arg("-e").arg(folder.join("error.log"));
    command
}

fn write_configuration(folder: &Path, address: &str, processes: &[&str]) -> Result<()> {
    let servers = processes.iter().map(|url| {
        let address = url.trim_start_matches("http://");
        format!("server {address};")
    });
    let site = SITE
        .replace("listen 443 ssl", &format!("listen {address}"))
        .replace(UPSTREAM, &servers.collect::<String>());
    ensure!(
        site != SITE,
        "deploy/nginx/payments.conf has other addresses"
    );
    let site = site
        .lines()
        .filter(|line| !line.contains("ssl_certificate"));
    let place = folder.display();
    let paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
    let paths = paths.map(|name| format!("{name}_temp_path {place}/{name};"));
    // The folder is its owner's alone, so the workers must be the owner's, too.
    let owner = if rustix::process::geteuid().is_root() {
        "user root;"
    } else {
        ""
    };
    // A reload closes connections of customers that are kept for their next request. Browsers then send it again; the
    // customers here do not, so each of their requests has a connection of its own.
    let configuration = format!(
        "daemon off; {owner} pid {place}/pid;\nevents {{}}\nhttp {{ access_log off; keepalive_timeout 0; {}\n{} }}",
        paths.concat(),
        site.collect::<Vec<_>>().join("\n")
    );
    Ok(std::fs::write(folder.join("nginx.conf"), configuration)?)
}
