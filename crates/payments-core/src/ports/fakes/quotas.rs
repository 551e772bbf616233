//! Quotas in memory.

use std::collections::HashMap;
use std::sync::Mutex;

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};

use super::{Weather, lock};
use crate::ports::{Quota, QuotaAnswer, Quotas, Unavailable};

/// Fixed windows in memory.
#[derive(Default)]
pub struct FakeQuotas {
    weather: Weather,
    /// End of the window, and uses in it.
    windows: Mutex<HashMap<String, (DateTime<Utc>, u32)>>,
}

impl FakeQuotas {
    /// Nothing counted yet.
    pub fn new(weather: Weather) -> Self {
        Self {
            weather,
            windows: Mutex::default(),
        }
    }

    /// Every key in use, for tests that look for what must not be there.
    pub fn keys(&self) -> Vec<String> {
        lock(&self.windows).keys().cloned().collect()
    }
}

#[async_trait]
impl Quotas for FakeQuotas {
    async fn take(
        &self,
        key: &str,
        quota: Quota,
        now: DateTime<Utc>,
    ) -> Result<QuotaAnswer, Unavailable> {
        let work = || {
            let mut windows = lock(&self.windows);
            let end = now + TimeDelta::seconds(i64::from(quota.window_seconds));
            let window = windows.entry(key.to_owned()).or_insert((end, 0));
            if window.0 <= now {
                *window = (end, 0);
            }
            if window.1 < quota.limit {
                window.1 += 1;
                return QuotaAnswer::Granted;
            }
            let left = u32::try_from((window.0 - now).num_seconds()).unwrap_or_default();
            QuotaAnswer::Exhausted {
                retry_after_seconds: left.max(1),
            }
        };
        self.weather.call("quotas.take", work).await
    }

    async fn give_back(
        &self,
        key: &str,
        quota: Quota,
        taken_at: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<(), Unavailable> {
        let work = || {
            let mut windows = lock(&self.windows);
            let length = TimeDelta::seconds(i64::from(quota.window_seconds));
            let window = windows.get_mut(key);
            if let Some((_, used)) =
                window.filter(|(end, _)| *end > now && *end - length <= taken_at)
            {
                *used = used.saturating_sub(1);
            }
        };
        self.weather.call("quotas.give_back", work).await
    }
}
