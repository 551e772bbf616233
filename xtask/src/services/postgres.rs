//! A PostgreSQL server that forgets everything, quickly.

use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;

use anyhow::{Context, Result, bail};

use super::certificate::Certificate;
use super::port::with_free_ports;
use super::programs::POSTGRES;
use super::running::Running;
use super::server::{Recipe, Server};
use super::throw_away::ThrowAway;
use super::variable::{DATABASE, PASSWORD, SUPERUSER};

/// # Errors
/// PostgreSQL is missing or does not start.
pub(super) fn start(ground: &Arc<ThrowAway>, certificate: &Certificate) -> Result<Running> {
    let programs = POSTGRES.folder()?;
    let data = ground.folder().join("postgres");
    initialize(ground, &programs.join("initdb"), &data)?;
    ground.write("postgres/pg_hba.conf", ACCESS)?;
    with_free_ports(|[port]| {
        let settings = settings(port, ground.folder(), certificate);
        ground.write("postgres/postgresql.auto.conf", &settings)?;
        let mut server = Server::start(
            ground,
            Recipe {
                name: "postgres".to_owned(),
                program: programs.join("postgres"),
                arguments: vec!["-D".to_owned(), data.display().to_string()],
                port,
            },
        )?;
        let mut is_ready = ground.command(&programs.join("pg_isready"));
        is_ready.args(["--quiet", "--host=127.0.0.1", "--dbname=postgres"]);
        is_ready.arg(format!("--port={port}"));
        server.wait_until_ready(move || Ok(is_ready.status()?.success()))?;
        Ok(Running {
            servers: vec![server],
            variables: vec![(DATABASE, url(port))],
        })
    })
}

fn url(port: u16) -> String {
    format!("postgres://{SUPERUSER}:{PASSWORD}@127.0.0.1:{port}/postgres")
}

/// Everybody gives a password, so that a wrong one is refused here as it is in production.
const ACCESS: &str = "local all all scram-sha-256\nhost all all 127.0.0.1/32 scram-sha-256\n";

fn initialize(ground: &ThrowAway, initdb: &Path, data: &Path) -> Result<()> {
    let password = ground.write("postgres.password", PASSWORD)?;
    let mut command = ground.command(initdb);
    command
        .args([
            "--encoding=UTF8",
            "--locale=C",
            "--auth=scram-sha-256",
            "--no-sync",
        ])
        .arg(format!("--username={SUPERUSER}"))
        .arg(format!("--pwfile={}", password.display()))
        .arg("--pgdata")
        .arg(data)
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    let output = command.output().context("`initdb` cannot be started")?;
    if !output.status.success() {
        bail!(
            "`initdb` failed: {}",
            String::from_utf8_lossy(&output.stderr).trim()
        );
    }
    Ok(())
}

/// Nothing has to survive this server, so nothing is flushed, and no copy is kept for a replica.
fn settings(port: u16, folder: &Path, certificate: &Certificate) -> String {
    let folder = folder.display();
    let chain = certificate.chain.display();
    let key = certificate.key.display();
    format!(
        "listen_addresses = '127.0.0.1'\n\
         port = {port}\n\
         unix_socket_directories = '{folder}'\n\
         ssl = on\n\
         ssl_cert_file = '{chain}'\n\
         ssl_key_file = '{key}'\n\
         fsync = off\n\
         synchronous_commit = off\n\
         full_page_writes = off\n\
         wal_level = minimal\n\
         max_wal_senders = 0\n\
         autovacuum = off\n\
         jit = off\n\
         max_connections = 300\n\
         shared_buffers = '64MB'\n\
         timezone = 'UTC'\n\
         log_timezone = 'UTC'\n\
         lc_messages = 'C'\n"
    )
}

#[cfg(test)]
mod tests {
    use super::url;

    #[test]
    fn the_url_names_user_password_and_a_database_that_is_always_there() {
        assert_eq!(
            url(5433),
            "postgres://postgres:throw-away@127.0.0.1:5433/postgres"
        );
    }
}
