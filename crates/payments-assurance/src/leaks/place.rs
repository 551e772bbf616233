//! Where secrets are searched.

use std::collections::BTreeSet;

use anyhow::{Result, ensure};

use super::scanner::{Hit, Scanner};
use super::secret::Secret;

/// Bytes of a place.
pub(super) struct Piece {
    /// What exactly it is.
    pub(super) name: String,
    pub(super) bytes: Vec<u8>,
}

/// A place that may hold a leak.
pub(super) struct Place {
    pub(super) name: &'static str,
    /// Whether it is a text of this run alone, in which four digits are no accident.
    pub(super) is_text: bool,
    /// Whether what is no text can be in it.
    pub(super) takes_bytes: bool,
    pub(super) pieces: Vec<Piece>,
}

/// A secret that was found where it must not be.
pub(super) struct Leak {
    /// The place of the secret in the list of secrets.
    pub(super) secret: usize,
    /// Place, piece, form and surroundings.
    pub(super) text: String,
}

/// The controls to plant in a place: each form of each planted secret.
pub(super) fn controls(
    scanner: &Scanner,
    secrets: &[Secret],
    is_text: bool,
    takes_bytes: bool,
) -> Vec<Vec<u8>> {
    let planted = scanner.needles().iter().filter(|needle| {
        secrets[needle.secret].is_planted && needle.can_be_in(is_text, takes_bytes)
    });
    planted
        .map(|needle| needle.planted(&secrets[needle.secret]))
        .collect()
}

impl Place {
    pub(super) fn bytes(&self) -> usize {
        self.pieces.iter().map(|piece| piece.bytes.len()).sum()
    }

    /// Finds all planted controls, and returns how many there are with the leaks.
    ///
    /// # Errors
    /// A control is not found.
    pub(super) fn judge(
        &self,
        scanner: &Scanner,
        secrets: &[Secret],
    ) -> Result<(usize, Vec<Leak>)> {
        let mut planted = BTreeSet::new();
        let mut leaks = Vec::new();
        for piece in &self.pieces {
            for hit in scanner.scan(&piece.bytes, self.is_text) {
                let secret = scanner.needles()[hit.needle].secret;
                if secrets[secret].is_planted {
                    planted.insert(hit.needle);
                } else {
                    let text = self.describe(piece, hit, scanner, &secrets[secret]);
                    leaks.push(Leak { secret, text });
                }
            }
        }
        for (number, needle) in scanner.needles().iter().enumerate() {
            let secret = &secrets[needle.secret];
            let is_there = planted.contains(&number);
            let is_due = secret.is_planted && needle.can_be_in(self.is_text, self.takes_bytes);
            ensure!(
                is_there || !is_due,
                "planted and not found: {:?} as {:?} in {}",
                secret.kind,
                needle.encoding,
                self.name
            );
        }
        Ok((planted.len(), leaks))
    }

    fn describe(&self, piece: &Piece, hit: Hit, scanner: &Scanner, secret: &Secret) -> String {
        let around = hit.at.saturating_sub(120)..(hit.at + 160).min(piece.bytes.len());
        format!(
            "{}, {}: {:?} of {} as {:?}: …{}…",
            self.name,
            piece.name,
            secret.kind,
            secret.of,
            scanner.needles()[hit.needle].encoding,
            piece.bytes[around].escape_ascii()
        )
    }
}
