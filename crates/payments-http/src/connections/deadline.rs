//! A deadline that is moved with every request and rarely comes.

use std::future::Future as _;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep_until};

use crate::clock;

/// The timer is set again only when it fires too early, or would fire too late.
pub(super) struct Deadline {
    at: Instant,
    timer: Option<Pin<Box<Sleep>>>,
}

impl Deadline {
    pub(super) fn after(time: Duration) -> Self {
        Self {
            at: clock::instant() + time,
            timer: None,
        }
    }

    /// Moves it.
    pub(super) fn restart(&mut self, time: Duration) {
        self.at = clock::instant() + time;
    }

    /// Moves it, unless it comes sooner.
    pub(super) fn shorten(&mut self, time: Duration) {
        self.at = self.at.min(clock::instant() + time);
    }

    pub(super) fn is_past(&self) -> bool {
        clock::instant() >= self.at
    }

    /// Ready when it is past.
    pub(super) fn poll(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let at = self.at;
        let timer = self.timer.get_or_insert_with(|| Box::pin(sleep_until(at)));
        if timer.deadline() > at {
            timer.as_mut().reset(at);
        }
        while timer.as_mut().poll(context).is_ready() {
            if timer.deadline() >= at {
                return Poll::Ready(());
            }
            timer.as_mut().reset(at);
        }
        Poll::Pending
    }
}
