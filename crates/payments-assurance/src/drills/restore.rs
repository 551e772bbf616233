//! A dump of the database is restored, while the gateway has gone on.
//!
//! `payments reconcile` cannot know what the dump does not: cards that were saved after it are tokens without rows, and
//! cards that were deleted after it are rows without tokens. `payments reconcile --full` finds them. The drill compares
//! all tokens of the gateway with all rows itself, too, and both must find the same.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use anyhow::{Context as _, Result, ensure};
use deadpool_redis::redis::cmd;
use payments_core::testkit::world::{Invariant, World};
use payments_store::testing::TestDatabase;

use super::balancer::Balancer;
use super::drill::{Steps, note_control, note_met};
use super::load::Load;
use super::postgres::program;
use super::shopper::{Flows, Shopper, Step};
use crate::planted::breaks;
use crate::proof::Report;
use crate::system::{Process, QUIET, Setting, System};

const SETTINGS: [Setting<'_>; 1] = [("log.filter", QUIET)];
/// Saves a card before the dump, and deletes it after.
const LEAVER: i64 = 1;
/// Has a code when the service stops.
const WAITING: i64 = 2;
/// Saves a card after the dump.
const LATE: i64 = 3;
/// The customers of the load.
const CUSTOMERS: std::ops::Range<i64> = 10..600;
/// Cards before and after the dump.
const CARDS: u64 = 12;

/// What a full comparison finds, by customer. Every customer has one card.
#[derive(Debug, PartialEq, Eq)]
struct Difference {
    tokens_without_rows: BTreeSet<i64>,
    rows_without_tokens: BTreeSet<i64>,
}

/// What is known when the service stops.
struct Stopped {
    system: System,
    database: TestDatabase,
    /// Whose each reference is: the restored database does not know all.
    owners: BTreeMap<String, i64>,
    /// Whose cards were saved before the dump began.
    early: BTreeSet<i64>,
    /// Whose cards were saved after the dump ended.
    late: BTreeSet<i64>,
    /// Who deleted a card.
    deleted: BTreeSet<i64>,
}

pub(super) async fn run(steps: &mut Steps, report: &mut Report) -> Result<()> {
    let stopped = Box::pin(dump_and_restore(steps, report)).await?;
    find_all(&stopped, steps, report).await?;
    let Stopped {
        system,
        owners,
        database: _database,
        ..
    } = stopped;
    settle(&system, &owners, steps, report).await?;
    let system = Arc::new(system);
    go_on(&system, &owners, steps).await?;
    steps.judge(&system, report).await?;
    Ok(())
}

/// Ends with processes stopped, and the settings naming a restored database.
async fn dump_and_restore(steps: &mut Steps, report: &mut Report) -> Result<Stopped> {
    let system = Arc::new(System::start(&SETTINGS).await?);
    system
        .add_customers(1..u64::try_from(CUSTOMERS.end)?)
        .await?;
    let file = system.folder().join("payments.dump");
    let file = file.to_str().context("a path")?.to_owned();

    let (balancer, processes) = Balancer::start(&system, 2).await?;
    let shopper = |number: i64| {
        let number = number.unsigned_abs();
        Shopper::new(&system, &balancer, number, Flows::AllEndWell)
    };
    let mut leaver = shopper(LEAVER)?;
    leaver.deletes = true;
    let saving = leaver.until(Step::Delete);
    steps.run("a customer saves a card", saving).await?;
    let first = CUSTOMERS.start.unsigned_abs();
    let mut load = Load::start(&system, &balancer, first, Flows::AllEndWell);
    let saving = load.more(CARDS);
    steps.run("others save cards", saving).await?;
    let early = saved(&system, |_| true);
    let url = system.setting("database.url")?;
    let dumping = program("pg_dump", ["--format=custom", "--file", &file, url]);
    steps.run("pg_dump --format=custom", dumping).await?;
    let next = i64::try_from(load.next())?;
    let saving = load.more(CARDS);
    steps
        .run("others save cards after the dump", saving)
        .await?;
    let deleting = leaver.until(Step::Done);
    steps
        .run("the first customer deletes the card", deleting)
        .await?;
    let (mut waiting, mut late) = (shopper(WAITING)?, shopper(LATE)?);
    let saving = late.until(Step::Done);
    steps.run("one more customer saves a card", saving).await?;
    let asking = waiting.until(Step::Code);
    steps.run("one more gets a code", asking).await?;
    let met = steps.run("the others finish", load.stop()).await?;
    ensure!(met.lost == 0, "{met:?}");
    note_met(report, met);
    let stopping = stop(processes);
    steps.run("stop every process", stopping).await?;
    drop((leaver, waiting, late));

    let world = system.world().await?;
    let owner = |token: &payments_core::testkit::world::GatewayToken| {
        Some((token.reference.clone(), token.customer?))
    };
    let late = |number| number >= next || number == LATE;
    let (late, deleted) = (saved(&system, late), deleted(&system));
    let database = TestDatabase::empty().await;
    let into = ["--exit-on-error", "--dbname", &database.url, &file];
    let restoring = program("pg_restore", into);
    steps
        .run("pg_restore into an empty database", restoring)
        .await?;
    let system = Arc::into_inner(system).context("the load is over")?;
    let settings = [("database.url", &*database.url)];
    let moving = system.with_settings(&settings);
    let system = steps.run("name it in the settings", moving).await?;
    // Otherwise a repeated code is answered with 200 although its row is gone.
    steps
        .run("empty the flow store", empty_flow_store(&system))
        .await?;
    Ok(Stopped {
        owners: world.tokens.iter().filter_map(owner).collect(),
        system,
        database,
        early,
        late,
        deleted,
    })
}

/// Checks that a full comparison finds what the dump does not know, and what is planted, and nothing else.
async fn find_all(stopped: &Stopped, steps: &mut Steps, report: &mut Report) -> Result<()> {
    let Stopped { system, owners, .. } = stopped;
    let comparing = compare(system, owners, &[]);
    let found = steps.run("payments reconcile --full", comparing).await?;
    let late_is_found = stopped.late.is_subset(&found.tokens_without_rows);
    ensure!(late_is_found && stopped.late.contains(&LATE), "{found:?}");
    ensure!(found.rows_without_tokens.contains(&LEAVER), "{found:?}");
    let only_deleted = found.rows_without_tokens.is_subset(&stopped.deleted);
    ensure!(only_deleted, "{found:?}");
    let none_early = found.tokens_without_rows.is_disjoint(&stopped.early);
    ensure!(none_early, "{found:?}");
    for (name, count) in [
        (
            "tokens without rows after the restore",
            &found.tokens_without_rows,
        ),
        (
            "rows without tokens after the restore",
            &found.rows_without_tokens,
        ),
    ] {
        report.count(name, u64::try_from(count.len())?);
    }

    let world = system.world().await?;
    let is_missed = breaks(&world, Invariant::AnswersAreTrue);
    ensure!(is_missed, "a 200 whose row is gone is not found");
    note_control(report, "a 200 whose row is gone");
    let kept = stopped.early.difference(&stopped.deleted).next();
    let kept = *kept.context("no card was saved before the dump")?;
    let sql = system.sql().await?;
    let hide = format!(
        "CREATE TABLE planted AS SELECT * FROM saved_cards WHERE customer = {kept};
         DELETE FROM saved_cards WHERE customer = {kept}"
    );
    let hiding = async { Ok(sql.batch_execute(&hide).await?) };
    steps.run("delete a row", hiding).await?;
    let comparing = compare(system, owners, &[]);
    let found = steps.run("payments reconcile --full", comparing).await?;
    ensure!(found.tokens_without_rows.contains(&kept), "{found:?}");
    note_control(report, "a row that is deleted before the comparison");
    let show =
        "INSERT INTO saved_cards OVERRIDING SYSTEM VALUE SELECT * FROM planted; DROP TABLE planted";
    let showing = async { Ok(sql.batch_execute(show).await?) };
    steps.run("put the row back", showing).await
}

/// Settles what the dump does not know.
async fn settle(
    system: &System,
    owners: &BTreeMap<String, i64>,
    steps: &mut Steps,
    report: &mut Report,
) -> Result<()> {
    let verifying = system.command(&["audit", "verify"], &[]);
    let said = steps.run("payments audit verify", verifying).await?;
    ensure!(said.contains("the audit log is intact"), "{said}");
    let reconciling = system.command(&["reconcile"], &[]);
    steps.run("payments reconcile", reconciling).await?;
    let resting = system.come_to_rest();
    steps
        .run("wait past the horizon, and let it reconcile", resting)
        .await?;
    let deleting = compare(system, owners, &["--delete"]);
    let deleted = steps
        .run("payments reconcile --full --delete", deleting)
        .await?;
    let count = u64::try_from(deleted.tokens_without_rows.len())?;
    report.count("tokens without rows after `payments reconcile`", count);
    let resting = system.come_to_rest();
    steps.run("let it reconcile", resting).await?;
    let comparing = compare(system, owners, &[]);
    let left = steps.run("payments reconcile --full", comparing).await?;
    ensure!(left.tokens_without_rows.is_empty(), "{left:?}");
    ensure!(
        left.rows_without_tokens == deleted.rows_without_tokens,
        "{left:?}"
    );
    // The dump's age is what a restore costs: these customers have to save their card again.
    let world = system.world().await?;
    let rows: BTreeSet<i64> = world.rows.iter().map(|row| row.customer).collect();
    system.told.with(|told| {
        for answer in &mut told.saved_answers {
            answer.is_deleted |= !rows.contains(&answer.customer);
        }
    });
    Ok(())
}

/// Starts the service on the restored database, where customers go on.
async fn go_on(
    system: &Arc<System>,
    owners: &BTreeMap<String, i64>,
    steps: &mut Steps,
) -> Result<()> {
    let starting = Balancer::start(system, 2);
    let (balancer, processes) = steps.run("start the processes", starting).await?;
    let comparing = compare(system, owners, &[]);
    let found = steps.run("payments reconcile --full", comparing).await?;
    for number in found.rows_without_tokens {
        let number = number.unsigned_abs();
        let mut shopper = Shopper::new(system, &balancer, number, Flows::AllEndWell)?;
        shopper.until(Step::Card).await?;
        shopper.back_to(Step::Delete);
        let deleting = shopper.until(Step::Done);
        steps
            .run("a customer deletes a card without a token", deleting)
            .await?;
    }
    for number in [WAITING, LATE] {
        let number = number.unsigned_abs();
        let mut shopper = Shopper::new(system, &balancer, number, Flows::MayBeLost)?;
        shopper.until(Step::Card).await?;
        shopper.back_to(Step::Code);
        let saving = shopper.until(Step::Done);
        steps
            .run("a customer who had a code saves a card", saving)
            .await?;
    }
    steps.run("stop every process", stop(processes)).await?;
    let clean = system.command(&["reconcile", "--full"], &[]);
    let clean = steps.run("payments reconcile --full", clean).await?;
    ensure!(clean.contains(" 0 without a saved card"), "{clean}");
    Ok(())
}

async fn stop(processes: Vec<Process>) -> Result<()> {
    for process in processes {
        process.stop().await?;
    }
    Ok(())
}

async fn empty_flow_store(system: &System) -> Result<()> {
    let mut redis = system.redis().await?;
    let pattern = format!("{}:*", system.setting("flows.key_prefix")?);
    let keys: Vec<String> = cmd("KEYS").arg(pattern).query_async(&mut redis).await?;
    for key in keys {
        let _: i64 = cmd("DEL").arg(key).query_async(&mut redis).await?;
    }
    Ok(())
}

/// Runs the full comparison of the program, without anything else running, and checks that it finds what there is.
async fn compare(
    system: &System,
    owners: &BTreeMap<String, i64>,
    more: &[&str],
) -> Result<Difference> {
    let expected = difference(&system.world().await?, owners);
    let arguments = [&["reconcile", "--full"], more].concat();
    let (has_found, said) = system.finding_command(&arguments).await?;
    let after = |line: &str, word: &str| {
        let rest = line.split_once(word)?.1;
        rest.split_whitespace().next().map(str::to_owned)
    };
    let references = said.lines().filter_map(|line| after(line, " token "));
    let references = references.filter(|word| word.len() == 32);
    let owner = |reference: String| {
        let owner = owners.get(&reference).copied();
        owner.with_context(|| format!("whose is {reference}? {said}"))
    };
    let customers = said.lines().filter_map(|line| after(line, " of customer "));
    let found = Difference {
        tokens_without_rows: references.map(owner).collect::<Result<_>>()?,
        rows_without_tokens: customers
            .map(|one| Ok(one.parse()?))
            .collect::<Result<_>>()?,
    };
    ensure!(found == expected, "{expected:?}: {said}");
    let is_mended = found.rows_without_tokens.is_empty()
        && (found.tokens_without_rows.is_empty() || more.contains(&"--delete"));
    ensure!(has_found != is_mended, "{said}");
    let tokens = system.providers.tokens();
    let is_shown = |token: &payments_gateways::fakes::FakeToken| said.contains(&token.token);
    ensure!(!tokens.iter().any(is_shown), "a token is shown: {said}");
    Ok(found)
}

/// The difference between all tokens and all rows. A token whose intent is open belongs to that.
fn difference(world: &World, owners: &BTreeMap<String, i64>) -> Difference {
    let open = world.intents.iter().filter(|one| one.closed.is_none());
    let open: BTreeSet<&str> = open.map(|one| &*one.id).collect();
    let live: Vec<_> = world.tokens.iter().filter(|token| token.live).collect();
    let of_rows: BTreeSet<&str> = world.rows.iter().map(|row| &*row.token).collect();
    let orphans = live
        .iter()
        .filter(|one| !of_rows.contains(&*one.token) && !open.contains(&*one.reference));
    let is_live = |token: &str| live.iter().any(|one| one.token == token);
    let dead = world.rows.iter().filter(|row| !is_live(&row.token));
    Difference {
        tokens_without_rows: orphans
            .filter_map(|one| owners.get(&one.reference).copied())
            .collect(),
        rows_without_tokens: dead.map(|row| row.customer).collect(),
    }
}

/// The customers who were told that their card is saved, and did not delete it.
fn saved(system: &System, is_meant: impl Fn(i64) -> bool) -> BTreeSet<i64> {
    system.told.with(|told| {
        let saved = told.saved_answers.iter().filter(|one| !one.is_deleted);
        let customers = saved.map(|one| one.customer);
        customers.filter(|number| is_meant(*number)).collect()
    })
}

/// The customers who deleted their card.
fn deleted(system: &System) -> BTreeSet<i64> {
    system.told.with(|told| {
        let deleted = told.saved_answers.iter().filter(|one| one.is_deleted);
        deleted.map(|one| one.customer).collect()
    })
}
