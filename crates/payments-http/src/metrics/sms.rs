//! Messages and their limits.

use payments_core::card_storage::{SendingLimits, SmsUsage};
use payments_core::sms::SmsLimit;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

use super::Metrics;
use super::labels::{Limit, Prefix, Share};

#[derive(Default)]
pub(super) struct SmsMetrics {
    budget: Family<Share, Gauge>,
    budget_left: Family<Share, Gauge>,
    refusals: Family<Limit, Counter>,
    paused: Family<Prefix, Gauge>,
}

impl SmsMetrics {
    pub(super) fn register(&self, registry: &mut Registry) {
        registry.register(
            "sms_daily_budget",
            "Codes that may be sent on a day (UTC), by share: verified (customers who have verified a code before may use all of it) or unverified (all others)",
            self.budget.clone(),
        );
        registry.register(
            "sms_daily_budget_left",
            "What is left of it today, by share",
            self.budget_left.clone(),
        );
        registry.register(
            "sms_refusals",
            "Codes that were not sent because a limit was used up, by limit: cooldown, customer, phone, address_block, daily_budget or breaker",
            self.refusals.clone(),
        );
        registry.register(
            "sms_prefix_paused",
            "1 for each calling code with three digits few of whose codes were entered: customers who have not verified one get none for a while",
            self.paused.clone(),
        );
        for limit in SmsLimit::ALL {
            let limit = limit.as_str();
            drop(self.refusals.get_or_create(&Limit { limit }));
        }
    }
}

impl Metrics {
    /// A limit prevented a code from being sent.
    pub fn sms_refused(&self, limit: SmsLimit) {
        let limit = limit.as_str();
        self.sms.refusals.get_or_create(&Limit { limit }).inc();
    }

    /// The rest of the daily budget.
    pub fn sms_used(&self, limits: &SendingLimits, usage: &SmsUsage) {
        for (share, budget, left) in [
            ("verified", limits.daily_budget, usage.left),
            (
                "unverified",
                limits.budget_of_unverified(),
                usage.left_for_unverified,
            ),
        ] {
            let share = Share { share };
            self.sms.budget.get_or_create(&share).set(i64::from(budget));
            self.sms
                .budget_left
                .get_or_create(&share)
                .set(i64::from(left));
        }
        self.sms.paused.clear();
        for paused in &usage.paused {
            let prefix = paused.prefix.as_str().to_owned();
            self.sms.paused.get_or_create(&Prefix { prefix }).set(1);
        }
    }
}
