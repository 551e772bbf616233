//! The mutation test: changes the code that decides about money and cards, one place at a time, and asks whether a test notices.
//!
//! `cargo-mutants` makes and tests the mutants in a copy of the workspace. What became of each is kept in a committed file until
//! its source file changes, so that a later run continues with the others. The proof is complete when every mutant has been judged.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use anyhow::{Context as _, Result, ensure};

use crate::parallel::on_all_processors;
use crate::proof::{Proof, Report, Run, now};
use crate::workspace;

pub mod judged;
mod planted;
mod survivors;
mod tool;
mod tree;

use judged::{Judged, Outcome};
use survivors::Survivors;
use tool::{Mutant, Tool};

/// The proof.
pub const PROOF: Proof = Proof {
    name: "mutants",
    promise: "The tests notice a mistake in the code that decides about money, cards and codes",
    method: "`cargo-mutants` changes that code in one place at a time: it replaces the body of a function, an operator, a \
        match arm or a field. Then the tests of `payments-core` have to fail. At least 95 % of the changes that compile must be \
        caught; one whose tests do not end in time counts as not caught. Each change that no test catches must be listed with a \
        reason in `crates/payments-assurance/survivors.toml`. What became of each change is kept in \
        `crates/payments-assurance/mutants.toml` until its file changes. Changed are the modules of money, installments, rules, \
        listings, card storage, codes, phone numbers, sealed cards and quotes. In the same run, a planted function without \
        a test must survive, and a planted function with a test must be caught.",
    not_covered: "Other modules and crates, whose tests need servers and are too slow for hundreds of runs. A deleted test is \
        noticed only when the file that it tests changes.",
    unit: "passes over all mutants",
    brief: 0,
    quick: 0,
    long: 1,
    version: 1,
    servers: &[],
    run,
};

/// What is changed, in `crates/payments-core/src`.
const MODULES: [&str; 9] = [
    "money",
    "installment",
    "rules",
    "listing",
    "card_storage",
    "otp",
    "phone",
    "card/sealed",
    "quotes",
];

/// How many mutants a processor tests before it looks at the deadline again.
const BATCH: usize = 8;
/// The minimum percentage of compiling mutants that the tests must catch.
const CAUGHT_PERCENT: usize = 95;

fn run(run: &Run) -> Result<Report> {
    let root = &workspace::root();
    let tools = Tool::install(root)?;
    let tools: Vec<_> = tools.iter().collect();
    on_all_processors(&tools, |tool| {
        tree::copy(root, tool.tree())?;
        tool.build()
    })?;
    let first = tools.first().context("no processor")?;
    let controls = planted::test(first)?;
    let mutants = first.mutants(&MODULES)?;
    let survivors = Survivors::read(root)?;
    let mut judged = Judged::read(root, &mutants)?;
    for mutant in unexplained(&mutants, &judged, &survivors) {
        // A test may catch it now.
        judged.forget(mutant);
    }
    let queue = Mutex::new(batches(&mutants, &judged));
    // In a function of its own: in the condition of the loop, the lock would be held while a batch is tested.
    let next = || lock(&queue).pop_front();
    let judged = Mutex::new(judged);
    on_all_processors(&tools, |tool| {
        while run.until.is_none_or(|until| now() < until)
            && let Some(batch) = next()
        {
            let tested = tool.test(&batch)?;
            let mut judged = lock(&judged);
            for (mutant, outcome) in tested {
                judged.add(mutant, outcome);
            }
            judged.write(root)?;
        }
        Ok(())
    })?;
    judge(&mutants, &lock(&judged), &survivors, controls)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The mutants without an outcome, each batch of one file.
fn batches<'m>(mutants: &'m [Mutant], judged: &Judged) -> VecDeque<Vec<&'m Mutant>> {
    let left: Vec<_> = mutants
        .iter()
        .filter(|mutant| judged.outcome(mutant).is_none())
        .collect();
    let files = left.chunk_by(|one, next| one.file == next.file);
    files
        .flat_map(|file| file.chunks(BATCH))
        .map(<[_]>::to_vec)
        .collect()
}

/// The mutants with this outcome.
fn with<'m>(
    mutants: &'m [Mutant],
    judged: &Judged,
    outcome: Outcome,
) -> impl Iterator<Item = &'m Mutant> {
    let has_it = move |mutant: &&Mutant| judged.outcome(mutant) == Some(outcome);
    mutants.iter().filter(has_it)
}

/// The survivors without a reason.
fn unexplained<'m>(
    mutants: &'m [Mutant],
    judged: &Judged,
    survivors: &Survivors,
) -> Vec<&'m Mutant> {
    let survived = with(mutants, judged, Outcome::Missed);
    survived
        .filter(|mutant| !survivors.explain(mutant))
        .collect()
}

/// The result of all runs so far.
fn judge(
    mutants: &[Mutant],
    judged: &Judged,
    survivors: &Survivors,
    controls: Vec<String>,
) -> Result<Report> {
    let unexplained = unexplained(mutants, judged, survivors);
    let unexplained: Vec<_> = unexplained.iter().map(|mutant| &*mutant.name).collect();
    ensure!(
        unexplained.is_empty(),
        "no test catches these; write one, or list it with a reason in {}:\n{}",
        survivors::FILE,
        unexplained.join("\n")
    );
    let number = |outcome| with(mutants, judged, outcome).count();
    let (caught, missed) = (number(Outcome::Caught), number(Outcome::Missed));
    let (timeouts, unviable) = (number(Outcome::Timeout), number(Outcome::Unviable));
    let viable = caught + missed + timeouts;
    let is_complete = viable + unviable == mutants.len();
    if is_complete {
        survivors.check(with(mutants, judged, Outcome::Missed))?;
        ensure!(
            caught * 100 >= viable * CAUGHT_PERCENT,
            "only {caught} of {viable} mutants that compile are caught"
        );
    }
    let mut report = Report {
        done: u64::from(is_complete),
        controls,
        ..Report::default()
    };
    let tested = format!("{} of {}", viable + unviable, mutants.len());
    report.figures.insert("mutants tested", tested);
    let caught_percent = (caught * 1_000).checked_div(viable).unwrap_or(0);
    let (whole, tenths) = (caught_percent / 10, caught_percent % 10);
    let of_viable = format!("{caught} of {viable} that compile ({whole}.{tenths} %)");
    report.figures.insert("mutants caught", of_viable);
    let survived = format!("{missed}, each listed with a reason");
    report.figures.insert("mutants that survived", survived);
    let timeouts = timeouts.to_string();
    report
        .figures
        .insert("mutants whose tests did not end", timeouts);
    Ok(report)
}

#[cfg(test)]
mod tests;
