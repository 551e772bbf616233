//! As fast as the server can: each connection asks again as soon as it is answered.
//!
//! One thread for all connections: it has to need less of the machine than what it loads.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Instant;

use anyhow::{Context, Result};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::runtime;
use tokio::task::LocalSet;

use crate::load::Target;
use crate::now;
use crate::replies::Buffer;
use crate::requests::Dice;
use crate::tally::{Summary, Tally};

/// # Errors
/// The server cannot be reached or answers something else.
pub(crate) fn run(target: Target) -> Result<Summary> {
    let runtime = runtime::Builder::new_current_thread().enable_io().build()?;
    runtime.block_on(LocalSet::new().run_until(all(Rc::new(target))))
}

async fn all(target: Rc<Target>) -> Result<Summary> {
    let mut streams = Vec::new();
    for _ in 0..target.connections {
        let stream = TcpStream::connect(target.address)
            .await
            .with_context(|| format!("{} cannot be reached", target.address))?;
        stream.set_nodelay(true)?;
        streams.push(stream);
    }
    let began = now();
    let left = Rc::new(Cell::new(target.answers));
    let asking = streams.into_iter().enumerate().map(|(number, stream)| {
        let (target, left) = (Rc::clone(&target), Rc::clone(&left));
        tokio::task::spawn_local(ask(target, stream, Dice::of(number), began, left))
    });
    let asking: Vec<_> = asking.collect();
    let mut tally = Tally::new()?;
    for one in asking {
        tally.merge(&one.await??)?;
    }
    tally.summary(began.elapsed())
}

/// One connection, until the time is over or enough is answered.
async fn ask(
    target: Rc<Target>,
    mut stream: TcpStream,
    mut dice: Dice,
    began: Instant,
    left: Rc<Cell<u64>>,
) -> Result<Tally> {
    let mut tally = Tally::new()?;
    let mut buffer = Buffer::new();
    let mut asked = now();
    while asked - began < target.lasts && left.get() > 0 {
        left.set(left.get() - 1);
        stream.write_all(target.requests.any(&mut dice)).await?;
        buffer.clear();
        let head = loop {
            let came = stream.read(buffer.room()).await?;
            if let Some(head) = buffer.received(came)? {
                break head;
            }
        };
        let answered = now();
        if head.status == target.status {
            tally.note(answered - asked, buffer.answer().len());
        } else {
            tally.note_unexpected();
        }
        asked = answered;
    }
    Ok(tally)
}
