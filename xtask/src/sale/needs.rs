//! What a sale needs, from the unit costs: arithmetic, without a simulation.

use super::costs::Costs;
use super::figures::grouped;
use super::model::{Machines, Rates};

/// The sale. Assumed; change it for yours.
pub(super) struct Sale {
    pub(super) views: u64,
    pub(super) baskets: u64,
    pub(super) saves: u64,
    pub(super) customers: u64,
    pub(super) cards: u64,
    /// Products that are viewed, by Zipf's law: the second half as often as the first, the third a third as often.
    pub(super) products: u32,
    /// Places of the CDN with a cache of their own.
    pub(super) edges: u32,
    /// The setting `listings.max_age_seconds`.
    pub(super) max_age: u32,
    /// Saved cards on an ordinary day.
    pub(super) saves_of_a_day: u64,
}

pub(super) const SALE: Sale = Sale {
    views: 200_000,
    baskets: 10_000,
    saves: 2_000,
    customers: 10_000_000,
    cards: 100_000_000,
    products: 500_000,
    edges: 20,
    max_age: 60,
    saves_of_a_day: 200_000,
};

/// Requests in each hour of the day, in percent of the busiest hour.
pub(super) const HOURS: [u64; 24] = [
    40, 20, 10, 6, 4, 5, 10, 20, 35, 45, 55, 60, 65, 60, 55, 55, 60, 65, 75, 85, 100, 95, 80, 60,
];

/// Processors are provided for so much of their time, in percent: the rest is for bursts and for a failure.
const BUSY: u64 = 60;
/// Processors of a process of the service.
pub(super) const PROCESSORS_OF_PROCESS: u64 = 4;
/// The setting `database.pool_size`.
pub(super) const POOL: u64 = 8;
/// Processors of the largest database server that is common at the clouds.
pub(super) const LARGEST_SERVER: u64 = 64;
/// Dead rows and pages that are not full, in percent of the rows just after a `VACUUM FULL`.
const BLOAT: u64 = 130;
/// The settings `retention.closed_intent_days` and `audit.retention_days`.
pub(super) const DAYS_OF_INTENTS: u64 = 90;
pub(super) const DAYS_OF_AUDIT: u64 = 3_650;
/// Audit records of a saved card.
const RECORDS_OF_SAVE: u64 = 1;
/// Days for which tries of codes are kept.
const DAYS_OF_CODE_TRIES: u64 = 4;
/// How long a flow stays in Redis, and how many are begun for each that saves a card.
const SECONDS_OF_FLOW: u64 = 300;
pub(super) const FLOWS_OF_SAVE: u64 = 2;
/// The requests of a flow. One that saves no card has all but the last.
pub(super) const REQUESTS_OF_SAVE: u64 = 4;
/// Days for which messages are kept.
const DAYS_OF_MESSAGES: u64 = 30;
/// A flow that holds a sealed card, with Redis's fragmentation, in percent of one that is saved.
const HELD: u64 = 300;

/// The share of views that the CDN answers, in hundredths of a percent. Each place keeps a listing for `max_age` after it
/// fetched it. With Poisson arrivals at rate `r`, that answers `r T ÷ (1 + r T)` of them: Jung, Berger, Balakrishnan, "Modeling
/// TTL-based Internet caches" (INFOCOM 2003).
#[expect(
    clippy::float_arithmetic,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "a share, with sums and quotients only, which are the same on every machine"
)]
pub(super) fn hit_rate(views: u64, products: u32, edges: u32, max_age: u32) -> u64 {
    let weights: f64 = (1..=products).map(|rank| 1.0 / f64::from(rank)).sum();
    let of_edge = views as f64 / f64::from(edges);
    let missed: f64 = (1..=products)
        .map(|rank| {
            let rate = of_edge / (f64::from(rank) * weights);
            rate / (1.0 + rate * f64::from(max_age))
        })
        .sum();
    ((1.0 - missed / of_edge) * 10_000.0) as u64
}

impl Sale {
    /// What arrives at the service in an hour with this share of the busiest hour's requests, in percent. The CDN answers a
    /// smaller share of few views than of many.
    pub(super) fn rates(&self, percent: u64) -> Rates {
        let [views, baskets, saves] =
            [self.views, self.baskets, self.saves].map(|rate| rate * percent / 100);
        let hits = hit_rate(views, self.products, self.edges, self.max_age);
        Rates {
            products: views * (10_000 - hits) / 10_000,
            baskets,
            saves,
        }
    }

    /// Saved cards of the whole day.
    pub(super) fn saves_of_sale(&self) -> u64 {
        let hours: u64 = HOURS.iter().sum();
        self.saves * 3_600 * hours / 100
    }
}

/// What the busiest hour needs.
pub(super) struct Needs {
    /// Processor time in nanoseconds per second.
    pub(super) service: u64,
    pub(super) postgres: u64,
    /// Of that, what replicas can answer.
    pub(super) postgres_reads: u64,
    pub(super) redis: u64,
    pub(super) processes: u64,
    pub(super) primary: u64,
    pub(super) replica: u64,
    pub(super) shards: u64,
    pub(super) redis_bytes: u64,
    pub(super) cdn_bits_per_second: u64,
    pub(super) basket_bits_per_second: u64,
    pub(super) wal_per_second: u64,
}

/// What saved cards cost, with the flows that end without one. The requests of a flow are assumed to cost the same.
const fn of_flows(saved: u64) -> u64 {
    let requests = REQUESTS_OF_SAVE + (FLOWS_OF_SAVE - 1) * (REQUESTS_OF_SAVE - 1);
    saved * requests / REQUESTS_OF_SAVE
}

fn processors(nanoseconds: u64) -> u64 {
    (nanoseconds * 100).div_ceil(1_000_000_000 * BUSY).max(1)
}

impl Needs {
    pub(super) fn of(sale: &Sale, costs: &Costs) -> Self {
        let Rates {
            products,
            baskets,
            saves,
        } = sale.rates(100);
        let all = |cost: fn(&super::costs::Request) -> u64| {
            products * cost(&costs.product)
                + baskets * cost(&costs.basket)
                + of_flows(saves * cost(&costs.save))
        };
        let service = all(|cost| cost.service);
        let redis = all(|cost| cost.redis);
        let postgres_reads = products * costs.product.postgres + baskets * costs.basket.postgres;
        let writes = of_flows(saves * costs.save.postgres);
        Self {
            service,
            postgres: postgres_reads + writes,
            postgres_reads,
            redis,
            // One more, so that one may fail.
            processes: processors(service).div_ceil(PROCESSORS_OF_PROCESS) + 1,
            primary: processors(writes),
            replica: processors(postgres_reads),
            shards: processors(redis),
            redis_bytes: saves * FLOWS_OF_SAVE * SECONDS_OF_FLOW * costs.redis.flow * HELD / 100,
            cdn_bits_per_second: sale.views * costs.product.bytes * 8,
            basket_bits_per_second: baskets * costs.basket.bytes * 8,
            wal_per_second: of_flows(saves * costs.rows.wal_of_save),
        }
    }

    /// The machines to simulate: what is needed, without the spare process.
    pub(super) fn machines(&self) -> Machines {
        let count = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
        Machines {
            processes: count(self.processes - 1),
            workers: count(PROCESSORS_OF_PROCESS),
            pool: POOL,
            primary: self.primary,
            replica: self.replica,
            shards: count(self.shards),
            is_one_machine: false,
        }
    }
}

/// A table of PostgreSQL.
pub(super) struct Table {
    pub(super) name: &'static str,
    pub(super) rows: u64,
    pub(super) bytes: u64,
    pub(super) partitions: &'static str,
    /// The largest partition.
    pub(super) partition_bytes: u64,
}

pub(super) fn tables(sale: &Sale, costs: &Costs) -> Vec<Table> {
    let rows = &costs.rows;
    let of_sale = sale.saves_of_sale();
    let within = |days: u64| of_sale + sale.saves_of_a_day * (days - 1);
    let month = within(30);
    let bytes = |rows: u64, each: u64| rows * each * BLOAT / 100;
    let plain = |name, count, each| Table {
        name,
        rows: count,
        bytes: bytes(count, each),
        partitions: "one table",
        partition_bytes: bytes(count, each),
    };
    let by_hash = |name, count, each, partitions, number| Table {
        partitions,
        partition_bytes: bytes(count, each) / number,
        ..plain(name, count, each)
    };
    let by_month = |name, count, each, of_month| Table {
        partitions: "a partition a month",
        partition_bytes: bytes(of_month, each),
        ..plain(name, count, each)
    };
    let intents = within(DAYS_OF_INTENTS);
    let records = within(DAYS_OF_AUDIT) * RECORDS_OF_SAVE;
    vec![
        plain("customers", sale.customers, rows.customer),
        by_hash(
            "sessions",
            sale.customers,
            rows.session,
            "8 by the digest",
            8,
        ),
        plain("baskets with their items", sale.customers, rows.basket),
        by_hash(
            "saved cards",
            sale.cards,
            rows.saved_card,
            "16 by the customer",
            16,
        ),
        by_month("intents", intents, rows.intent, month),
        plain(
            "codes of four days",
            within(DAYS_OF_CODE_TRIES),
            rows.code_try,
        ),
        plain("keys of intents", intents, rows.intent_key),
        plain(
            "messages of 30 days",
            within(DAYS_OF_MESSAGES) * FLOWS_OF_SAVE,
            rows.sms_send,
        ),
        by_month(
            "audit log",
            records,
            rows.audit_record,
            month * RECORDS_OF_SAVE,
        ),
        plain("keys of the audit log", records, rows.audit_key),
        plain("seals of the audit log", records, rows.audit_seal),
    ]
}

/// What cannot be doubled by adding one more, with how much it takes in the busiest hour: a multiple of the sale in
/// hundredths.
pub(super) fn limits(sale: &Sale, costs: &Costs) -> Vec<(&'static str, String, u64)> {
    let needs = Needs::of(sale, costs);
    let hundredths = |limit: u64, need: u64| limit * 100 / need.max(1);
    let busy = 1_000_000_000 * BUSY / 100;
    let writes = needs.postgres - needs.postgres_reads;
    let mut limits = vec![
        (
            "PostgreSQL's primary: every save is written there",
            format!("{LARGEST_SERVER} processors"),
            hundredths(LARGEST_SERVER * busy, writes),
        ),
        (
            "PostgreSQL's connections",
            "1,000 to the primary without a pooler".to_owned(),
            hundredths(1_000, needs.processes * POOL),
        ),
        (
            "PostgreSQL's WAL, to each standby",
            "250 MB/s".to_owned(),
            hundredths(250_000_000, needs.wal_per_second),
        ),
        (
            "one Redis, without Cluster",
            "one processor".to_owned(),
            hundredths(busy, needs.redis),
        ),
        (
            "sealing the audit log: one process at a time",
            format!("{} records a second", grouped(costs.sealed_per_second)),
            hundredths(costs.sealed_per_second, sale.saves * RECORDS_OF_SAVE),
        ),
    ];
    limits.sort_by_key(|(_, _, multiple)| *multiple);
    limits
}

#[cfg(test)]
mod tests {
    use super::{REQUESTS_OF_SAVE, SALE, hit_rate, of_flows};

    #[test]
    fn a_flow_that_saves_no_card_costs_all_its_requests_but_the_last() {
        assert_eq!(of_flows(REQUESTS_OF_SAVE), 2 * REQUESTS_OF_SAVE - 1);
    }

    #[test]
    fn the_cdn_answers_a_smaller_share_of_few_views() {
        let [few, most] = [4, 100].map(|percent| SALE.rates(percent).products);
        assert!(few > most * 4 / 100 && few < most, "{few} of {most}");
    }

    #[test]
    fn a_longer_age_and_fewer_products_make_a_higher_hit_rate() {
        // One product, one place, one view a second for a second: half of the views find it.
        assert_eq!(hit_rate(1, 1, 1, 1), 5_000);
        assert_eq!(hit_rate(1, 1, 1, 0), 0);
        let rates = [1, 10, 60].map(|age| hit_rate(SALE.views, SALE.products, SALE.edges, age));
        assert!(rates.is_sorted() && rates[0] < rates[2], "{rates:?}");
        assert!(hit_rate(SALE.views, 1_000, SALE.edges, 10) > rates[1]);
    }
}
