//! The service under load: CDN, processes, connections, PostgreSQL, Redis and the gateway.

use super::costs::{Costs, Request};
use super::needs::{FLOWS_OF_SAVE, REQUESTS_OF_SAVE};
use super::queue::{Queue, Time};
use super::queues::{Bits, Class, Group, Law, Outcome, Simulation, Step};

const SECOND: u64 = 1_000_000_000;
/// The time a gateway takes to make a token, on average.
const GATEWAY: Time = 300_000_000;

/// Requests per second that arrive at the service.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rates {
    /// Views of products that the CDN does not answer.
    pub(super) products: u64,
    pub(super) baskets: u64,
    pub(super) saves: u64,
}

impl Rates {
    pub(super) const fn percent(self, percent: u64) -> Self {
        Self {
            products: self.products * percent / 100,
            baskets: self.baskets * percent / 100,
            saves: self.saves * percent / 100,
        }
    }
}

/// What there is to work on the requests.
#[derive(Clone, Copy, Debug)]
pub(super) struct Machines {
    pub(super) processes: usize,
    /// Threads of a process, each with a processor. A request is answered by one of them, whichever its connection is on.
    pub(super) workers: usize,
    /// Connections of a process to PostgreSQL's primary, and as many to the replica.
    pub(super) pool: u64,
    /// Processors of PostgreSQL's primary, where saved cards are written, and of the replica, which listings read.
    pub(super) primary: u64,
    pub(super) replica: u64,
    /// Redis's shards, with a processor each. A flow is in one of them.
    pub(super) shards: usize,
    /// There is one process, and everything shares the processors of its workers.
    pub(super) is_one_machine: bool,
}

/// Equal stations.
pub(super) struct Station {
    pub(super) name: &'static str,
    /// Of all.
    pub(super) servers: u64,
    /// A thousandth of its time.
    pub(super) utilisation: u64,
    /// The mean queue of each, in thousandths, and the longest of all.
    pub(super) waiting: u64,
    pub(super) longest: usize,
}

pub(super) struct Observed {
    pub(super) stations: Vec<Station>,
    pub(super) outcome: Outcome,
}

/// A database: its processors, and the pools of the processes.
#[derive(Clone, Copy)]
struct Database {
    processors: Group,
    pools: Group,
}

/// Where the stations are among the queues.
struct Places {
    workers: Group,
    shards: Group,
    primary: Database,
    replica: Database,
}

impl Machines {
    const fn places(&self) -> Places {
        if self.is_one_machine {
            let processors = Group::new(0, 1);
            let database = Database {
                processors,
                pools: Group::new(1, 1),
            };
            return Places {
                workers: processors,
                shards: processors,
                primary: database,
                replica: database,
            };
        }
        let workers = Group::new(0, self.processes * self.workers);
        let shards = Group {
            bits: Bits::High,
            ..Group::new(workers.count, self.shards)
        };
        let databases = shards.first + shards.count;
        Places {
            workers,
            shards,
            primary: self.database(databases),
            replica: self.database(databases + 1 + self.processes),
        }
    }

    /// A database whose processors are at this place, before the pools.
    const fn database(&self, first: usize) -> Database {
        Database {
            processors: Group::new(first, 1),
            pools: Group::new(first + 1, self.processes),
        }
    }

    fn queues(&self) -> Vec<Queue> {
        let pools = vec![Queue::of(self.pool); self.processes];
        if self.is_one_machine {
            return [vec![Queue::of(self.workers as u64)], pools].concat();
        }
        [
            vec![Queue::of(1); self.processes * self.workers],
            vec![Queue::of(1); self.shards],
            vec![Queue::of(self.primary)],
            pools.clone(),
            vec![Queue::of(self.replica)],
            pools,
        ]
        .concat()
    }

    /// Simulates `lasting` at these rates.
    pub(super) fn simulate(
        &self,
        costs: &Costs,
        rates: Rates,
        lasting: Time,
        seed: u64,
    ) -> Observed {
        let outcome = Simulation::new(self.classes(costs, rates), self.queues(), seed)
            .run(lasting, lasting / 5);
        let station = |name, group: Group| {
            let queues = &outcome.queues[group.range()];
            let sum = |figure: fn(&Queue, Time) -> u64| -> u64 {
                queues.iter().map(|queue| figure(queue, lasting)).sum()
            };
            Station {
                name,
                servers: queues.iter().map(Queue::servers).sum(),
                utilisation: sum(Queue::utilisation) / queues.len() as u64,
                waiting: sum(Queue::mean_waiting) / queues.len() as u64,
                longest: queues.iter().map(Queue::longest).max().unwrap_or_default(),
            }
        };
        let Places {
            workers,
            shards,
            primary,
            replica,
        } = self.places();
        let stations = if self.is_one_machine {
            vec![
                station("processors", workers),
                station("connections to PostgreSQL", primary.pools),
            ]
        } else {
            vec![
                station("workers of the service", workers),
                station("processors of PostgreSQL's primary", primary.processors),
                station("connections to the primary", primary.pools),
                station("processors of PostgreSQL's replica", replica.processors),
                station("connections to the replica", replica.pools),
                station("Redis's shards", shards),
            ]
        };
        Observed { stations, outcome }
    }

    fn classes(&self, costs: &Costs, rates: Rates) -> Vec<Class> {
        let Request {
            service,
            postgres,
            redis,
            bytes,
        } = costs.save;
        let [service, postgres, redis] =
            [service, postgres, redis].map(|cost| cost / REQUESTS_OF_SAVE);
        let of_save = Request {
            service,
            postgres,
            redis,
            bytes,
        };
        let class = |name, rate: u64, steps| Class {
            name,
            between: SECOND.checked_div(rate),
            steps,
        };
        let Places {
            primary, replica, ..
        } = self.places();
        let mut code = self.steps(of_save, primary);
        // Before the last step, which answers.
        code.insert(code.len() - 1, Step::Delay { mean: GATEWAY });
        vec![
            class(
                "product listing, not in the CDN",
                rates.products,
                self.steps(costs.product, replica),
            ),
            class(
                "basket listing",
                rates.baskets,
                self.steps(costs.basket, replica),
            ),
            class(
                "request of a saving",
                rates.saves * FLOWS_OF_SAVE * (REQUESTS_OF_SAVE - 1),
                self.steps(of_save, primary),
            ),
            class("code, with the gateway's call", rates.saves, code),
        ]
    }

    /// Half of the service's work, Redis, PostgreSQL on a connection, and the other half. A request that does not need a server
    /// does not queue there.
    fn steps(&self, cost: Request, database: Database) -> Vec<Step> {
        let places = self.places();
        // The service does the same for each request of a kind.
        let half = Step::Work {
            station: places.workers,
            mean: cost.service / 2,
            law: Law::Constant,
        };
        let work = |station, mean| Step::Work {
            station,
            mean,
            law: Law::Exponential,
        };
        let mut steps = vec![half];
        if cost.redis > 0 {
            steps.push(work(places.shards, cost.redis));
        }
        if cost.postgres > 0 {
            let pool = database.pools;
            steps.push(Step::Take { pool });
            steps.push(work(database.processors, cost.postgres));
            steps.push(Step::Give { pool });
        }
        steps.push(half);
        steps
    }
}

#[cfg(test)]
mod tests;
