//! Formats scaled integers as decimals, in a buffer on the stack.

/// The maximum width: sign, point, and the 19 digits of an `i64`.
const WIDTH: usize = 24;

/// A decimal number as ASCII text.
pub(crate) struct DecimalText {
    bytes: [u8; WIDTH],
    start: usize,
}

impl DecimalText {
    /// Formats `value` scaled by ten to the `fraction_digits` (at most 9), with exactly that many digits.
    pub(crate) fn fixed(value: i64, fraction_digits: u32) -> Self {
        let mut text = Self {
            bytes: [b'0'; WIDTH],
            start: WIDTH,
        };
        let mut rest = value.unsigned_abs();
        for _ in 0..fraction_digits.min(9) {
            rest = text.push_last_digit(rest);
        }
        if fraction_digits > 0 {
            text.push(b'.');
        }
        loop {
            rest = text.push_last_digit(rest);
            if rest == 0 {
                break;
            }
        }
        if value < 0 {
            text.push(b'-');
        }
        text
    }

    /// As [`DecimalText::fixed`], without trailing zeros in the fraction, and without a point if no fraction is left.
    pub(crate) fn trimmed(value: i64, fraction_digits: u32) -> Self {
        let (mut value, mut fraction_digits) = (value, fraction_digits);
        while fraction_digits > 0 && value % 10 == 0 {
            value /= 10;
            fraction_digits -= 1;
        }
        Self::fixed(value, fraction_digits)
    }

    fn push_last_digit(&mut self, rest: u64) -> u64 {
        let digit = (rest % 10).to_le_bytes()[0];
        self.push(b'0' + digit);
        rest / 10
    }

    /// Writes from right to left.
    fn push(&mut self, byte: u8) {
        self.start -= 1;
        self.bytes[self.start] = byte;
    }

    /// The text as ASCII bytes.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.bytes[self.start..]
    }

    /// The text as a string.
    pub(crate) fn as_str(&self) -> &str {
        // Digits, a sign and a point are always UTF-8.
        str::from_utf8(self.as_bytes()).unwrap_or_default()
    }
}
