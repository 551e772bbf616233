//! How figures are written.

/// A number with a comma between thousands.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// A number of thousandths, with one decimal.
pub(super) fn tenths(thousandths: u64) -> String {
    format!(
        "{}.{}",
        grouped(thousandths / 1_000),
        thousandths % 1_000 / 100
    )
}

/// Bytes in gigabytes, with one decimal.
pub(super) fn gigabytes(bytes: u64) -> String {
    format!("{} GB", tenths(bytes / 1_000_000))
}

/// A time in milliseconds, with two decimals.
pub(super) fn milliseconds(nanoseconds: u64) -> String {
    format!(
        "{}.{:02} ms",
        nanoseconds / 1_000_000,
        nanoseconds % 1_000_000 / 10_000
    )
}

/// A time in microseconds, with one decimal.
pub(super) fn microseconds(nanoseconds: u64) -> String {
    format!("{} µs", tenths(nanoseconds))
}

#[cfg(test)]
mod tests {
    use super::{grouped, milliseconds, tenths};

    #[test]
    fn numbers_are_written_for_people() {
        assert_eq!(
            [0, 999, 1_000, 1_234_567].map(grouped),
            ["0", "999", "1,000", "1,234,567"]
        );
        assert_eq!(
            [49, 1_250, 12_345_678].map(tenths),
            ["0.0", "1.2", "12,345.6"]
        );
        assert_eq!(milliseconds(1_234_567), "1.23 ms");
    }
}
