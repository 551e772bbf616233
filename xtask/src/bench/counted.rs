//! How many instructions the core's work takes, and how many allocations: exact, whatever else the machine does.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env::consts::ARCH, fs};

use anyhow::{Context, Result, bail};
use tempfile::TempDir;

use crate::command::{cargo, output, program, spoken, succeed, target_directory};
use crate::services::programs;

/// The cases of `payments-counted`.
pub(crate) const CASES: [&str; 7] = [
    "quote",
    "listing-12x6-rules-0",
    "listing-12x6-rules-10",
    "listing-12x6-rules-100",
    "writing-12x6",
    "listing-and-writing-10x12",
    "listing-and-writing-1000x12",
];

/// What allocates: each call of one of these is one allocation.
const ALLOCATORS: [&str; 5] = [
    "malloc",
    "calloc",
    "realloc",
    "posix_memalign",
    "aligned_alloc",
];

/// The C library picks its copying by the processor; without its widest variants it picks the same on each.
const SAME_COPYING: (&str, &str) = (
    "GLIBC_TUNABLES",
    "glibc.cpu.hwcaps=-AVX2,-AVX512F,-AVX512VL,-ERMS,-FSRM",
);

/// What one case took.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Count {
    pub(crate) instructions: u64,
    pub(crate) allocations: u64,
}

/// The cases, built as the service is, and the tool that counts.
pub(crate) struct Counter {
    valgrind: PathBuf,
    cases: PathBuf,
}

impl Counter {
    /// # Errors
    /// Valgrind is missing and cannot be installed, or the cases do not build.
    pub(crate) fn prepare() -> Result<Self> {
        let valgrind = programs::VALGRIND.folder()?.join("valgrind");
        succeed(cargo(&[
            "build",
            "--quiet",
            "--release",
            "--package",
            "payments-bench",
            "--bin",
            "payments-counted",
        ]))?;
        Ok(Self {
            valgrind,
            cases: target_directory()?.join("release/payments-counted"),
        })
    }

    /// # Errors
    /// The case fails, or Callgrind does not say what it took.
    pub(crate) fn count(&self, case: &str) -> Result<Count> {
        let folder = TempDir::new().context("no temporary folder")?;
        let file = folder.path().join("counts");
        let mut command = Command::new(&self.valgrind);
        command
            .args(["--tool=callgrind", "--toggle-collect=*measured*"])
            .args(["--compress-strings=no", "--compress-pos=no"])
            .arg(format!("--callgrind-out-file={}", file.display()))
            .arg(&self.cases)
            .arg(case)
            .env(SAME_COPYING.0, SAME_COPYING.1)
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let said = spoken(&command);
        let status = command
            .status()
            .with_context(|| format!("`{said}` cannot be started"))?;
        if !status.success() {
            bail!("`{said}` failed");
        }
        read(&file).with_context(|| format!("`{said}`"))
    }
}

fn read(file: &Path) -> Result<Count> {
    let counts = fs::read_to_string(file).context("Callgrind wrote nothing")?;
    counted(&counts).context("Callgrind counted nothing")
}

/// Reads Callgrind's file: the sum, and the calls of what allocates.
fn counted(file: &str) -> Option<Count> {
    let total = file.lines().find_map(|line| {
        line.strip_prefix("summary:")
            .or_else(|| line.strip_prefix("totals:"))
    })?;
    let mut allocations = 0;
    let mut is_allocator = false;
    for line in file.lines() {
        if let Some(called) = line.strip_prefix("cfn=") {
            is_allocator = ALLOCATORS.contains(&called);
        } else if let Some(calls) = line.strip_prefix("calls=")
            && is_allocator
        {
            let calls = calls.split_whitespace().next()?;
            allocations += calls.parse::<u64>().ok()?;
        }
    }
    let instructions = total.trim().parse().ok().filter(|count| *count > 0)?;
    Some(Count {
        instructions,
        allocations,
    })
}

/// What counts depend on: the compiler and the processor's kind.
///
/// # Errors
/// The compiler does not say its version.
pub(crate) fn compiler() -> Result<String> {
    let version = output(program("rustc", &["--version"]))?;
    let version = version.split_whitespace().nth(1);
    let version = version.context("rustc does not say its version")?;
    Ok(format!("rustc {version}, {ARCH}"))
}

#[cfg(test)]
mod tests {
    use super::{Count, counted};

    #[test]
    fn instructions_are_the_sum_and_allocations_the_calls_of_the_allocator() {
        let file = "events: Ir\nfn=list\n1 100\ncfn=malloc\ncalls=2 0\n1 50\ncfn=free\ncalls=9 0\n1 9\n\
            fn=write\ncfn=realloc\ncalls=1 0\n1 7\ntotals: 166\n";
        let count = Count {
            instructions: 166,
            allocations: 3,
        };
        assert_eq!(counted(file), Some(count));
    }

    #[test]
    fn a_count_of_nothing_is_no_count() {
        assert_eq!(counted("events: Ir\ntotals: 0\n"), None);
        assert_eq!(counted(""), None);
    }
}
