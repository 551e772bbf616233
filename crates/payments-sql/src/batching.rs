//! Batches concurrent reads into one query.
//!
//! With few callers, each read is one query. Once the maximum number of queries is in flight, callers queue, and the
//! next query reads for all of them: the more callers, the less each one costs the database.

use std::collections::VecDeque;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use payments_core::ports::Unavailable;
use payments_spans::Span;
use tokio::sync::oneshot;

use crate::sql_error::SqlError;

/// The maximum number of queries in flight: one is on the network while another is executed. Fewer, larger queries cost
/// the database less.
const MAX_IN_FLIGHT: usize = 2;

/// The maximum number of keys per query.
const MAX_BATCH: usize = 64;

/// A query for several values of one kind.
pub trait Query: Send + Sync + 'static {
    /// What a caller asks for.
    type Key: Send;
    /// What it gets.
    type Value: Send;

    /// Returns the value of each key, in the keys' order. An error of one value is returned to its callers only, an error of
    /// the query to all.
    fn run(
        &self,
        keys: &[Self::Key],
    ) -> impl Future<Output = Result<Vec<Found<Self::Value>>, SqlError>> + Send;
}

/// The value of a key.
pub type Found<V> = Result<Option<V>, SqlError>;

/// Batches the reads of one kind of value.
pub struct Batcher<Q: Query> {
    shared: Arc<Shared<Q>>,
    timeout: Duration,
}

struct Shared<Q: Query> {
    query: Q,
    queue: Mutex<Queue<Q>>,
}

struct Queue<Q: Query> {
    waiting: VecDeque<Waiting<Q>>,
    in_flight: usize,
}

/// A caller in the queue.
struct Waiting<Q: Query> {
    key: Q::Key,
    answer: oneshot::Sender<Answer<Q>>,
    span: Span,
}

/// One error may go to many callers.
type Answer<Q> = Result<Option<<Q as Query>::Value>, Arc<SqlError>>;

impl<Q: Query> Batcher<Q> {
    /// `timeout` applies to each caller.
    pub fn new(query: Q, timeout: Duration) -> Self {
        let queue = Queue {
            waiting: VecDeque::new(),
            in_flight: 0,
        };
        Self {
            shared: Arc::new(Shared {
                query,
                queue: Mutex::new(queue),
            }),
            timeout,
        }
    }

    /// The value of a key; callers at the same time share a query.
    ///
    /// # Errors
    /// The query failed or timed out.
    pub async fn get(&self, key: Q::Key) -> Result<Option<Q::Value>, Unavailable> {
        let (answer, answered) = oneshot::channel();
        let span = payments_spans::caller();
        let starts = {
            let mut queue = self.shared.queue();
            queue.waiting.push_back(Waiting { key, answer, span });
            let starts = queue.in_flight < MAX_IN_FLIGHT;
            queue.in_flight += usize::from(starts);
            starts
        };
        if starts {
            // A separate task: the first caller may be cancelled while others still wait.
            let worker = Worker {
                shared: Arc::clone(&self.shared),
                is_done: false,
            };
            drop(tokio::spawn(worker.work()));
        }
        match tokio::time::timeout(self.timeout, answered).await {
            Ok(Ok(answer)) => answer.map_err(|error| Unavailable::new("database", error)),
            // The runtime that ran the query is shutting down.
            Ok(Err(gone)) => Err(Unavailable::new("database", gone)),
            Err(_) => Err(SqlError::TimedOut.into()),
        }
    }
}

impl<Q: Query> Shared<Q> {
    fn queue(&self) -> MutexGuard<'_, Queue<Q>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Runs one query after another while callers wait.
struct Worker<Q: Query> {
    shared: Arc<Shared<Q>>,
    is_done: bool,
}

/// The callers of a query.
struct Batch<Q: Query> {
    keys: Vec<Q::Key>,
    answers: Vec<oneshot::Sender<Answer<Q>>>,
    spans: Vec<Span>,
}

impl<Q: Query> Worker<Q> {
    async fn work(mut self) {
        while let Some(batch) = self.next() {
            let query = self.shared.query.run(&batch.keys);
            let found = payments_spans::for_callers(&batch.spans, query).await;
            send_answers(batch.answers, found);
        }
    }

    /// The next batch; `None` when no caller waits, which ends the worker.
    fn next(&mut self) -> Option<Batch<Q>> {
        let mut queue = self.shared.queue();
        let mut batch = Batch {
            keys: Vec::new(),
            answers: Vec::new(),
            spans: Vec::new(),
        };
        while batch.keys.len() < MAX_BATCH
            && let Some(one) = queue.waiting.pop_front()
        {
            // A caller that timed out needs no answer.
            if !one.answer.is_closed() {
                batch.keys.push(one.key);
                batch.answers.push(one.answer);
                if !one.span.is_none() {
                    batch.spans.push(one.span);
                }
            }
        }
        self.is_done = batch.keys.is_empty();
        queue.in_flight -= usize::from(self.is_done);
        (!self.is_done).then_some(batch)
    }
}

impl<Q: Query> Drop for Worker<Q> {
    /// A worker that is cancelled, as its runtime shuts down, fails the callers in the queue.
    fn drop(&mut self) {
        if self.is_done {
            return;
        }
        let mut queue = self.shared.queue();
        queue.in_flight -= 1;
        if queue.in_flight == 0 {
            queue.waiting.clear();
        }
    }
}

fn send_answers<V>(
    answers: Vec<oneshot::Sender<Result<Option<V>, Arc<SqlError>>>>,
    found: Result<Vec<Found<V>>, SqlError>,
) {
    match found {
        Ok(found) => {
            for (answer, value) in answers.into_iter().zip(found) {
                // The caller may have timed out.
                drop(answer.send(value.map_err(Arc::new)));
            }
        }
        Err(error) => {
            let error = Arc::new(error);
            for answer in answers {
                drop(answer.send(Err(Arc::clone(&error))));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::sync::{Arc, Mutex};
    use std::time::Duration;

    use futures_util::FutureExt as _;
    use futures_util::future::join_all;
    use tokio::sync::Semaphore;

    use super::{Batcher, Found, MAX_BATCH, MAX_IN_FLIGHT, Query};
    use crate::sql_error::SqlError;

    /// Fails to be squared.
    const BROKEN: u64 = 12;

    /// Returns the square of every even number but one, once it is allowed to.
    #[derive(Clone)]
    struct Squares {
        may_answer: Arc<Semaphore>,
        is_broken: Arc<AtomicBool>,
        /// The number of keys of each query.
        queries: Arc<Mutex<Vec<usize>>>,
    }

    impl Squares {
        fn new() -> Self {
            Self {
                may_answer: Arc::new(Semaphore::new(0)),
                is_broken: Arc::default(),
                queries: Arc::default(),
            }
        }

        fn queries(&self) -> Vec<usize> {
            self.queries.lock().unwrap().clone()
        }

        fn batcher(&self) -> Batcher<Self> {
            Batcher::new(self.clone(), Duration::from_mins(1))
        }
    }

    impl Query for Squares {
        type Key = u64;
        type Value = u64;

        async fn run(&self, keys: &[u64]) -> Result<Vec<Found<u64>>, SqlError> {
            self.queries.lock().unwrap().push(keys.len());
            self.may_answer.acquire().await.unwrap().forget();
            if self.is_broken.load(Ordering::SeqCst) {
                return Err(SqlError::TimedOut);
            }
            let square = |key: &u64| match *key {
                BROKEN => Err(SqlError::row("squares", "broken")),
                key => Ok(key.is_multiple_of(2).then_some(key * key)),
            };
            Ok(keys.iter().map(square).collect())
        }
    }

    async fn settle() {
        for _ in 0..10 {
            tokio::task::yield_now().await;
        }
    }

    #[tokio::test]
    async fn every_caller_gets_the_answer_for_its_key() {
        let squares = Squares::new();
        squares.may_answer.add_permits(1_000);
        let batcher = squares.batcher();
        let answers = join_all((100..500).map(|key| batcher.get(key))).await;
        for (key, answer) in (100_u64..500).zip(answers) {
            assert_eq!(answer.unwrap(), key.is_multiple_of(2).then_some(key * key));
        }
    }

    #[tokio::test]
    async fn an_error_of_one_value_goes_to_its_callers_only() {
        let squares = Squares::new();
        squares.may_answer.add_permits(1_000);
        let batcher = squares.batcher();
        let asked = [2, 4, BROKEN, 6, BROKEN, 8];
        let answers = join_all(asked.map(|key| batcher.get(key))).await;
        let is_ok: Vec<_> = answers.iter().map(Result::is_ok).collect();
        assert_eq!(is_ok, [true, true, false, true, false, true]);
        assert_eq!(squares.queries(), [asked.len()], "in one query");
    }

    #[tokio::test]
    async fn callers_while_the_maximum_is_in_flight_share_the_next_query() {
        let squares = Squares::new();
        let batcher = squares.batcher();
        let mut asked = Vec::new();
        for key in 100..100 + MAX_IN_FLIGHT as u64 + 10 {
            let mut one = Box::pin(batcher.get(key));
            assert!(one.as_mut().now_or_never().is_none());
            asked.push(one);
            settle().await;
        }
        assert_eq!(squares.queries(), [1; MAX_IN_FLIGHT]);
        squares.may_answer.add_permits(1_000);
        assert!(join_all(asked).await.iter().all(Result::is_ok));
        assert_eq!(squares.queries()[MAX_IN_FLIGHT..], [10]);
    }

    #[tokio::test]
    async fn a_query_has_no_more_keys_than_a_batch_may() {
        let squares = Squares::new();
        squares.may_answer.add_permits(1_000);
        let batcher = squares.batcher();
        let asked = (100..100 + 3 * MAX_BATCH as u64).map(|key| batcher.get(key));
        assert!(join_all(asked).await.iter().all(Result::is_ok));
        assert!(squares.queries().iter().all(|keys| *keys <= MAX_BATCH));
        assert_eq!(squares.queries().iter().sum::<usize>(), 3 * MAX_BATCH);
    }

    #[tokio::test]
    async fn an_error_of_a_query_goes_to_all_its_callers_and_the_next_query_runs() {
        let squares = Squares::new();
        squares.is_broken.store(true, Ordering::SeqCst);
        squares.may_answer.add_permits(1_000);
        let batcher = squares.batcher();
        let answers = join_all((0..20).map(|key| batcher.get(key))).await;
        assert!(answers.iter().all(Result::is_err));
        squares.is_broken.store(false, Ordering::SeqCst);
        assert_eq!(batcher.get(2).await.unwrap(), Some(4));
    }

    #[tokio::test]
    async fn a_cancelled_caller_does_not_affect_the_others() {
        let squares = Squares::new();
        let batcher = squares.batcher();
        let mut first = Box::pin(batcher.get(2));
        let mut second = Box::pin(batcher.get(4));
        assert!(first.as_mut().now_or_never().is_none());
        assert!(second.as_mut().now_or_never().is_none());
        settle().await;
        drop(first);
        squares.may_answer.add_permits(1_000);
        assert_eq!(second.await.unwrap(), Some(16));
        assert_eq!(batcher.get(6).await.unwrap(), Some(36));
    }

    #[tokio::test]
    async fn a_caller_times_out_and_is_not_queried_for_afterwards() {
        let squares = Squares::new();
        let batcher = Batcher::new(squares.clone(), Duration::from_millis(20));
        let asked = (0..MAX_IN_FLIGHT as u64 * MAX_BATCH as u64 + 5).map(|key| batcher.get(key));
        assert!(join_all(asked).await.iter().all(Result::is_err));
        let queries = squares.queries().len();
        squares.may_answer.add_permits(1_000);
        settle().await;
        assert_eq!(squares.queries().len(), queries);
        assert_eq!(batcher.get(2).await.unwrap(), Some(4));
    }

    #[test]
    fn a_runtime_that_ends_leaves_no_caller_on_another_one_waiting() {
        let squares = Squares::new();
        let batcher = squares.batcher();
        let runtime = || {
            let mut runtime = tokio::runtime::Builder::new_current_thread();
            runtime.enable_time().build().unwrap()
        };
        let ended = runtime();
        // One more than there are workers: the last one queues.
        let mut cut: Vec<_> = (0..=MAX_IN_FLIGHT as u64)
            .map(|key| Box::pin(batcher.get(key)))
            .collect();
        ended.block_on(async {
            for asked in &mut cut {
                assert!(asked.as_mut().now_or_never().is_none());
                settle().await;
            }
        });
        drop(ended);
        runtime().block_on(async {
            squares.may_answer.add_permits(1_000);
            assert_eq!(batcher.get(4).await.unwrap(), Some(16));
            for asked in cut {
                assert!(asked.await.is_err(), "the caller gets an error");
            }
        });
    }
}
