//! `cargo xtask dist`: what a release publishes, in `target/dist`.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use crate::command::{
    cargo, delete_folder, output, program, succeed, target_directory, workspace_root,
};
use crate::pinned;
use crate::sbom;
use crate::server::Server;
use crate::tree::{ensure_committed, paths_below};

/// For Linux on amd64 with the C library of Debian 12, where CI and the image build it.
const TARGET: &str = "x86_64-unknown-linux-gnu";
/// Debian 12's.
const GLIBC: (u32, u32) = (2, 36);
/// Text files of the archive and folders of them, and their places in it.
const FILES: [(&str, &str); 8] = [
    ("LICENSE-APACHE", "LICENSE-APACHE"),
    ("LICENSE-MIT", "LICENSE-MIT"),
    ("CHANGELOG.md", "CHANGELOG.md"),
    ("config/default.toml", "config/default.toml"),
    ("config/production.toml", "config/production.toml"),
    ("deploy/systemd", "systemd"),
    ("deploy/postgres", "postgres"),
    // The program has these migrations, but not the way back.
    (
        "migrations/postgres-partitioned",
        "migrations/postgres-partitioned",
    ),
];
const ABOUT: &str = "0.9.3";

pub(crate) fn run() -> Result<()> {
    ensure_committed()?;
    let name = format!("payments-{}-{TARGET}", env!("CARGO_PKG_VERSION"));
    let dist = target_directory()?.join("dist");
    delete_folder(&dist)?;
    let folder = dist.join(&name);
    fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
    build(&folder, &dist.join(format!("{name}.debug")))?;
    for (from, to) in files()? {
        let (from, to) = (workspace_root().join(from), folder.join(to));
        fs::create_dir_all(to.parent().context("a place")?)?;
        fs::copy(&from, to).with_context(|| format!("cannot copy {}", from.display()))?;
    }
    write_licenses(&folder)?;
    sbom::write(&folder)?;
    let archive = archive(&dist, &name)?;
    delete_folder(&folder)?;
    let sums = in_folder(&dist, "sh", &["-c", "sha256sum -- payments-*"]);
    fs::write(dist.join("SHA256SUMS"), output(sums)?)?;
    check(&dist, &name, &archive)?;
    println!("\nin {}:", dist.display());
    succeed(in_folder(&dist, "ls", &["-l", "--human-readable"]))
}

/// Each text file of the archive, and its place in it.
fn files() -> Result<Vec<(String, String)>> {
    let mut files = Vec::new();
    for (from, to) in FILES {
        let paths = paths_below(from)?;
        ensure!(!paths.is_empty(), "there is no {from}");
        let places = paths.into_iter().map(|path| {
            let place = path.replacen(from, to, 1);
            (path, place)
        });
        files.extend(places);
    }
    Ok(files)
}

/// The program, and what a debugger needs in a file of its own.
fn build(folder: &Path, debug: &Path) -> Result<()> {
    let mut build = cargo(&["build", "--profile=shipping", "--locked"]);
    build.args(["--package=payments-http", "--bin=payments"]);
    build.args(["--target", TARGET, "--features", &sbom::features()?]);
    // The file's paths would be those of this machine.
    build.env("CARGO_ENCODED_RUSTFLAGS", remapped_paths()?);
    succeed(build)?;
    let file = target_directory()?.join(TARGET).join("shipping/payments");
    let file = file.to_string_lossy();
    let mut keep = program("objcopy", &["--only-keep-debug", &file]);
    keep.arg(debug);
    succeed(keep)?;
    let mut strip = program("objcopy", &["--strip-debug"]);
    strip.arg(format!("--add-gnu-debuglink={}", debug.display()));
    strip.arg(&*file).arg(folder.join("payments"));
    succeed(strip)?;
    let symbols = output(program("objdump", &["--dynamic-syms", &file]))?;
    let (major, minor) = newest_glibc(&symbols).context("no C library")?;
    ensure!((major, minor) <= GLIBC, "it needs glibc {major}.{minor}");
    println!("ok     program: needs glibc {major}.{minor} or later");
    Ok(())
}

fn remapped_paths() -> Result<String> {
    let places = [(workspace_root(), "/payments"), (cargo_home()?, "/cargo")];
    let flags = places.map(|(from, to)| format!("--remap-path-prefix={}={to}", from.display()));
    Ok(flags.join("\x1f"))
}

/// The folder with the sources of the dependencies.
fn cargo_home() -> Result<PathBuf> {
    #[expect(
        clippy::disallowed_methods,
        reason = "the environment names cargo's folder"
    )]
    let named = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let default = || Some(std::env::home_dir()?.join(".cargo"));
    named.or_else(default).context("no home folder")
}

/// The newest version of the C library that a symbol needs.
fn newest_glibc(symbols: &str) -> Option<(u32, u32)> {
    let versions = symbols.split("GLIBC_").skip(1).filter_map(|rest| {
        let version = rest
            .split(|c: char| c != '.' && !c.is_ascii_digit())
            .next()?;
        let mut parts = version.split('.').map(str::parse);
        Some((parts.next()?.ok()?, parts.next()?.ok()?))
    });
    versions.max()
}

fn write_licenses(folder: &Path) -> Result<()> {
    let about = pinned::cargo_program("cargo-about", ABOUT, "cli")?;
    let file = folder.join("THIRD-PARTY-LICENSES");
    let mut generate = program(
        &about.to_string_lossy(),
        &["about", "generate", "--fail", "--locked"],
    );
    generate.args(["--config", "xtask/dist/about.toml"]);
    generate.args(["--manifest-path", "crates/payments-http/Cargo.toml"]);
    generate.args(["--features", &sbom::features()?, "--output-file"]);
    generate.arg(&file).arg("xtask/dist/licenses.hbs");
    succeed(generate)?;
    let licenses = fs::read_to_string(file)?;
    let packages = licenses
        .lines()
        .filter(|line| line.starts_with("Package: "))
        .count();
    println!("ok     licences of {packages} packages");
    Ok(())
}

/// The same bytes from the same commit.
fn archive(dist: &Path, name: &str) -> Result<String> {
    let archive = format!("{name}.tar.gz");
    let time = output(program("git", &["log", "-1", "--format=%ct"]))?;
    let mut tar = in_folder(dist, "tar", &["--create", "--sort=name", "--format=posix"]);
    tar.args([
        "--owner=0",
        "--group=0",
        "--numeric-owner",
        "--mode=go=rX,u+rw",
    ]);
    tar.arg(format!("--mtime=@{}", time.trim()));
    tar.arg("--pax-option=delete=atime,delete=ctime");
    tar.args(["--use-compress-program=gzip -9n", "--file", &archive, name]);
    succeed(tar)?;
    Ok(archive)
}

/// Unpacks the archive as a user does, and starts the program.
fn check(dist: &Path, name: &str, archive: &str) -> Result<()> {
    output(in_folder(
        dist,
        "sha256sum",
        &["--check", "--strict", "SHA256SUMS"],
    ))?;
    let unpacked = tempfile::tempdir()?;
    let mut tar = in_folder(dist, "tar", &["--extract", "--file", archive]);
    tar.arg("--directory").arg(unpacked.path());
    succeed(tar)?;
    let payments = unpacked.path().join(name).join("payments");
    let version = output(program(&payments.to_string_lossy(), &["--version"]))?;
    let expected = concat!("payments ", env!("CARGO_PKG_VERSION"));
    ensure!(version.trim() == expected, "it is {version}");
    let mut service = Server::start(&unpacked.path().join("log"), |address| {
        let mut command = std::process::Command::new(&payments);
        command.current_dir(unpacked.path()).env_clear();
        command.env("PAYMENTS__HTTP__BIND", address.to_string());
        Ok(command)
    })?;
    service.wait_for("/health/ready", |response| response.status() == 200)?;
    println!("ok     the archive: checksums, version, a start with the demo store");
    Ok(())
}

fn in_folder(folder: &Path, name: &str, arguments: &[&str]) -> std::process::Command {
    let mut command = program(name, arguments);
    command.current_dir(folder);
    command
}

#[cfg(test)]
mod tests {
    use super::{files, newest_glibc};

    #[test]
    fn the_archive_has_every_unit_the_roles_and_the_way_back_from_partitions() {
        let places: Vec<String> = files().unwrap().into_iter().map(|(_, to)| to).collect();
        for place in [
            "config/production.toml",
            "systemd/payments@.service",
            "systemd/payments-migrate.service",
            "postgres/roles.sql",
            "migrations/postgres-partitioned/20261201120000_months/down.sql",
        ] {
            assert!(places.iter().any(|found| found == place), "{place}");
        }
    }

    #[test]
    fn the_newest_c_library_that_is_needed_is_found() {
        let symbols = "0 DF *UND* 0 (GLIBC_2.2.5) free\n0 DF *UND* 0 (GLIBC_2.34) x\n0 DF *UND* 0 (GLIBC_2.9) y\n";
        assert_eq!(newest_glibc(symbols), Some((2, 34)));
        assert_eq!(newest_glibc("0 DF *UND* 0 (GCC_3.0) x\n"), None);
    }
}
