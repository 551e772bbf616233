//! P3: what a shop would run instead, Django REST framework as it is usually deployed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use super::{Ground, Rows, row};
use crate::bench::duel::{Contender, duel};
use crate::bench::machine::Machine;
use crate::bench::row::{Figure, Goal};
use crate::bench::stage::Stage;
use crate::bench::started::Started;
use crate::bench::store::{CARDS, PLANS, catalog};
use crate::command::{succeed, target_directory, workspace_root};
use crate::services::programs;

/// The application.
const SOURCE: &str = "crates/payments-bench/django";
const PINS: &str = "requirements.txt";

/// The same listing of the same data on the same database server.
///
/// # Errors
/// It cannot be installed or does not start.
pub(crate) fn rows(ground: &Ground<'_>, stage: &Stage) -> Rows {
    let what = "product listing ÷ Django REST framework's, PostgreSQL";
    let goal = Some(Goal::AtLeast(150.0));
    if !ground.pace.is_full {
        let why = "left out of --quick: Django has to be installed first".to_owned();
        return Ok(vec![row("P3", what, goal, Figure::Absent { why }, "")]);
    }
    let django = Django::installed()?;
    let server = django.serve(stage)?;
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
            name: "Django REST framework",
            target: server.target(),
            question: &question,
        },
    )?;
    let note = "gunicorn, three queries a listing";
    Ok(vec![row("P3", what, goal, figure, note)])
}

/// Python with what the application needs.
struct Django {
    programs: PathBuf,
    source: PathBuf,
}

impl Django {
    /// Installs it unless exactly that is there.
    fn installed() -> Result<Self> {
        let folder = target_directory()?.join("bench/django");
        let source = workspace_root().join(SOURCE);
        let wanted = fs::read(source.join(PINS))?;
        let mark = folder.join("installed.txt");
        if fs::read(&mark).ok().as_ref() != Some(&wanted) {
            let python = programs::PYTHON.folder()?.join("python3");
            let mut create = Command::new(python);
            create.args(["-m", "venv", "--clear"]).arg(&folder);
            succeed(create)?;
            let mut install = Command::new(folder.join("bin/python"));
            install
                .args(["-m", "pip", "install", "--quiet", "--no-deps"])
                .args(["--disable-pip-version-check", "--requirement"])
                .arg(source.join(PINS));
            succeed(install)?;
            fs::write(mark, wanted)?;
        }
        Ok(Self {
            programs: folder.join("bin"),
            source,
        })
    }

    /// Fills its tables beside the service's, and starts it.
    fn serve(&self, stage: &Stage) -> Result<Started> {
        let data = stage.folder().join("catalog.json");
        fs::write(&data, catalog(CARDS, PLANS).to_string())?;
        let mut fill = self.command("python", stage)?;
        fill.arg("fill.py").arg(&data);
        succeed(fill)?;
        // What gunicorn's documentation advises.
        let workers = 2 * Machine::of_this()?.processors + 1;
        let mut command = self.command("gunicorn", stage)?;
        command
            .args(["wsgi", "--worker-class=gthread", "--threads=2"])
            .arg(format!("--workers={workers}"))
            .args(["--keep-alive=5", "--log-level=error"]);
        let log = stage.folder().join("django.log");
        let mut server = Started::start(&log, |address| {
            command.arg(format!("--bind={address}"));
            command
        })?;
        let path = "/payments/cards/product/1/";
        let begins = format!("{{\"count\":{CARDS},");
        server
            .wait_for(path, &[], |answer| {
                answer.is_ok() && answer.body().starts_with(begins.as_bytes())
            })
            .with_context(|| fs::read_to_string(&log).unwrap_or_default())?;
        Ok(server)
    }

    fn command(&self, program: &str, stage: &Stage) -> Result<Command> {
        let mut command = Command::new(Path::new(&self.programs).join(program));
        command
            .current_dir(&self.source)
            .env("BENCH_DATABASE_URL", stage.database()?)
            .env("PYTHONDONTWRITEBYTECODE", "1");
        Ok(command)
    }
}
