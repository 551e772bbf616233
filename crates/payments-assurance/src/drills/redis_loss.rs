//! Redis loses everything under load: it is killed and starts empty, as without persistence or with an empty node.
//!
//! Customers who are saving a card start over. What must outlive Redis is in the database: saved cards, open intents, and the
//! wrong codes of the day.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use payments_store::testing::{OwnServers, REDIS_URL};

use super::balancer::Balancer;
use super::drill::{Steps, note_met, order, own_servers};
use super::load::Load;
use super::shopper::{Flows, Shopper, Step};
use crate::proof::Report;
use crate::system::{QUIET, System};

/// Saves a card before, and the same card again afterwards.
const SAVES_AGAIN: u64 = 1;
/// Has a code when Redis is killed.
const WAITING: u64 = 2;
/// Enters wrong codes before and after.
const GUESSER: u64 = 3;
/// Customers of the load.
const CUSTOMERS: std::ops::Range<u64> = 10..800;
/// Cards between two steps.
const CARDS: u64 = 6;
/// How long there is no Redis.
const OUTAGE: Duration = Duration::from_secs(2);

/// Wrong codes per sent code, and per day: the service's defaults.
const PER_CODE: usize = 5;
const PER_DAY: usize = 15;
/// Those of the day that are entered after Redis lost its data.
const AFTERWARDS: usize = 2;

pub(super) async fn run(steps: &mut Steps, report: &mut Report) -> Result<()> {
    let starting = own_servers("redis");
    let redis = steps.run("start Redis", starting).await?;
    let url = redis.variable(REDIS_URL);
    let settings = [("flows.url", &*url), ("log.filter", QUIET)];
    let system = Arc::new(System::start(&settings).await?);
    system.add_customers(1..CUSTOMERS.end).await?;
    let starting = Balancer::start(&system, 2);
    let (balancer, processes) = steps.run("start two processes", starting).await?;
    let shopper = |number| Shopper::new(&system, &balancer, number, Flows::MayBeLost);
    let mut load = Load::start(&system, &balancer, CUSTOMERS.start, Flows::MayBeLost);
    let mut saves_again = shopper(SAVES_AGAIN)?;
    let saving = saves_again.until(Step::Done);
    steps.run("a customer saves a card", saving).await?;
    let mut waiting = shopper(WAITING)?;
    let asking = waiting.until(Step::Code);
    steps.run("a customer gets a code", asking).await?;
    let mut guesser = Guesser {
        shopper: shopper(GUESSER)?,
        system: &system,
        balancer: &balancer,
    };
    let guessing = guesser.enter_wrong_codes(PER_DAY - AFTERWARDS);
    steps.run("another enters wrong codes", guessing).await?;
    steps.run("others save cards", load.more(CARDS)).await?;

    let losing = lose(redis);
    let redis = steps.run("kill Redis, and start it empty", losing).await?;
    steps.run("others save cards", load.more(CARDS)).await?;
    let saving = waiting.until(Step::Done);
    steps
        .run("the customer who had a code starts over", saving)
        .await?;
    ensure!(waiting.met.started_over == 1, "{:?}", waiting.met);
    saves_again.back_to(Step::Card);
    let saving = saves_again.until(Step::Done);
    steps.run("a card is saved again", saving).await?;
    let listed = saves_again.customer.cards(&balancer.url()).await?;
    ensure!(listed.len() == 1, "{listed:?}");
    let guessing = guesser.end_the_day();
    steps
        .run("the wrong codes of the day still count", guessing)
        .await?;

    let met = steps.run("the customers finish", load.stop()).await?;
    ensure!(met.lost == 0, "{met:?}");
    note_met(report, met);
    for process in processes {
        steps.run("stop a process", process.stop()).await?;
    }
    steps.judge(&system, report).await?;
    drop(redis);
    Ok(())
}

async fn lose(redis: OwnServers) -> Result<OwnServers> {
    let redis = order(redis, "kill redis").await?;
    tokio::time::sleep(OUTAGE).await;
    order(redis, "start redis").await
}

/// An attacker who has the customer's session, and guesses codes.
struct Guesser<'a> {
    shopper: Shopper,
    system: &'a System,
    balancer: &'a Balancer,
}

impl Guesser<'_> {
    /// Enters wrong codes, as many per sent code as count.
    async fn enter_wrong_codes(&mut self, count: usize) -> Result<()> {
        for number in 0..count {
            if number.is_multiple_of(PER_CODE) {
                self.shopper.back_to(Step::LogIn);
                self.shopper.until(Step::Code).await?;
            }
            let wrong = self.code(1 + number % PER_CODE)?;
            let customer = &self.shopper.customer;
            let answer = customer.enter(&self.balancer.url(), &wrong).await;
            let answer = answer.context("no answer")?;
            ensure!(answer.status == 400, "a wrong code: {answer:?}");
        }
        Ok(())
    }

    /// Enters the last wrong codes of the day, after which the right one does not save the card.
    async fn end_the_day(&mut self) -> Result<()> {
        self.enter_wrong_codes(AFTERWARDS).await?;
        let (customer, url) = (&self.shopper.customer, self.balancer.url());
        let right = customer.enter(&url, &self.code(0)?).await;
        let right = right.context("no answer")?;
        ensure!(
            right.status >= 400,
            "after {PER_DAY} wrong codes: {right:?}"
        );
        let listed = customer.cards(&url).await?;
        ensure!(listed.is_empty(), "{listed:?}");
        Ok(())
    }

    /// The code that was sent last, changed by this.
    fn code(&self, by: usize) -> Result<String> {
        let phone = self.shopper.customer.phone();
        let sent = self.system.providers.newest_code(&phone)?;
        let number: usize = sent.parse()?;
        let modulus = 10_usize.pow(u32::try_from(sent.len())?);
        Ok(format!(
            "{:0width$}",
            (number + by) % modulus,
            width = sent.len()
        ))
    }
}
