//! Which processors a program runs on, where two must not be in each other's way.

use std::path::Path;
use std::process::Command;
use std::thread::available_parallelism;

use anyhow::Result;

/// Processors by their numbers from 0, as `taskset` of util-linux takes them.
pub(crate) struct Processors(String);

/// One processor for the load, and the others for the server. Databases run on any. None on a machine with a single one.
///
/// # Errors
/// The system does not say how many processors there are.
pub(crate) fn apart() -> Result<Option<(Processors, Processors)>> {
    let last = available_parallelism()?.get() - 1;
    let pair = || (Processors("0".to_owned()), Processors(format!("1-{last}")));
    Ok((last > 0).then(pair))
}

impl Processors {
    /// The program, on these only.
    pub(crate) fn run(&self, program: &Path) -> Command {
        let mut command = Command::new("taskset");
        command.args(["--cpu-list", &self.0]).arg(program);
        command
    }
}
