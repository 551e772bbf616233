//! The forms that a secret may leak in.

use super::secret::Kind;

/// A form of digits. In hexadecimal and percent-encoded digits there are no letters, so that one form is both lower and
/// upper case; no digits make the two characters by which the alphabets of Base64 differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    Plain,
    /// In groups of four.
    Grouped(char),
    /// Base64, after this many other bytes of a group of three.
    Base64(usize),
    Hex,
    Url,
    /// Escaped as JSON can be, with this many backslashes: two in a text that is itself in JSON.
    Json(usize),
    Utf16Little,
    Utf16Big,
    /// The bytes as decimal numbers, as Rust's `Debug` and JSON write them.
    Bytes(&'static str),
    /// Two digits a byte.
    Bcd,
    /// Two digits a byte, after half a byte.
    BcdShifted,
    IntegerLittle,
    IntegerBig,
}

/// Where a needle may be searched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    /// Anywhere.
    Anywhere,
    /// As a whole run of digits.
    Run,
    /// In a text of this run: another run's controls may contain it.
    Text,
    /// As a whole word of such a text: so short that other numbers may be equal.
    Word,
}

/// A number's digits that are never shown: the first eight and the last four may be. Searching for some of the shown ones
/// too makes an accident impossible.
const MIDDLE: std::ops::Range<usize> = 2..14;

impl Encoding {
    pub(super) const ALL: [Self; 18] = [
        Self::Plain,
        Self::Grouped(' '),
        Self::Grouped('-'),
        Self::Base64(0),
        Self::Base64(1),
        Self::Base64(2),
        Self::Hex,
        Self::Url,
        Self::Json(1),
        Self::Json(2),
        Self::Utf16Little,
        Self::Utf16Big,
        Self::Bytes(", "),
        Self::Bytes(","),
        Self::Bcd,
        Self::BcdShifted,
        Self::IntegerLittle,
        Self::IntegerBig,
    ];

    /// Whether it is UTF-8 without control characters.
    pub(super) const fn is_text(self) -> bool {
        !matches!(
            self,
            Self::Utf16Little
                | Self::Utf16Big
                | Self::Bcd
                | Self::BcdShifted
                | Self::IntegerLittle
                | Self::IntegerBig
        )
    }

    /// What is searched for a secret; `None` where a form would be too short to be told from chance.
    pub(super) fn needle(self, kind: Kind, digits: &str) -> Option<(Vec<u8>, Scope)> {
        let scope = match (self, kind) {
            (Self::Plain, Kind::Code) => Scope::Run,
            (Self::Plain | Self::Hex, Kind::Cvv) => Scope::Word,
            (
                Self::Url | Self::Json(_) | Self::Utf16Little | Self::Utf16Big | Self::Bytes(_),
                Kind::Cvv,
            ) => Scope::Text,
            (Self::Bcd, Kind::Phone) => {
                return Some((bcd(&format!("90{digits}")), Scope::Anywhere));
            }
            (Self::Grouped(_) | Self::Base64(_), Kind::Cvv)
            | (Self::Bcd, Kind::Code | Kind::Cvv)
            | (
                Self::BcdShifted | Self::IntegerLittle | Self::IntegerBig,
                Kind::Phone | Kind::Code | Kind::Cvv,
            ) => return None,
            _ => Scope::Anywhere,
        };
        let whole = self.encoded(digits);
        let needle = match (self, kind) {
            (Self::Plain, Kind::Number) => whole[MIDDLE].to_vec(),
            (Self::Grouped(_), Kind::Number) => whole[2..whole.len() - 2].to_vec(),
            (Self::Base64(before), _) => {
                let first = (before * 8).div_ceil(6);
                let end = (before + digits.len()) * 8 / 6;
                whole[first..end].to_vec()
            }
            (Self::BcdShifted, _) => whole[1..whole.len() - 1].to_vec(),
            _ => whole,
        };
        Some((needle, scope))
    }

    /// The digits in this form, as a leak could look.
    pub(super) fn encoded(self, digits: &str) -> Vec<u8> {
        let bytes = digits.bytes();
        match self {
            Self::Plain => digits.as_bytes().to_vec(),
            Self::Grouped(separator) => {
                let groups: Vec<&[u8]> = digits.as_bytes().chunks(4).collect();
                let mut separated = [0; 4];
                groups.join(separator.encode_utf8(&mut separated).as_bytes())
            }
            Self::Base64(before) => base64(&format!("{}{digits}..", ".".repeat(before))),
            Self::Hex => bytes
                .flat_map(|byte| format!("{byte:02x}").into_bytes())
                .collect(),
            Self::Url => bytes
                .flat_map(|byte| format!("%{byte:02X}").into_bytes())
                .collect(),
            Self::Json(backslashes) => bytes
                .flat_map(|byte| format!("{}u{byte:04x}", "\\".repeat(backslashes)).into_bytes())
                .collect(),
            Self::Utf16Little => bytes.flat_map(|byte| [byte, 0]).collect(),
            Self::Utf16Big => bytes.flat_map(|byte| [0, byte]).collect(),
            Self::Bytes(separator) => {
                let numbers: Vec<String> = bytes.map(|byte| byte.to_string()).collect();
                numbers.join(separator).into_bytes()
            }
            Self::Bcd => bcd(digits),
            Self::BcdShifted => bcd(&format!("0{digits}0")),
            Self::IntegerLittle => integer(digits).to_le_bytes().to_vec(),
            Self::IntegerBig => integer(digits).to_be_bytes().to_vec(),
        }
    }
}

fn integer(digits: &str) -> u64 {
    digits.parse().unwrap_or_default()
}

fn bcd(digits: &str) -> Vec<u8> {
    let pairs = digits.as_bytes().chunks_exact(2);
    pairs
        .map(|pair| (pair[0] - b'0') << 4 | (pair[1] - b'0'))
        .collect()
}

fn base64(text: &str) -> Vec<u8> {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let groups = text.as_bytes().chunks(3);
    let of_group = |group: &[u8]| {
        let bits = group
            .iter()
            .fold(0, |bits, byte| bits << 8 | u32::from(*byte));
        let bits = bits << (8 * (3 - group.len()));
        let mut characters = [b'='; 4];
        for (place, character) in characters.iter_mut().enumerate().take(group.len() + 1) {
            let six = bits >> (18 - 6 * place) & 0x3f;
            *character = usize::try_from(six).map_or(b'=', |six| ALPHABET[six]);
        }
        characters
    };
    groups.flat_map(of_group).collect()
}

#[cfg(test)]
mod tests {
    use super::{Encoding, base64};
    use crate::leaks::secret::Kind;

    #[test]
    fn base64_is_that_of_the_standard() {
        for (text, encoded) in [
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
        ] {
            assert_eq!(base64(text), encoded.as_bytes());
        }
    }

    #[test]
    fn every_form_contains_its_needle() {
        for (kind, digits) in [
            (Kind::Number, "5528790123456789"),
            (Kind::Phone, "5321234567"),
            (Kind::Code, "12345678"),
            (Kind::Cvv, "8123"),
        ] {
            for encoding in Encoding::ALL {
                let Some((needle, _)) = encoding.needle(kind, digits) else {
                    continue;
                };
                assert!(needle.len() >= 4, "{encoding:?}");
                let whole = match (encoding, kind) {
                    (Encoding::Bcd, Kind::Phone) => encoding.encoded(&format!("90{digits}")),
                    _ => encoding.encoded(digits),
                };
                let mut windows = whole.windows(needle.len());
                assert!(windows.any(|window| window == needle), "{encoding:?}");
            }
        }
    }
}
