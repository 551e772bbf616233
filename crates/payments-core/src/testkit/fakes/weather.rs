//! What the way to a store or gateway is like: slow, and sometimes cut.

use std::collections::{HashMap, VecDeque};
use std::future::poll_fn;
use std::sync::{Arc, Mutex};
use std::task::Poll;

use crate::ports::Unavailable;

use super::lock;

/// How a call fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It never arrives.
    Before,
    /// It is carried out, and the reply is lost.
    After,
}

/// The weather of one world; its clones share it.
#[derive(Clone, Default)]
pub struct Weather(Arc<Mutex<Sky>>);

#[derive(Default)]
struct Sky {
    /// State of the generator that says how often a call yields; none: never.
    turbulence: Option<u64>,
    faults: HashMap<&'static str, VecDeque<Option<Fault>>>,
    calls: Vec<&'static str>,
}

impl Weather {
    /// Calls yield to other futures up to three times before and after their work, as the seed says.
    pub fn turbulent(seed: u64) -> Self {
        let weather = Self::default();
        lock(&weather.0).turbulence = Some(seed | 1);
        weather
    }

    /// The next call of this name (`flows.save`, `intents.record`, …) without an appointed fate fails.
    pub fn fail(&self, call: &'static str, fault: Fault) {
        lock(&self.0)
            .faults
            .entry(call)
            .or_default()
            .push_back(Some(fault));
    }

    /// The next call of this name without an appointed fate succeeds.
    pub fn spare(&self, call: &'static str) {
        lock(&self.0)
            .faults
            .entry(call)
            .or_default()
            .push_back(None);
    }

    /// Forgets all faults that have not happened.
    pub fn clear_up(&self) {
        lock(&self.0).faults.clear();
    }

    /// The names of all calls so far, in the order in which they were carried out.
    pub fn calls(&self) -> Vec<&'static str> {
        lock(&self.0).calls.clone()
    }

    pub(super) async fn call<T>(
        &self,
        name: &'static str,
        work: impl FnOnce() -> T + Send,
    ) -> Result<T, Unavailable> {
        self.dawdle().await;
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
        self.dawdle().await;
        match fault {
            Some(Fault::After) => Err(Unavailable {
                what: name,
                source: None,
            }),
            Some(Fault::Before) | None => Ok(done),
        }
    }

    async fn dawdle(&self) {
        let mut yields = self.yields();
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
    fn yields(&self) -> u64 {
        let mut sky = lock(&self.0);
        let Some(state) = sky.turbulence.as_mut() else {
            return 0;
        };
        *state ^= *state << 13;
        *state ^= *state >> 7;
        *state ^= *state << 17;
        *state >> 62
    }
}
