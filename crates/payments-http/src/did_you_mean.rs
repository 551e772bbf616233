//! Finds the name that a misspelled one is probably meant to be.

/// The known name that differs in the fewest letters, if they are few.
pub(crate) fn nearest<'k>(name: &str, known: &[&'k str]) -> Option<&'k str> {
    let of = known.iter().map(|one| (distance(name, one), *one));
    let (distance, nearest) = of.min()?;
    (distance <= 3 && distance * 3 <= name.len()).then_some(nearest)
}

/// How many letters have to be inserted, removed or replaced (Levenshtein).
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (position, letter) in one.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], position + 1);
        for (at, same) in other.iter().map(|another| *another == letter).enumerate() {
            let replaced = diagonal + usize::from(!same);
            diagonal = row[at + 1];
            row[at + 1] = replaced.min(diagonal + 1).min(row[at] + 1);
        }
    }
    row[other.len()]
}

#[cfg(test)]
mod tests {
    use super::distance;

    #[test]
    fn the_distance_of_two_names_counts_letters() {
        for (one, other, expected) in [
            ("otp.length", "otp.length", 0),
            ("otp.lenght", "otp.length", 2),
            ("http_bind", "http.bind", 1),
            ("", "abc", 3),
            ("kitten", "sitting", 3),
        ] {
            assert_eq!(distance(one, other), expected, "{one} {other}");
            assert_eq!(distance(other, one), expected, "{other} {one}");
        }
    }
}
