//! A circuit breaker for a server: while the gate is closed, one task probes the server and callers fail immediately.

use std::future::Future;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};
use std::time::Duration;

const PROBE_INTERVAL: Duration = Duration::from_millis(500);

#[derive(Default)]
pub(super) struct HealthGate {
    is_closed: Arc<AtomicBool>,
}

impl HealthGate {
    pub(super) fn is_open(&self) -> bool {
        !self.is_closed.load(Ordering::SeqCst)
    }

    /// Closes the gate until `probe` succeeds. It probes immediately, as it may have been a single broken connection, and then once per
    /// interval. No-op while the gate is closed.
    pub(super) fn close_until<Probe>(&self, probe: impl Fn() -> Probe + Send + 'static)
    where
        Probe: Future<Output = bool> + Send,
    {
        if self.is_closed.swap(true, Ordering::SeqCst) {
            return;
        }
        let guard = ClosedGuard(Arc::downgrade(&self.is_closed));
        tokio::spawn(async move {
            if guard.is_needed() && probe().await {
                // A single connection was broken, not the server.
                return;
            }
            tracing::warn!("Redis is down; callers fail immediately until it answers");
            while guard.is_needed() {
                tokio::time::sleep(PROBE_INTERVAL).await;
                if probe().await {
                    tracing::info!("Redis is up again");
                    return;
                }
            }
        });
    }
}

/// Opens the gate when dropped, so that it does not stay closed when its task is dropped with the runtime.
struct ClosedGuard(Weak<AtomicBool>);

impl ClosedGuard {
    fn is_needed(&self) -> bool {
        self.0.strong_count() > 0
    }
}

impl Drop for ClosedGuard {
    fn drop(&mut self) {
        if let Some(is_closed) = self.0.upgrade() {
            is_closed.store(false, Ordering::SeqCst);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    use super::HealthGate;

    /// Counts the probes, and succeeds at this one.
    fn at_probe(number: usize) -> (Arc<AtomicUsize>, impl Fn() -> std::future::Ready<bool>) {
        let probes = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&probes);
        let probe =
            move || std::future::ready(counter.fetch_add(1, Ordering::SeqCst) + 1 >= number);
        (probes, probe)
    }

    async fn soon(condition: impl Fn() -> bool) {
        let holds = async {
            while !condition() {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        let holds = tokio::time::timeout(Duration::from_secs(10), holds).await;
        holds.expect("soon");
    }

    #[tokio::test]
    async fn a_lost_server_is_probed_by_one_task_until_it_answers() {
        let gate = HealthGate::default();
        let (probes, probe) = at_probe(3);
        gate.close_until(probe);
        let (other, never) = at_probe(usize::MAX);
        gate.close_until(never);
        assert!(!gate.is_open());
        soon(|| gate.is_open()).await;
        assert_eq!(probes.load(Ordering::SeqCst), 3);
        assert_eq!(other.load(Ordering::SeqCst), 0);
    }

    #[tokio::test]
    async fn probing_ends_when_the_gate_is_dropped() {
        let gate = HealthGate::default();
        let (probes, never) = at_probe(usize::MAX);
        gate.close_until(never);
        drop(gate);
        soon(|| Arc::strong_count(&probes) == 1).await;
    }

    #[test]
    fn a_runtime_that_ends_leaves_no_gate_closed() {
        let gate = HealthGate::default();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .unwrap();
        runtime.block_on(async { gate.close_until(at_probe(usize::MAX).1) });
        assert!(!gate.is_open());
        drop(runtime);
        assert!(gate.is_open());
    }
}
