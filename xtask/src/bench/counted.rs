//! How many instructions the core's work takes, and how many allocations: exact, whatever else the machine does.

use std::path::PathBuf;
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

    /// How many instructions a case takes.
    ///
    /// # Errors
    /// The case fails, or Callgrind does not say what it took.
    pub(crate) fn instructions(&self, case: &str) -> Result<u64> {
        instructions(&self.run(case, 1)?).context("Callgrind counted nothing")
    }

    /// How many allocations a case makes: what it makes twice, less what it makes once, as Callgrind counts all calls.
    ///
    /// # Errors
    /// The case fails.
    pub(crate) fn allocations(&self, case: &str) -> Result<u64> {
        let of_times = |times| Ok::<_, anyhow::Error>(allocations(&self.run(case, times)?));
        Ok(of_times(2)? - of_times(1)?)
    }

    /// Callgrind's file.
    fn run(&self, case: &str, times: u32) -> Result<String> {
        let folder = TempDir::new().context("no temporary folder")?;
        let file = folder.path().join("counts");
        let mut command = Command::new(&self.valgrind);
        command
            .args(["--tool=callgrind", "--toggle-collect=*measured*"])
            .args(["--compress-strings=no", "--compress-pos=no"])
            .arg(format!("--callgrind-out-file={}", file.display()))
            .arg(&self.cases)
            .args([case, &times.to_string()])
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
        fs::read_to_string(&file).with_context(|| format!("`{said}` wrote nothing"))
    }
}

/// The sum that Callgrind's file closes with.
fn instructions(file: &str) -> Option<u64> {
    let total = file.lines().find_map(|line| line.strip_prefix("totals:"))?;
    total.trim().parse().ok().filter(|count| *count > 0)
}

/// The calls of what allocates.
fn allocations(file: &str) -> u64 {
    let mut calls = 0;
    let mut is_allocator = false;
    for line in file.lines() {
        if let Some(called) = line.strip_prefix("cfn=") {
            is_allocator = ALLOCATORS.contains(&called);
        } else if let Some(count) = line.strip_prefix("calls=")
            && is_allocator
        {
            let count = count.split_whitespace().next();
            calls += count
                .and_then(|count| count.parse::<u64>().ok())
                .unwrap_or(0);
        }
    }
    calls
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
    use super::{allocations, instructions};

    #[test]
    fn instructions_are_the_sum_and_allocations_the_calls_of_the_allocator() {
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
