//! The memory of a running process, which is what a core image would hold.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::FileExt as _;

use anyhow::{Context as _, Result, ensure};
use rustix::process::Pid;
use serde_json::{Value, json};

use super::place::Piece;
use crate::system::{Process, System};

/// What the places for controls begin with.
const MARK: &str = "planted-here-";
/// As long as every control.
const ROOM: usize = 180;

/// A store with a bank for each control, whose name the process keeps in its memory.
pub(super) fn banks(controls: usize) -> Value {
    let bank = |number| {
        let name = format!("{MARK}{number:04}-{}", "x".repeat(ROOM - MARK.len() - 5));
        json!({"pk": 1_000 + number, "name": name, "slug": format!("planted-{number}"), "logo": null, "logo_path": null})
    };
    json!({ "banks": (0..controls).map(bank).collect::<Vec<_>>() })
}

/// Imports the places for controls before a process starts, so that it has them from the start.
pub(super) async fn make_room(system: &System, controls: usize) -> Result<()> {
    system.import(&banks(controls)).await
}

/// The writable memory of a process, `None` where the operating system does not show it.
pub(super) fn of(process: &Process) -> Result<Option<Vec<Region>>> {
    let id = process.id()?;
    match regions(id) {
        Ok(regions) => Ok(Some(regions)),
        // Only root may.
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Ok(None),
        Err(error) => Err(error).context("the memory of a process"),
    }
}

/// A part of a process's memory.
pub(super) struct Region {
    from: u64,
    pub(super) piece: Piece,
}

fn regions(id: Pid) -> io::Result<Vec<Region>> {
    let folder = format!("/proc/{}", id.as_raw_nonzero());
    let maps = std::fs::read_to_string(format!("{folder}/maps"))?;
    let memory = File::open(format!("{folder}/mem"))?;
    let stacks = stacks(&folder);
    let mut regions = Vec::new();
    for line in maps.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        let [range, rights, ..] = words.as_slice() else {
            continue;
        };
        let ends = range
            .split_once('-')
            .map(|(from, to)| [from, to].map(|end| u64::from_str_radix(end, 16)));
        let Some([Ok(from), Ok(to)]) = ends else {
            continue;
        };
        if !rights.starts_with("rw") {
            continue;
        }
        let mut bytes = vec![0; usize::try_from(to - from).unwrap_or_default()];
        // Some of the kernel's regions cannot be read.
        if memory.read_exact_at(&mut bytes, from).is_ok() {
            let stack = stacks.iter().find(|(at, _)| (from..to).contains(at));
            let kind = match (stack, words.get(5)) {
                (Some((_, thread)), _) => format!("the stack of {thread}"),
                (None, Some(path)) => (*path).to_owned(),
                (None, None) => "anonymous memory".to_owned(),
            };
            let name = format!("{kind} ({range})");
            regions.push(Region {
                from,
                piece: Piece { name, bytes },
            });
        }
    }
    Ok(regions)
}

/// The stack pointers of the threads that wait, and the threads' names.
fn stacks(folder: &str) -> Vec<(u64, String)> {
    let Ok(threads) = std::fs::read_dir(format!("{folder}/task")) else {
        return Vec::new();
    };
    let stack = |thread: std::fs::DirEntry| {
        let read = |name: &str| std::fs::read_to_string(thread.path().join(name)).ok();
        let call = read("syscall")?;
        let pointer = call.split_whitespace().rev().nth(1)?.strip_prefix("0x")?;
        let name = read("comm")?.trim().to_owned();
        Some((u64::from_str_radix(pointer, 16).ok()?, name))
    };
    threads.flatten().filter_map(stack).collect()
}

/// Writes each control into the memory of the process, in place of the name of a bank. The process is of no other use
/// afterwards.
pub(super) fn plant(process: &Process, regions: &[Region], controls: &[Vec<u8>]) -> Result<()> {
    let path = format!("/proc/{}/mem", process.id()?.as_raw_nonzero());
    let memory = OpenOptions::new().write(true).open(path)?;
    let mut places = BTreeMap::new();
    for region in regions {
        for at in marks(&region.piece.bytes) {
            let number = &region.piece.bytes[at + MARK.len()..][..4];
            let address = region.from + u64::try_from(at)?;
            places.entry(number).or_insert(address);
        }
    }
    for (number, control) in controls.iter().enumerate() {
        ensure!(control.len() < ROOM, "a control is too long");
        let place = places.get(format!("{number:04}").as_bytes());
        let place = *place.with_context(|| format!("no place for control {number}"))?;
        let in_room = [control.as_slice(), b"\0"].concat();
        memory.write_all_at(&in_room, place)?;
    }
    Ok(())
}

/// Where the marks are.
fn marks(bytes: &[u8]) -> Vec<usize> {
    let (mut at, mut marks) = (0, Vec::new());
    let (mark, room) = (MARK.as_bytes(), MARK.len() + 4);
    while at + room <= bytes.len() {
        if bytes[at] == mark[0] && bytes[at..].starts_with(mark) {
            marks.push(at);
        }
        at += 1;
    }
    marks
}
