//! Measures the unit costs on this machine.

use std::time::Duration;

use anyhow::{Context, Result};
use payments_bench::job::{Flow, Job, Load, Requests, Summary};

use super::costs::{Costs, Origin, Redis, Request, Rows};
use super::processor_time::{ProcessorTime, redis_info};
use crate::bench::fixture::Fixture;
use crate::bench::load::lasting;
use crate::bench::store::{CUSTOMERS, SESSION_PREFIX};
use crate::bench::{Bench, machine, revision};
use crate::command::{output, program};
use crate::services::postgres;
use crate::services::wait::pause;

const LASTING: Duration = Duration::from_secs(15);
const WARM_UP: Duration = Duration::from_secs(3);
/// Listings per second. A process that has more of them at the same time answers each with less work.
const PRODUCTS: u32 = 1_000;
const BASKETS: u32 = 300;

pub(super) fn all() -> Result<Costs> {
    let bench = Bench::build(false, false)?;
    let fixture = Fixture::on_servers(&bench)?;
    let idle = Idle::measured(&fixture)?;
    let listing = |requests: &Requests, per_second| {
        let at_rate = |duration| {
            Job::Load(Load {
                per_second: Some(per_second),
                ..lasting(duration, requests)
            })
        };
        idle.cost(&bench, &fixture, &at_rate(WARM_UP), &at_rate(LASTING))
    };
    let product = listing(&fixture.rare_products(), PRODUCTS)?;
    let basket = listing(&fixture.sessions("/payments/cards/basket/"), BASKETS)?;
    let wal = || {
        postgres::query(
            &fixture.servers()?.database,
            "SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')",
        )
    };
    let (wal_before, memory_before) = (wal()?, redis_info(&fixture, "used_memory")?);
    let flow = |first_card, duration| {
        Job::Flow(Flow {
            address: fixture.service.address(),
            session_prefix: SESSION_PREFIX.to_owned(),
            customers: CUSTOMERS,
            concurrency: 8,
            duration,
            first_card,
        })
    };
    let save = idle.cost(&bench, &fixture, &flow(0, WARM_UP), &flow(100_000, LASTING))?;
    let saved = count(&fixture, "saved_cards")?.max(1);
    let grown = |before: &str, after: String| -> Result<u64> {
        Ok(after.parse::<u64>()?.saturating_sub(before.parse()?) / saved)
    };
    let wal_of_save = grown(&wal_before, wal()?)?;
    let flow = grown(&memory_before, redis_info(&fixture, "used_memory")?)?;
    postgres::query(&fixture.servers()?.database, "VACUUM FULL")?;
    Ok(Costs {
        measured: Origin {
            date: output(program("date", &["--utc", "+%Y-%m-%d"]))?
                .trim()
                .to_owned(),
            revision: revision()?,
            machine: machine::description()?,
        },
        product,
        basket,
        save,
        rows: rows(&bench, &fixture, wal_of_save)?,
        redis: Redis { flow },
        sealed_per_second: fixture.sealed_per_second,
    })
}

/// The processor time that the servers take in [`LASTING`] without a request.
struct Idle(ProcessorTime);

impl Idle {
    fn measured(fixture: &Fixture) -> Result<Self> {
        let before = ProcessorTime::now(fixture)?;
        pause(LASTING);
        Ok(Self(ProcessorTime::now(fixture)?.since(before)))
    }

    /// The processor time of one response to a job of [`LASTING`], after a warm-up.
    fn cost(&self, bench: &Bench, fixture: &Fixture, warm_up: &Job, job: &Job) -> Result<Request> {
        bench.summary(warm_up, None)?;
        let before = ProcessorTime::now(fixture)?;
        let Summary {
            responses,
            bytes_per_response,
            ..
        } = bench.summary(job, None)?;
        let ProcessorTime {
            service,
            postgres,
            redis,
        } = ProcessorTime::now(fixture)?.since(before).since(self.0);
        Ok(Request {
            service: service / responses,
            postgres: postgres / responses,
            redis: redis / responses,
            bytes: bytes_per_response,
        })
    }
}

fn count(fixture: &Fixture, table: &str) -> Result<u64> {
    Ok(postgres::query(
        &fixture.servers()?.database,
        &format!("SELECT count(*) FROM {table}"),
    )?
    .parse()?)
}

fn rows(bench: &Bench, fixture: &Fixture, wal_of_save: u64) -> Result<Rows> {
    let each = |table: &str, per: &str| -> Result<u64> {
        let sql = format!("SELECT pg_total_relation_size('{table}') / count(*) FROM {per}");
        let bytes = postgres::query(&fixture.servers()?.database, &sql)?;
        bytes.parse().with_context(|| format!("no rows in {per}"))
    };
    // The sandbox reports on no message.
    let database = &fixture.servers()?.database;
    postgres::query(
        database,
        "INSERT INTO sms_sends SELECT 'twilio', 'SM' || md5(number::text), 'delivered', now(), now()
         FROM generate_series(1, 20000) AS number",
    )?;
    // Partitioning adds tables of keys. It leaves a partition's rows as they are; but a few rows in many partitions would count
    // the pages that each partition has at least.
    let rows = Rows {
        intent_key: 0,
        audit_key: 0,
        customer: each("customers", "customers")?,
        session: each("sessions", "sessions")?,
        basket: each("baskets", "baskets")? + each("basket_items", "baskets")?,
        saved_card: each("saved_cards", "saved_cards")?,
        intent: each("intents", "intents")?,
        audit_record: each("audit_log", "audit_log")?,
        audit_seal: each("audit_seals", "audit_seals")?,
        code_try: each("code_tries", "code_tries")?,
        sms_send: each("sms_sends", "sms_sends")?,
        wal_of_save,
    };
    fixture.partition(bench)?;
    Ok(Rows {
        intent_key: each("intent_keys", "intent_keys")?,
        audit_key: each("audit_keys", "audit_keys")?,
        ..rows
    })
}
