//! Recovery drills: what an operator does when something breaks or changes, line by line, while customers save cards.
//!
//! A drill is a sequence of named steps. Each step does or checks one line of the operator's documentation; when one
//! fails, the error names it and those before it. At the end of each drill the oracle judges the whole system.

mod balancer;
mod drill;
mod failover;
mod key_rotation;
mod load;
mod nginx;
mod postgres;
mod proxy_upgrade;
mod redis_loss;
mod restore;
mod shopper;
mod upgrade;

use anyhow::{Context as _, Result, bail};

use crate::proof::{Proof, Report, Run, now, since};
use crate::system::runtime;
use drill::Steps;

/// The proof.
pub const PROOF: Proof = Proof {
    name: "drills",
    promise: "Whoever restores, rotates keys, upgrades or fails over by the documentation loses no card",
    method: "Each drill follows the operator's documentation line by line while customers save cards: dump and \
        restore of PostgreSQL, a Redis that loses all its data, a rolling upgrade from an earlier schema, an upgrade behind nginx \
        on one machine, the rotation of both keys at two processes, and the failover of PostgreSQL to a replica. `check_world` \
        judges the end, and one violation is planted in each drill.",
    not_covered: "An upgrade from an earlier program: the drill has the earlier schema only. A restored database is \
        compared with one gateway, Stripe's fake, which can list all its cards.",
    unit: "drills",
    brief: 2,
    quick: 3,
    long: DRILLS.len() as u64,
    version: 2,
    servers: &["postgres", "redis", "nginx"],
    run,
};

/// The drills: their names on the command line, the cheapest first.
pub const DRILLS: [&str; 6] = [
    "restore",
    "redis-loss",
    "upgrade",
    "proxy-upgrade",
    "key-rotation",
    "failover",
];

fn run(run: &Run) -> Result<Report> {
    runtime()?.block_on(async {
        let mut report = Report::default();
        for unit in run.units() {
            let place = usize::try_from(unit)? % DRILLS.len();
            let (name, started) = (DRILLS[place], now());
            let mut steps = Steps::default();
            let done = match name {
                "restore" => Box::pin(restore::run(&mut steps, &mut report)).await,
                "redis-loss" => Box::pin(redis_loss::run(&mut steps, &mut report)).await,
                "upgrade" => Box::pin(upgrade::run(&mut steps, &mut report)).await,
                "proxy-upgrade" => Box::pin(proxy_upgrade::run(&mut steps, &mut report)).await,
                "key-rotation" => Box::pin(key_rotation::run(&mut steps, &mut report)).await,
                "failover" => Box::pin(failover::run(&mut steps, &mut report)).await,
                _ => bail!("no drill {name}"),
            };
            done.with_context(|| format!("drill {name}: {steps}"))?;
            let seconds = since(started).as_secs();
            let figure = format!("{} steps in {seconds} s", steps.count());
            report.figures.insert(name, figure);
            report.done += 1;
        }
        Ok(report)
    })
}
