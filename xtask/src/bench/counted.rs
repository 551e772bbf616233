//! Instructions and allocations of the core's work, counted by Callgrind: exact on a busy machine, too.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;
use std::{env::consts::ARCH, fs};

use anyhow::{Context, Result};
use tempfile::TempDir;

use crate::command::{cargo, output, program, succeed, target_directory};
use crate::server::now;
use crate::services::programs;

/// The cases of `payments-counted`, and of `payments-counted-what-if`.
pub(crate) const CASES: [&str; 10] = [
    "quote",
    "listing-12x6-rules-0",
    "listing-12x6-rules-10",
    "listing-12x6-rules-100",
    "writing-12x6",
    "listing-and-writing-10x12",
    "listing-and-writing-1000x12",
    "recognition-of-20000-bins",
    "what-if-17x6-rules-23",
    "what-if-100x12-rules-200",
];

/// Each call of one of these is an allocation.
const ALLOCATORS: [&str; 5] = [
    "malloc",
    "calloc",
    "realloc",
    "posix_memalign",
    "aligned_alloc",
];

/// The C library chooses its `memcpy` by the processor; without the widest variants it is the same on each.
const GLIBC_TUNABLES: &str = "glibc.cpu.hwcaps=-AVX2,-AVX512F,-AVX512VL,-ERMS,-FSRM";

/// The cases, built like the service, and Valgrind.
pub(crate) struct Counter {
    valgrind: PathBuf,
    folder: PathBuf,
}

impl Counter {
    pub(crate) fn prepare() -> Result<Self> {
        let valgrind = programs::VALGRIND.folder()?.join("valgrind");
        let mut build = cargo(&["build", "--quiet", "--profile=shipping"]);
        build.args([
            "--package=payments-bench",
            "--bin=payments-counted",
            "--bin=payments-counted-what-if",
            "--features=counted",
        ]);
        succeed(build)?;
        Ok(Self {
            valgrind,
            folder: target_directory()?.join("shipping"),
        })
    }

    pub(crate) fn instructions(&self, case: &str) -> Result<u64> {
        instructions(&self.run(case, 1)?).context("Callgrind counted nothing")
    }

    /// The difference between running the case twice and once: Callgrind counts the calls of the whole program.
    pub(crate) fn allocations(&self, case: &str) -> Result<u64> {
        Ok(allocations(&self.run(case, 2)?) - allocations(&self.run(case, 1)?))
    }

    /// How long the case takes, repeated until the preparation does not matter.
    pub(crate) fn time(&self, case: &str, times: u32) -> Result<Duration> {
        let mut command = Command::new(self.program(case));
        command.args([case, &times.to_string()]);
        let since = now();
        succeed(command)?;
        Ok(since.elapsed())
    }

    fn program(&self, case: &str) -> PathBuf {
        self.folder.join(if case.starts_with("what-if-") {
            "payments-counted-what-if"
        } else {
            "payments-counted"
        })
    }

    fn run(&self, case: &str, times: u32) -> Result<String> {
        let folder = TempDir::new().context("no temporary folder")?;
        let file = folder.path().join("counts");
        let mut command = Command::new(&self.valgrind);
        command.args(["--tool=callgrind", "--toggle-collect=*measured*"]);
        command.args(["--compress-strings=no", "--compress-pos=no"]);
        command.arg(format!("--callgrind-out-file={}", file.display()));
        command
            .arg(self.program(case))
            .args([case, &times.to_string()]);
        command.env("GLIBC_TUNABLES", GLIBC_TUNABLES);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        succeed(command)?;
        fs::read_to_string(&file).context("Callgrind wrote no file")
    }
}

/// The total at the end of Callgrind's file.
fn instructions(file: &str) -> Option<u64> {
    let total = file.lines().find_map(|line| line.strip_prefix("totals:"))?;
    total.trim().parse().ok().filter(|count| *count > 0)
}

/// The calls of the allocators.
fn allocations(file: &str) -> u64 {
    let mut is_allocator = false;
    let calls = file.lines().filter_map(|line| {
        if let Some(called) = line.strip_prefix("cfn=") {
            is_allocator = ALLOCATORS.contains(&called);
        }
        let count = line.strip_prefix("calls=").filter(|_| is_allocator)?;
        count.split_whitespace().next()?.parse::<u64>().ok()
    });
    calls.sum()
}

/// The compiler and the architecture, on which counts depend.
pub(crate) fn compiler() -> Result<String> {
    let version = output(program("rustc", &["--version"]))?;
    let version = version.split_whitespace().nth(1);
    let version = version.context("rustc has no version")?;
    Ok(format!("rustc {version}, {ARCH}"))
}

#[cfg(test)]
mod tests {
    use super::{allocations, instructions};

    #[test]
    fn instructions_are_the_total_and_allocations_the_calls_of_allocators() {
        let file = "events: Ir\nfn=list\n1 100\ncfn=malloc\ncalls=2 0\n1 50\ncfn=free\ncalls=9 0\n1 9\n\
            fn=write\ncfn=realloc\ncalls=1 0\n1 7\ntotals: 166\n";
        assert_eq!(instructions(file), Some(166));
        assert_eq!(allocations(file), 3);
    }

    #[test]
    fn a_count_of_nothing_is_no_count() {
        assert_eq!(instructions("events: Ir\ntotals: 0\n"), None);
        assert_eq!(instructions(""), None);
    }
}
