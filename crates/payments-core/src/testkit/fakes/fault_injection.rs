//! Fault injection: calls that interleave, fail before they arrive, or lose their reply.

use alloc::collections::VecDeque;
use alloc::sync::Arc;
use core::future::poll_fn;
use core::task::Poll;
use std::collections::HashMap;
use std::sync::Mutex;

use crate::ports::Unavailable;

use super::lock;

/// How a call fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The call fails before it does its work.
    Before,
    /// The call does its work, and its reply is lost.
    After,
}

/// The faults of a set of fakes. Clones share them.
#[derive(Clone, Default)]
pub struct FaultInjection(Arc<Mutex<Injected>>);

#[derive(Default)]
struct Injected {
    /// The state of the generator of yield counts; `None`: calls do not yield.
    yields: Option<u64>,
    faults: HashMap<&'static str, VecDeque<Option<Fault>>>,
    calls: Vec<&'static str>,
}

impl FaultInjection {
    /// Calls yield to other futures up to three times before and after their work; the seed decides how often.
    pub fn interleaved(seed: u64) -> Self {
        let faults = Self::default();
        lock(&faults.0).yields = Some(seed | 1);
        faults
    }

    /// Makes the next call with this name (`flows.save`, `intents.record`, …) that has no outcome set fail.
    pub fn fail(&self, call: &'static str, fault: Fault) {
        lock(&self.0)
            .faults
            .entry(call)
            .or_default()
            .push_back(Some(fault));
    }

    /// Makes the next call with this name that has no outcome set succeed.
    pub fn pass(&self, call: &'static str) {
        lock(&self.0)
            .faults
            .entry(call)
            .or_default()
            .push_back(None);
    }

    /// Removes all faults that have not happened yet.
    pub fn clear(&self) {
        lock(&self.0).faults.clear();
    }

    /// The names of all calls so far, in execution order.
    pub fn calls(&self) -> Vec<&'static str> {
        lock(&self.0).calls.clone()
    }

    pub(super) async fn call<T>(
        &self,
        name: &'static str,
        work: impl FnOnce() -> T + Send,
    ) -> Result<T, Unavailable> {
        self.yield_some_times().await;
        let fault = lock(&self.0)
            .faults
            .get_mut(name)
            .and_then(VecDeque::pop_front)
            .flatten();
        if fault == Some(Fault::Before) {
            return Err(Unavailable {
                what: name,
                source: None,
            });
        }
        lock(&self.0).calls.push(name);
        let done = work();
        self.yield_some_times().await;
        match fault {
            Some(Fault::After) => Err(Unavailable {
                what: name,
                source: None,
            }),
            Some(Fault::Before) | None => Ok(done),
        }
    }

    async fn yield_some_times(&self) {
        let mut yields = self.draw_yields();
        poll_fn(|context| {
            if yields == 0 {
                return Poll::Ready(());
            }
            yields -= 1;
            context.waker().wake_by_ref();
            Poll::Pending
        })
        .await;
    }

    /// 0 to 3, by Marsaglia's xorshift.
    fn draw_yields(&self) -> u64 {
        let mut injected = lock(&self.0);
        let Some(state) = injected.yields.as_mut() else {
            return 0;
        };
        *state ^= *state << 13;
        *state ^= *state >> 7;
        *state ^= *state << 17;
        *state >> 62
    }
}
