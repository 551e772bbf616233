//! The tables of `docs/scale.md`.

use std::fmt::Write as _;
use std::fs;

use anyhow::{Context, Result};

use super::costs::{Costs, Request};
use super::figures::{gigabytes, grouped, microseconds, milliseconds, tenths};
use super::model::{Observed, Rates};
use super::needs::{
    self, DAYS_OF_AUDIT, DAYS_OF_INTENTS, Needs, PROCESSORS_OF_PROCESS, SALE, hit_rate,
};
use crate::command::workspace_root;

pub(super) const PAGE: &str = "docs/scale.md";
const BEGIN: &str = "<!-- simulate-sale: tables -->";
const END: &str = "<!-- end of tables -->";

/// The seed of the run that the page shows.
pub(super) const SEED: u64 = 1;
/// The run that the page shows lasts a second of the busiest hour.
const LASTING: u64 = 1_000_000_000;

/// The page with new tables, and as it is.
pub(super) fn renewed(costs: &Costs) -> Result<(String, String)> {
    let page = fs::read_to_string(workspace_root().join(PAGE))
        .with_context(|| format!("cannot read {PAGE}"))?;
    let (before, rest) = page
        .split_once(BEGIN)
        .context("no mark before the tables")?;
    let (_, after) = rest.split_once(END).context("no mark after the tables")?;
    let renewed = format!("{before}{BEGIN}\n\n{}\n{END}{after}", tables(costs));
    Ok((renewed, page))
}

pub(super) fn write(costs: &Costs) -> Result<()> {
    let (renewed, _) = renewed(costs)?;
    Ok(fs::write(workspace_root().join(PAGE), renewed)?)
}

fn tables(costs: &Costs) -> String {
    let needs = Needs::of(&SALE, costs);
    let observed = needs
        .machines()
        .simulate(costs, SALE.rates(100), LASTING, SEED);
    [
        unit_costs(costs),
        cdn(),
        processors(&needs),
        disk(costs),
        limits(costs),
        queues(&observed),
        latencies(&observed),
        prices(&needs, costs),
    ]
    .join("\n")
}

fn table(head: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let mut text = format!("| {} |\n|{}\n", head.join(" | "), "---|".repeat(head.len()));
    for row in rows {
        let _ = writeln!(text, "| {} |", row.join(" | "));
    }
    text
}

fn unit_costs(costs: &Costs) -> String {
    let row = |name: &str, cost: &Request| {
        let bytes = if cost.bytes == 0 {
            String::new()
        } else {
            grouped(cost.bytes)
        };
        vec![
            name.to_owned(),
            microseconds(cost.service),
            microseconds(cost.postgres),
            microseconds(cost.redis),
            bytes,
        ]
    };
    let head = [
        "processor time of",
        "service",
        "PostgreSQL",
        "Redis",
        "bytes",
    ];
    let rows = [
        row("a product's listing", &costs.product),
        row("a basket's listing", &costs.basket),
        row("a saved card, all its requests", &costs.save),
    ];
    let origin = &costs.measured;
    format!(
        "{}\nMeasured on {} at revision `{}` on {}.\n",
        table(&head, rows),
        origin.date,
        origin.revision,
        origin.machine
    )
}

fn cdn() -> String {
    let rows = [0, 1, 10, 60].map(|age| {
        let hits = hit_rate(SALE.views, SALE.products, SALE.edges, age);
        let missed = SALE.views * (10_000 - hits) / 10_000;
        vec![
            age.to_string(),
            format!("{}.{:02} %", hits / 100, hits % 100),
            grouped(missed),
        ]
    });
    let head = [
        "`listings.max_age_seconds`",
        "answered by the CDN",
        "listings a second at the service",
    ];
    table(&head, rows)
}

fn processors(needs: &Needs) -> String {
    let row = |what: &str, busy: u64, provided: String| {
        vec![what.to_owned(), tenths(busy / 1_000_000), provided]
    };
    let rows = [
        row(
            "the service",
            needs.service,
            format!(
                "{} processes of {PROCESSORS_OF_PROCESS} processors, one of them spare",
                needs.processes
            ),
        ),
        row(
            "PostgreSQL's primary",
            needs.postgres - needs.postgres_reads,
            format!(
                "{} processors, and a standby of the same size",
                needs.primary
            ),
        ),
        row(
            "PostgreSQL's replica for listings",
            needs.postgres_reads,
            format!("{} processors", needs.replica),
        ),
        row(
            "Redis",
            needs.redis,
            format!(
                "{} shards, and a replica of each; {} without the replicas",
                needs.shards,
                gigabytes(needs.redis_bytes)
            ),
        ),
    ];
    let head = ["in the busiest hour", "busy processors", "provided"];
    let traffic = format!(
        "\nThe CDN sends {} Gbit/s, and the service {} Gbit/s of baskets' listings. The primary writes {} MB of WAL a second to each standby.\n",
        tenths(needs.cdn_bits_per_second / 1_000_000),
        tenths(needs.basket_bits_per_second / 1_000_000),
        tenths(needs.wal_per_second / 1_000),
    );
    table(&head, rows) + &traffic
}

fn disk(costs: &Costs) -> String {
    let tables = needs::tables(&SALE, costs);
    let total: u64 = tables.iter().map(|one| one.bytes).sum();
    let rows = tables.iter().map(|one| {
        let rows = format!("{} million", tenths(one.rows / 1_000));
        let (bytes, part) = (gigabytes(one.bytes), gigabytes(one.partition_bytes));
        vec![
            one.name.to_owned(),
            rows,
            bytes,
            one.partitions.to_owned(),
            part,
        ]
    });
    let head = [
        "table",
        "rows",
        "size with indexes",
        "partitions",
        "the largest",
    ];
    format!(
        "{}\nIn total: {}. What cannot be partitioned stays one table: the seals and keys of the audit log are the largest. Intents are kept for {DAYS_OF_INTENTS} days, the audit log for {} days, one of them the sale.\n",
        table(&head, rows),
        gigabytes(total),
        grouped(DAYS_OF_AUDIT),
    )
}

fn limits(costs: &Costs) -> String {
    let rows = needs::limits(&SALE, costs)
        .into_iter()
        .map(|(what, limit, multiple)| {
            vec![
                what.to_owned(),
                limit,
                format!("{} ×", tenths(multiple * 10)),
            ]
        });
    table(
        &["what breaks, the first one first", "limit", "of this sale"],
        rows,
    )
}

pub(super) fn queues(observed: &Observed) -> String {
    let rows = observed.stations.iter().map(|one| {
        vec![
            one.name.to_owned(),
            grouped(one.servers),
            format!("{} %", tenths(one.utilisation * 100)),
            tenths(one.waiting),
            grouped(one.longest as u64),
        ]
    });
    let stations = table(
        &["station", "servers", "busy", "mean queue", "longest queue"],
        rows,
    );
    format!(
        "{stations}\nThe mean queue is that of each worker, shard and pool, the longest that of any of them.\n"
    )
}

pub(super) fn latencies(observed: &Observed) -> String {
    let classes = observed
        .outcome
        .latencies
        .iter()
        .filter(|one| one.count() > 0);
    let rows = classes.map(|one| {
        let [p50, p99, p999] = [500, 990, 999].map(|thousandth| milliseconds(one.at(thousandth)));
        vec![
            one.name.to_owned(),
            grouped(one.count() as u64),
            p50,
            p99,
            p999,
        ]
    });
    table(&["request", "simulated", "p50", "p99", "p99.9"], rows)
}

/// Prices in hundredths of a euro a month. Assumed: the order of magnitude of a large European cloud's list prices, without a
/// discount.
const PROCESSOR: u64 = 2_500;
const GIGABYTE_OF_DISK: u64 = 12;
const GIGABYTE_OF_MEMORY: u64 = 350;
/// A gigabyte that is sent to customers.
const GIGABYTE_SENT: u64 = 1;

fn prices(needs: &Needs, costs: &Costs) -> String {
    let euros = |cents: u64| format!("{} €", grouped(cents / 100));
    let a_month = |cents| format!("{} a month", euros(cents));
    let bytes: u64 = needs::tables(&SALE, costs)
        .iter()
        .map(|one| one.bytes)
        .sum();
    // Each hour has a hundredth of its percentage of the busiest hour's requests.
    let busiest_seconds: u64 = needs::HOURS.iter().sum::<u64>() * 36;
    let of_day = |bits_per_second: u64| busiest_seconds * bits_per_second / 8 / 1_000_000_000;
    let sent = of_day(needs.cdn_bits_per_second);
    let of_baskets = of_day(needs.basket_bits_per_second);
    let service = needs.processes * PROCESSORS_OF_PROCESS * PROCESSOR;
    let database = (2 * needs.primary + needs.replica) * PROCESSOR
        + 3 * bytes / 1_000_000_000 * GIGABYTE_OF_DISK;
    let redis = 2
        * (needs.shards * PROCESSOR
            + needs.redis_bytes.div_ceil(1_000_000_000) * GIGABYTE_OF_MEMORY);
    let rows = [
        vec!["processes of the service".to_owned(), a_month(service)],
        vec![
            "PostgreSQL: primary, standby and replica, with three disks".to_owned(),
            a_month(database),
        ],
        vec!["Redis, with replicas".to_owned(), a_month(redis)],
        vec![
            format!(
                "what the CDN sends on the day of the sale: {} GB",
                grouped(sent)
            ),
            euros(sent * GIGABYTE_SENT),
        ],
        vec![
            format!("baskets' listings on that day: {} GB", grouped(of_baskets)),
            euros(of_baskets * GIGABYTE_SENT),
        ],
    ];
    let head = ["what it costs, in the sale's size", "price"];
    let [processor, disk, memory, sent] = [
        PROCESSOR,
        GIGABYTE_OF_DISK,
        GIGABYTE_OF_MEMORY,
        GIGABYTE_SENT,
    ]
    .map(|cents| format!("{}.{:02} €", cents / 100, cents % 100));
    let assumed = format!(
        "\nAssumed: {processor} a month for a processor with its memory, {disk} for a gigabyte of disk, {memory} for a gigabyte \
         of memory, and {sent} for a gigabyte that is sent.\n",
    );
    table(&head, rows) + &assumed
}

/// The rates of an hour, as the command prints them.
pub(super) fn hour(number: usize, rates: Rates, observed: &Observed) -> String {
    let Rates {
        products,
        baskets,
        saves,
    } = rates;
    let title = format!(
        "{number:02}:00, {} product listings past the CDN, {} basket listings and {} saves a second",
        grouped(products),
        grouped(baskets),
        grouped(saves),
    );
    format!("{title}\n\n{}\n{}", queues(observed), latencies(observed))
}

#[cfg(test)]
mod tests {
    use super::tables;
    use crate::sale::costs::Costs;

    #[test]
    fn the_tables_are_the_same_in_every_run() {
        let costs = Costs::read().unwrap();
        assert_eq!(tables(&costs), tables(&costs));
    }
}
