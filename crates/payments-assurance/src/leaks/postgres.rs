//! What PostgreSQL keeps: its rows, its files, its write-ahead log and its own log.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use futures_util::TryStreamExt as _;
use tokio_postgres::Client;
use tokio_postgres::types::PgLsn;

use super::files;
use super::place::{Piece, Place};
use crate::system::System;

/// Plants bytes as rows of a table of their own, which is made first: rows that are written in the transaction that
/// makes their table may bypass the write-ahead log.
pub(super) async fn plant(sql: &Client, controls: &[Vec<u8>]) -> Result<()> {
    // The last commit then writes what every earlier one left in the server's memory.
    sql.batch_execute("SET synchronous_commit = on; CREATE TABLE planted (control bytea)")
        .await?;
    for control in controls {
        sql.execute("INSERT INTO planted VALUES ($1)", &[control])
            .await?;
    }
    Ok(())
}

/// Plants texts in the server's log.
pub(super) async fn plant_in_log(sql: &Client, controls: &[Vec<u8>]) -> Result<()> {
    for control in controls {
        let text = std::str::from_utf8(control)?;
        sql.batch_execute(&format!("DO $do$ BEGIN RAISE LOG '%', '{text}'; END $do$"))
            .await?;
    }
    Ok(())
}

/// All rows as `COPY` writes them: values as they are, whatever the files do to them.
pub(super) async fn rows(sql: &Client) -> Result<Place> {
    let tables = "SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) FROM pg_tables
        WHERE schemaname NOT IN ('pg_catalog', 'information_schema')";
    let mut pieces = Vec::new();
    for table in sql.query(tables, &[]).await? {
        let name: String = table.get(0);
        let copy = format!("COPY (SELECT * FROM {name}) TO STDOUT (FORMAT binary)");
        let rows: Vec<_> = sql.copy_out(&copy).await?.try_collect().await?;
        let bytes = rows.concat();
        pieces.push(Piece { name, bytes });
    }
    Ok(Place {
        name: "database rows",
        is_text: true,
        takes_bytes: true,
        pieces,
    })
}

/// The position in the write-ahead log.
pub(super) async fn position(sql: &Client) -> Result<PgLsn> {
    Ok(sql
        .query_one("SELECT pg_current_wal_insert_lsn()", &[])
        .await?
        .get(0))
}

/// The server's files that were written since a position in its write-ahead log, `None` if they cannot be read from here.
pub(super) async fn server_files(system: &System, since: PgLsn) -> Result<Option<Vec<Place>>> {
    let sql = system.sql().await?;
    let Ok(shown) = sql.query_one("SHOW data_directory", &[]).await else {
        return Ok(None);
    };
    let data = PathBuf::from(shown.get::<_, String>(0));
    if std::fs::read_dir(&data).is_err() {
        return Ok(None);
    }
    // A checkpoint recycles segments, so they are read first.
    let segments =
        "SELECT name FROM pg_ls_waldir() WHERE name >= pg_walfile_name($1::pg_lsn) ORDER BY 1";
    let mut wal = Vec::new();
    for segment in sql.query(segments, &[&since]).await? {
        let name: String = segment.get(0);
        // The server may recycle it at any time.
        if let Ok(bytes) = std::fs::read(data.join("pg_wal").join(&name)) {
            let bytes = without_page_headers(&bytes);
            wal.push(Piece { name, bytes });
        }
    }
    sql.batch_execute("CHECKPOINT").await?;
    let own = "SELECT oid::text FROM pg_database WHERE datname = current_database()";
    let own: String = sql.query_one(own, &[]).await?.get(0);
    let place = |name, pieces| Place {
        name,
        is_text: false,
        takes_bytes: true,
        pieces,
    };
    Ok(Some(vec![
        place("write-ahead log", wal),
        place(
            "database files",
            files::below(&data.join("base").join(own))?,
        ),
    ]))
}

/// A segment of the write-ahead log without what its pages begin with: a record goes on behind it.
fn without_page_headers(segment: &[u8]) -> Vec<u8> {
    const PAGE: usize = 8_192;
    const HEADER: usize = 24;
    const FIRST_HEADER: usize = 40;
    let mut records = Vec::with_capacity(segment.len());
    for (number, page) in segment.chunks(PAGE).enumerate() {
        let header = if number == 0 { FIRST_HEADER } else { HEADER };
        records.extend_from_slice(page.get(header..).unwrap_or_default());
    }
    records
}

/// The server's own log, if it is a file that can be read from here.
pub(super) async fn server_log(sql: &Client) -> Result<Option<Place>> {
    let Ok(shown) = sql.query_one("SHOW data_directory", &[]).await else {
        return Ok(None);
    };
    let data = PathBuf::from(shown.get::<_, String>(0));
    let collected: Option<String> = sql
        .query_one("SELECT pg_current_logfile()", &[])
        .await?
        .get(0);
    let beside = data.parent().context("a folder")?.join("postgres.log");
    let file = collected.map_or(beside, |file| data.join(Path::new(&file)));
    let Ok(bytes) = std::fs::read(file) else {
        return Ok(None);
    };
    let name = "the log".to_owned();
    Ok(Some(Place {
        name: "the database's log",
        // It has the numbers of processes.
        is_text: false,
        takes_bytes: false,
        pieces: vec![Piece { name, bytes }],
    }))
}
