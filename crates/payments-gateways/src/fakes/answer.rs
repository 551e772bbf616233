//! The body of a fake's response, which may be cut off.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use hyper::body::{Body, Frame};

/// The fake closes the connection.
#[derive(Debug, thiserror::Error)]
#[error("the fake hung up")]
pub(super) struct HungUp;

/// The body, and the `Content-Length` to announce; if the body is shorter, the connection is closed after it.
pub(super) struct Answer {
    rest: Option<Bytes>,
    cut: Cut,
    pub(super) content_length: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Cut {
    No,
    /// After the next poll, so that the first half is sent.
    Soon,
    Now,
}

impl Answer {
    pub(super) fn whole(bytes: Bytes) -> Self {
        Self {
            content_length: bytes.len(),
            rest: Some(bytes),
            cut: Cut::No,
        }
    }

    /// Announces all bytes and sends half of them.
    pub(super) fn cut(bytes: &Bytes) -> Self {
        Self {
            content_length: bytes.len(),
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
