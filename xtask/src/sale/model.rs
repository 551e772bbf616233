//! The service under load: CDN, processes, connections, PostgreSQL, Redis and the gateway.

use super::costs::{Costs, Request};
use super::queue::{Queue, Time};
use super::queues::{Class, Law, Outcome, Simulation, Step};

const SECOND: u64 = 1_000_000_000;
/// The time a gateway takes to make a token, on average.
const GATEWAY: Time = 300_000_000;
/// The requests of a flow.
const REQUESTS_OF_SAVE: u64 = 4;

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
    /// Threads of the service, each with a processor. A request is answered by one of them, whichever its connection is on.
    pub(super) workers: usize,
    /// Processors of PostgreSQL's primary, and connections to it.
    pub(super) postgres: u64,
    pub(super) connections: u64,
    /// Redis's shards, with a processor each.
    pub(super) redis: u64,
    /// Everything shares the processors of the workers.
    pub(super) is_one_machine: bool,
}

/// What a station is called.
pub(super) struct Station {
    pub(super) name: &'static str,
    pub(super) servers: u64,
    /// A thousandth of its time.
    pub(super) utilisation: u64,
    /// Mean, in thousandths, and longest queue. Of workers: the mean of each, and the longest of all.
    pub(super) waiting: u64,
    pub(super) longest: usize,
}

pub(super) struct Observed {
    pub(super) stations: Vec<Station>,
    pub(super) outcome: Outcome,
}

/// Where the stations are among the queues.
struct Places {
    workers: usize,
    postgres: usize,
    redis: usize,
    connections: usize,
}

impl Machines {
    const fn places(&self) -> Places {
        if self.is_one_machine {
            return Places {
                workers: 1,
                postgres: 0,
                redis: 0,
                connections: 1,
            };
        }
        let workers = self.workers;
        Places {
            workers,
            postgres: workers,
            redis: workers + 1,
            connections: workers + 2,
        }
    }

    fn queues(&self) -> Vec<Queue> {
        let connections = Queue::of(self.connections);
        if self.is_one_machine {
            return vec![Queue::of(self.workers as u64), connections];
        }
        let mut queues = vec![Queue::of(1); self.workers];
        queues.extend([Queue::of(self.postgres), Queue::of(self.redis), connections]);
        queues
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
        let places = self.places();
        let workers = &outcome.queues[..places.workers];
        let of_all = |figure: fn(&Queue, Time) -> u64| {
            workers
                .iter()
                .map(|queue| figure(queue, lasting))
                .sum::<u64>()
                / workers.len() as u64
        };
        let name = if self.is_one_machine {
            "processors"
        } else {
            "workers of the service"
        };
        let mut stations = vec![Station {
            name,
            servers: self.workers as u64,
            utilisation: of_all(Queue::utilisation),
            waiting: of_all(Queue::mean_waiting),
            longest: workers.iter().map(Queue::longest).max().unwrap_or_default(),
        }];
        let mut add = |name, servers, place: usize| {
            let queue = &outcome.queues[place];
            stations.push(Station {
                name,
                servers,
                utilisation: queue.utilisation(lasting),
                waiting: queue.mean_waiting(lasting),
                longest: queue.longest(),
            });
        };
        if !self.is_one_machine {
            add("PostgreSQL's processors", self.postgres, places.postgres);
            add("Redis's shards", self.redis, places.redis);
        }
        add(
            "connections to PostgreSQL",
            self.connections,
            places.connections,
        );
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
        let mut code = self.steps(of_save);
        // Before the last step, which answers.
        code.insert(code.len() - 1, Step::Delay { mean: GATEWAY });
        vec![
            class(
                "product listing, not in the CDN",
                rates.products,
                self.steps(costs.product),
            ),
            class("basket listing", rates.baskets, self.steps(costs.basket)),
            class(
                "request of a saving",
                rates.saves * (REQUESTS_OF_SAVE - 1),
                self.steps(of_save),
            ),
            class("code, with the gateway's call", rates.saves, code),
        ]
    }

    /// Half of the service's work, Redis, PostgreSQL on a connection, and the other half.
    fn steps(&self, cost: Request) -> Vec<Step> {
        let places = self.places();
        let law = Law::Exponential;
        // The service does the same for each request of a kind.
        let half = if self.is_one_machine {
            Step::Work {
                station: 0,
                mean: cost.service / 2,
                law: Law::Constant,
            }
        } else {
            Step::WorkAtOne {
                first: 0,
                count: places.workers,
                mean: cost.service / 2,
                law: Law::Constant,
            }
        };
        let pool = places.connections;
        vec![
            half,
            Step::Work {
                station: places.redis,
                mean: cost.redis,
                law,
            },
            Step::Take { pool },
            Step::Work {
                station: places.postgres,
                mean: cost.postgres,
                law,
            },
            Step::Give { pool },
            half,
        ]
    }
}
