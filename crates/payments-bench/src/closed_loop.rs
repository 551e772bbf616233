//! As fast as the server can: each connection sends the next request after each response.
//!
//! One thread for all connections: the load has to need less of the machine than the server.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Instant;

use anyhow::Result;
use payments_bench::http::{Response, connect};
use payments_bench::job::{Load, Summary};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::runtime;
use tokio::task::{LocalSet, spawn_local};

use crate::load::{CONNECTIONS, Random, Written};
use crate::now;
use crate::tally::Tally;

/// What the connections share.
struct Shared {
    load: Load,
    written: Written,
    began: Instant,
    /// Requests that may still be sent.
    left: Cell<u64>,
}

pub(crate) fn run(load: Load) -> Result<Summary> {
    let runtime = runtime::Builder::new_current_thread().enable_io().build()?;
    runtime.block_on(LocalSet::new().run_until(all(load)))
}

async fn all(load: Load) -> Result<Summary> {
    let mut streams = Vec::new();
    for _ in 0..CONNECTIONS {
        let stream = connect(load.requests.address)?;
        stream.set_nonblocking(true)?;
        streams.push(TcpStream::from_std(stream)?);
    }
    let shared = Rc::new(Shared {
        written: Written::of(&load.requests),
        left: Cell::new(load.max_responses.unwrap_or(u64::MAX)),
        load,
        began: now(),
    });
    let connections = streams.into_iter().enumerate();
    let loops: Vec<_> = connections
        .map(|(number, stream)| spawn_local(one(Rc::clone(&shared), stream, Random::of(number))))
        .collect();
    let mut tallies = Vec::new();
    for one in loops {
        tallies.push(one.await??);
    }
    Tally::sum(&tallies)?.summary(shared.began.elapsed())
}

/// One connection, until the time is over or there are enough responses.
async fn one(shared: Rc<Shared>, mut stream: TcpStream, mut random: Random) -> Result<Tally> {
    let Shared { load, left, .. } = &*shared;
    let mut tally = Tally::new()?;
    let mut response = Response::empty();
    let mut sent = now();
    while sent - shared.began < load.duration && left.get() > 0 {
        left.set(left.get() - 1);
        stream.write_all(shared.written.one(&mut random)).await?;
        response.clear();
        while !response.is_complete() {
            let received = stream.read(response.room()).await?;
            response.received(received)?;
        }
        let answered = now();
        let is_expected = response.status() == load.requests.status;
        tally.note(is_expected, answered - sent, response.length());
        sent = answered;
    }
    Ok(tally)
}
