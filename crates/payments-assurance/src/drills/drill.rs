//! The steps of a drill, and its end.

use std::fmt;

use anyhow::{Result, bail, ensure};
use payments_core::testkit::world::{World, check_world};
use payments_store::testing::OwnServers;
use tokio::task::spawn_blocking;

use crate::planted;
use crate::proof::Report;
use crate::system::{Setting, System};

use super::shopper::Met;

/// The steps that a drill has begun.
#[derive(Default)]
pub(super) struct Steps(Vec<&'static str>);

impl Steps {
    /// Runs a step.
    pub(super) async fn run<T>(
        &mut self,
        name: &'static str,
        step: impl Future<Output = Result<T>>,
    ) -> Result<T> {
        self.0.push(name);
        step.await
    }

    /// How many were begun.
    pub(super) fn count(&self) -> usize {
        self.0.len()
    }

    /// Lets a system without processes come to rest, and judges it: nothing is broken, and whatever is planted is
    /// found.
    pub(super) async fn judge(&mut self, system: &System, report: &mut Report) -> Result<World> {
        let world = self.run("let the system come to rest, and read its state", async {
            system.outlive_held_cards().await?;
            system.come_to_rest().await?;
            system.world().await
        });
        let world = world.await?;
        let broken = check_world(&world);
        ensure!(broken.is_empty(), "{broken:#?}");
        for control in planted::find_all(&world)? {
            note_control(report, control);
        }
        let saved = world.saved_answers.iter().filter(|one| !one.is_deleted);
        report.count("cards saved and kept", u64::try_from(saved.count())?);
        Ok(world)
    }
}

/// The steps, the last one being the one that failed.
impl fmt::Display for Steps {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, name) in self.0.iter().enumerate() {
            write!(out, "\n  {}. {name}", place + 1)?;
        }
        Ok(())
    }
}

/// What a process says that must not start with these settings.
pub(super) async fn refusal(system: &System, settings: &[Setting<'_>]) -> Result<String> {
    match system.process(settings).await {
        Ok(_) => bail!("a process starts that must not"),
        Err(refusal) => Ok(format!("{refusal:?}")),
    }
}

/// Starts servers of a drill's own, which it may kill.
pub(super) async fn own_servers(kinds: &'static str) -> Result<OwnServers> {
    Ok(spawn_blocking(|| OwnServers::start(kinds)).await?)
}

/// Executes an order of [`OwnServers::order`].
pub(super) async fn order(mut servers: OwnServers, order: &'static str) -> Result<OwnServers> {
    let ordering = spawn_blocking(move || {
        servers.order(order);
        servers
    });
    Ok(ordering.await?)
}

/// Notes a planted fault that was found.
pub(super) fn note_control(report: &mut Report, name: impl Into<String>) {
    let name = name.into();
    if !report.controls.contains(&name) {
        report.controls.push(name);
    }
}

/// Adds what customers met with.
pub(super) fn note_met(report: &mut Report, met: Met) {
    for (name, count) in [
        ("cards saved under load", met.saved),
        ("answers 503", met.unavailable),
        ("requests without an answer", met.lost),
        ("tokens fetched again", met.refreshed),
        ("flows begun again", met.started_over),
    ] {
        report.count(name, count);
    }
}
