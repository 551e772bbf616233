//! The body of a fake's answer, which may end before its end.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use hyper::body::{Body, Frame};

/// The fake closes the connection.
#[derive(Debug, thiserror::Error)]
#[error("the fake hung up")]
pub(super) struct HungUp;

/// Bytes, and how many were promised; with fewer than that the connection is closed after them.
pub(super) struct Answer {
    rest: Option<Bytes>,
    cut: Cut,
    pub(super) promised: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Cut {
    No,
    /// After the next pause, in which what was given goes out.
    Soon,
    Now,
}

impl Answer {
    pub(super) fn whole(bytes: Bytes) -> Self {
        Self {
            promised: bytes.len(),
            rest: Some(bytes),
            cut: Cut::No,
        }
    }

    /// All of them promised and half of them given.
    pub(super) fn cut(bytes: &Bytes) -> Self {
        Self {
            promised: bytes.len(),
            rest: Some(bytes.slice(..bytes.len() / 2)),
            cut: Cut::Soon,
        }
    }
}

impl Body for Answer {
    type Data = Bytes;
    type Error = HungUp;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, HungUp>>> {
        if let Some(bytes) = self.rest.take() {
            return Poll::Ready(Some(Ok(Frame::data(bytes))));
        }
        match self.cut {
            Cut::No => Poll::Ready(None),
            Cut::Now => Poll::Ready(Some(Err(HungUp))),
            Cut::Soon => {
                self.cut = Cut::Now;
                context.waker().wake_by_ref();
                Poll::Pending
            }
        }
    }
}
