//! Files.

use std::path::Path;
use std::time::SystemTime;

use anyhow::Result;

use super::place::Piece;

/// All files below a folder, as far as they are still there when they are read.
pub(super) fn below(folder: &Path) -> Result<Vec<Piece>> {
    let mut pieces = Vec::new();
    add(folder, None, &mut pieces);
    anyhow::ensure!(!pieces.is_empty(), "no files below {}", folder.display());
    Ok(pieces)
}

/// The files below a folder that were written since a time.
pub(super) fn written_since(folder: &Path, since: SystemTime) -> Vec<Piece> {
    let mut pieces = Vec::new();
    add(folder, Some(since), &mut pieces);
    pieces
}

fn add(folder: &Path, since: Option<SystemTime>, pieces: &mut Vec<Piece>) {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let Ok(kind) = entry.file_type() else {
            continue;
        };
        if kind.is_dir() {
            add(&entry.path(), since, pieces);
        }
        let written = entry.metadata().and_then(|data| data.modified());
        let is_new = since.is_none_or(|since| written.is_ok_and(|written| written >= since));
        // The rest are no contents: sockets, links, pipes.
        if kind.is_file()
            && is_new
            && let Ok(bytes) = std::fs::read(entry.path())
        {
            let name = entry.path().display().to_string();
            pieces.push(Piece { name, bytes });
        }
    }
}

/// Writes each control to a file of its own.
pub(super) fn plant(folder: &Path, controls: &[Vec<u8>]) -> Result<()> {
    std::fs::create_dir_all(folder)?;
    for (number, control) in controls.iter().enumerate() {
        std::fs::write(folder.join(format!("planted-{number}")), control)?;
    }
    Ok(())
}
