//! One simulation: a deployment, its customers, and the tasks that run.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use anyhow::Result;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use payments_core::id::CustomerId;
use payments_core::testkit::fakes::{FakeClock, FlowsBackup, HeldCardsBackup};
use payments_core::testkit::world::{Closed, World};

use super::Outcome;
use super::deployment::{Deployment, Process};
use super::history::History;
use super::network::{Network, TaskId, lock};
use super::observed::Observed;
use super::profile::Profile;
use super::request::{Answer, Ask, Pending};
use super::rng::Rng;
use super::session::{KnownCode, Session};
use super::shop::{Edition, Place, Shop};
use super::variants::Variant;

/// The length of a script is bounded; the requests that remain then are answered without new ones.
const MOST_STEPS: usize = 6_000;

/// A card that was submitted less than this many seconds ago has not expired by any clock.
pub(super) const SURELY_HELD: i64 = 250;

/// A request that takes longer may lose its claim to another one: a claim lasts five seconds, by clocks that differ by up
/// to two.
const SLOW: i64 = 3;

/// No request is held up for longer, because gateways have to finish within the horizon.
const LONGEST_REQUEST: i64 = 800;

/// A request that is running.
pub(super) struct Task {
    pub(super) id: TaskId,
    pub(super) process: usize,
    /// The serial number of the session; `None` for the reconciler.
    pub(super) session: Option<usize>,
    pub(super) customer: Option<CustomerId>,
    pub(super) ask: Ask,
    /// The masked number of the card that it deletes.
    pub(super) removes: Option<String>,
    /// The code that surely was the current one when it began.
    pub(super) current: Option<String>,
    /// The day of the process when it began.
    pub(super) day: NaiveDate,
    /// Whether no other request of the session has run meanwhile.
    pub(super) is_alone: bool,
    pub(super) future: Pending,
    pub(super) is_ready: bool,
}

/// A copy of the stores that a failover brings back.
pub(super) struct Backup {
    pub(super) flows: FlowsBackup,
    pub(super) held_cards: HeldCardsBackup,
}

/// A simulation.
pub(super) struct Scene<'a> {
    pub(super) shop: &'a Shop,
    pub(super) rng: Rng,
    pub(super) profile: Profile,
    pub(super) deployment: Deployment,
    pub(super) processes: Vec<Process>,
    /// The edition of the store in the database.
    pub(super) edition: Edition,
    pub(super) tasks: Vec<Task>,
    /// The session of each task.
    pub(super) serials: BTreeMap<TaskId, usize>,
    pub(super) sessions: Vec<Session>,
    pub(super) next_serial: usize,
    pub(super) observed: Observed,
    pub(super) backup: Option<Backup>,
    /// Whether the first point of sale was ever at another gateway.
    pub(super) was_elsewhere: bool,
    /// When the key rotation last went on.
    pub(super) rotated_at: i64,
    pub(super) began_at: i64,
    seen_messages: usize,
}

fn beginning(profile: &Profile) -> DateTime<Utc> {
    // 23 November 2026, 00:00 UTC.
    let midnight = DateTime::<Utc>::from_timestamp(1_795_392_000, 0).unwrap_or_default();
    midnight - TimeDelta::seconds(profile.until_midnight)
}

impl<'a> Scene<'a> {
    /// The scene that a seed begins with.
    pub(super) fn new(
        shop: &'a Shop,
        seed: u64,
        variant: Option<Variant>,
        keeps_history: bool,
    ) -> Result<Self> {
        let mut rng = Rng::new(seed);
        let profile = Profile::draw(&mut rng);
        let clock = Arc::new(FakeClock::new(beginning(&profile)));
        let history = History::new(keeps_history);
        let network = Network::new(
            Arc::clone(&clock),
            Rng::new(rng.draw()),
            profile.faults,
            history,
        );
        let edition = Edition {
            place: Place::First,
            is_second_enabled: true,
        };
        let account = shop.account(edition, 1);
        let deployment = Deployment::new((clock, network), &profile, account, (seed, variant));
        deployment.gateway.search_by(profile.search_by);
        let mut processes = Vec::new();
        for _ in 0..2 {
            let ahead = i64::try_from(rng.below(3)).unwrap_or_default() - 1;
            processes.push(deployment.start(ahead, edition, 0)?);
        }
        let began_at = deployment.now().timestamp();
        let mut scene = Self {
            shop,
            rng,
            profile,
            deployment,
            processes,
            edition,
            tasks: Vec::new(),
            serials: BTreeMap::new(),
            sessions: Vec::new(),
            next_serial: 1,
            observed: Observed::default(),
            backup: None,
            was_elsewhere: false,
            rotated_at: began_at,
            began_at,
            seen_messages: 0,
        };
        scene.write_edition(edition);
        scene.admit_customers()?;
        scene.leave_stuck_entries()?;
        Ok(scene)
    }

    fn admit_customers(&mut self) -> Result<()> {
        for number in 0..self.profile.customers {
            let customer = CustomerId::new(7 + i64::try_from(number)?)?;
            let line = if self.profile.shares_phone { 0 } else { number };
            for _ in 0..self.profile.sessions {
                let serial = self.take_serial();
                let phone = format!("555123456{line}");
                let session = Session::new(serial, customer, phone, self.profile.budget);
                self.sessions.push(session);
            }
        }
        Ok(())
    }

    pub(super) const fn take_serial(&mut self) -> usize {
        self.next_serial += 1;
        self.next_serial - 1
    }

    /// Runs the script of the seed.
    pub(super) fn play(&mut self) -> Result<()> {
        for _ in 0..MOST_STEPS {
            if self.tasks.is_empty() && self.sessions.iter().all(|one| one.budget == 0) {
                return Ok(());
            }
            self.step()?;
        }
        Ok(())
    }

    fn step(&mut self) -> Result<()> {
        if self.rng.per_mille(self.profile.event_rate) {
            return self.cause_event();
        }
        if self.rng.per_mille(self.profile.reconciler_rate) {
            self.reconcile_meanwhile();
        }
        match self.rng.below(100) {
            0..=2 => {
                let seconds = i64::try_from(self.rng.below(3))?;
                self.pass(seconds);
            }
            3..=11 => self.let_someone_act(),
            _ => {
                if !self.run_something() {
                    self.let_someone_act();
                }
            }
        }
        Ok(())
    }

    /// Runs everything that is running to its end. Returns whether it ended.
    pub(super) fn drain(&mut self) -> bool {
        for _ in 0..MOST_STEPS {
            if !self.run_something() {
                return self.tasks.is_empty();
            }
        }
        false
    }

    /// Polls a task whose reply has arrived, or lets a message arrive. Returns whether there was one.
    pub(super) fn run_something(&mut self) -> bool {
        self.wake();
        let ready: Vec<usize> = (0..self.tasks.len())
            .filter(|place| self.tasks[*place].is_ready)
            .collect();
        let under_way = self.deployment.network.traffic().under_way();
        let count = ready.len() + under_way;
        if count == 0 || self.rng.one_in(self.profile.landings) {
            let has_landed = self.deployment.network.land();
            self.read_messages();
            if has_landed || count == 0 {
                return has_landed;
            }
        }
        let choice = self.rng.index(count);
        if let Some(place) = ready.get(choice) {
            self.poll(*place);
        } else {
            self.deployment.network.deliver(choice - ready.len());
            self.read_messages();
        }
        true
    }

    fn wake(&mut self) {
        let ready = self.deployment.network.traffic().take_ready();
        for id in ready {
            if let Some(task) = self.tasks.iter_mut().find(|task| task.id == id) {
                task.is_ready = true;
            }
        }
    }

    fn poll(&mut self, place: usize) {
        let task = &mut self.tasks[place];
        task.is_ready = false;
        self.deployment.network.traffic().polling(task.id);
        let mut context = Context::from_waker(Waker::noop());
        if let Poll::Ready(answer) = task.future.as_mut().poll(&mut context) {
            let task = self.tasks.swap_remove(place);
            self.note_answer(&task, &answer);
            self.finish(&task, answer);
        }
    }

    fn note_answer(&self, task: &Task, answer: &Answer) {
        let mut traffic = self.deployment.network.traffic();
        let now = traffic.now();
        let text = format!("{answer:?}");
        traffic.history.note(&[&text], task.id, || {
            format!(
                "{now} task {} ({}) is answered {text}",
                task.id,
                task.ask.name()
            )
        });
    }

    /// Messages that have arrived on phones: the customers know their codes.
    fn read_messages(&mut self) {
        let arrived = {
            let phones = lock(&self.deployment.phones);
            let fresh = phones.arrived[self.seen_messages..].to_vec();
            self.seen_messages = phones.arrived.len();
            fresh
        };
        for message in arrived {
            let serial = self.serials.get(&message.task).copied();
            let session = self
                .sessions
                .iter_mut()
                .find(|one| Some(one.serial) == serial);
            let Some(session) = session else { continue };
            let task = self.tasks.iter().find(|task| task.id == message.task);
            let is_sure = task.is_some_and(|task| task.is_alone);
            let is_held = self.deployment.now().timestamp() - session.submitted_at < SURELY_HELD;
            session.codes.push(KnownCode {
                digits: message.code,
                card: session.held.filter(|_| is_sure && is_held),
                intent: None,
            });
        }
    }

    /// Lets time pass, as far as the running requests may be held up.
    pub(super) fn pass(&mut self, seconds: i64) {
        let now = self.deployment.now().timestamp();
        let mut until = now + seconds;
        {
            let traffic = self.deployment.network.traffic();
            for task in &self.tasks {
                let began = traffic.tasks[task.id].started_at;
                until = until.min(began + LONGEST_REQUEST);
            }
        }
        if until <= now {
            return;
        }
        self.deployment.network.deliver_until(until);
        self.deployment.clock.advance(until - now);
        self.read_messages();
        let traffic = self.deployment.network.traffic();
        for session in &mut self.sessions {
            let mut began = session
                .running
                .iter()
                .map(|id| traffic.tasks[*id].started_at);
            if began.any(|began| until - began >= SLOW) {
                session.may_lose_its_card = true;
            }
        }
    }

    /// The result, after the world was judged.
    pub(super) fn outcome(self, world: World) -> Outcome {
        let mut traffic = self.deployment.network.traffic();
        traffic.clear();
        for intent in &world.intents {
            traffic.count(match intent.closed {
                Some(Closed::Saved) => "intents saved",
                Some(Closed::Refused) => "intents refused",
                Some(Closed::Reconciled) => "intents reconciled",
                None => "intents open",
            });
        }
        for token in &world.tokens {
            let counted = if token.live {
                "tokens live"
            } else {
                "tokens deleted"
            };
            traffic.count(counted);
        }
        Outcome {
            hash: traffic.history.hash(),
            findings: self.observed.findings,
            counts: std::mem::take(&mut traffic.counts),
            world,
            history: traffic.history.text(),
        }
    }
}
