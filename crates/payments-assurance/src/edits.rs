//! Random changes to a valid input: they get past the first check of its shape, where random bytes end.

use bolero::generator::TypeGenerator;

/// One change.
#[derive(Clone, Debug, TypeGenerator)]
pub struct Edit {
    at: u16,
    change: Change,
}

#[derive(Clone, Debug, TypeGenerator)]
enum Change {
    /// Overwrites a byte.
    Set(u8),
    /// Inserts bytes.
    Insert(Vec<u8>),
    /// Removes some bytes.
    Remove(u8),
    /// Copies some bytes to another place.
    Copy { from: u16, length: u8 },
    /// Inserts what parsers trip over.
    Trap(u8),
    /// Cuts the rest off.
    Truncate,
}

const TRAPS: [&[u8]; 14] = [
    b"\0",
    b"\xff\xfe",
    "\u{202e}".as_bytes(),
    "\u{0661}\u{0662}".as_bytes(),
    b"99999999999999999999999999",
    b"-0",
    b"1e400",
    b"{\"a\":",
    b"[[[[[[[[[[[[[[[[[[[[[[[[",
    b"null",
    b"\\ud800",
    b"\"",
    b"\r\n",
    b",",
];

/// Applies the changes to a copy.
pub fn edited(original: &[u8], edits: &[Edit]) -> Vec<u8> {
    let mut bytes = original.to_vec();
    for Edit { at, change } in edits {
        let at = usize::from(*at) % (bytes.len() + 1);
        match change {
            Change::Set(byte) => {
                if let Some(old) = bytes.get_mut(at) {
                    *old = *byte;
                }
            }
            Change::Insert(more) => drop(bytes.splice(at..at, more.iter().copied())),
            Change::Remove(length) => {
                let end = bytes.len().min(at + usize::from(*length));
                bytes.drain(at..end);
            }
            Change::Copy { from, length } => {
                let from = usize::from(*from) % (bytes.len() + 1);
                let end = bytes.len().min(from + usize::from(*length));
                let copied = bytes[from..end].to_vec();
                bytes.splice(at..at, copied);
            }
            Change::Trap(which) => {
                let trap = TRAPS[usize::from(*which) % TRAPS.len()];
                bytes.splice(at..at, trap.iter().copied());
            }
            Change::Truncate => bytes.truncate(at),
        }
    }
    bytes
}
