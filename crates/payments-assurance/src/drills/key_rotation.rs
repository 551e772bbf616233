//! Both keys are replaced: the key ring in its three steps, by two processes one after the other under load, and then the
//! lasting key, as after a leak.

use std::sync::Arc;

use anyhow::{Context as _, Result, ensure};
use deadpool_redis::redis::cmd;

use super::balancer::Balancer;
use super::drill::{Steps, note_control, note_met, refusal};
use super::load::Load;
use super::shopper::{Flows, Shopper, Step};
use crate::proof::Report;
use crate::system::{Process, QUIET, Setting, System};

const SETTINGS: Setting<'_> = ("log.filter", QUIET);
const OLD: &str = "1:MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";
const NEW: &str = "2:YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXphYmNkZWY=";
const NEW_LASTING_KEY: &str = "YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXphYmNkZWE=";

/// Saves a card under the old lasting key, and the same card again under the new one.
const SAVES_AGAIN: u64 = 1;
/// Begins a flow before each restart of steps 1 and 2, and ends it afterwards.
const STRADDLER: u64 = 2;
/// Has a code when the lasting key is replaced.
const WAITING: u64 = 3;
/// Customers of the load.
const CUSTOMERS: std::ops::Range<u64> = 10..1_500;
/// Cards between two steps.
const CARDS: u64 = 6;

pub(super) async fn run(steps: &mut Steps, report: &mut Report) -> Result<()> {
    let system = System::start(&[SETTINGS, ("security.key_ring", OLD)]);
    let system = Arc::new(system.await?);
    system.add_customers(1..CUSTOMERS.end).await?;
    Box::pin(rotate_key_ring(&system, steps, report)).await?;
    let system = Arc::into_inner(system).context("the load is over")?;
    let former = system.setting("security.lasting_key")?.to_owned();
    let settings = [
        ("security.key_ring", NEW),
        ("security.lasting_key", NEW_LASTING_KEY),
    ];
    let replacing = system.with_settings(&settings);
    let system = steps.run("replace the lasting key", replacing).await?;
    let system = Arc::new(system);
    use_old_cards(&system, steps).await?;
    verify_audit_log(&system, &former, steps, report).await?;
    steps.judge(&system, report).await?;
    Ok(())
}

/// Two processes under load.
struct Fleet<'a> {
    system: &'a Arc<System>,
    balancer: Arc<Balancer>,
    processes: Vec<Process>,
    load: Load,
}

impl Fleet<'_> {
    /// Restarts the process that was not restarted for longest.
    async fn restart(&mut self, ring: &str, step: &'static str, steps: &mut Steps) -> Result<()> {
        let settings = [("security.key_ring", ring)];
        let process = self.processes.remove(0);
        let restarting = self.balancer.restart(self.system, process, &settings);
        self.processes.push(steps.run(step, restarting).await?);
        let saving = self.load.more(CARDS);
        steps.run("others save cards", saving).await
    }

    async fn stop(self, steps: &mut Steps, report: &mut Report) -> Result<()> {
        let met = steps.run("the customers finish", self.load.stop()).await?;
        ensure!(met.lost == 0, "{met:?}");
        note_met(report, met);
        for process in self.processes {
            let warnings = process.log.warnings();
            let mut warnings = warnings.iter();
            let is_conflict = |line: &String| line.contains("the keys of processes conflict");
            ensure!(!warnings.any(is_conflict), "the keys of processes conflict");
            steps.run("stop a process", process.stop()).await?;
        }
        Ok(())
    }
}

async fn rotate_key_ring(
    system: &Arc<System>,
    steps: &mut Steps,
    report: &mut Report,
) -> Result<()> {
    let (added, first) = (format!("{OLD},{NEW}"), format!("{NEW},{OLD}"));
    let starting = Balancer::start(system, 2);
    let (balancer, processes) = steps.run("start two processes", starting).await?;
    let shopper = |number, flows| Shopper::new(system, &balancer, number, flows);
    let mut saves_again = shopper(SAVES_AGAIN, Flows::AllEndWell)?;
    let saving = saves_again.until(Step::Done);
    steps.run("a customer saves a card", saving).await?;
    let mut straddler = shopper(STRADDLER, Flows::AllEndWell)?;
    let mut fleet = Fleet {
        system,
        load: Load::start(system, &balancer, CUSTOMERS.start, Flows::AllEndWell),
        balancer: Arc::clone(&balancer),
        processes,
    };
    let settings = [("security.key_ring", &*first)];
    let refused = refusal(system, &settings);
    let said = steps
        .run("step 2 before step 1 is refused", refused)
        .await?;
    ensure!(said.contains("does not have"), "{said}");
    note_control(report, "a key that another process does not have");
    for (step, ring) in [
        ("step 1: append the new key", &added),
        ("step 2: move it to the front", &first),
    ] {
        for _ in 0..2 {
            straddler.until(Step::Card).await?;
            straddler.back_to(Step::Card);
            let beginning = straddler.until(Step::Code);
            steps.run("a customer gets a code", beginning).await?;
            fleet.restart(ring, step, steps).await?;
            let ending = straddler.until(Step::Done);
            steps.run("the customer enters the code", ending).await?;
        }
    }
    ensure!(straddler.met.refreshed == 0, "{:?}", straddler.met);
    let settings = [("security.key_ring", NEW)];
    let refused = refusal(system, &settings);
    let said = steps.run("step 3 at once is refused", refused).await?;
    ensure!(said.contains("lacks key 1"), "{said}");
    note_control(report, "a key that was needed in the last ten minutes");
    let waiting = let_ten_minutes_pass(system);
    steps.run("wait ten minutes", waiting).await?;
    for _ in 0..2 {
        let step = "step 3: remove the old key";
        fleet.restart(NEW, step, steps).await?;
    }
    straddler.back_to(Step::Card);
    let saving = straddler.until(Step::Done);
    steps
        .run("a page of before fetches a new token", saving)
        .await?;
    ensure!(straddler.met.refreshed == 1, "{:?}", straddler.met);
    let mut waiting = shopper(WAITING, Flows::AllEndWell)?;
    let asking = waiting.until(Step::Code);
    steps.run("a customer gets a code", asking).await?;
    let settings = [
        ("security.key_ring", NEW),
        ("security.lasting_key", NEW_LASTING_KEY),
    ];
    let refused = refusal(system, &settings);
    let step = "another lasting key beside running processes is refused";
    let said = steps.run(step, refused).await?;
    ensure!(said.contains("security.lasting_key is not"), "{said}");
    note_control(report, "a lasting key that other processes do not have");
    fleet.stop(steps, report).await
}

/// Under a new lasting key, a saved card can be used, and saving it again makes a second one. Who was saving a card
/// starts over.
async fn use_old_cards(system: &Arc<System>, steps: &mut Steps) -> Result<()> {
    let starting = Balancer::start(system, 2);
    let (balancer, processes) = steps.run("start two processes", starting).await?;
    let url = processes[0].url.clone();
    let mut waiting = Shopper::new(system, &balancer, WAITING, Flows::MayBeLost)?;
    waiting.until(Step::Card).await?;
    waiting.back_to(Step::Code);
    let saving = waiting.until(Step::Done);
    steps
        .run("the customer who had a code starts over", saving)
        .await?;
    ensure!(waiting.met.started_over == 1, "{:?}", waiting.met);

    let mut shopper = Shopper::new(system, &balancer, SAVES_AGAIN, Flows::AllEndWell)?;
    shopper.until(Step::Card).await?;
    let listed = shopper.customer.cards(&url).await?;
    ensure!(listed.len() == 1, "{listed:?}");
    let saving = shopper.until(Step::Done);
    steps.run("a customer saves the same card", saving).await?;
    let listed = shopper.customer.cards(&url).await?;
    ensure!(listed.len() == 2, "{listed:?}");
    let deleting = shopper.customer.delete(&url, listed[1].0);
    let deleted = steps.run("and deletes one of the two", async { Ok(deleting.await) });
    let deleted = deleted.await?;
    ensure!(
        deleted.as_ref().is_some_and(|one| one.status == 204),
        "{deleted:?}"
    );
    for process in processes {
        steps.run("stop a process", process.stop()).await?;
    }
    Ok(())
}

/// The records of before are sealed with the former key.
async fn verify_audit_log(
    system: &System,
    former: &str,
    steps: &mut Steps,
    report: &mut Report,
) -> Result<()> {
    let verifying = system.command(&["audit", "verify"], &[]);
    let without = steps.run("payments audit verify, without the former key", async {
        Ok(verifying.await.is_err())
    });
    ensure!(without.await?, "seals of the former key verify without it");
    note_control(report, "seals of another key");
    let arguments = ["audit", "verify", "--former-key", "env:FORMER_LASTING_KEY"];
    let environment = [("FORMER_LASTING_KEY", former)];
    let verifying = system.command(&arguments, &environment);
    let said = steps
        .run("payments audit verify --former-key", verifying)
        .await?;
    ensure!(said.contains("the audit log is intact"), "{said}");
    Ok(())
}

/// Makes the time pass after which the old key is needed no more.
async fn let_ten_minutes_pass(system: &System) -> Result<()> {
    let mut redis = system.redis().await?;
    let rings = format!("{}:rings", system.setting("flows.key_prefix")?);
    let fields: Vec<String> = cmd("HKEYS").arg(&rings).query_async(&mut redis).await?;
    let sealed = fields
        .into_iter()
        .filter(|field| field.starts_with("sealed:1-"));
    let sealed: Vec<String> = sealed.collect();
    ensure!(!sealed.is_empty(), "no process has sealed with key 1");
    for field in sealed {
        let _: i64 = cmd("HDEL")
            .arg(&rings)
            .arg(field)
            .query_async(&mut redis)
            .await?;
    }
    Ok(())
}
