//! The network between processes and what they call. A call is a message on its way: what it does happens when it
//! arrives, which may be after its caller gave up or died.

use std::collections::BTreeMap;
use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;

use payments_core::flow::IntentId;
use payments_core::ports::Clock;
use payments_core::testkit::fakes::FakeClock;

use super::faults::{Fate, Faults, longest};
use super::history::History;
use super::rng::Rng;

/// Identifies a task. Tasks are numbered from 0.
pub(super) type TaskId = usize;

/// After this many seconds a gateway has finished a call that its request made, counted from the request's begin. Below
/// the horizon of the reconciler.
const LATEST_TOKEN: i64 = 850;

/// What is known of a task from its calls.
#[derive(Clone, Debug)]
pub(super) struct TaskNotes {
    /// When it began.
    pub(super) started_at: i64,
    /// Whether one of its calls failed.
    pub(super) is_disturbed: bool,
    /// The intent that it last asked about.
    pub(super) intent: Option<IntentId>,
    /// When a message was last granted to it.
    pub(super) granted_at: i64,
}

/// The network. Clones are the same one.
#[derive(Clone)]
pub(super) struct Network(Arc<Mutex<Traffic>>);

/// What is on its way, and what was.
pub(super) struct Traffic {
    clock: Arc<FakeClock>,
    rng: Rng,
    /// How often calls fail from now on.
    pub(super) faults: Faults,
    messages: Vec<Message>,
    /// Messages whose callers have given up.
    landing: Vec<Message>,
    /// The task that is being polled, or whose call is doing its work.
    current: TaskId,
    /// The tasks, by their id.
    pub(super) tasks: Vec<TaskNotes>,
    /// Tasks whose reply has arrived.
    ready: Vec<TaskId>,
    /// When each intent was recorded.
    pub(super) recorded: BTreeMap<IntentId, i64>,
    pub(super) history: History,
    pub(super) counts: BTreeMap<&'static str, u64>,
}

struct Message {
    call: &'static str,
    task: TaskId,
    fate: Fate,
    /// It arrives by then.
    by: i64,
    pending: Box<dyn PendingCall>,
}

/// A call, without its types.
trait PendingCall: Send {
    /// Does the work and keeps the reply for the caller.
    fn answer(&mut self);
    /// Does the work.
    fn work(&mut self);
    /// Tells the caller that there is no reply.
    fn lose(&mut self);
}

struct Exchange<T, W> {
    work: W,
    slot: Arc<Mutex<Reply<T>>>,
}

enum Reply<T> {
    Awaited,
    Lost,
    Arrived(T),
}

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<T: Send, W: FnMut() -> T + Send> PendingCall for Exchange<T, W> {
    fn answer(&mut self) {
        let reply = (self.work)();
        *lock(&self.slot) = Reply::Arrived(reply);
    }

    fn work(&mut self) {
        (self.work)();
    }

    fn lose(&mut self) {
        *lock(&self.slot) = Reply::Lost;
    }
}

impl Network {
    pub(super) fn new(clock: Arc<FakeClock>, rng: Rng, faults: Faults, history: History) -> Self {
        Self(Arc::new(Mutex::new(Traffic {
            clock,
            rng,
            faults,
            messages: Vec::new(),
            landing: Vec::new(),
            current: 0,
            tasks: Vec::new(),
            ready: Vec::new(),
            recorded: BTreeMap::new(),
            history,
            counts: BTreeMap::new(),
        })))
    }

    /// The traffic, to be read or changed at once.
    pub(super) fn traffic(&self) -> MutexGuard<'_, Traffic> {
        lock(&self.0)
    }

    /// Calls something: `work` is what it does when the call arrives. `None` if there is no reply.
    pub(super) async fn call<T, W>(&self, call: &'static str, work: W) -> Option<T>
    where
        T: Send + 'static,
        W: FnMut() -> T + Send + 'static,
    {
        let slot = Arc::new(Mutex::new(Reply::Awaited));
        let pending = Exchange {
            work,
            slot: Arc::clone(&slot),
        };
        self.traffic().send(call, Box::new(pending));
        poll_fn(
            move |_| match std::mem::replace(&mut *lock(&slot), Reply::Awaited) {
                Reply::Awaited => Poll::Pending,
                Reply::Lost => Poll::Ready(None),
                Reply::Arrived(reply) => Poll::Ready(Some(reply)),
            },
        )
        .await
    }

    /// Lets a message arrive, by its position.
    pub(super) fn deliver(&self, position: usize) {
        let message = self.traffic().messages.swap_remove(position);
        self.arrive(message);
    }

    /// Delivers a message whose caller has given up. Returns whether there was one.
    pub(super) fn land(&self) -> bool {
        let message = {
            let mut traffic = self.traffic();
            if traffic.landing.is_empty() {
                return false;
            }
            let count = traffic.landing.len();
            let position = traffic.rng.index(count);
            traffic.landing.swap_remove(position)
        };
        self.arrive(message);
        true
    }

    fn arrive(&self, mut message: Message) {
        {
            let mut traffic = self.traffic();
            traffic.note_arrival(&message);
            traffic.current = message.task;
        }
        // The work may use the network.
        match message.fate {
            Fate::Answered | Fate::Twice => message.pending.answer(),
            Fate::RequestLost | Fate::Late => message.pending.lose(),
            Fate::ReplyLost => {
                message.pending.work();
                message.pending.lose();
            }
            Fate::Landing => message.pending.work(),
        }
        let mut traffic = self.traffic();
        if message.fate != Fate::Landing {
            traffic.ready.push(message.task);
        }
        if matches!(message.fate, Fate::Late | Fate::Twice) {
            traffic.land_later(message);
        }
    }

    /// Lets every message arrive that has to until an instant.
    pub(super) fn deliver_until(&self, until: i64) {
        loop {
            let due = self.traffic().take_due(until);
            let Some(message) = due else { return };
            self.arrive(message);
        }
    }
}

impl Traffic {
    pub(super) fn now(&self) -> i64 {
        self.clock.now().timestamp()
    }

    pub(super) fn count(&mut self, what: &'static str) {
        *self.counts.entry(what).or_default() += 1;
    }

    /// A random choice of something that is called.
    pub(super) fn choose<T>(&mut self, choice: impl FnOnce(&mut Rng) -> T) -> T {
        choice(&mut self.rng)
    }

    /// Registers a task that begins now.
    pub(super) fn begin_task(&mut self) -> TaskId {
        self.tasks.push(TaskNotes {
            started_at: self.now(),
            is_disturbed: false,
            intent: None,
            granted_at: 0,
        });
        self.tasks.len() - 1
    }

    /// Says which task is polled from now on.
    pub(super) const fn polling(&mut self, task: TaskId) {
        self.current = task;
    }

    /// The task that is being polled, or whose call is doing its work.
    pub(super) const fn current(&self) -> TaskId {
        self.current
    }

    /// Notes the intent that the current task asks about.
    pub(super) fn note_intent(&mut self, id: &IntentId) {
        self.tasks[self.current].intent = Some(id.clone());
    }

    /// The number of messages for whose replies somebody waits.
    pub(super) const fn under_way(&self) -> usize {
        self.messages.len()
    }

    /// The tasks whose replies have arrived since.
    pub(super) fn take_ready(&mut self) -> Vec<TaskId> {
        std::mem::take(&mut self.ready)
    }

    fn send(&mut self, call: &'static str, pending: Box<dyn PendingCall>) {
        let fate = self.faults.fate(call, &mut self.rng);
        let task = self.current;
        let by = self.now() + longest(call, false);
        if fate != Fate::Answered {
            self.tasks[task].is_disturbed = true;
        }
        self.messages.push(Message {
            call,
            task,
            fate,
            by,
            pending,
        });
    }

    fn take_due(&mut self, until: i64) -> Option<Message> {
        for all in [&mut self.messages, &mut self.landing] {
            if let Some(place) = all.iter().position(|message| message.by < until) {
                return Some(all.swap_remove(place));
            }
        }
        None
    }

    fn land_later(&mut self, mut message: Message) {
        let seconds = longest(message.call, true);
        let mut by = self.now() + seconds;
        if message.call == "gateway.tokenize" {
            by = by.min(self.tasks[message.task].started_at + LATEST_TOKEN);
        }
        message.by = by;
        message.fate = Fate::Landing;
        self.landing.push(message);
    }

    /// Forgets everything that is on its way.
    pub(super) fn clear(&mut self) {
        self.messages.clear();
        self.landing.clear();
    }

    /// The callers died: what they have sent arrives, or not.
    pub(super) fn cut(&mut self, died: &[TaskId]) {
        for message in std::mem::take(&mut self.messages) {
            if !died.contains(&message.task) {
                self.messages.push(message);
            } else if message.fate != Fate::RequestLost && self.rng.one_in(2) {
                self.land_later(message);
            }
        }
        self.ready.retain(|task| !died.contains(task));
    }

    fn note_arrival(&mut self, message: &Message) {
        let (now, task) = (self.now(), message.task);
        let (call, fate) = (message.call, message.fate.as_str());
        if call == "sms_limits.take" {
            self.tasks[task].granted_at = now;
        }
        let text = || format!("{now}   task {task}: {call} {fate}");
        self.history.note(&[call, fate], task, text);
        let counted = match message.fate {
            Fate::Answered => "calls answered",
            Fate::RequestLost => "calls lost",
            Fate::ReplyLost => "replies lost",
            Fate::Late => "calls given up",
            Fate::Twice => "calls repeated",
            Fate::Landing => "calls landed late",
        };
        self.count(counted);
    }
}
