//! A response body that signals when it is dropped.

use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use actix_http::body::{BodySize, MessageBody};
use bytes::Bytes;
use pin_project_lite::pin_project;

use super::exchange::Exchange;

pin_project! {
    /// Actix drops a body when its last byte is encoded.
    pub(super) struct Answer<B> {
        #[pin]
        body: B,
        ending: Ending,
    }
}

struct Ending(Rc<Exchange>);

impl Drop for Ending {
    fn drop(&mut self) {
        self.0.end();
    }
}

impl<B> Answer<B> {
    pub(super) fn new(body: B, exchange: Rc<Exchange>) -> Self {
        let ending = Ending(exchange);
        Self { body, ending }
    }
}

impl<B: MessageBody> MessageBody for Answer<B> {
    type Error = B::Error;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        self.project().body.poll_next(context)
    }
}
