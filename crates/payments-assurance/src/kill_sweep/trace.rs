//! Finds the fail points of the scenarios.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, ensure};

use super::plan::Traced;
use crate::proof::{now, since};
use crate::system::{Scenario, Script, System};

/// How long a process works on after the last answer: replaced tokens are deleted then.
pub(super) const AFTERMATH: Duration = Duration::from_secs(1);

/// What a program writes before a fail point.
pub(super) const ANNOUNCED: &str = "fail point ";

/// Runs each scenario without a fault, for a customer of its own.
pub(super) async fn all(
    system: &Arc<System>,
    survivor: &str,
    customers: [u64; 3],
) -> Result<[Traced; 3]> {
    let [first, again, delete] = customers;
    Ok([
        trace(system, survivor, first, Scenario::First).await?,
        trace(system, survivor, again, Scenario::Again).await?,
        trace(system, survivor, delete, Scenario::Delete).await?,
    ])
}

async fn trace(
    system: &Arc<System>,
    survivor: &str,
    customer: u64,
    scenario: Scenario,
) -> Result<Traced> {
    let process = system.process_at("all", &[]).await?;
    // What the process does by itself, it does first after its start.
    tokio::time::sleep(AFTERMATH).await;
    let mut script = Script::begin(system, survivor, customer, scenario).await?;
    let before = process.log.lines().len();
    let started = now();
    script.run(&process.url).await?;
    let duration = since(started);
    ensure!(script.is_done(), "{scenario:?} fails without a fault");
    tokio::time::sleep(AFTERMATH).await;
    let lines = process.log.lines();
    let (by_itself, served) = lines.split_at(before);
    let by_itself: BTreeSet<&str> = announced(by_itself).map(without_number).collect();
    let points: Vec<String> = announced(served).map(str::to_owned).collect();
    let is_by_itself = |point: &&String| by_itself.contains(without_number(point));
    let background = points.iter().filter(is_by_itself).cloned().collect();
    process.stop().await?;
    script.finish(survivor).await?;
    Ok(Traced {
        scenario,
        points,
        background,
        duration,
    })
}

/// The points that lines announce.
fn announced(lines: &[String]) -> impl Iterator<Item = &str> {
    lines.iter().filter_map(|line| line.strip_prefix(ANNOUNCED))
}

fn without_number(point: &str) -> &str {
    point.rsplit_once(':').map_or(point, |(name, _)| name)
}
