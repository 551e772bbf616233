//! The example that prices a basket in Node, where its target and Node are installed.

use std::path::Path;

use anyhow::Result;

use crate::checkers::{Findings, Outcome};
use crate::command::{cargo, is_installed, output, program, succeed};

const TARGET: &str = "wasm32-unknown-unknown";
/// 19.49 TRY at 0, 5 and 9.5 percent, rounded up.
const EXPECTED: &str = "1: 19.49 TRY\n3: 20.47 TRY\n6: 21.35 TRY\n9: not offered\n";

pub(super) fn check() -> Result<Outcome> {
    let libraries = ["--print", "target-libdir", "--target", TARGET];
    if !Path::new(output(program("rustc", &libraries))?.trim()).exists() {
        let missing = format!("needs the target: `rustup target add {TARGET}`");
        return Ok(Outcome::NotRun(missing));
    }
    if !is_installed("node") {
        return Ok(Outcome::NotRun("needs Node".to_owned()));
    }
    let mut build = cargo(&["build", "--quiet", "--release", "--target", TARGET]);
    build.args([
        "--manifest-path=examples/wasm/Cargo.toml",
        "--target-dir=target",
    ]);
    let price = program("node", &["examples/wasm/price.mjs"]);
    let printed = succeed(build).and_then(|()| output(price));
    let finding = match printed {
        Ok(printed) if printed == EXPECTED => None,
        Ok(printed) => Some(format!("Node printed {printed:?}, not {EXPECTED:?}")),
        Err(error) => Some(format!("{error:#}")),
    };
    Ok(Outcome::Ran(Findings::from_iter(finding)))
}
