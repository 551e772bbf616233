//! Reads that come together, made in one query.
//!
//! While few callers ask, each read is a query of its own. Once as many queries are under way as may be, callers wait, and
//! the next query asks for all of them: the more ask, the less of the database each one takes.

use std::collections::VecDeque;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use payments_core::ports::Unavailable;
use tokio::sync::oneshot;

use crate::sql_error::SqlError;

/// Queries that are under way at the same time: one travels while another is worked on. Fewer and larger ones cost the
/// database less.
const AT_ONCE: usize = 2;

/// Reads that one query makes at most.
const MOST: usize = 64;

/// A query for several of one kind of thing.
pub(crate) trait Query: Send + Sync + 'static {
    /// What a thing is asked for by.
    type Key: Send;
    /// The thing.
    type Value: Send;

    /// Runs it: what each key leads to, in the keys' order. What is wrong with one thing concerns nobody else; an error of
    /// the query itself concerns all.
    fn run(
        &self,
        keys: &[Self::Key],
    ) -> impl Future<Output = Result<Vec<Found<Self::Value>>, SqlError>> + Send;
}

/// What a key leads to.
pub(crate) type Found<V> = Result<Option<V>, SqlError>;

/// Gathers the reads of one kind of thing.
pub(crate) struct Gathered<Q: Query> {
    shared: Arc<Shared<Q>>,
    patience: Duration,
}

struct Shared<Q: Query> {
    query: Q,
    queue: Mutex<Queue<Q>>,
}

struct Queue<Q: Query> {
    waiting: VecDeque<Waiting<Q>>,
    under_way: usize,
}

/// A caller who waits.
struct Waiting<Q: Query> {
    key: Q::Key,
    answer: oneshot::Sender<Answer<Q>>,
}

/// What became of a read. One failure is told to many.
type Answer<Q> = Result<Option<<Q as Query>::Value>, Arc<SqlError>>;

impl<Q: Query> Gathered<Q> {
    /// A caller waits so long at most.
    pub(crate) fn new(query: Q, patience: Duration) -> Self {
        let queue = Queue {
            waiting: VecDeque::new(),
            under_way: 0,
        };
        Self {
            shared: Arc::new(Shared {
                query,
                queue: Mutex::new(queue),
            }),
            patience,
        }
    }

    /// The thing that has this key.
    pub(crate) async fn get(&self, key: Q::Key) -> Result<Option<Q::Value>, Unavailable> {
        let (answer, answered) = oneshot::channel();
        let begins = {
            let mut queue = self.shared.queue();
            queue.waiting.push_back(Waiting { key, answer });
            let begins = queue.under_way < AT_ONCE;
            queue.under_way += usize::from(begins);
            begins
        };
        if begins {
            // A task of its own: who asked first may hang up, and the others still wait.
            let turn = Turn {
                shared: Arc::clone(&self.shared),
                is_over: false,
            };
            drop(tokio::spawn(turn.work()));
        }
        match tokio::time::timeout(self.patience, answered).await {
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

/// The right to run one query after another as long as callers wait.
struct Turn<Q: Query> {
    shared: Arc<Shared<Q>>,
    is_over: bool,
}

/// Keys to ask for, and who is to be told of each.
type Asked<Q> = (Vec<<Q as Query>::Key>, Vec<oneshot::Sender<Answer<Q>>>);

impl<Q: Query> Turn<Q> {
    async fn work(mut self) {
        while let Some((keys, answers)) = self.next() {
            let found = self.shared.query.run(&keys).await;
            tell(answers, found);
        }
    }

    /// Those who wait, as many as one query takes. Nobody: the turn is over.
    fn next(&mut self) -> Option<Asked<Q>> {
        let mut queue = self.shared.queue();
        let mut asked = (Vec::new(), Vec::new());
        while asked.0.len() < MOST
            && let Some(one) = queue.waiting.pop_front()
        {
            // Who gave up meanwhile is not asked for.
            if !one.answer.is_closed() {
                asked.0.push(one.key);
                asked.1.push(one.answer);
            }
        }
        self.is_over = asked.0.is_empty();
        queue.under_way -= usize::from(self.is_over);
        (!self.is_over).then_some(asked)
    }
}

impl<Q: Query> Drop for Turn<Q> {
    /// A turn that was cut short, as its runtime shuts down, leaves nobody waiting for it.
    fn drop(&mut self) {
        if self.is_over {
            return;
        }
        let mut queue = self.shared.queue();
        queue.under_way -= 1;
        if queue.under_way == 0 {
            queue.waiting.clear();
        }
    }
}

fn tell<V>(
    answers: Vec<oneshot::Sender<Result<Option<V>, Arc<SqlError>>>>,
    found: Result<Vec<Found<V>>, SqlError>,
) {
    match found {
        Ok(found) => {
            for (answer, value) in answers.into_iter().zip(found) {
                // Who gave up meanwhile does not need it.
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

    use super::{AT_ONCE, Found, Gathered, MOST, Query};
    use crate::sql_error::SqlError;

    /// Cannot be squared.
    const BROKEN: u64 = 12;

    /// Knows the square of every even number but one, once it may answer.
    #[derive(Clone)]
    struct Squares {
        may_answer: Arc<Semaphore>,
        is_broken: Arc<AtomicBool>,
        /// How many keys each query had.
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

        fn gathered(&self) -> Gathered<Self> {
            Gathered::new(self.clone(), Duration::from_mins(1))
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
    async fn everybody_gets_the_answer_to_what_they_asked() {
        let squares = Squares::new();
        squares.may_answer.add_permits(1_000);
        let gathered = squares.gathered();
        let answers = join_all((100..500).map(|key| gathered.get(key))).await;
        for (key, answer) in (100_u64..500).zip(answers) {
            assert_eq!(answer.unwrap(), key.is_multiple_of(2).then_some(key * key));
        }
    }

    #[tokio::test]
    async fn what_is_wrong_with_one_thing_is_told_to_those_who_asked_for_it_only() {
        let squares = Squares::new();
        squares.may_answer.add_permits(1_000);
        let gathered = squares.gathered();
        let asked = [2, 4, BROKEN, 6, BROKEN, 8];
        let answers = join_all(asked.map(|key| gathered.get(key))).await;
        let is_ok: Vec<_> = answers.iter().map(Result::is_ok).collect();
        assert_eq!(is_ok, [true, true, false, true, false, true]);
        assert_eq!(squares.queries(), [asked.len()], "asked for together");
    }

    #[tokio::test]
    async fn who_asks_while_enough_queries_are_under_way_is_asked_for_in_the_next() {
        let squares = Squares::new();
        let gathered = squares.gathered();
        let mut asked = Vec::new();
        for key in 100..100 + AT_ONCE as u64 + 10 {
            let mut one = Box::pin(gathered.get(key));
            assert!(one.as_mut().now_or_never().is_none());
            asked.push(one);
            settle().await;
        }
        assert_eq!(squares.queries(), [1; AT_ONCE]);
        squares.may_answer.add_permits(1_000);
        assert!(join_all(asked).await.iter().all(Result::is_ok));
        assert_eq!(squares.queries()[AT_ONCE..], [10]);
    }

    #[tokio::test]
    async fn a_query_asks_for_no_more_than_it_may() {
        let squares = Squares::new();
        squares.may_answer.add_permits(1_000);
        let gathered = squares.gathered();
        let asked = (100..100 + 3 * MOST as u64).map(|key| gathered.get(key));
        assert!(join_all(asked).await.iter().all(Result::is_ok));
        assert!(squares.queries().iter().all(|keys| *keys <= MOST));
        assert_eq!(squares.queries().iter().sum::<usize>(), 3 * MOST);
    }

    #[tokio::test]
    async fn a_failure_is_told_to_all_who_wait_and_the_next_are_asked_for_again() {
        let squares = Squares::new();
        squares.is_broken.store(true, Ordering::SeqCst);
        squares.may_answer.add_permits(1_000);
        let gathered = squares.gathered();
        let answers = join_all((0..20).map(|key| gathered.get(key))).await;
        assert!(answers.iter().all(Result::is_err));
        squares.is_broken.store(false, Ordering::SeqCst);
        assert_eq!(gathered.get(2).await.unwrap(), Some(4));
    }

    #[tokio::test]
    async fn a_caller_who_hangs_up_takes_nothing_from_the_others() {
        let squares = Squares::new();
        let gathered = squares.gathered();
        let mut first = Box::pin(gathered.get(2));
        let mut second = Box::pin(gathered.get(4));
        assert!(first.as_mut().now_or_never().is_none());
        assert!(second.as_mut().now_or_never().is_none());
        settle().await;
        drop(first);
        squares.may_answer.add_permits(1_000);
        assert_eq!(second.await.unwrap(), Some(16));
        assert_eq!(gathered.get(6).await.unwrap(), Some(36));
    }

    #[tokio::test]
    async fn nobody_waits_longer_than_their_patience_nor_is_asked_for_afterwards() {
        let squares = Squares::new();
        let gathered = Gathered::new(squares.clone(), Duration::from_millis(20));
        let asked = (0..AT_ONCE as u64 * MOST as u64 + 5).map(|key| gathered.get(key));
        assert!(join_all(asked).await.iter().all(Result::is_err));
        let queries = squares.queries().len();
        squares.may_answer.add_permits(1_000);
        settle().await;
        assert_eq!(squares.queries().len(), queries);
        assert_eq!(gathered.get(2).await.unwrap(), Some(4));
    }

    #[test]
    fn a_runtime_that_ends_leaves_nobody_waiting_on_another_one() {
        let squares = Squares::new();
        let gathered = squares.gathered();
        let runtime = || {
            let mut runtime = tokio::runtime::Builder::new_current_thread();
            runtime.enable_time().build().unwrap()
        };
        let ended = runtime();
        // One more than there are turns: the last only waits.
        let mut cut: Vec<_> = (0..=AT_ONCE as u64)
            .map(|key| Box::pin(gathered.get(key)))
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
            assert_eq!(gathered.get(4).await.unwrap(), Some(16));
            for asked in cut {
                assert!(asked.await.is_err(), "whoever waited is told");
            }
        });
    }
}
