//! Leaving a provider alone that keeps failing.

use std::collections::{BTreeMap, HashMap};
use std::future::Future;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use recloser::{AsyncRecloser, Error, Recloser};

use super::{Answer, SendFailure};

/// When a provider is left alone, and when it is tried again.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BreakerSettings {
    /// How many of the last calls are looked at; nothing happens before there were as many.
    pub calls: usize,
    /// The share of them, 0 to 1, that have to fail.
    pub failing_share: f32,
    /// How long it is left alone.
    pub left_alone_for: Duration,
    /// How many calls are tried after that before it counts as well again.
    pub probes: usize,
}

impl Default for BreakerSettings {
    fn default() -> Self {
        Self {
            calls: 20,
            failing_share: 0.5,
            left_alone_for: Duration::from_secs(10),
            probes: 3,
        }
    }
}

/// A breaker for each provider and host; there are as many as the list of hosts allows.
pub(super) struct Breakers {
    settings: BreakerSettings,
    by_target: Mutex<HashMap<(&'static str, String), Breaker>>,
}

impl Breakers {
    pub(super) fn new(settings: BreakerSettings) -> Self {
        Self {
            settings,
            by_target: Mutex::default(),
        }
    }

    pub(super) fn of(&self, provider: &'static str, authority: &str) -> Breaker {
        let mut by_target = self
            .by_target
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let target = (provider, authority.to_owned());
        by_target
            .entry(target)
            .or_insert_with(|| Breaker::new(self.settings))
            .clone()
    }

    /// Each provider called so far, and whether the last call of any of its hosts was kept back.
    pub(super) fn states(&self) -> BTreeMap<&'static str, bool> {
        let by_target = self
            .by_target
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let mut states = BTreeMap::new();
        for ((provider, _), breaker) in &*by_target {
            *states.entry(*provider).or_default() |= breaker.is_open.load(Ordering::Relaxed);
        }
        states
    }
}

/// What came of a call under a breaker.
pub(super) enum Guarded {
    /// It was made.
    Ended(Result<Answer, SendFailure>),
    /// It was kept back.
    Kept,
}

#[derive(Clone)]
pub(super) struct Breaker {
    recloser: AsyncRecloser,
    /// Whether the last call was kept back.
    is_open: Arc<AtomicBool>,
}

impl Breaker {
    fn new(settings: BreakerSettings) -> Self {
        let recloser = Recloser::custom()
            .error_rate(settings.failing_share)
            .closed_len(settings.calls)
            .half_open_len(settings.probes)
            .open_wait(settings.left_alone_for)
            .build();
        Self {
            recloser: AsyncRecloser::from(recloser),
            is_open: Arc::default(),
        }
    }

    /// No answer and answers from 500 on are the provider's failures; a refusal or bad credentials are not.
    pub(super) async fn guard(
        &self,
        call: impl Future<Output = Result<Answer, SendFailure>>,
    ) -> Guarded {
        let judged = async {
            match call.await {
                Ok(answer) if answer.status() < 500 => Ok(answer),
                failed => Err(failed),
            }
        };
        let guarded = match self.recloser.call(judged).await {
            Ok(answer) => Guarded::Ended(Ok(answer)),
            Err(Error::Inner(failed)) => Guarded::Ended(failed),
            Err(Error::Rejected) => Guarded::Kept,
        };
        let is_open = matches!(guarded, Guarded::Kept);
        self.is_open.store(is_open, Ordering::Relaxed);
        guarded
    }
}
