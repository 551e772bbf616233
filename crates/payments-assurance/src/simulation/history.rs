//! The history of a simulation: a hash of it always, and its text when it is replayed.

use std::collections::VecDeque;

/// The number of lines at the end of a history that are kept.
const MOST_LINES: usize = 4000;

/// Everything that happened, in order.
pub(super) struct History {
    hash: u64,
    lines: Option<VecDeque<String>>,
    left_out: usize,
}

impl History {
    /// An empty history, whose text is kept if `is_kept`.
    pub(super) fn new(is_kept: bool) -> Self {
        Self {
            // The offset basis of FNV-1a.
            hash: 0xcbf2_9ce4_8422_2325,
            lines: is_kept.then(VecDeque::new),
            left_out: 0,
        }
    }

    /// Adds an event: words and a number for the hash, and its text.
    pub(super) fn note(&mut self, words: &[&str], number: usize, text: impl FnOnce() -> String) {
        let words = words.iter().flat_map(|word| word.bytes());
        for byte in words.chain(number.to_be_bytes()) {
            self.hash = (self.hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        if let Some(lines) = &mut self.lines {
            lines.push_back(text());
            if lines.len() > MOST_LINES {
                lines.pop_front();
                self.left_out += 1;
            }
        }
    }

    /// Identifies the history.
    pub(super) const fn hash(&self) -> u64 {
        self.hash
    }

    /// The last lines.
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        if self.left_out > 0 {
            text = format!("({} earlier lines)\n", self.left_out);
        }
        for line in self.lines.iter().flatten() {
            text.push_str(line);
            text.push('\n');
        }
        text
    }
}
