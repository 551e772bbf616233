//! Searches bytes for all secrets in all their forms.

use super::encoding::{Encoding, Scope};
use super::secret::{Kind, Secret};

/// What is searched for.
pub(super) struct Needle {
    /// The place of its secret in the list of secrets.
    pub(super) secret: usize,
    pub(super) encoding: Encoding,
    pub(super) scope: Scope,
    bytes: Vec<u8>,
}

/// A needle that was found.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hit {
    /// The place of the needle in the list of needles.
    pub(super) needle: usize,
    pub(super) at: usize,
}

/// Searches for many needles at once.
pub(super) struct Scanner {
    needles: Vec<Needle>,
    /// The needles that begin with two bytes.
    by_start: Vec<Vec<usize>>,
}

/// Memory and files have many pages without content.
const PAGE: usize = 4_096;

impl Scanner {
    pub(super) fn new(secrets: &[Secret]) -> Self {
        let mut needles = Vec::new();
        let mut by_start = vec![Vec::new(); 1 << 16];
        for (place, secret) in secrets.iter().enumerate() {
            for encoding in Encoding::ALL {
                if let Some((bytes, scope)) = encoding.needle(secret.kind, &secret.digits) {
                    by_start[start(&bytes, 0)].push(needles.len());
                    needles.push(Needle {
                        secret: place,
                        encoding,
                        scope,
                        bytes,
                    });
                }
            }
        }
        Self { needles, by_start }
    }

    pub(super) fn needles(&self) -> &[Needle] {
        &self.needles
    }

    /// What the bytes hold. Words count only in a text.
    pub(super) fn scan(&self, bytes: &[u8], is_text: bool) -> Vec<Hit> {
        let mut hits = Vec::new();
        let (mut at, end) = (0, bytes.len().saturating_sub(1));
        // A loop of few calls: nothing here is optimized, and there are hundreds of megabytes.
        while at < end {
            if at % PAGE == 0 && bytes[at..].starts_with(&[0; PAGE]) {
                // A needle may begin with the page's last zero.
                at += PAGE - 1;
            }
            let candidates =
                &self.by_start[(bytes[at] as usize) << 8 | bytes[(at + 1).min(end)] as usize];
            if !candidates.is_empty() {
                for needle in candidates {
                    if self.needles[*needle].is_at(bytes, at, is_text) {
                        hits.push(Hit {
                            needle: *needle,
                            at,
                        });
                    }
                }
            }
            at += 1;
        }
        hits
    }
}

fn start(bytes: &[u8], at: usize) -> usize {
    usize::from(bytes[at]) << 8 | usize::from(bytes[at + 1])
}

impl Needle {
    fn is_at(&self, bytes: &[u8], at: usize, is_text: bool) -> bool {
        if !bytes[at..].starts_with(&self.bytes) {
            return false;
        }
        let before = at.checked_sub(1).map(|before| bytes[before]);
        let after = bytes.get(at + self.bytes.len()).copied();
        let borders = |is_part: fn(&u8) -> bool| {
            !before.is_some_and(|byte| is_part(&byte)) && !after.is_some_and(|byte| is_part(&byte))
        };
        match self.scope {
            Scope::Anywhere => true,
            Scope::Text => is_text,
            Scope::Run => borders(u8::is_ascii_digit),
            // A decimal point makes it a part of another number.
            Scope::Word => is_text && borders(|byte| byte.is_ascii_alphanumeric() || *byte == b'.'),
        }
    }

    /// Whether a place can show it: some hold no bytes that are no text, some are no text.
    pub(super) const fn can_be_in(&self, is_text: bool, takes_bytes: bool) -> bool {
        (is_text || !matches!(self.scope, Scope::Word | Scope::Text))
            && (takes_bytes || self.encoding.is_text())
    }

    /// The bytes to plant so that it is found.
    pub(super) fn planted(&self, secret: &Secret) -> Vec<u8> {
        match (self.encoding, secret.kind) {
            (Encoding::Bcd, Kind::Phone) => self.encoding.encoded(&format!("90{}", secret.digits)),
            _ => self.encoding.encoded(&secret.digits),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Scanner;
    use crate::leaks::secret::{Kind, Secret};

    fn scanner(kind: Kind, digits: &str) -> Scanner {
        Scanner::new(&[Secret {
            kind,
            digits: digits.to_owned(),
            of: String::new(),
            is_planted: false,
        }])
    }

    #[test]
    fn short_secrets_are_whole_words() {
        let found =
            |scanner: &Scanner, text: &str, is_text| scanner.scan(text.as_bytes(), is_text).len();
        let code = scanner(Kind::Code, "12345678");
        assert_eq!(found(&code, "otp=12345678;", false), 1);
        assert_eq!(found(&code, "012345678", true), 0);
        let cvv = scanner(Kind::Cvv, "8123");
        assert_eq!(found(&cvv, r#"{"card_cvv":"8123"}"#, true), 1);
        assert_eq!(found(&cvv, "8123", true), 1);
        for text in ["a8123", "0.8123", "81234"] {
            assert_eq!(found(&cvv, text, true), 0, "{text}");
        }
        assert_eq!(found(&cvv, "8123", false), 0);
    }

    #[test]
    fn a_number_is_found_after_empty_pages() {
        let number = scanner(Kind::Number, "5528790123456789");
        for before in [0, 1, 4_095, 4_096, 8_191, 8_192, 12_289] {
            let mut bytes = vec![0; before];
            bytes.extend(
                b"\x005\x005\x002\x008\x007\x009\x000\x001\x002\x003\x004\x005\x006\x007\x008\x009",
            );
            bytes.extend([0; 8_192]);
            assert!(!number.scan(&bytes, false).is_empty(), "{before}");
        }
    }
}
