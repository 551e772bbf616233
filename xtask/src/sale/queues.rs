//! A discrete-event simulation of stations with queues. It has its own time, in nanoseconds.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::ops::Range;

use super::queue::{Queue, Time};
use super::random::Random;

/// How long a station works on a job.
#[derive(Clone, Copy, Debug)]
pub(super) enum Law {
    /// Always the mean.
    Constant,
    /// Exponentially distributed.
    Exponential,
}

/// Equal queues that follow each other. A job is always at the same one of them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Group {
    pub(super) first: usize,
    pub(super) count: usize,
    /// Groups that choose with different bits choose independently of each other.
    pub(super) bits: Bits,
}

/// Which half of a job's random number chooses.
#[derive(Clone, Copy, Debug)]
pub(super) enum Bits {
    Low,
    High,
}

impl Group {
    pub(super) const fn new(first: usize, count: usize) -> Self {
        let bits = Bits::Low;
        Self { first, count, bits }
    }

    pub(super) const fn range(self) -> Range<usize> {
        self.first..self.first + self.count
    }
}

/// A step of a job.
#[derive(Clone, Copy, Debug)]
pub(super) enum Step {
    /// Work at a station, after those who came before.
    Work {
        station: Group,
        mean: Time,
        law: Law,
    },
    /// Take a place in a pool, or wait for one.
    Take { pool: Group },
    /// Give the place back.
    Give { pool: Group },
    /// Wait, which needs nothing.
    Delay { mean: Time },
}

/// Jobs that arrive at random (a Poisson process) and take the same steps.
#[derive(Clone, Debug)]
pub(super) struct Class {
    pub(super) name: &'static str,
    /// The mean time between two arrivals; `None`: it has none.
    pub(super) between: Option<Time>,
    pub(super) steps: Vec<Step>,
}

struct Job {
    class: usize,
    arrived: Time,
    step: usize,
    /// Chooses the queue of a group.
    choice: u64,
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    Arrival {
        class: usize,
    },
    /// A station or a delay is done with a job.
    Done {
        job: usize,
    },
}

/// What was measured of a class.
pub(super) struct Latencies {
    pub(super) name: &'static str,
    sorted: Vec<Time>,
}

impl Latencies {
    pub(super) fn count(&self) -> usize {
        self.sorted.len()
    }

    /// The latency that this many of a thousand jobs do not exceed.
    pub(super) fn at(&self, thousandth: usize) -> Time {
        let place =
            (self.sorted.len() * thousandth / 1_000).min(self.sorted.len().saturating_sub(1));
        self.sorted.get(place).copied().unwrap_or_default()
    }
}

/// The result of a run.
pub(super) struct Outcome {
    pub(super) queues: Vec<Queue>,
    pub(super) latencies: Vec<Latencies>,
}

fn observed_until(queues: &mut [Queue], end: Time) -> Vec<Queue> {
    for queue in &mut *queues {
        queue.note(end);
    }
    queues.to_vec()
}

pub(super) struct Simulation {
    classes: Vec<Class>,
    queues: Vec<Queue>,
    random: Random,
    now: Time,
    /// The second number keeps events of the same time in order.
    events: BinaryHeap<Reverse<(Time, u64, Event)>>,
    scheduled: u64,
    jobs: Vec<Job>,
    free: Vec<usize>,
    latencies: Vec<Vec<Time>>,
}

impl Simulation {
    /// Stations and pools are queues, which steps name by their place.
    pub(super) fn new(classes: Vec<Class>, queues: Vec<Queue>, seed: u64) -> Self {
        let latencies = classes.iter().map(|_| Vec::new()).collect();
        Self {
            classes,
            queues,
            random: Random::new(seed),
            now: 0,
            events: BinaryHeap::new(),
            scheduled: 0,
            jobs: Vec::new(),
            free: Vec::new(),
            latencies,
        }
    }

    /// Lets jobs arrive for `lasting`, and completes them. Queues are observed while jobs arrive. Latencies of jobs that arrive
    /// before `settled` do not count.
    pub(super) fn run(mut self, lasting: Time, settled: Time) -> Outcome {
        for class in 0..self.classes.len() {
            self.schedule_arrival(class);
        }
        let mut observed = None;
        while let Some(Reverse((at, _, event))) = self.events.pop() {
            if at > lasting {
                if matches!(event, Event::Arrival { .. }) {
                    continue;
                }
                observed.get_or_insert_with(|| observed_until(&mut self.queues, lasting));
            }
            self.now = at;
            match event {
                Event::Arrival { class } => {
                    self.schedule_arrival(class);
                    let job = self.arrive(class);
                    self.go_on(job, settled);
                }
                Event::Done { job } => {
                    let step = self.classes[self.jobs[job].class].steps[self.jobs[job].step];
                    self.jobs[job].step += 1;
                    if let Step::Work { station, .. } = step {
                        self.release(self.queue(job, station), settled);
                    }
                    self.go_on(job, settled);
                }
            }
        }
        let observed = observed.unwrap_or_else(|| observed_until(&mut self.queues, lasting));
        let names = self.classes.iter().map(|class| class.name);
        let latencies = names.zip(self.latencies).map(|(name, mut sorted)| {
            sorted.sort_unstable();
            Latencies { name, sorted }
        });
        Outcome {
            latencies: latencies.collect(),
            queues: observed,
        }
    }

    fn schedule(&mut self, at: Time, event: Event) {
        self.scheduled += 1;
        self.events.push(Reverse((at, self.scheduled, event)));
    }

    fn schedule_arrival(&mut self, class: usize) {
        if let Some(mean) = self.classes[class].between {
            let at = self.now + self.random.exponential(mean);
            self.schedule(at, Event::Arrival { class });
        }
    }

    fn arrive(&mut self, class: usize) -> usize {
        let job = Job {
            class,
            arrived: self.now,
            step: 0,
            choice: self.random.below(u64::MAX),
        };
        if let Some(free) = self.free.pop() {
            self.jobs[free] = job;
            return free;
        }
        self.jobs.push(job);
        self.jobs.len() - 1
    }

    /// The queue of a group that a job uses.
    fn queue(&self, job: usize, group: Group) -> usize {
        let choice = self.jobs[job].choice;
        let choice = match group.bits {
            Bits::Low => choice & u64::from(u32::MAX),
            Bits::High => choice >> 32,
        };
        let chosen = choice % (group.count as u64);
        group.first + usize::try_from(chosen).unwrap_or_default()
    }

    /// Takes steps until one needs time.
    fn go_on(&mut self, job: usize, settled: Time) {
        loop {
            let Job {
                class,
                step,
                arrived,
                ..
            } = self.jobs[job];
            let Some(step) = self.classes[class].steps.get(step).copied() else {
                if arrived >= settled {
                    self.latencies[class].push(self.now - arrived);
                }
                self.free.push(job);
                return;
            };
            match step {
                Step::Work { station, .. } => {
                    let queue = self.queue(job, station);
                    if self.queues[queue].enter(job, self.now) {
                        self.begin(job, step);
                    }
                    return;
                }
                Step::Delay { mean } => {
                    let at = self.now + self.random.exponential(mean);
                    self.schedule(at, Event::Done { job });
                    return;
                }
                Step::Take { pool } => {
                    let queue = self.queue(job, pool);
                    if !self.queues[queue].enter(job, self.now) {
                        return;
                    }
                }
                Step::Give { pool } => self.release(self.queue(job, pool), settled),
            }
            self.jobs[job].step += 1;
        }
    }

    /// Schedules the end of a job's work at its station.
    fn begin(&mut self, job: usize, step: Step) {
        let Step::Work { mean, law, .. } = step else {
            return;
        };
        let takes = match law {
            Law::Constant => mean,
            Law::Exponential => self.random.exponential(mean),
        };
        self.schedule(self.now + takes, Event::Done { job });
    }

    /// Lets the next job at a queue go on.
    fn release(&mut self, queue: usize, settled: Time) {
        let Some(next) = self.queues[queue].leave(self.now) else {
            return;
        };
        let step = self.classes[self.jobs[next].class].steps[self.jobs[next].step];
        if matches!(step, Step::Take { .. }) {
            self.jobs[next].step += 1;
            self.go_on(next, settled);
        } else {
            self.begin(next, step);
        }
    }
}

#[cfg(test)]
mod tests;
