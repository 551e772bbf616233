//! Where the instructions of a product's listing go: the service under Callgrind.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fs;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Result, bail};

use super::round::{Load, load};
use super::stage::{Programs, Stage};
use crate::command::{output, succeed};
use crate::services::programs;

/// Enough that a request that is unlike the others does not show.
const LISTINGS: u64 = 3_000;
const AT_MOST: Duration = Duration::from_mins(2);
/// Functions that are listed.
const MOST: usize = 20;
/// A longer name is cut: templates' names have no end.
const LONGEST_NAME: usize = 100;

/// The functions that most instructions are spent in, with their share; start-up is not counted.
///
/// # Errors
/// Valgrind is missing and cannot be installed, or the service fails under it.
pub(crate) fn of_listings(programs: &Programs, stage: &Stage) -> Result<String> {
    let valgrind = programs::VALGRIND.folder()?;
    let counts = stage.folder().join("profile.out");
    let mut service = stage.under(programs, |payments| {
        let mut command = Command::new(valgrind.join("valgrind"));
        command
            .args(["--tool=callgrind", "--instr-atstart=no"])
            .arg(format!("--callgrind-out-file={}", counts.display()))
            .arg(payments);
        command
    })?;
    let pid = service.target().pid.to_string();
    let mut begin = Command::new(valgrind.join("callgrind_control"));
    begin.args(["--instr=on", &pid]).stdout(Stdio::null());
    succeed(begin)?;
    let enough = Load {
        answers: Some(LISTINGS),
        connections: 4,
        ..Load::lasting(AT_MOST)
    };
    // One product: under Callgrind many would be forgotten before they are asked for again.
    load(
        &programs.bench,
        service.target(),
        &stage.one_product()?,
        enough,
    )?;
    if !service.stop() {
        bail!("the service does not end under Callgrind");
    }
    drop(service);
    let mut annotate = Command::new(valgrind.join("callgrind_annotate"));
    annotate.arg("--auto=no").arg(&counts);
    let said = output(annotate)?;
    let _ = fs::remove_file(&counts);
    listing(&said)
}

/// Share and name of the functions that most instructions are spent in, from what `callgrind_annotate` lists by function
/// and file: a function stands there once for each file that code was inlined from.
fn listing(annotated: &str) -> Result<String> {
    let mut total = 0;
    let mut functions: BTreeMap<String, u64> = BTreeMap::new();
    for (count, place) in annotated.lines().filter_map(counted) {
        if place.contains("PROGRAM TOTALS") {
            total = count;
        } else {
            *functions.entry(name(place)).or_default() += count;
        }
    }
    if total == 0 || functions.is_empty() {
        bail!("Callgrind listed nothing");
    }
    let mut functions: Vec<_> = functions.into_iter().collect();
    functions.sort_by_key(|(_, count)| Reverse(*count));
    let lines = functions.iter().take(MOST).map(|(name, count)| {
        let per_mille = count * 1_000 / total;
        format!("{:>3}.{} %  {name}\n", per_mille / 10, per_mille % 10)
    });
    Ok(lines.collect())
}

/// `1,234 (56.78%)  file:function [program]`: the count, and the rest.
fn counted(line: &str) -> Option<(u64, &str)> {
    let (count, rest) = line.trim_start().split_once(" (")?;
    let (_, place) = rest.split_once(") ")?;
    Some((count.replace(',', "").parse().ok()?, place.trim_start()))
}

/// The function without its file, which is some machine's, and without its program.
fn name(place: &str) -> String {
    let place = place.split_once(" [").map_or(place, |(place, _)| place);
    let name = place.split_once(':').map_or(place, |(_, name)| name);
    name.chars().take(LONGEST_NAME).collect()
}

#[cfg(test)]
mod tests {
    use super::listing;

    #[test]
    fn functions_stand_once_with_their_share_and_without_paths() {
        let annotated = "-----\nIr\n-----\n1,000 (100.0%)  PROGRAM TOTALS\n\n\
            500 (50.00%)  /src/a.rs:core::write::<u8> [/target/release/payments]\n\
            400 (40.00%)  ???:memcpy [/lib/libc.so.6]\n\
            105 (10.50%)  /src/b.rs:core::write::<u8>\n";
        assert_eq!(
            listing(annotated).unwrap(),
            " 60.5 %  core::write::<u8>\n 40.0 %  memcpy\n"
        );
        assert!(listing("nothing").is_err());
    }
}
