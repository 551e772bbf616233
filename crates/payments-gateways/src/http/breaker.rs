//! Circuit breakers: calls to a provider that keeps failing are rejected for some time.

use std::collections::{BTreeMap, HashMap};
use std::future::Future;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use recloser::{AsyncRecloser, Error, Recloser};

use super::{Answer, SendFailure};

/// The settings of the circuit breakers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BreakerSettings {
    /// The number of most recent calls that count; with fewer calls it stays closed.
    pub calls: usize,
    /// The share of failed calls that opens it, 0 to 1.
    pub failing_share: f32,
    /// How long it stays open.
    pub open_for: Duration,
    /// The number of calls that probe the provider before it closes.
    pub probes: usize,
}

impl Default for BreakerSettings {
    fn default() -> Self {
        Self {
            calls: 20,
            failing_share: 0.5,
            open_for: Duration::from_secs(10),
            probes: 3,
        }
    }
}

/// One breaker for each provider and host. The list of allowed hosts bounds their number.
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

    /// Each provider called so far, and whether the last call of any of its hosts was rejected.
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

/// The result of a call through a breaker.
pub(super) enum Guarded {
    Ended(Result<Answer, SendFailure>),
    /// The breaker is open: no call was made.
    Rejected,
}

#[derive(Clone)]
pub(super) struct Breaker {
    recloser: AsyncRecloser,
    /// Whether the last call was rejected.
    is_open: Arc<AtomicBool>,
}

impl Breaker {
    fn new(settings: BreakerSettings) -> Self {
        let recloser = Recloser::custom()
            .error_rate(settings.failing_share)
            .closed_len(settings.calls)
            .half_open_len(settings.probes)
            .open_wait(settings.open_for)
            .build();
        Self {
            recloser: AsyncRecloser::from(recloser),
            is_open: Arc::default(),
        }
    }

    /// A missing response and status 500 or higher count as failures; a refusal and wrong credentials do not.
    pub(super) async fn guard(
        &self,
        call: impl Future<Output = Result<Answer, SendFailure>>,
    ) -> Guarded {
        let counted = async {
            match call.await {
                Ok(answer) if answer.status() < 500 => Ok(answer),
                failed => Err(failed),
            }
        };
        let guarded = match self.recloser.call(counted).await {
            Ok(answer) => Guarded::Ended(Ok(answer)),
            Err(Error::Inner(failed)) => Guarded::Ended(failed),
            Err(Error::Rejected) => Guarded::Rejected,
        };
        let is_open = matches!(guarded, Guarded::Rejected);
        self.is_open.store(is_open, Ordering::Relaxed);
        guarded
    }
}
