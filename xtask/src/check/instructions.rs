//! No work of the core takes more instructions than it did: times differ from run to run, counts do not.

use std::collections::BTreeMap;

use anyhow::Result;

use super::Complaints;
use crate::bench::baseline::{Baseline, Difference, FILE};
use crate::bench::counted::{CASES, Counter, compiler};

/// Counts every case and holds it against the baseline, or makes the counts the baseline.
///
/// # Errors
/// Valgrind is missing and cannot be installed, or a case cannot be counted.
pub(super) fn check(bless: bool) -> Result<Complaints> {
    let compiler = compiler()?;
    if bless {
        let instructions = count()?;
        Baseline {
            compiler,
            instructions,
        }
        .write()?;
        println!("       {FILE} has the counts of now");
        return Ok(Complaints::new());
    }
    let baseline = Baseline::read()?;
    if baseline.compiler != compiler {
        println!(
            "       not compared: {FILE} was counted with {}, and this is {compiler}",
            baseline.compiler
        );
        return Ok(Complaints::new());
    }
    let mut complaints = Complaints::new();
    for difference in baseline.compare(&count()?) {
        match difference {
            Difference::Grown(said) => complaints.push(format!(
                "{said}; if that has to be: cargo xtask check --bless"
            )),
            Difference::Shrunk(said) => {
                println!("       fewer, so renew them with cargo xtask check --bless: {said}");
            }
        }
    }
    Ok(complaints)
}

fn count() -> Result<BTreeMap<String, u64>> {
    let counter = Counter::prepare()?;
    let counts = CASES.iter().map(|case| {
        let count = counter.instructions(case)?;
        Ok(((*case).to_owned(), count))
    });
    counts.collect()
}
