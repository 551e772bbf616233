//! A connection that Actix reads one request of at a time, each within its deadlines.

use std::io::{self, Read as _, Write as _};
use std::net::{Shutdown, SocketAddr};
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use actix_web::rt::net::TcpStream;
use bytes::{Buf as _, BytesMut};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use zeroize::Zeroize as _;

use super::deadline::Deadline;
use super::exchange::{Exchange, Stage};
use super::framing::{Framing, Part};
use super::peers::Place;
use super::refusals::Refusals;
use super::{Front, LINGER};
use crate::error::Problem;

/// A slow peer has to read this much of a response within the write timeout.
const WRITTEN_IN_TIME: usize = 64 * 1_024;

pub(super) struct Connection {
    stream: TcpStream,
    peer: Option<SocketAddr>,
    front: Arc<Front>,
    exchange: Rc<Exchange>,
    framing: Framing,
    /// Received bytes that Actix has not read yet.
    received: BytesMut,
    /// Whether the kernel has more input, which is read after the current response is written.
    is_readable: bool,
    reading: Deadline,
    /// What the deadline is for.
    awaited: Awaited,
    /// Response bytes that the kernel did not accept yet.
    writing: Option<Writing>,
    /// No further request is read.
    has_ended: bool,
    /// Of a refused connection: how long further input is discarded.
    lingering: Option<Deadline>,
    _place: Place,
}

/// What a peer has to send before the deadline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Awaited {
    /// The beginning of its next request.
    Request,
    /// The rest of a head.
    Head,
    /// The rest of a body.
    Body,
}

struct Writing {
    deadline: Deadline,
    written: usize,
}

impl Connection {
    /// Accepts a connection, or refuses it if its peer has too many.
    pub(super) fn accept(stream: TcpStream, front: &Arc<Front>) -> Option<Self> {
        let peer = stream.peer_addr().ok();
        let Some(place) = front.peers.enter(peer.map(|peer| peer.ip())) else {
            front.metrics.connection_refused("peer_limit");
            let answer = front.refusals.of(Problem::TooManyRequests);
            refuse_unread(stream, answer);
            return None;
        };
        drop(stream.set_nodelay(front.tcp_nodelay));
        Some(Self {
            stream,
            peer,
            front: Arc::clone(front),
            exchange: Rc::default(),
            framing: Framing::new(),
            received: BytesMut::new(),
            is_readable: false,
            reading: Deadline::after(front.timeouts.head),
            awaited: Awaited::Head,
            writing: None,
            has_ended: false,
            lingering: None,
            _place: place,
        })
    }

    pub(super) const fn peer(&self) -> Option<SocketAddr> {
        self.peer
    }

    pub(super) fn exchange(&self) -> Rc<Exchange> {
        Rc::clone(&self.exchange)
    }

    /// Responds in place of Actix and closes the connection. Every earlier response is written: no head is read before.
    fn refuse(&mut self, problem: Problem, reason: &'static str) {
        // The kernel has room: nothing else is under way.
        drop(self.stream.try_write(self.front.refusals.of(problem)));
        self.lingering = Some(Deadline::after(LINGER));
        self.end_because(reason);
    }

    fn end_because(&mut self, reason: &'static str) {
        self.front.metrics.connection_refused(reason);
        self.end();
    }

    fn end(&mut self) {
        self.has_ended = true;
        self.received = BytesMut::new();
    }

    /// The peer was too slow.
    fn end_late(&mut self) {
        if !self.framing.is_in_head() {
            // The reader of the body learns that it is incomplete.
            self.end_because("body_timeout");
        } else if self.awaited == Awaited::Head && !self.received.is_empty() {
            self.refuse(Problem::RequestTimeout, "head_timeout");
        } else {
            self.end();
        }
    }

    /// Classifies the first bytes that were not passed on; `None` if the connection ends with them.
    fn look(&mut self, bytes: &[u8]) -> Option<Part> {
        let was_in_head = self.framing.is_in_head();
        match self.framing.look(bytes) {
            Err(problem) if was_in_head => {
                self.refuse(problem, "malformed");
                None
            }
            Err(_) => {
                self.end_because("malformed");
                None
            }
            Ok(part) => {
                if was_in_head && !self.framing.is_in_head() {
                    self.exchange.hand_over();
                } else if was_in_head && self.awaited == Awaited::Request {
                    self.wait_for(Awaited::Head, self.front.timeouts.head);
                }
                Some(part)
            }
        }
    }

    /// Waits for the next request.
    fn restart(&mut self) {
        self.framing.restart();
        self.wait_for(Awaited::Request, self.front.timeouts.idle);
    }

    fn wait_for(&mut self, awaited: Awaited, time: Duration) {
        self.awaited = awaited;
        self.reading.restart(time);
    }

    /// Waits until the current response is written. Input that arrives meanwhile stays in the kernel's buffer.
    fn poll_exchange(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.exchange.stage() == Stage::Idle {
            self.restart();
            return Poll::Ready(Ok(()));
        }
        if !self.is_readable && self.received.is_empty() {
            // Registering now wakes the task for input that arrives after the answer.
            ready!(self.stream.poll_read_ready(context))?;
            self.is_readable = true;
        }
        Poll::Pending
    }

    /// Passes on what was received before. Returns whether that was something.
    fn pass_received(&mut self, buffer: &mut ReadBuf<'_>) -> bool {
        let received = std::mem::take(&mut self.received);
        let part = self.look(&received);
        self.received = received;
        match part {
            None => self.received = BytesMut::new(),
            Some(Part::OfRequest(left)) => {
                let count = within(left, self.received.len().min(buffer.remaining()));
                buffer.put_slice(&self.received[..count]);
                self.received.advance(count);
                self.framing.passed(count as u64);
                return true;
            }
            Some(Part::Replaced(length, head)) => {
                self.received.advance(length);
                let rest = std::mem::replace(&mut self.received, BytesMut::from(&head[..]));
                self.received.extend_from_slice(&rest);
            }
            Some(Part::Nothing(count)) => self.received.advance(count),
            Some(Part::Unfinished | Part::Complete) => {}
        }
        false
    }

    /// Reads from the kernel: into the buffer as far as it is of the request under way, else behind what was received.
    /// Returns whether the buffer got something.
    fn poll_receive(
        &mut self,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<bool>> {
        if !self.framing.is_in_head() {
            if self.awaited != Awaited::Body {
                self.wait_for(Awaited::Body, self.front.timeouts.body);
            } else if self.reading.is_past() {
                self.end_late();
                return Poll::Ready(Ok(false));
            }
        }
        let before = buffer.filled().len();
        let Poll::Ready(read) = Pin::new(&mut self.stream).poll_read(context, buffer) else {
            ready!(self.reading.poll(context));
            self.end_late();
            return Poll::Ready(Ok(false));
        };
        read?;
        let fresh = &buffer.filled()[before..];
        if fresh.is_empty() {
            self.end();
            return Poll::Ready(Ok(false));
        }
        let mut count = 0;
        if self.received.is_empty() {
            match self.look(fresh) {
                None => {
                    buffer.set_filled(before);
                    return Poll::Ready(Ok(false));
                }
                Some(Part::OfRequest(left)) => {
                    count = within(left, fresh.len());
                    self.framing.passed(count as u64);
                    self.received.extend_from_slice(&fresh[count..]);
                }
                Some(Part::Replaced(length, head)) => {
                    self.received = BytesMut::from(&head[..]);
                    self.received.extend_from_slice(&fresh[length..]);
                }
                Some(Part::Nothing(length)) => self.received.extend_from_slice(&fresh[length..]),
                Some(Part::Unfinished | Part::Complete) => self.received.extend_from_slice(fresh),
            }
        } else {
            self.received.extend_from_slice(fresh);
        }
        buffer.filled_mut()[before + count..].zeroize();
        buffer.set_filled(before + count);
        Poll::Ready(Ok(count > 0))
    }
}

fn within(left: u64, here: usize) -> usize {
    usize::try_from(left).map_or(here, |left| left.min(here))
}

/// Answers a connection without reading its request, as far as that is possible without waiting. A close with something unread
/// is a reset, and the answer may be lost.
fn refuse_unread(stream: TcpStream, answer: &[u8]) {
    let Ok(mut stream) = stream.into_std() else {
        return;
    };
    let mut unread = [0; 4_096];
    drop(stream.read(&mut unread));
    unread.zeroize();
    drop(stream.write(answer));
    drop(stream.shutdown(Shutdown::Write));
}

impl AsyncRead for Connection {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        loop {
            if this.has_ended {
                return Poll::Ready(Ok(()));
            }
            if this.framing.is_complete() {
                ready!(this.poll_exchange(context))?;
            }
            let before = this.received.len();
            if before > 0 {
                if this.pass_received(buffer) {
                    return Poll::Ready(Ok(()));
                }
                if this.has_ended || this.received.len() != before || this.framing.is_complete() {
                    continue;
                }
            }
            if ready!(this.poll_receive(context, buffer))? {
                return Poll::Ready(Ok(()));
            }
        }
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        match this.exchange.stage() {
            Stage::Called | Stage::Encoded => {}
            Stage::HandedOver => {
                let status = bytes
                    .get(9..12)
                    .and_then(|text| std::str::from_utf8(text).ok());
                let status = status.and_then(|status| status.parse().ok());
                this.refuse(Refusals::problem_of_status(status), "malformed");
                this.exchange.abandon();
                return Poll::Ready(Ok(bytes.len()));
            }
            // Actix responds again to a request that has its response.
            Stage::Idle => return Poll::Ready(Ok(bytes.len())),
        }
        let front = &this.front;
        match Pin::new(&mut this.stream).poll_write(context, bytes) {
            Poll::Ready(taken) => {
                if let (Some(writing), Ok(count)) = (&mut this.writing, &taken) {
                    writing.written += count;
                    if writing.written >= WRITTEN_IN_TIME {
                        writing.written = 0;
                        writing.deadline.restart(front.timeouts.write);
                    }
                }
                Poll::Ready(taken)
            }
            Poll::Pending => {
                let writing = this.writing.get_or_insert_with(|| Writing {
                    deadline: Deadline::after(front.timeouts.write),
                    written: 0,
                });
                ready!(writing.deadline.poll(context));
                front.metrics.connection_refused("write_timeout");
                // The kernel need not keep the rest either.
                drop(this.stream.set_zero_linger());
                Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
            }
        }
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        ready!(Pin::new(&mut this.stream).poll_flush(context))?;
        if this.exchange.flushed() && !this.has_ended {
            this.writing = None;
            if this.framing.is_complete() {
                this.restart();
            } else if this.awaited == Awaited::Body {
                this.reading.shorten(this.front.timeouts.unread_body);
            } else {
                this.wait_for(Awaited::Body, this.front.timeouts.unread_body);
            }
            if this.is_readable || !this.received.is_empty() {
                this.is_readable = false;
                context.waker().wake_by_ref();
            } else {
                this.reading.wake(context);
            }
        }
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        ready!(Pin::new(&mut this.stream).poll_shutdown(context))?;
        let Some(lingering) = &mut this.lingering else {
            return Poll::Ready(Ok(()));
        };
        let mut unread = [0; 4_096];
        loop {
            if lingering.poll(context).is_ready() {
                return Poll::Ready(Ok(()));
            }
            let mut buffer = ReadBuf::new(&mut unread);
            let read = ready!(Pin::new(&mut this.stream).poll_read(context, &mut buffer));
            if read.is_err() || buffer.filled().is_empty() {
                return Poll::Ready(Ok(()));
            }
            buffer.filled_mut().zeroize();
        }
    }
}
