//! Which traces are exported.

use std::hash::{BuildHasher as _, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};

use opentelemetry::trace::SpanContext;

use crate::settings::Traces;

/// Decides at the beginning of a trace. A trace id is not part of the decision: its caller can choose it.
pub(super) struct Sampling {
    /// Hashes below it are included.
    threshold: u64,
    follows_callers: bool,
    /// A random function of the number of decisions.
    random: RandomState,
    decisions: AtomicU64,
}

impl Sampling {
    pub(super) fn new(settings: &Traces) -> Self {
        Self {
            threshold: threshold(settings.sample_ratio),
            follows_callers: settings.follow_callers,
            random: RandomState::new(),
            decisions: AtomicU64::new(0),
        }
    }

    /// Whether a request is included, whose caller's span this is.
    pub(super) fn includes(&self, parent: Option<&SpanContext>) -> bool {
        match parent {
            Some(parent) if self.follows_callers => parent.is_sampled(),
            Some(_) | None => self.draw(),
        }
    }

    /// Draws by the ratio.
    pub(super) fn draw(&self) -> bool {
        let number = self.decisions.fetch_add(1, Ordering::Relaxed);
        self.random.hash_one(number) < self.threshold
    }
}

/// The share of all hashes.
#[expect(
    clippy::float_arithmetic,
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "a share of requests, not money; the conversion saturates"
)]
fn threshold(ratio: f64) -> u64 {
    (ratio * u64::MAX as f64) as u64
}

#[cfg(test)]
mod tests {
    use opentelemetry::trace::{SpanContext, SpanId, TraceFlags, TraceId, TraceState};

    use super::Sampling;
    use crate::settings::Traces;

    fn sampling(sample_ratio: f64, follow_callers: bool) -> Sampling {
        Sampling::new(&Traces {
            endpoint: String::new(),
            headers: String::new().into(),
            ca_file: String::new(),
            sample_ratio,
            follow_callers,
            timeout_seconds: 1,
            queue_size: 1,
        })
    }

    fn caller(flags: TraceFlags) -> SpanContext {
        let (trace, span) = (TraceId::from(1), SpanId::from(1));
        SpanContext::new(trace, span, flags, true, TraceState::NONE)
    }

    #[test]
    fn the_ratio_decides_whatever_a_stranger_wants() {
        for (ratio, expected) in [(0.0, 0..=0), (0.25, 2_000..=3_000), (1.0, 10_000..=10_000)] {
            let sampling = sampling(ratio, false);
            for flags in [TraceFlags::SAMPLED, TraceFlags::NOT_SAMPLED] {
                let parent = caller(flags);
                let included = (0..10_000).filter(|_| sampling.includes(Some(&parent)));
                let included = included.count();
                assert!(expected.contains(&included), "{ratio}: {included}");
            }
        }
    }

    #[test]
    fn a_trusted_caller_decides_instead_of_the_ratio() {
        assert!(sampling(0.0, true).includes(Some(&caller(TraceFlags::SAMPLED))));
        assert!(!sampling(1.0, true).includes(Some(&caller(TraceFlags::NOT_SAMPLED))));
        assert!(sampling(1.0, true).includes(None));
    }
}
