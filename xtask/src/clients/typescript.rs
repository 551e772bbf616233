//! The TypeScript package, and the Next.js shop that uses it.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use super::{Sources, quietly};
use crate::command::{delete_folder, output, program, workspace_root};
use crate::pinned;

/// What the package may add to a page: minified and compressed by gzip, with its dependencies.
const MAX_BUNDLE_BYTES: u32 = 6 * 1024;
/// Prints the compressed size of a file.
const COMPRESSED_BYTES: &str =
    "zlib.gzipSync(fs.readFileSync(process.argv[1]), { level: 9 }).byteLength";

const TSC: &str = "../typescript/node_modules/typescript/bin/tsc";
const ESBUILD: &str = "../typescript/node_modules/esbuild/bin/esbuild";
const INSTALLED: &str = "node_modules/payments-client/dist/index.js";

pub(super) fn check(sources: &Sources, url: &str) -> Result<()> {
    let archive = build(sources)?;
    let user = pinned::copy("xtask/clients/typescript_user", "clients/typescript_user")?;
    delete_folder(&user.join("node_modules"))?;
    install(&user, &archive)?;
    node(&user, &[TSC, "--project", "."])?;
    node(&user, &["compiled/journey.js", url])?;
    is_small(&user)?;
    shop(&archive, url).context("examples/nextjs")
}

/// Generates the types, compiles and packs. Returns the archive.
fn build(sources: &Sources) -> Result<PathBuf> {
    let package = pinned::node("xtask/clients/typescript", "clients/typescript")?;
    sources.complete(&package, "package.json")?;
    let description = sources.description_file.to_string_lossy();
    let generator = "node_modules/openapi-typescript/bin/cli.js";
    // A default is what the service fills in: nothing that a request needs.
    let options = ["--default-non-nullable", "false", "--output", "schema.ts"];
    node(
        &package,
        &[&[generator, &*description], &options[..]].concat(),
    )?;
    delete_folder(&package.join("dist"))?;
    node(&package, &[TSC, "--project", "."])?;
    let archives = sources.archives.to_string_lossy();
    let pack = ["pack", "--ignore-scripts", "--pack-destination", &*archives];
    npm(&package, &pack)?;
    let archive = format!("payments-client-{}.tgz", sources.version);
    Ok(sources.archives.join(archive))
}

/// Needs no registry: the archive has its dependencies.
fn install(project: &Path, archive: &Path) -> Result<()> {
    let archive = archive.to_string_lossy();
    npm(
        project,
        &[
            "install",
            "--prefer-offline",
            "--no-save",
            "--no-package-lock",
            "--ignore-scripts",
            "--no-audit",
            &*archive,
        ],
    )
}

fn is_small(user: &Path) -> Result<()> {
    let options = [
        "--bundle",
        "--minify",
        "--format=esm",
        "--outfile=bundle.js",
    ];
    node(user, &[&[ESBUILD, INSTALLED], &options[..]].concat())?;
    let size = in_folder("node", user, &["--print", COMPRESSED_BYTES, "bundle.js"]);
    let bytes = output(size)?.trim().parse::<u32>()?;
    println!("       the TypeScript package takes {bytes} bytes of a page (gzip)");
    ensure!(
        bytes <= MAX_BUNDLE_BYTES,
        "the package takes {bytes} bytes of a page, not {MAX_BUNDLE_BYTES}"
    );
    Ok(())
}

/// Builds the shop and runs its tests.
fn shop(archive: &Path, url: &str) -> Result<()> {
    // Next.js builds each page that it finds.
    delete_folder(&workspace_root().join("target/clients/nextjs/app"))?;
    let shop = pinned::node("examples/nextjs", "clients/nextjs")?;
    install(&shop, archive)?;
    for arguments in [&["run", "build"][..], &["test"]] {
        let mut npm = in_folder("npm", &shop, arguments);
        npm.env("PAYMENTS_URL", url);
        npm.env("NEXT_TELEMETRY_DISABLED", "1");
        quietly(npm)?;
    }
    Ok(())
}

fn node(folder: &Path, arguments: &[&str]) -> Result<()> {
    quietly(in_folder("node", folder, arguments))
}

fn npm(folder: &Path, arguments: &[&str]) -> Result<()> {
    quietly(in_folder("npm", folder, arguments))
}

fn in_folder(name: &str, folder: &Path, arguments: &[&str]) -> Command {
    let mut command = program(name, arguments);
    command.current_dir(folder);
    command
}
