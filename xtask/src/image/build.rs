//! Building the image, and that two builds of the same commit give the same image.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::command::{output, program, succeed, workspace_root};

use super::NAME;
use super::engine::{Engine, Kind};
use super::properties::Image;

/// The second build.
const AGAIN: &str = "payments:again";
/// In the Dockerfile: what the build before has compiled.
const COMPILED: &str = "--mount=type=cache,target=/src/target";
const DEBUG_INFORMATION: &str = "payments.debug";

pub(super) fn build(engine: &Engine) -> Result<()> {
    succeed(command(engine, NAME)?)?;
    println!(
        "ok     built; its program is {}",
        program_digest(engine, NAME)?
    );
    Ok(())
}

/// Builds once more without anything from an earlier build, except downloaded crates. Fails if the image differs.
pub(super) fn build_again(engine: &Engine, folder: &Path) -> Result<()> {
    let text = fs::read_to_string(workspace_root().join("Dockerfile"))?;
    let file = folder.join("Dockerfile");
    fs::write(&file, without_compiled(&text)?)?;
    let mut again = command(engine, AGAIN)?;
    again.arg("--no-cache").arg("--file").arg(file);
    succeed(again)?;
    let compared = compare(engine);
    engine.succeed(&["rmi", AGAIN])?;
    compared
}

fn compare(engine: &Engine) -> Result<()> {
    let [one, other] = [NAME, AGAIN].map(|name| Image::inspect(engine, name));
    let (one, other) = (one?, other?);
    let digests = [
        program_digest(engine, NAME)?,
        program_digest(engine, AGAIN)?,
    ];
    ensure!(
        digests[0] == digests[1],
        "a second build gives another program: {digests:?}"
    );
    let differences = one.differences(&other);
    ensure!(
        differences.is_empty(),
        "a second build gives another image: {}",
        differences.join("; ")
    );
    println!("ok     a build from nothing gives the same layers and configuration");
    Ok(())
}

/// Writes the file that debuggers find by the program's debug link.
pub(super) fn write_debug_information(engine: &Engine, folder: &Path) -> Result<()> {
    let mut build = engine.build();
    build.arg("--target=debug").arg(time(engine)?);
    build.arg(format!("--output=type=local,dest={}", folder.display()));
    build.arg(".");
    succeed(build)?;
    let file = folder.join(DEBUG_INFORMATION);
    ensure!(file.is_file(), "{} was not written", file.display());
    println!("ok     debug information: {}", file.display());
    Ok(())
}

fn command(engine: &Engine, name: &str) -> Result<Command> {
    // The commit, with `-dirty` after changes.
    let revision = output(program(
        "git",
        &[
            "describe",
            "--always",
            "--dirty",
            "--abbrev=40",
            "--exclude=*",
        ],
    ))?;
    let mut build = engine.build();
    build.arg(format!("--tag={name}"));
    build.arg(format!(
        "--label=org.opencontainers.image.revision={}",
        revision.trim()
    ));
    build.arg(time(engine)?);
    if engine.kind == Kind::Docker {
        build.arg("--output=type=docker,rewrite-timestamp=true");
    }
    build.arg(".");
    Ok(build)
}

/// The option that gives every file and the image the time of the commit.
fn time(engine: &Engine) -> Result<String> {
    let option = match engine.kind {
        Kind::Podman => "--timestamp",
        Kind::Docker => "--build-arg=SOURCE_DATE_EPOCH",
    };
    let seconds = output(program("git", &["log", "-1", "--format=%ct"]))?;
    Ok(format!("{option}={}", seconds.trim()))
}

fn program_digest(engine: &Engine, name: &str) -> Result<String> {
    let run = ["run", "--rm", "--network=none", "--entrypoint=sha256sum"];
    let line = engine.output(&[&run[..], &[name, "/usr/local/bin/payments"]].concat())?;
    let digest = line.split(' ').next().context("no digest")?;
    Ok(format!("sha256:{digest}"))
}

fn without_compiled(dockerfile: &str) -> Result<String> {
    ensure!(
        dockerfile.contains(COMPILED),
        "the Dockerfile has no {COMPILED}"
    );
    Ok(dockerfile.replace(COMPILED, ""))
}

#[cfg(test)]
mod tests {
    use super::without_compiled;

    #[test]
    fn only_the_cache_of_compiled_crates_is_left_out() {
        let registry = "RUN --mount=type=cache,target=/usr/local/cargo/registry";
        let text = format!(
            "{registry} \\\n    --mount=type=cache,target=/src/target \\\n    cargo build\n"
        );
        let expected = format!("{registry} \\\n     \\\n    cargo build\n");
        assert_eq!(without_compiled(&text).unwrap(), expected);
        assert!(without_compiled("RUN cargo build\n").is_err());
    }
}
