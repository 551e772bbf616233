//! The model check: every interleaving of requests, crashes and faults, over the production state machine.
//!
//! The model decides with [`payments_core::testkit::machine::step`] and carries out the effects as the driver does, one call
//! of a port at a time. Its stores and its gateway do what the ports demand. Between two calls anything may happen that the
//! setup has a budget for. A state in which nothing is under way is judged by [`payments_core::testkit::world::check_world`],
//! once the reconciler has done its work.

mod begin;
mod conformance;
mod database;
mod defect;
mod flow_store;
mod gateway;
mod ids;
mod loading;
mod machine;
mod properties;
mod reconciling;
mod request;
mod rest;
mod saving;
mod scene;
mod setup;
mod setups;
mod submit_code;
mod submitting;
mod tokens;
mod tries;

use std::collections::BTreeSet;

use anyhow::{Context, Result, ensure};
use payments_core::id::PosId;
use payments_core::testkit::sample;
use stateright::{Checker, HasDiscoveries, Model, Path};

use crate::proof::{Proof, Report, Run, now, since};
use defect::Defect;
use machine::{Event, Machine, State};
use setup::Setup;

/// The model check.
pub const PROOF: Proof = Proof {
    name: "model",
    promise: "No interleaving of requests, crashes and faults breaks an invariant of saving a card",
    method: "`stateright` explores every reachable state of a model: requests, two processes and the reconciler \
        decide with the production state machine, make one call of a port at a time, and between two calls anything \
        may happen that a setup allows: a crash, a lost call or reply, a late gateway, a failover to an older copy, a \
        move to another account, a passing deadline. Each state at rest is judged by `check_world`. The model makes \
        the same calls as the production driver: scripts run in both, with each call lost before and after it did its \
        work. Planted defects, such as a store without compare-and-set, must each be found.",
    not_covered: "More requests at once than a setup has (three or four), and what the ports do inside: the contract \
        tests of the adapters cover that.",
    unit: "setups",
    brief: setups::QUICK as u64,
    quick: setups::QUICK as u64,
    long: setups::ALL as u64,
    version: 2,
    servers: &[],
    run,
};

/// The point of sale of every flow.
fn sample_pos() -> PosId {
    sample::pos()
}

fn run(run: &Run) -> Result<Report> {
    let mut report = Report::default();
    let (mut reached, mut findings) = (BTreeSet::new(), Vec::new());
    for unit in run.units() {
        let setup = setups::setup(usize::try_from(unit)?);
        let setup = setup.with_context(|| format!("there is no setup {unit}"))?;
        findings.extend(check(setup, &mut report, &mut reached)?);
        report.done += 1;
    }
    ensure!(findings.is_empty(), "{}", findings.join("\n\n"));
    if run.from == 0 && report.done >= PROOF.quick {
        let missing = properties::goals().find(|goal| !reached.contains(goal));
        ensure!(missing.is_none(), "never reached: {missing:?}");
    }
    report.count("scripts run by the driver too", conformance::compare()?);
    for setup in setups::DEFECTIVE {
        report.controls.push(find(setup)?);
    }
    report
        .figures
        .insert("properties", properties::count().to_string());
    Ok(report)
}

/// Explores all states of a setup. Returns the paths to what is broken.
fn check(
    setup: &Setup,
    report: &mut Report,
    reached: &mut BTreeSet<&'static str>,
) -> Result<Vec<String>> {
    let started = now();
    let checker = Machine(*setup).checker();
    let checker = checker.finish_when(HasDiscoveries::AnyFailures);
    let checker = checker.spawn_bfs().join();
    let mut findings = Vec::new();
    for (name, path) in checker.discoveries() {
        if properties::goals().any(|goal| goal == name) {
            reached.insert(name);
        } else {
            findings.push(format!("{}: {name}\n{}", setup.name, trace(*setup, path)));
        }
    }
    let (states, depth) = (checker.unique_state_count(), checker.max_depth());
    report.count("states", u64::try_from(states)?);
    let took = since(started);
    let figure = format!("{states} states, {depth} steps at most, {took:.1?}");
    report.figures.insert(setup.name, figure);
    Ok(findings)
}

/// Finds the shortest counterexample of a planted defect.
fn find(setup: &Setup) -> Result<String> {
    let name = setup.defect.map_or("no defect", Defect::name);
    let checker = Machine(*setup).checker().spawn_bfs().join();
    let found = checker.discoveries().into_values().next();
    let path = found.with_context(|| format!("not found: {name}"))?;
    let steps = path.into_actions().len();
    Ok(format!("{name} ({steps} steps)"))
}

/// The events of a path, and what is broken at its end.
fn trace(setup: Setup, path: Path<State, Event>) -> String {
    let machine = Machine(setup);
    let mut lines = Vec::new();
    for (state, event) in path.into_vec() {
        let line = match event {
            Some(Event::Call(request, call_outcome)) => {
                let kind = setup.requests[request].kind;
                let call = machine.next_call(&state, request);
                let call = call.map_or("", |call| call.name);
                format!("request {request} ({kind:?}): {call}: {call_outcome:?}")
            }
            Some(event) => format!("{event:?}"),
            None => format!("{:?}", properties::broken(&machine, &state)),
        };
        lines.push(line);
    }
    lines.join("\n")
}
