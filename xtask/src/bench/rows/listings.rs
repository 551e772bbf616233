//! P1 and P2: listings against what the same server can do at best.

use std::process::Command;

use anyhow::Result;

use super::{Ground, Rows, row};
use crate::bench::asking::Answer;
use crate::bench::duel::{Contender, duel, same_bytes};
use crate::bench::row::Goal;
use crate::bench::stage::Stage;
use crate::bench::started::Started;
use crate::bench::store::SESSION_PREFIX;

/// P1: a product's listing, and the same bytes sent without a thought.
///
/// # Errors
/// A server fails, or the ceiling sends other bytes.
pub(crate) fn products(ground: &Ground<'_>, stage: &Stage) -> Rows {
    let ceiling = static_ceiling(stage, Command::new(&ground.programs.bench))?;
    let question = stage.products();
    let figure = duel(
        &ground.programs.bench,
        ground.pace,
        &Contender {
            name: "product listing",
            target: stage.service.target(),
            question: &question,
        },
        &Contender {
            name: "the same bytes, static",
            target: ceiling.target(),
            question: &question,
        },
    )?;
    same_bytes(&figure)?;
    let what = format!(
        "product listing ÷ the same bytes sent statically, {}",
        stage.name
    );
    Ok(vec![row("P1", &what, Some(Goal::AtLeast(0.8)), figure, "")])
}

/// P2: a basket's and a pre-order's listing, and one query with the same bytes.
///
/// # Errors
/// A server fails, or the ceiling sends other bytes.
pub(crate) fn sessions(ground: &Ground<'_>, stage: &Stage) -> Rows {
    let cookie = format!("Cookie: osessionid={SESSION_PREFIX}1");
    let paths = [
        ("basket listing", "/payments/cards/basket/"),
        ("pre-order listing", "/payments/cards/pre-order/"),
    ];
    let rows = paths.map(|(name, path)| {
        let answer = stage.recorded("session.http", path, &[&cookie])?;
        let mut command = Command::new(&ground.programs.bench);
        command.arg("query-ceiling").arg("--answer").arg(answer);
        command.args(["--database", stage.database()?]);
        let ceiling = started(stage, "query.log", path, &[&cookie], command)?;
        let question = stage.sessions(path);
        let figure = duel(
            &ground.programs.bench,
            ground.pace,
            &Contender {
                name,
                target: stage.service.target(),
                question: &question,
            },
            &Contender {
                name: "one equal query and the same bytes",
                target: ceiling.target(),
                question: &question,
            },
        )?;
        same_bytes(&figure)?;
        let what = format!(
            "{name} ÷ one equal query and the same bytes, {}",
            stage.name
        );
        Ok(row("P2", &what, Some(Goal::AtLeast(0.9)), figure, ""))
    });
    rows.into_iter().collect()
}

/// A product's recorded listing, sent to whoever asks by the bench's program.
///
/// # Errors
/// It cannot be recorded, or the program does not start.
pub(super) fn static_ceiling(stage: &Stage, mut bench: Command) -> Result<Started> {
    let path = "/payments/cards/product/1/";
    let answer = stage.recorded("product.http", path, &[])?;
    bench.arg("static-ceiling").arg("--answer").arg(answer);
    started(stage, "static.log", path, &[], bench)
}

fn started(
    stage: &Stage,
    log: &str,
    path: &str,
    headers: &[&str],
    mut command: Command,
) -> Result<Started> {
    let mut ceiling = Started::start(&stage.folder().join(log), |address| {
        command.args(["--port", &address.port().to_string()]);
        command
    })?;
    ceiling.wait_for(path, headers, Answer::is_ok)?;
    Ok(ceiling)
}
