//! `docs/assurance.md`: what is promised, how it is tested, and what is not covered, with the figures of the recorded runs.

use std::fmt::Write;
use std::path::Path;

use anyhow::Result;
use payments_core::testkit::world::Invariant;

use crate::progress::{Progress, Total};
use crate::proof::Proof;
use crate::workspace::replace;

/// The document's path in the workspace.
pub const FILE: &str = "docs/assurance.md";

const INTRODUCTION: &str = "\
# Assurance

Customers' card numbers pass through this service, and it decides amounts of money. This page says what it promises, how each
promise is tested, with the figures of the last runs, and what is not covered. `cargo xtask assure --long` runs the tests and
writes this page.

## What is promised

These promises about saving cards hold in any order of requests, with any number of processes, and whatever crashes, is cut off
or answers too late:

";

const METHOD: &str = "
## How it is tested

Each proof below attacks the service in its own way. What an attack leaves behind is judged by one function, `check_world` in
`crates/payments-core/src/testkit/world.rs`: the rows of the database, the tokens at the gateway, the sent messages, the audit log
and the requests' answers must fit together.

*No finding* counts only if the proof also finds its planted faults: deliberately broken variants of what it tests. A proof that
misses one of them fails, and so does one with a finding; neither is recorded here.

Each proof runs briefly in `cargo xtask test`, before every change. `cargo xtask assure` runs the quick tier, in about a quarter
of an hour. The long tier takes hours: each run continues where
the last one ended, until its goal is reached. What it did on earlier revisions of the code counts, and the revisions are counted,
too; when a proof itself changes, it starts again. All runs are recorded in `crates/payments-assurance/progress.toml`.

`cargo xtask assure --long --only <proof> --minutes 60` continues one proof, and
`cargo xtask assure --only <proof> --from <unit>` repeats one unit, such as the seed of a finding.
";

const LIMITS: &str = "
## What is not covered

- Real providers. Gateways and SMS senders are programs written from the providers' documentation. What only a live account can
  settle is listed in `crates/payments-gateways/UNVERIFIED.md`.
- Faults of the machine: memory and disks that return wrong data, and file systems that lose what they confirmed.
- Faults in PostgreSQL, Redis, the kernel, the compiler or a cryptographic library.
- Side channels of the processor, and an attacker with root access to the machine.
- Front ends, proxies and order systems around the service, apart from the worked examples of this repository.
- Time. A test of hours does not show what a year of operation shows.
";

/// Writes the document of the workspace in `root`.
///
/// # Errors
/// If it cannot be written.
pub fn write(proofs: &[Proof], progress: &Progress, root: &Path) -> Result<()> {
    replace(&root.join(FILE), &text(proofs, progress))
}

/// The document.
pub fn text(proofs: &[Proof], progress: &Progress) -> String {
    let promises = Invariant::ALL.into_iter().map(|invariant| {
        let (number, promise) = (invariant.number(), promise(invariant));
        format!("- **{number}** {promise}\n")
    });
    let mut text = INTRODUCTION.to_owned();
    text.extend(promises);
    text.push_str(METHOD);
    text.push_str(&overview(proofs, progress));
    for proof in proofs {
        text.push_str(&section(proof, progress.total(proof)));
    }
    text.push_str(LIMITS);
    for proof in proofs {
        let (name, not_covered) = (proof.name, proof.not_covered);
        text.extend(["- By `", name, "`: ", not_covered, "\n"]);
    }
    text
}

/// A promise, for readers who do not know the code.
const fn promise(invariant: Invariant) -> &'static str {
    match invariant {
        Invariant::OneEffect => {
            "One submitted card becomes at most one saved card, with one live token at the gateway."
        }
        Invariant::AnswersAreTrue => {
            "A customer reads that a card is saved only after its row is committed, and while its token is valid."
        }
        Invariant::TokensAreRows => {
            "At rest, the live tokens at the gateways are exactly those of the saved cards: none is lost, none is left over."
        }
        Invariant::TriesAreLimited => {
            "A code from an SMS is accepted once. Until then, at most 5 distinct wrong codes are compared with it; for a customer and day, at most 15."
        }
        Invariant::NoSecrets => {
            "No card number, CVV, code or full phone number is stored or logged outside the encrypted entry of a held card."
        }
        Invariant::NoCrossing => {
            "Nothing of one customer, session or point of sale reaches another."
        }
        Invariant::MessagesAreLimited => "No more SMS are sent than the limits allow.",
        Invariant::EveryRequestIsAnswered => {
            "Every request is answered within its deadline, and no input alone causes a server error."
        }
        Invariant::OneAuditRecord => {
            "Every way in which saving a card can end leaves exactly one audit record."
        }
        Invariant::NothingIsLeft => {
            "After the end, nothing of the attempt is left in the flow store but its answer, for a repeated request."
        }
    }
}

fn overview(proofs: &[Proof], progress: &Progress) -> String {
    let mut table =
        "\n| proof | what it shows | unit | among the tests | quick tier | long tier | done |\n|---|---|---|---|---|---|---|\n"
            .to_owned();
    for proof in proofs {
        let Proof {
            name,
            promise,
            unit,
            brief,
            quick,
            long,
            ..
        } = *proof;
        let done = progress.done(proof);
        let [brief, quick] = [brief, quick].map(|units| match units {
            0 => "–".to_owned(),
            units => grouped(units),
        });
        let (long, done) = (grouped(long), grouped(done));
        let row = format!(
            "| [{name}](#{name}) | {promise} | {unit} | {brief} | {quick} | {long} | {done} |\n"
        );
        table.push_str(&row);
    }
    table
}

fn section(proof: &Proof, total: Option<Total<'_>>) -> String {
    let Proof {
        name,
        promise,
        method,
        unit,
        long,
        ..
    } = proof;
    let mut text = format!("\n### {name}\n\n{promise}\n\n{method}\n\n");
    let Some(total) = total else {
        let goal = grouped(*long);
        text.push_str("The long tier has **not run**. Its goal is ");
        text.extend([&goal, " ", *unit, ".\n"]);
        return text;
    };
    let mut row = |name: &str, value: &str| {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "| {name} | {value} |");
    };
    row("long tier", "");
    row("---", "---");
    row("done", &extent(proof, &total));
    for (name, count) in &total.counts {
        row(name, &grouped(*count));
    }
    for (name, figure) in &total.last.figures {
        row(name, figure);
    }
    row("findings", "none");
    row("planted faults, all found", &total.last.controls.join(", "));
    row(
        "last run",
        &format!("{}, revision `{}`", total.last.date, total.last.revision),
    );
    row("command", &format!("`{}`", total.last.command));
    row("machine", &total.last.machine);
    text
}

/// How much of the goal is done, and which units are of the last revision.
fn extent(proof: &Proof, total: &Total<'_>) -> String {
    let (done, goal, unit) = (grouped(total.done), grouped(proof.long), proof.unit);
    let word = if total.done < proof.long {
        "in progress"
    } else {
        "complete"
    };
    let mut text = format!("{done} of {goal} {unit} ({word})");
    if total.revisions > 1 {
        let (from, revisions) = (grouped(total.last.from), total.revisions);
        let _ = write!(
            text,
            ", on {revisions} revisions; from {from} on, on the last one"
        );
    }
    text
}

/// `1,000,000`.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests;
