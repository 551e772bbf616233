//! A PostgreSQL server that forgets everything, quickly.

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use anyhow::{Context, Result, bail};

use super::certificate::Certificate;
use super::port::with_free_ports;
use super::programs::POSTGRES;
use super::running::Running;
use super::server::{Recipe, Server};
use super::throw_away::ThrowAway;
use super::variable::{DATABASE, PASSWORD, REPLICA, SUPERUSER};

/// One server.
///
/// # Errors
/// PostgreSQL is missing or does not start.
pub(super) fn start(ground: &Arc<ThrowAway>, certificate: &Certificate) -> Result<Running> {
    with_free_ports(|[port]| {
        let server = first(ground, certificate, port, NO_REPLICA)?;
        Ok(Running {
            servers: vec![server],
            variables: vec![(DATABASE, url(port))],
        })
    })
}

/// One server, and one that follows it.
///
/// # Errors
/// As of [`start`].
pub(super) fn start_with_replica(
    ground: &Arc<ThrowAway>,
    certificate: &Certificate,
) -> Result<Running> {
    with_free_ports(|[port, replica_port]| {
        let server = first(ground, certificate, port, FOR_A_REPLICA)?;
        let data = ground.folder().join("postgres-replica");
        copy(ground, port, &data)?;
        let replica = launch(ground, "postgres-replica", &data, replica_port)?;
        Ok(Running {
            servers: vec![server, replica],
            variables: vec![(DATABASE, url(port)), (REPLICA, url(replica_port))],
        })
    })
}

/// What the planner knows of the tables, brought up to date: the throw-away server does not do it by itself, as one in
/// use does.
///
/// # Errors
/// `psql` cannot be run or is refused.
pub(crate) fn gather_statistics(url: &str) -> Result<()> {
    let mut psql = Command::new(POSTGRES.folder()?.join("psql"));
    psql.args(["--quiet", "--no-psqlrc", "--command=ANALYZE", url]);
    succeed(psql, "psql")
}

fn first(
    ground: &Arc<ThrowAway>,
    certificate: &Certificate,
    port: u16,
    replication: &str,
) -> Result<Server> {
    let data = ground.folder().join("postgres");
    if !data.exists() {
        initialize(ground, &data)?;
    }
    ground.write("postgres/pg_hba.conf", ACCESS)?;
    let settings = settings(ground.folder(), certificate) + replication;
    ground.write("postgres/postgresql.auto.conf", &settings)?;
    launch(ground, "postgres", &data, port)
}

/// Starts a server on its data, and waits until it answers.
fn launch(ground: &Arc<ThrowAway>, name: &str, data: &Path, port: u16) -> Result<Server> {
    let programs = POSTGRES.folder()?;
    let arguments = ["-D", &data.display().to_string(), "-p", &port.to_string()];
    let recipe = Recipe {
        name: name.to_owned(),
        program: programs.join("postgres"),
        arguments: arguments.map(str::to_owned).to_vec(),
        port,
    };
    let mut server = Server::start(ground, recipe)?;
    let mut is_ready = ground.command(&programs.join("pg_isready"));
    is_ready.args(["--quiet", "--host=127.0.0.1", "--dbname=postgres"]);
    is_ready.arg(format!("--port={port}"));
    server.wait_until_ready(move || Ok(is_ready.status()?.success()))?;
    Ok(server)
}

/// Copies a running server's data for one that follows it.
fn copy(ground: &ThrowAway, port: u16, data: &Path) -> Result<()> {
    if data.exists() {
        std::fs::remove_dir_all(data)?;
    }
    let mut command = ground.command(&POSTGRES.folder()?.join("pg_basebackup"));
    command
        .env("PGPASSWORD", PASSWORD)
        .args([
            "--write-recovery-conf",
            "--checkpoint=fast",
            "--no-sync",
            "--host=127.0.0.1",
        ])
        .arg(format!("--port={port}"))
        .arg(format!("--username={SUPERUSER}"))
        .arg("--pgdata")
        .arg(data);
    succeed(command, "pg_basebackup")
}

fn url(port: u16) -> String {
    format!("postgres://{SUPERUSER}:{PASSWORD}@127.0.0.1:{port}/postgres")
}

/// Everybody gives a password, so that a wrong one is refused here as it is in production.
const ACCESS: &str =
    "local all all scram-sha-256\nhost all,replication all 127.0.0.1/32 scram-sha-256\n";

fn initialize(ground: &ThrowAway, data: &Path) -> Result<()> {
    let password = ground.write("postgres.password", PASSWORD)?;
    let mut command = ground.command(&POSTGRES.folder()?.join("initdb"));
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
        .arg(data);
    succeed(command, "initdb")
}

fn succeed(mut command: Command, name: &str) -> Result<()> {
    command.stdout(Stdio::null()).stderr(Stdio::piped());
    let output = command
        .output()
        .with_context(|| format!("`{name}` cannot be started"))?;
    if !output.status.success() {
        bail!(
            "`{name}` failed: {}",
            String::from_utf8_lossy(&output.stderr).trim()
        );
    }
    Ok(())
}

/// No copy is kept for a replica.
const NO_REPLICA: &str = "wal_level = minimal\nmax_wal_senders = 0\n";
/// A replica sees what was committed, and what it is asked.
const FOR_A_REPLICA: &str = "wal_level = replica\nmax_wal_senders = 4\nhot_standby = on\n";

/// Nothing has to survive this server, so nothing is flushed.
fn settings(folder: &Path, certificate: &Certificate) -> String {
    let folder = folder.display();
    let chain = certificate.chain.display();
    let key = certificate.key.display();
    format!(
        "listen_addresses = '127.0.0.1'\n\
         unix_socket_directories = '{folder}'\n\
         ssl = on\n\
         ssl_cert_file = '{chain}'\n\
         ssl_key_file = '{key}'\n\
         fsync = off\n\
         synchronous_commit = off\n\
         full_page_writes = off\n\
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
