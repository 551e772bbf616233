//! As fast as the server can: each connection sends the next request after each response.
//!
//! One thread for all connections: the load has to need less of the machine than the server.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Instant;

use anyhow::Result;
use payments_bench::Summary;
use payments_bench::http::Buffer;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::runtime;
use tokio::task::LocalSet;

use crate::load::{Random, Target};
use crate::now;
use crate::tally::Tally;

pub(crate) fn run(target: Target) -> Result<Summary> {
    let runtime = runtime::Builder::new_current_thread().enable_io().build()?;
    runtime.block_on(LocalSet::new().run_until(all(Rc::new(target))))
}

async fn all(target: Rc<Target>) -> Result<Summary> {
    let mut streams = Vec::new();
    for _ in 0..target.connections {
        let stream = TcpStream::connect(target.address).await?;
        stream.set_nodelay(true)?;
        streams.push(stream);
    }
    let began = now();
    let left = Rc::new(Cell::new(target.answers));
    let mut loops = Vec::new();
    for (number, stream) in streams.into_iter().enumerate() {
        let (target, left) = (Rc::clone(&target), Rc::clone(&left));
        let random = Random::of(number);
        loops.push(tokio::task::spawn_local(one(
            target, stream, random, began, left,
        )));
    }
    let mut tally = Tally::new()?;
    for one in loops {
        tally.merge(&one.await??)?;
    }
    tally.summary(began.elapsed())
}

/// One connection, until the time is over or there are enough responses.
async fn one(
    target: Rc<Target>,
    mut stream: TcpStream,
    mut random: Random,
    began: Instant,
    left: Rc<Cell<u64>>,
) -> Result<Tally> {
    let mut tally = Tally::new()?;
    let mut buffer = Buffer::new();
    let mut sent = now();
    while sent - began < target.lasts && left.get() > 0 {
        left.set(left.get() - 1);
        stream.write_all(target.request(&mut random)).await?;
        buffer.clear();
        let head = loop {
            let received = stream.read(buffer.room()).await?;
            if let Some(head) = buffer.received(received)? {
                break head;
            }
        };
        let answered = now();
        tally.note(
            head.status == target.status,
            answered - sent,
            buffer.response().len(),
        );
        sent = answered;
    }
    Ok(tally)
}
