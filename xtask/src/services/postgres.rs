//! A PostgreSQL server that keeps nothing, for speed.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use anyhow::Result;

use crate::command::{delete_folder, output};

use super::certificate::Certificate;
use super::port::with_free_ports;
use super::programs::POSTGRES;
use super::server::{Recipe, Server};
use super::workdir::Workdir;
use super::{Kind, PASSWORD, Services};

const SUPERUSER: &str = "postgres";

pub(super) fn start(workdir: &Arc<Workdir>, certificate: &Certificate) -> Result<Services> {
    with_free_ports(|[port]| {
        let replication = "wal_level = minimal\nmax_wal_senders = 0\n";
        let server = primary(workdir, certificate, port, replication)?;
        let variables = vec![(Kind::Postgres.variable(), url(port))];
        Ok(Services {
            servers: vec![server],
            variables,
        })
    })
}

/// A server and its replica.
pub(super) fn start_with_replica(
    workdir: &Arc<Workdir>,
    certificate: &Certificate,
) -> Result<Services> {
    with_free_ports(|[port, replica_port]| {
        let replication = "wal_level = replica\nmax_wal_senders = 4\nhot_standby = on\n";
        let server = primary(workdir, certificate, port, replication)?;
        let data = workdir.folder().join("postgres-replica");
        copy(workdir, port, &data)?;
        let replica = launch(workdir, "postgres-replica", &data, replica_port)?;
        let variables = vec![
            (Kind::PostgresReplica.variable(), url(port)),
            ("PAYMENTS_TEST_REPLICA_URL", url(replica_port)),
        ];
        Ok(Services {
            servers: vec![server, replica],
            variables,
        })
    })
}

/// Updates the planner's statistics, which autovacuum does in production.
pub(crate) fn gather_statistics(url: &str) -> Result<()> {
    query(url, "ANALYZE").map(drop)
}

/// Makes commits wait for the disk, as in production; the tests do not.
pub(crate) fn make_durable(url: &str) -> Result<()> {
    for setting in ["fsync", "synchronous_commit"] {
        query(url, &format!("ALTER SYSTEM SET {setting} = on"))?;
    }
    query(url, "SELECT pg_reload_conf()").map(drop)
}

/// Runs a statement; returns the rows, with `|` between columns.
pub(crate) fn query(url: &str, sql: &str) -> Result<String> {
    let mut psql = Command::new(POSTGRES.folder()?.join("psql"));
    psql.args(["--quiet", "--no-psqlrc", "--no-align", "--tuples-only"]);
    psql.args(["--command", sql, url]);
    Ok(output(psql)?.trim().to_owned())
}

fn primary(
    workdir: &Arc<Workdir>,
    certificate: &Certificate,
    port: u16,
    replication: &str,
) -> Result<Server> {
    let data = workdir.folder().join("postgres");
    if !data.exists() {
        initialize(workdir, &data)?;
    }
    // Every client gives a password, so that a wrong one is refused as in production.
    let access =
        "local all all scram-sha-256\nhost all,replication all 127.0.0.1/32 scram-sha-256\n";
    workdir.write("postgres/pg_hba.conf", access)?;
    let settings = settings(workdir.folder(), certificate) + replication;
    workdir.write("postgres/postgresql.auto.conf", &settings)?;
    launch(workdir, "postgres", &data, port)
}

/// Starts a server on its data, and waits until it responds.
fn launch(workdir: &Arc<Workdir>, name: &str, data: &Path, port: u16) -> Result<Server> {
    let programs = POSTGRES.folder()?;
    let arguments = ["-D", &data.display().to_string(), "-p", &port.to_string()];
    let recipe = Recipe {
        name: name.to_owned(),
        program: programs.join("postgres"),
        arguments: arguments.map(str::to_owned).to_vec(),
        port,
    };
    let mut server = Server::start(workdir, recipe)?;
    let mut is_ready = workdir.command(&programs.join("pg_isready"));
    is_ready.args(["--quiet", "--host=127.0.0.1", "--dbname=postgres"]);
    is_ready.arg(format!("--port={port}"));
    server.wait_until_ready(move || Ok(is_ready.status()?.success()))?;
    Ok(server)
}

/// Copies a running server's data for its replica.
fn copy(workdir: &Workdir, port: u16, data: &Path) -> Result<()> {
    delete_folder(data)?;
    let mut command = workdir.command(&POSTGRES.folder()?.join("pg_basebackup"));
    command.env("PGPASSWORD", PASSWORD);
    command.args(["--write-recovery-conf", "--checkpoint=fast", "--no-sync"]);
    command.args(["--host=127.0.0.1", &format!("--port={port}")]);
    command.arg(format!("--username={SUPERUSER}"));
    command.arg("--pgdata").arg(data);
    output(command).map(drop)
}

fn url(port: u16) -> String {
    format!("postgres://{SUPERUSER}:{PASSWORD}@127.0.0.1:{port}/postgres")
}

fn initialize(workdir: &Workdir, data: &Path) -> Result<()> {
    let password = workdir.write("postgres.password", PASSWORD)?;
    let mut command = workdir.command(&POSTGRES.folder()?.join("initdb"));
    command.args(["--encoding=UTF8", "--locale=C", "--no-sync"]);
    command.args(["--auth=scram-sha-256", &format!("--username={SUPERUSER}")]);
    command.arg("--pwfile").arg(password);
    command.arg("--pgdata").arg(data);
    output(command).map(drop)
}

fn settings(folder: &Path, certificate: &Certificate) -> String {
    let folder = folder.display();
    let [chain, key, _] = certificate.paths();
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
