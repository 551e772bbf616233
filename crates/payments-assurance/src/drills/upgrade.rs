//! A rolling upgrade with a migration, while customers save cards.
//!
//! There is no earlier release to upgrade from. Two things stand for it: rows that were saved before the last
//! migrations, whose columns and tables are taken away again; and the present program itself, as the old release of a
//! migration that it does not need or does not know. Not covered: the code of an earlier release.

use std::sync::Arc;

use anyhow::{Result, ensure};

use super::balancer::Balancer;
use super::drill::{Steps, note_control, note_met, refusal};
use super::load::Load;
use super::shopper::{Flows, Shopper, Step};
use crate::proof::Report;
use crate::system::{QUIET, Setting, System};

const SETTINGS: [Setting<'_>; 1] = [("log.filter", QUIET)];

/// A migration, and how it is undone.
type Migration = (&'static str, &'static str);

/// The last migration of a table. Saving a card does not need it.
const LAST: Migration = (
    "20261129120000",
    include_str!("../../../../migrations/postgres/20261129120000_quote_uses/down.sql"),
);
/// The migrations before it, which saving a card needs.
const EARLIER: [Migration; 2] = [
    (
        "20261129110100",
        include_str!(
            "../../../../migrations/postgres/20261129110100_saved_card_bins_checked/down.sql"
        ),
    ),
    (
        "20261129110000",
        include_str!("../../../../migrations/postgres/20261129110000_saved_card_bins/down.sql"),
    ),
];

/// A migration of the next release, which this one can live with.
const NEXT: &str = "
    INSERT INTO schema_compatibility (version, since) VALUES ('29990101000000', '20261129110000');
    ALTER TABLE saved_cards ADD COLUMN of_the_next_release TEXT;
    INSERT INTO __diesel_schema_migrations (version) VALUES ('29990101000000')";
/// One that it cannot live with.
const INCOMPATIBLE: &str =
    "INSERT INTO __diesel_schema_migrations (version) VALUES ('29990101000001')";

/// Customers with a card of the time before the migrations: they list it, delete it, and save it again.
const KEEPS: u64 = 1;
const DELETES: u64 = 2;
const SAVES_AGAIN: u64 = 3;
/// The customers of the load.
const CUSTOMERS: std::ops::Range<u64> = 10..800;
/// Cards between two steps.
const CARDS: u64 = 6;

pub(super) async fn run(steps: &mut Steps, report: &mut Report) -> Result<()> {
    let system = Arc::new(System::start(&SETTINGS).await?);
    system.add_customers(1..CUSTOMERS.end).await?;
    make_old_rows(&system, steps).await?;
    let refused = refusal(&system, &[]);
    let said = steps
        .run("a process refuses to start before the migration", refused)
        .await?;
    ensure!(said.contains("migrat"), "{said}");
    let migrating = system.command(&["migrate"], &[]);
    let done = steps.run("payments migrate", migrating).await?;
    for (version, _) in EARLIER.iter().chain([&LAST]) {
        ensure!(done.contains(version), "{done}");
    }
    upgrade(&system, steps, report).await?;
    steps.judge(&system, report).await?;
    Ok(())
}

/// Saves cards, and undoes the last migrations.
async fn make_old_rows(system: &Arc<System>, steps: &mut Steps) -> Result<()> {
    let (balancer, processes) = Balancer::start(system, 1).await?;
    for number in [KEEPS, DELETES, SAVES_AGAIN] {
        let mut shopper = Shopper::new(system, &balancer, number, Flows::AllEndWell)?;
        shopper.deletes = number == DELETES;
        let saving = shopper.until(Step::Delete);
        steps.run("a customer saves a card", saving).await?;
    }
    for process in processes {
        steps.run("stop the process", process.stop()).await?;
    }
    let undoing = async {
        for migration in [LAST].iter().chain(&EARLIER) {
            undo(system, migration).await?;
        }
        Ok(())
    };
    steps
        .run("take the database back to an earlier release", undoing)
        .await
}

/// Upgrades from one process to two, and on to the next release and back, under load.
async fn upgrade(system: &Arc<System>, steps: &mut Steps, report: &mut Report) -> Result<()> {
    let starting = Balancer::start(system, 1);
    let (balancer, mut processes) = steps.run("start a process", starting).await?;
    use_old_rows(system, &balancer, steps).await?;
    let mut load = Load::start(system, &balancer, CUSTOMERS.start, Flows::AllEndWell);
    steps.run("customers save cards", load.more(CARDS)).await?;

    let undoing = undo(system, &LAST);
    steps
        .run("take back a migration that it does not need", undoing)
        .await?;
    steps.run("customers save cards", load.more(CARDS)).await?;
    let migrating = system.command(&["migrate"], &[]);
    let done = steps.run("payments migrate, under load", migrating).await?;
    ensure!(done.contains(LAST.0), "{done}");
    let starting = balancer.start_process(system, &[]);
    processes.push(steps.run("start the next process", starting).await?);
    steps.run("customers save cards", load.more(CARDS)).await?;
    let restarting = balancer.restart(system, processes.remove(0), &[]);
    processes.push(steps.run("restart the first process", restarting).await?);
    steps.run("customers save cards", load.more(CARDS)).await?;

    let migrating = execute(system, NEXT);
    steps.run("migrate to the next release", migrating).await?;
    let restarting = balancer.restart(system, processes.remove(0), &[]);
    processes.push(
        steps
            .run("restart a process of this release", restarting)
            .await?,
    );
    steps.run("customers save cards", load.more(CARDS)).await?;
    let migrating = execute(system, INCOMPATIBLE);
    steps
        .run(
            "migrate to a release that this one cannot live with",
            migrating,
        )
        .await?;
    let said = steps
        .run("a process refuses to start", refusal(system, &[]))
        .await?;
    ensure!(said.contains("29990101000001"), "{said}");
    note_control(report, "a schema that is too new for the program");
    steps
        .run("customers save cards at the others", load.more(CARDS))
        .await?;
    let met = steps.run("the customers finish", load.stop()).await?;
    ensure!(met.lost == 0, "{met:?}");
    note_met(report, met);
    for process in processes {
        steps.run("stop a process", process.stop()).await?;
    }
    Ok(())
}

/// Customers use the cards that they saved before the migrations.
async fn use_old_rows(
    system: &Arc<System>,
    balancer: &Arc<Balancer>,
    steps: &mut Steps,
) -> Result<()> {
    for (number, step) in [(DELETES, Step::Delete), (SAVES_AGAIN, Step::Card)] {
        let mut shopper = Shopper::new(system, balancer, number, Flows::AllEndWell)?;
        shopper.until(Step::Card).await?;
        shopper.back_to(step);
        let using = shopper.until(Step::Done);
        steps
            .run("a customer deletes an old card, or saves it again", using)
            .await?;
    }
    for (number, cards) in [(KEEPS, 1), (DELETES, 0), (SAVES_AGAIN, 1)] {
        let url = balancer.url();
        let mut customer = system.customer(number);
        customer.log_in(&url).await?;
        let listed = steps.run("a customer lists the cards", customer.cards(&url));
        let listed = listed.await?;
        ensure!(listed.len() == cards, "customer {number}: {listed:?}");
    }
    Ok(())
}

async fn undo(system: &System, (version, sql): &Migration) -> Result<()> {
    let forget = format!(
        "{sql}; DELETE FROM __diesel_schema_migrations WHERE version = '{version}';
         DELETE FROM schema_compatibility WHERE version = '{version}'"
    );
    execute(system, &forget).await
}

async fn execute(system: &System, sql: &str) -> Result<()> {
    Ok(system.sql().await?.batch_execute(sql).await?)
}
