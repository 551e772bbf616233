//! A proxy to PostgreSQL that records the prepared statements.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use payments_store::testing::TestDatabase;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};

/// A statement, as the client sent it to be prepared.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Statement {
    /// What the transaction had set by then.
    pub(super) settings: Vec<String>,
    pub(super) sql: String,
    /// The types of its parameters by their object ids; 0 leaves one to the server.
    pub(super) types: Vec<u32>,
}

type Statements = Arc<Mutex<BTreeSet<Statement>>>;

/// Forwards everything to the database's server.
pub(super) struct Recorder {
    /// The database's URL through the recorder.
    pub(super) url: String,
    statements: Statements,
}

impl Recorder {
    pub(super) async fn of(database: &TestDatabase) -> Self {
        let (before, rest) = database.url.split_once('@').expect("a password");
        let (server, path) = rest.split_once('/').expect("a database");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("a port");
        let statements = Statements::default();
        tokio::spawn(accept(listener, server.to_owned(), Arc::clone(&statements)));
        Self {
            url: format!("{before}@{address}/{path}"),
            statements,
        }
    }

    /// The statements that were prepared since the last call.
    pub(super) fn take(&self) -> BTreeSet<Statement> {
        std::mem::take(&mut self.statements.lock().expect("the statements"))
    }
}

async fn accept(listener: TcpListener, server: String, statements: Statements) {
    while let Ok((client, _)) = listener.accept().await {
        let server = TcpStream::connect(&server).await.expect("the server");
        let (from_client, to_client) = client.into_split();
        let (from_server, to_server) = server.into_split();
        tokio::spawn(record(from_client, to_server, Arc::clone(&statements)));
        tokio::spawn(pass(from_server, to_client));
    }
}

async fn pass(mut from: OwnedReadHalf, mut to: OwnedWriteHalf) {
    // The peer closed the connection.
    let _ = tokio::io::copy(&mut from, &mut to).await;
}

/// Passes the client's messages on: each has a length, which all but the first have after their kind.
async fn record(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, statements: Statements) {
    let (mut kind, mut settings) = (None, Vec::new());
    while let Ok(length) = from.read_u32().await {
        let mut body = vec![0; usize::try_from(length).expect("a length") - 4];
        if from.read_exact(&mut body).await.is_err() {
            return;
        }
        match kind {
            Some(b'P') => note(&body, &mut settings, &statements),
            Some(b'Q') => follow(&text(&body), &mut settings),
            _ => {}
        }
        let mut message: Vec<u8> = kind.into_iter().collect();
        message.extend(length.to_be_bytes());
        message.extend(body);
        if to.write_all(&message).await.is_err() {
            return;
        }
        let Ok(next) = from.read_u8().await else {
            return;
        };
        kind = Some(next);
    }
}

/// The body of a `Parse` message: a name, the statement, and a number of types.
fn note(body: &[u8], settings: &mut Vec<String>, statements: &Statements) {
    let mut texts = body.splitn(3, |byte| *byte == 0);
    let (_name, sql) = (texts.next(), text(texts.next().expect("a statement")));
    let types = texts.next().expect("the types");
    follow(&sql, settings);
    let statement = Statement {
        settings: settings.clone(),
        sql,
        types: types[2..]
            .chunks_exact(4)
            .map(|oid| u32::from_be_bytes(oid.try_into().expect("four bytes")))
            .collect(),
    };
    statements.lock().expect("the statements").insert(statement);
}

/// Keeps track of what holds until the end of the transaction.
fn follow(sql: &str, settings: &mut Vec<String>) {
    if sql.starts_with("SET LOCAL") {
        settings.push(sql.to_owned());
    } else if sql.starts_with("COMMIT") || sql.starts_with("ROLLBACK") {
        settings.clear();
    }
}

fn text(bytes: &[u8]) -> String {
    let text = String::from_utf8(bytes.to_vec()).expect("UTF-8");
    text.trim_end_matches('\0').to_owned()
}
