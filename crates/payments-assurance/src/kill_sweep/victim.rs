//! A process that ends while it serves a customer.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use anyhow::{Result, ensure};

use super::plan::{At, Plan};
use super::trace::{AFTERMATH, ANNOUNCED};
use crate::system::{Process, Script, System};

/// How long a process that is asked to end stops at its fail point, in milliseconds.
const PAUSE: u64 = 500;
/// The longest time until a fail point is reached.
const PATIENCE: Duration = Duration::from_mins(2);

/// What is left of a victim.
pub(super) struct Ended {
    pub(super) script: Script,
    /// Whether it got to its fail point.
    pub(super) is_reached: bool,
}

/// Starts the victim of a plan.
pub(super) async fn start(system: &System, plan: &Plan) -> Result<Process> {
    match &plan.at {
        At::Point(point) => system.process_at(point, &[]).await,
        At::Instant(_) => system.process(&[]).await,
        At::Term(point) => system.process_at(&format!("{point}:{PAUSE}"), &[]).await,
    }
}

/// Runs a customer's script at the victim, and ends the victim as planned.
pub(super) async fn run(victim: Process, plan: &Plan, mut script: Script) -> Result<Ended> {
    let is_reached = match &plan.at {
        At::Instant(after) => {
            let url = victim.url.clone();
            let kill = async {
                tokio::time::sleep(*after).await;
                victim.kill()
            };
            let (served, killed) = tokio::join!(script.run(&url), kill);
            served.and(killed)?;
            true
        }
        At::Point(point) => kill_at(point, victim, &mut script).await?,
        At::Term(point) => terminate_at(point, victim, &mut script).await?,
    };
    Ok(Ended { script, is_reached })
}

async fn kill_at(point: &str, victim: Process, script: &mut Script) -> Result<bool> {
    let url = victim.url.clone();
    let served = script.run(&url);
    tokio::pin!(served);
    tokio::select! {
        is_reached = reached(point, &victim) => {
            ensure!(is_reached, "the victim ended by itself");
            victim.kill()?;
            served.await?;
            Ok(true)
        }
        served = &mut served => {
            served?;
            let is_reached = reached_after_all(point, &victim).await;
            victim.kill()?;
            Ok(is_reached)
        }
    }
}

async fn terminate_at(point: &str, victim: Process, script: &mut Script) -> Result<bool> {
    let (url, is_stopped) = (victim.url.clone(), Arc::clone(&script.is_stopped));
    let is_reached = {
        let served = script.run(&url);
        tokio::pin!(served);
        tokio::select! {
            is_reached = reached(point, &victim) => {
                ensure!(is_reached, "the victim ended by itself");
                is_stopped.store(true, Ordering::SeqCst);
                victim.terminate()?;
                served.await?;
                true
            }
            served = &mut served => {
                served?;
                let is_reached = reached_after_all(point, &victim).await;
                victim.terminate()?;
                is_reached
            }
        }
    };
    ensure!(!script.is_lost, "the request under way was not answered");
    let ended = victim.ended().await?;
    let (status, lines) = (ended.status, ended.lines.join("\n"));
    ensure!(status.success(), "the victim ended with {status}: {lines}");
    Ok(is_reached)
}

/// Waits for a fail point.
async fn reached(point: &str, victim: &Process) -> bool {
    let is_it = |line: &str| (line.strip_prefix(ANNOUNCED) == Some(point)).then_some(());
    victim.log.find(PATIENCE, is_it).await.is_ok()
}

/// Waits for a fail point that may come after the last answer.
async fn reached_after_all(point: &str, victim: &Process) -> bool {
    let reached = tokio::time::timeout(AFTERMATH, reached(point, victim));
    reached.await.unwrap_or(false)
}
