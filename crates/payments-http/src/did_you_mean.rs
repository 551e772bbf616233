//! Finds the name that a misspelled one is probably meant to be.

/// The known name that differs in the fewest letters, if they are few.
pub(crate) fn nearest<'k>(name: &str, known: &[&'k str]) -> Option<&'k str> {
    let of = known
        .iter()
        .map(|one| (strsim::levenshtein(name, one), *one));
    let (distance, nearest) = of.min()?;
    (distance <= 3 && distance * 3 <= name.len()).then_some(nearest)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_name_is_meant_if_only_a_few_of_its_letters_differ() {
        let known = ["http.bind", "otp.length"];
        for (name, meant) in [
            ("otp.lenght", Some("otp.length")),
            ("http_bind", Some("http.bind")),
            ("otp.len", None),
            ("otp", None),
        ] {
            assert_eq!(nearest(name, &known), meant, "{name}");
        }
    }
}
