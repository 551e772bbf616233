//! The primary of PostgreSQL dies under load, and its replica takes over.
//!
//! Replication is synchronous, and `database.url` names both servers with `target_session_attrs=read-write`, so that
//! the processes find the new primary themselves. Not covered here: a primary that does not answer at all instead of refusing
//! connections, such as a machine without power; a test of `payments-store` has one.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use payments_core::testkit::world::Invariant;
use payments_store::testing::{DATABASE_URL, OwnServers};
use payments_store::{Store, StoreSettings};

use super::balancer::Balancer;
use super::drill::{Steps, note_control, note_met, order, own_servers};
use super::load::Load;
use super::shopper::Flows;
use crate::planted::breaks;
use crate::proof::{Report, now, since};
use crate::system::{QUIET, Setting, System, connect};

/// With these timeouts, the outcome of a saving that was cut is final after less than a minute.
const SETTINGS: [Setting<'_>; 5] = [
    ("gateways.total_timeout_milliseconds", "2000"),
    ("database.statement_timeout_seconds", "2"),
    ("database.wait_timeout_seconds", "10"),
    ("database.pool_size", "8"),
    ("log.filter", QUIET),
];
/// Customers of the load.
const CUSTOMERS: std::ops::Range<u64> = 1..1_500;
/// Cards before and after.
const CARDS: u64 = 15;
/// How long there is no primary, at least.
const OUTAGE: Duration = Duration::from_secs(4);
/// How long a server may take to follow.
const PATIENCE: Duration = Duration::from_mins(1);

/// Two servers.
struct Pair {
    servers: OwnServers,
    primary: String,
    replica: String,
}

impl Pair {
    async fn start() -> Result<Self> {
        let servers = own_servers("postgres-replica").await?;
        let [primary, replica] =
            [DATABASE_URL, "PAYMENTS_TEST_REPLICA_URL"].map(|name| servers.variable(name));
        Ok(Self {
            servers,
            primary,
            replica,
        })
    }

    /// A commit is acknowledged only once the replica has it.
    async fn replicate_synchronously(&self) -> Result<()> {
        let sql = connect(&self.primary).await?;
        for setting in [
            "synchronous_standby_names = '*'",
            "synchronous_commit = 'on'",
        ] {
            sql.batch_execute(&format!("ALTER SYSTEM SET {setting}"))
                .await?;
        }
        sql.batch_execute("SELECT pg_reload_conf()").await?;
        let started = now();
        let is_synchronous =
            "SELECT count(*) = 1 FROM pg_stat_replication WHERE sync_state = 'sync'";
        while !sql.query_one(is_synchronous, &[]).await?.get::<_, bool>(0) {
            ensure!(since(started) < PATIENCE, "no synchronous replica");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        Ok(())
    }

    /// The URL of a database on whichever is the primary.
    fn url(&self, database: &str) -> Result<String> {
        let (primary, _) = self.primary.rsplit_once('/').context("a database")?;
        let (_, replica) = self.replica.rsplit_once('@').context("a host")?;
        let (replica, _) = replica.rsplit_once('/').context("a database")?;
        Ok(format!(
            "{primary},{replica}/{database}?target_session_attrs=read-write"
        ))
    }

    async fn promote(&self) -> Result<()> {
        let sql = connect(&self.replica).await?;
        let promoted = sql.query_one("SELECT pg_promote(true, 60)", &[]).await?;
        ensure!(promoted.get::<_, bool>(0), "the replica is not promoted");
        Ok(())
    }
}

pub(super) async fn run(steps: &mut Steps, report: &mut Report) -> Result<()> {
    let mut pair = steps
        .run("start a primary and its replica", Pair::start())
        .await?;
    let replicating = pair.replicate_synchronously();
    steps
        .run("make replication synchronous", replicating)
        .await?;
    let url = pair.url("payments")?;
    let migrating = migrate(&pair, &url);
    steps.run("create the database", migrating).await?;
    let system = Arc::new(System::start_on(&url, &SETTINGS).await?);
    system.add_customers(CUSTOMERS).await?;
    let starting = Balancer::start(&system, 2);
    let (balancer, processes) = steps.run("start two processes", starting).await?;
    let mut load = Load::start(&system, &balancer, CUSTOMERS.start, Flows::MayBeLost);
    steps.run("customers save cards", load.more(CARDS)).await?;

    let killing = order(pair.servers, "kill postgres");
    pair.servers = steps.run("kill the primary", killing).await?;
    let refused = outage(&system, &balancer);
    steps.run("requests are answered 503", refused).await?;
    let promoted = now();
    steps.run("promote the replica", pair.promote()).await?;
    steps.run("customers save cards", load.more(CARDS)).await?;
    let seconds = since(promoted).as_secs();
    let met = steps.run("the customers finish", load.stop()).await?;
    ensure!(met.lost == 0 && met.unavailable > 0, "{met:?}");
    note_met(report, met);
    let figures = &mut report.figures;
    let longest = format!("{} ms", met.longest.as_millis());
    figures.insert("longest wait for an answer in the failover", longest);
    let figure = format!("{CARDS} cards after {seconds} s");
    figures.insert("after the promotion", figure);
    for process in processes {
        steps.run("stop a process", process.stop()).await?;
    }
    steps.judge(&system, report).await?;
    plant_loss(&system, report).await
}

async fn migrate(pair: &Pair, url: &str) -> Result<()> {
    let sql = connect(&pair.primary).await?;
    sql.batch_execute("CREATE DATABASE payments").await?;
    let store = Store::open(&StoreSettings::new(url.to_owned())).await?;
    store.migrate().await?;
    Ok(())
}

/// While there is no primary, a customer who asks for the cards gets 503.
async fn outage(system: &System, balancer: &Balancer) -> Result<()> {
    let customer = system.customer(CUSTOMERS.end - 1);
    customer.disturb(true);
    let started = now();
    while since(started) < OUTAGE {
        let url = balancer.url();
        let path = "/payments/stored-cards/";
        let answer = customer.send(reqwest::Method::GET, &url, path, None).await;
        let status = answer.as_ref().map(|answer| answer.status);
        ensure!(status == Some(503), "without a database: {answer:?}");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    Ok(())
}

/// Deletes the row of a saved card, as asynchronous replication might lose it, and finds that.
async fn plant_loss(system: &System, report: &mut Report) -> Result<()> {
    let lose = "DELETE FROM saved_cards WHERE pk = (SELECT max(pk) FROM saved_cards)";
    system.sql().await?.batch_execute(lose).await?;
    let is_found = breaks(&system.world().await?, Invariant::AnswersAreTrue);
    ensure!(is_found, "a row that the replica lost is not found");
    note_control(report, "a row that the replica lost");
    Ok(())
}
