//! An upgrade on one machine without an interruption: the next release starts beside the present one, and nginx
//! goes over to it. First with one process, then with two.
//!
//! There is no earlier release to upgrade from: both are the present program. `rolling upgrade` has the migrations.

use std::sync::Arc;

use anyhow::{Result, ensure};

use super::balancer::Balancer;
use super::drill::{Steps, note_met};
use super::load::Load;
use super::nginx::Nginx;
use super::shopper::Flows;
use crate::proof::Report;
use crate::system::{Process, QUIET, Setting, System};

/// As in `deploy/README.md`.
const SETTINGS: [Setting<'_>; 2] = [("http.trusted_proxies", "127.0.0.1"), ("log.filter", QUIET)];
/// Customers of the load.
const CUSTOMERS: std::ops::Range<u64> = 1..800;
/// Cards between two steps.
const CARDS: u64 = 6;

/// One machine.
struct Machine<'a> {
    system: &'a System,
    nginx: Nginx,
    processes: Vec<Process>,
    load: Load,
}

pub(super) async fn run(steps: &mut Steps, report: &mut Report) -> Result<()> {
    let system = Arc::new(System::start(&SETTINGS).await?);
    system.add_customers(CUSTOMERS).await?;
    let starting = system.process(&[]);
    let process = steps.run("start a process", starting).await?;
    let urls = [&*process.url];
    let starting = Nginx::start(&urls);
    let nginx = steps.run("start nginx", starting).await?;
    let balancer = Balancer::at(nginx.url());
    let mut machine = Machine {
        load: Load::start(&system, &balancer, CUSTOMERS.start, Flows::AllEndWell),
        system: &system,
        nginx,
        processes: vec![process],
    };
    let saving = machine.load.more(CARDS);
    steps.run("customers save cards", saving).await?;
    // From one process to one, then to two, and then both.
    machine.upgrade(1, steps).await?;
    machine.start(steps).await?;
    machine.upgrade(2, steps).await?;
    machine.upgrade(2, steps).await?;
    let met = steps.run("the customers finish", machine.load.stop());
    let met = met.await?;
    ensure!(met.lost == 0 && met.unavailable == 0, "{met:?}");
    note_met(report, met);
    for process in machine.processes {
        steps.run("stop a process", process.stop()).await?;
    }
    steps.judge(&system, report).await?;
    Ok(())
}

impl Machine<'_> {
    /// Starts a process, and gives it requests.
    async fn start(&mut self, steps: &mut Steps) -> Result<()> {
        let starting = self.system.process(&[]);
        let step = "start the next release on another port";
        self.processes.push(steps.run(step, starting).await?);
        self.switch(&self.processes, steps).await
    }

    /// Replaces the oldest of `count` processes.
    async fn upgrade(&mut self, count: usize, steps: &mut Steps) -> Result<()> {
        self.start(steps).await?;
        let oldest = self.processes.remove(0);
        self.switch(&self.processes, steps).await?;
        steps.run("stop the earlier one", oldest.stop()).await?;
        ensure!(self.processes.len() == count, "processes");
        let saving = self.load.more(CARDS);
        steps.run("customers save cards", saving).await
    }

    async fn switch(&self, to: &[Process], steps: &mut Steps) -> Result<()> {
        let urls: Vec<_> = to.iter().map(|process| &*process.url).collect();
        let switching = self.nginx.switch_to(&urls);
        steps.run("reload nginx, and wait", switching).await
    }
}
