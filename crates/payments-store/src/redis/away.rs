//! A server that was lost is taken for away: one task asks it until it answers, and nobody else waits for it meanwhile.

use std::future::Future;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};
use std::time::Duration;

/// Between two questions to a server that is away.
const ASK_EVERY: Duration = Duration::from_millis(500);

/// Whether a server is taken for away.
#[derive(Default)]
pub(super) struct Away(Arc<AtomicBool>);

impl Away {
    pub(super) fn is_so(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }

    /// Takes the server for away until `answers`: asked at once, as it may have been one link only, and then now and
    /// then. Nothing happens if that is going on.
    pub(super) fn until<Answer>(&self, answers: impl Fn() -> Answer + Send + 'static)
    where
        Answer: Future<Output = bool> + Send,
    {
        if self.0.swap(true, Ordering::SeqCst) {
            return;
        }
        let mark = Mark(Arc::downgrade(&self.0));
        tokio::spawn(async move {
            if mark.matters() && answers().await {
                // It was one link, not the server.
                return;
            }
            tracing::warn!("Redis does not answer; until it does, callers are refused at once");
            while mark.matters() {
                tokio::time::sleep(ASK_EVERY).await;
                if answers().await {
                    tracing::info!("Redis answers again");
                    return;
                }
            }
        });
    }
}

/// Says that a server is away for as long as it lives, and so not for ever if its task is dropped with its runtime.
struct Mark(Weak<AtomicBool>);

impl Mark {
    fn matters(&self) -> bool {
        self.0.strong_count() > 0
    }
}

impl Drop for Mark {
    fn drop(&mut self) {
        if let Some(is_away) = self.0.upgrade() {
            is_away.store(false, Ordering::SeqCst);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    use super::Away;

    /// Answers at this question; counts them.
    fn at_question(number: usize) -> (Arc<AtomicUsize>, impl Fn() -> std::future::Ready<bool>) {
        let asked = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&asked);
        let answers =
            move || std::future::ready(counter.fetch_add(1, Ordering::SeqCst) + 1 >= number);
        (asked, answers)
    }

    async fn soon(is_so: impl Fn() -> bool) {
        let so = async {
            while !is_so() {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        let so = tokio::time::timeout(Duration::from_secs(10), so).await;
        so.expect("soon");
    }

    #[tokio::test]
    async fn a_lost_server_is_asked_by_one_task_until_it_answers() {
        let away = Away::default();
        let (asked, answers) = at_question(3);
        away.until(answers);
        let (other, never) = at_question(usize::MAX);
        away.until(never);
        assert!(away.is_so());
        soon(|| !away.is_so()).await;
        assert_eq!(asked.load(Ordering::SeqCst), 3);
        assert_eq!(other.load(Ordering::SeqCst), 0);
    }

    #[tokio::test]
    async fn nobody_is_asked_on_behalf_of_what_is_gone() {
        let away = Away::default();
        let (asked, never) = at_question(usize::MAX);
        away.until(never);
        drop(away);
        soon(|| Arc::strong_count(&asked) == 1).await;
    }

    #[test]
    fn a_runtime_that_ends_leaves_no_server_away() {
        let away = Away::default();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .unwrap();
        runtime.block_on(async { away.until(at_question(usize::MAX).1) });
        assert!(away.is_so());
        drop(runtime);
        assert!(!away.is_so());
    }
}
