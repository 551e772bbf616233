//! A deadline that is moved with every request and rarely expires.

use std::future::Future as _;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep_until};

use crate::clock;

/// The timer is set again only when it fires too early, or would fire too late.
pub(super) struct Deadline {
    at: Instant,
    timer: Option<Pin<Box<Sleep>>>,
    /// The task to wake.
    waiting: Option<Waker>,
}

impl Deadline {
    pub(super) fn after(time: Duration) -> Self {
        Self {
            at: clock::instant() + time,
            timer: None,
            waiting: None,
        }
    }

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

    /// Wakes the task when it has passed, or earlier.
    pub(super) fn wake(&mut self, context: &mut Context<'_>) {
        let will_fire =
            |timer: &Pin<Box<Sleep>>| !timer.is_elapsed() && timer.deadline() <= self.at;
        let is_set = self.timer.as_ref().is_some_and(will_fire);
        let is_ours = |waker: &Waker| waker.will_wake(context.waker());
        let is_waiting = is_set && self.waiting.as_ref().is_some_and(is_ours);
        if !is_waiting && self.poll(context).is_ready() {
            context.waker().wake_by_ref();
        }
    }

    /// Ready when it has passed.
    pub(super) fn poll(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let at = self.at;
        let timer = self.timer.get_or_insert_with(|| Box::pin(sleep_until(at)));
        if timer.deadline() > at {
            timer.as_mut().reset(at);
        }
        self.waiting = None;
        while timer.as_mut().poll(context).is_ready() {
            if timer.deadline() >= at {
                return Poll::Ready(());
            }
            timer.as_mut().reset(at);
        }
        self.waiting = Some(context.waker().clone());
        Poll::Pending
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;
    use std::task::Poll;
    use std::time::Duration;

    use super::Deadline;
    use crate::clock;

    const SECOND: Duration = Duration::from_secs(1);

    /// How long a task sleeps that is woken by nothing else.
    async fn waited(deadline: &mut Deadline) -> Duration {
        let start = clock::instant();
        poll_fn(|context| {
            if deadline.is_past() {
                return Poll::Ready(());
            }
            deadline.wake(context);
            Poll::Pending
        })
        .await;
        start.elapsed()
    }

    #[tokio::test(start_paused = true)]
    async fn a_task_is_woken_at_the_last_deadline_however_it_was_moved() {
        let mut deadline = Deadline::after(5 * SECOND);
        assert!(waited(&mut deadline).await >= 5 * SECOND);
        // Its timer fired without being polled.
        deadline.restart(3 * SECOND);
        assert!(waited(&mut deadline).await >= 3 * SECOND);
        deadline.restart(100 * SECOND);
        poll_fn(|context| {
            deadline.wake(context);
            Poll::Ready(())
        })
        .await;
        deadline.shorten(2 * SECOND);
        assert!(waited(&mut deadline).await < 4 * SECOND);
        deadline.restart(SECOND);
        tokio::time::sleep(2 * SECOND).await;
        deadline.restart(SECOND);
        assert!(waited(&mut deadline).await < 2 * SECOND);
    }
}
