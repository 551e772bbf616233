//! Where the instructions of a product's listing go: the service under Callgrind.

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
    load(&programs.bench, service.target(), &stage.products(), enough)?;
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

/// Share and name of the first functions that `callgrind_annotate` lists.
fn listing(annotated: &str) -> Result<String> {
    let lines = annotated.lines().filter_map(|line| {
        let (count, rest) = line.trim_start().split_once(" (")?;
        let is_count = count
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b',');
        let (share, place) = rest.split_once(") ")?;
        (is_count && !place.contains("PROGRAM TOTALS")).then(|| {
            let name = place
                .trim_start()
                .rsplit_once(" [")
                .map_or(place, |(name, _)| name);
            // After the file's path; a name has colons of its own, always two.
            let name = name.split_once(".rs:").map_or(name, |(_, name)| name);
            let name: String = name.trim().chars().take(LONGEST_NAME).collect();
            format!("{:>7}  {name}\n", share.trim())
        })
    });
    let text: String = lines.take(MOST).collect();
    if text.is_empty() {
        bail!("Callgrind listed nothing");
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::listing;

    #[test]
    fn functions_stand_with_their_share_and_without_paths() {
        let annotated = "-----\nIr\n-----\n1,000 (100.0%)  PROGRAM TOTALS\n\n\\
            600 (60.00%)  /src/a.rs:core::write::<u8> [/target/release/payments]\n\\
            400 ( 4.00%)  ???:memcpy [/lib/libc.so.6]\n";
        assert_eq!(
            listing(annotated).unwrap(),
            " 60.00%  core::write::<u8>\n  4.00%  ???:memcpy\n"
        );
        assert!(listing("nothing").is_err());
    }
}
