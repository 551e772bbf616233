//! The Python package, and the Django shop that uses it.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use super::{Sources, quietly};
use crate::command::{delete_folder, workspace_root};
use crate::pinned;

/// Classes whose fields are secrets: cards, codes, gateway tokens, sessions and the headers of a client.
const SECRETIVE: [(&str, &str); 6] = [
    ("client.py", "@define"),
    ("models/card_request.py", "@_attrs_define"),
    ("models/instrument.py", "@_attrs_define"),
    ("models/instrument_provider.py", "@_attrs_define"),
    ("models/otp_request.py", "@_attrs_define"),
    ("models/session.py", "@_attrs_define"),
];

/// Builds both archives into the folder that is given.
const BUILD: &str = "\
import sys
from flit_core import buildapi
buildapi.build_sdist(sys.argv[1])
buildapi.build_wheel(sys.argv[1])
";

pub(super) fn check(sources: &Sources, url: &str) -> Result<()> {
    let tools = pinned::python("xtask/clients/python", "clients/python")?.join("python");
    let wheel = build(sources, &tools)?;
    let shop = pinned::wheels("examples/django", "clients/django", &tools)?;
    let user = fresh_environment()?;
    let install = |what: &[&OsStr]| {
        let mut pip = Command::new(&tools);
        pip.args(["-m", "pip", "--disable-pip-version-check", "--python"]);
        pip.arg(&user)
            .args(["install", "--quiet", "--no-index", "--find-links"]);
        pip.arg(shop.join("wheels")).args(what);
        quietly(pip)
    };
    install(&[wheel.as_os_str()])?;
    let mut journey = Command::new(&user);
    // Isolated, so that it imports what is installed.
    journey
        .arg("-I")
        .arg(workspace_root().join("xtask/clients/python_user/journey.py"));
    journey.arg(url);
    quietly(journey)?;
    install(&[
        "--requirement".as_ref(),
        shop.join("requirements.txt").as_os_str(),
    ])?;
    let mut test = Command::new(&user);
    test.args(["manage.py", "test"]).current_dir(shop);
    test.env("PAYMENTS_URL", url);
    quietly(test).context("examples/django")
}

/// Generates the package without a warning and builds it. Returns the wheel.
fn build(sources: &Sources, tools: &Path) -> Result<PathBuf> {
    let package = workspace_root().join("target/clients/python");
    let module = package.join("payments_client");
    delete_folder(&module)?;
    let mut generate = Command::new(tools);
    generate.args(["-m", "openapi_python_client", "generate"]);
    generate.args(["--meta=none", "--fail-on-warning"]);
    generate.arg("--path").arg(&sources.description_file);
    generate.arg("--output-path").arg(&module);
    generate.arg("--config").arg(package.join("generator.yaml"));
    quietly(generate)?;
    for (file, decorator) in SECRETIVE {
        let without_repr = format!("{decorator}(repr=False)\n");
        replace(&module.join(file), &format!("{decorator}\n"), &without_repr)?;
    }
    replace(
        &module.join("client.py"),
        "_timeout: httpx.Timeout | None = field(default=None,",
        "_timeout: httpx.Timeout | None = field(factory=lambda: httpx.Timeout(10),",
    )?;
    fs::copy(package.join("csrf.py"), module.join("csrf.py"))?;
    fs::write(module.join("py.typed"), "")?;
    sources.complete(&package, "pyproject.toml")?;
    let mut build = Command::new(tools);
    build.args(["-c", BUILD]).arg(&sources.archives);
    build.current_dir(package);
    quietly(build)?;
    let wheel = format!("payments_client-{}-py3-none-any.whl", sources.version);
    Ok(sources.archives.join(wheel))
}

/// Replaces a text in a generated file, which must have it.
fn replace(file: &Path, from: &str, to: &str) -> Result<()> {
    let text = fs::read_to_string(file)?;
    ensure!(text.contains(from), "{} has no {from:?}", file.display());
    Ok(fs::write(file, text.replace(from, to))?)
}

/// Returns the interpreter of an environment without any package.
fn fresh_environment() -> Result<PathBuf> {
    let folder = workspace_root().join("target/clients/python_user");
    let mut create = Command::new("python3");
    create.args(["-m", "venv", "--clear", "--without-pip"]);
    create.arg(&folder);
    quietly(create)?;
    Ok(folder.join("bin/python"))
}
