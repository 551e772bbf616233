//! The base images: pulled, or made on this machine where no registry can be reached.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};

use crate::command::{output, program, succeed, workspace_root};
use crate::services::programs;

use super::engine::Engine;

const DEBIAN: &str = "debian:bookworm-slim";
/// Where the other images are described.
const DESCRIPTIONS: &str = "xtask/image";
/// Every image that was made here has it, and those built from it.
const LABEL: &str = "payments.base=debootstrap";

/// Pulls or makes every image that the Dockerfile and `compose.yaml` name, unless it is there.
pub(super) fn provide(engine: &Engine, folder: &Path) -> Result<()> {
    let root = workspace_root();
    let dockerfile = fs::read_to_string(root.join("Dockerfile"))?;
    let compose = fs::read_to_string(root.join("compose.yaml"))?;
    for name in named(&dockerfile, &compose) {
        provide_one(engine, folder, name)?;
        let reference = format!("reference={name}");
        let label = format!("label={LABEL}");
        let made = ["images", "--quiet", "--filter", &reference, "--filter"];
        if !engine.output(&[&made[..], &[&label]].concat())?.is_empty() {
            println!("       {name} is made from Debian's packages: it could not be pulled");
        }
    }
    Ok(())
}

/// The base images of a Dockerfile and the images of a Compose file that are not built.
fn named<'a>(dockerfile: &'a str, compose: &'a str) -> Vec<&'a str> {
    let lines = dockerfile.lines();
    let bases = lines.filter_map(|line| line.strip_prefix("FROM ")?.split(' ').next());
    let lines = compose.lines();
    let images = lines.filter_map(|line| line.trim().strip_prefix("image: "));
    let not_ours = |name: &&str| *name != "scratch" && *name != super::NAME;
    bases.chain(images).filter(not_ours).collect()
}

fn provide_one(engine: &Engine, folder: &Path, name: &str) -> Result<()> {
    let is_here = engine.succeeds(&["image", "inspect", name]);
    if is_here || engine.succeeds(&["pull", &on_docker_hub(name)]) {
        return Ok(());
    }
    println!("       making {name}, which cannot be pulled");
    let made = make(engine, folder, name);
    made.with_context(|| format!("cannot make {name}"))
}

fn make(engine: &Engine, folder: &Path, name: &str) -> Result<()> {
    if name == DEBIAN {
        return make_debian(engine, folder);
    }
    provide_one(engine, folder, DEBIAN)?;
    let (kind, tag) = name.split_once(':').context("no tag")?;
    match kind {
        "rust" => {
            let version = output(program("rustc", &["--version"]))?;
            ensure!(is_of_release(&version, tag), "this machine has {version}");
            let context = output(program("rustc", &["--print=sysroot"]))?;
            let certificates = ["--build-context=certificates=/etc/ssl/certs"];
            describe(engine, name, kind, context.trim(), &certificates)
        }
        "postgres" | "redis" => describe(engine, name, kind, DESCRIPTIONS, &[]),
        _ => bail!("it is not described in {DESCRIPTIONS}"),
    }
}

/// Builds an image from its description.
fn describe(
    engine: &Engine,
    name: &str,
    kind: &str,
    context: &str,
    options: &[&str],
) -> Result<()> {
    let mut build = engine.build();
    build.arg(format!("--file={DESCRIPTIONS}/{kind}.Dockerfile"));
    build.arg(format!("--tag={}", on_docker_hub(name)));
    build.args(options).arg(context);
    succeed(build)
}

fn make_debian(engine: &Engine, folder: &Path) -> Result<()> {
    programs::DEBOOTSTRAP.folder()?;
    // Not in memory, where device files may be forbidden.
    let root = tempfile::tempdir_in(folder)?;
    // A file, so that nothing is imported unless all was written.
    let archive = tempfile::NamedTempFile::new_in(folder)?;
    let mut debian = program("sh", &["xtask/image/debian.sh"]);
    debian.arg(root.path()).stdout(archive.reopen()?);
    succeed(debian)?;
    let mut import = engine.command(&["import", "--change=CMD [\"bash\"]"]);
    import.arg(format!("--change=LABEL {LABEL}"));
    import.arg(archive.path()).arg(on_docker_hub(DEBIAN));
    succeed(import)
}

/// Whether a compiler (`rustc 1.95.0 (…)`) is the one of an image's tag (`1.95-slim-bookworm`).
fn is_of_release(version: &str, tag: &str) -> bool {
    let release = tag.split('-').next().unwrap_or(tag);
    version.starts_with(&format!("rustc {release}."))
}

fn on_docker_hub(name: &str) -> String {
    format!("docker.io/library/{name}")
}

#[cfg(test)]
mod tests {
    use super::{is_of_release, named};

    #[test]
    fn the_images_of_others_are_found() {
        let dockerfile = "FROM rust:1.95 AS build\nRUN true\nFROM scratch AS debug\nFROM debian\n";
        let compose = "x: &x\n  image: payments:local\n  build: .\nredis:\n    image: redis:7\n";
        assert_eq!(
            named(dockerfile, compose),
            ["rust:1.95", "debian", "redis:7"]
        );
    }

    #[test]
    fn the_compiler_has_the_release_of_the_image() {
        let compiler = "rustc 1.95.0 (59807616e 2026-04-14)";
        assert!(is_of_release(compiler, "1.95-slim-bookworm"));
        assert!(!is_of_release(compiler, "1.9-slim-bookworm"));
        assert!(!is_of_release(compiler, "1.96-slim-bookworm"));
    }
}
