//! The controls: a function with a test, whose mutant must be caught, and one without, whose mutant must survive.
//!
//! The first shows that the tests run on the mutant. The second shows that they pass otherwise: a build that fails for another
//! reason would catch everything.

use std::path::Path;

use anyhow::{Context, Result, ensure};

use super::judged::Outcome;
use super::tool::Tool;
use super::tree::Files;

const MODULE: &str = "planted";
const FOLDER: &str = "crates/payments-core/src";

const SOURCE: &str = "\
//! Functions whose mutants are known to be caught and to survive.

/// Has a test.
pub fn tested(value: &mut u8) {
    *value = 1;
}

/// Has none.
pub fn untested(value: &mut u8) {
    *value = 1;
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_value_is_set() {
        let mut value = 0;
        super::tested(&mut value);
        assert_eq!(value, 1);
    }
}
";

/// Adds the functions to the copy of the core.
pub(super) fn add(files: &mut Files) -> Result<()> {
    let folder = Path::new(FOLDER);
    let library = files.get_mut(&folder.join("lib.rs"));
    let library = library.context("the core has no lib.rs")?;
    library.extend(format!("\npub mod {MODULE};\n").bytes());
    let module = folder.join(format!("{MODULE}.rs"));
    files.insert(module, SOURCE.into());
    Ok(())
}

/// Tests their mutants. Returns what was shown.
pub(super) fn test(tool: &Tool) -> Result<Vec<String>> {
    let mutants = tool.mutants(&[MODULE])?;
    let mutants: Vec<_> = mutants.iter().collect();
    let outcomes = tool.test(&mutants)?;
    let expected = [
        ("replace tested with ()", Outcome::Caught),
        ("replace untested with ()", Outcome::Missed),
    ];
    let found: Vec<_> = outcomes
        .iter()
        .map(|(mutant, outcome)| (mutant.change(), *outcome))
        .collect();
    ensure!(
        found == expected,
        "the planted functions should give {expected:?}, not {found:?}"
    );
    let shown = [
        "the mutant of a function without a test survives",
        "the mutant of a function with a test is caught",
    ];
    Ok(shown.map(str::to_owned).to_vec())
}
