//! The processes beside the service.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result};
use payments_bench::job::{Counters, Job, Load, Requests, Servers, Summary};

use super::Bench;
use crate::command::output;

/// A list of processors (taskset(1)), or all.
pub(crate) type Processors<'a> = Option<&'a str>;

/// A command that runs a program on some processors only.
pub(crate) fn on(processors: Processors<'_>, program: &Path) -> Command {
    let Some(processors) = processors else {
        return Command::new(program);
    };
    let mut command = Command::new("taskset");
    command.args(["--cpu-list", processors]).arg(program);
    command
}

/// As many requests as the server responds to in this time.
pub(crate) fn lasting(duration: Duration, requests: &Requests) -> Load {
    Load {
        requests: requests.clone(),
        duration,
        max_responses: None,
        per_second: None,
    }
}

impl Bench {
    /// A process of `payments-bench`.
    pub(crate) fn process(&self, job: &Job, processors: Processors<'_>) -> Result<Command> {
        let mut command = on(processors, &self.beside);
        command.arg(serde_json::to_string(job)?);
        Ok(command)
    }

    /// Runs a job that ends with a summary.
    pub(crate) fn summary(&self, job: &Job, processors: Processors<'_>) -> Result<Summary> {
        let summary = output(self.process(job, processors)?)?;
        serde_json::from_str(&summary).context("the load printed no summary")
    }

    /// What the servers have done so far.
    pub(crate) fn counters(&self, servers: &Servers) -> Result<Counters> {
        let counters = output(self.process(&Job::Count(servers.clone()), None)?)?;
        serde_json::from_str(&counters).context("no counters")
    }

    /// Loads a server from another process.
    pub(crate) fn load(&self, load: Load) -> Result<Summary> {
        self.summary(&Job::Load(load), None)
    }
}
