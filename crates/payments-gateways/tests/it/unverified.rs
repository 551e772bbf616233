//! Every place that the list of guesses names exists.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

const LIST: &str = include_str!("../../UNVERIFIED.md");

/// The second column of each row: a file below `src`, and a name in it.
fn places() -> Vec<(&'static str, &'static str)> {
    let rows = LIST
        .lines()
        .filter(|line| line.starts_with("| ") && !line.contains("| place |"));
    let place = |row: &'static str| {
        let place = row.split(" | ").nth(1);
        place.unwrap_or_else(|| panic!("a row of four columns: {row}"))
    };
    let parts = |place: &'static str| {
        let [_, file, ": ", name, _] = place.split('`').collect::<Vec<_>>()[..] else {
            panic!("a file and a name: {place}");
        };
        (file, name)
    };
    rows.map(place).map(parts).collect()
}

#[test]
fn every_guess_is_where_the_list_says() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let places = places();
    assert!(places.len() > 10);
    for (file, name) in places {
        let text = fs::read_to_string(source.join(file));
        let text = text.unwrap_or_else(|_| panic!("{file} is not there"));
        assert!(text.contains(name), "{file} has no {name}");
    }
}

#[test]
fn every_provider_has_its_guesses_in_the_list() {
    let named: BTreeSet<&str> = places().into_iter().map(|(file, _)| file).collect();
    for provider in payments_gateways::providers::PROVIDERS {
        let is_its = |file: &&str| file.starts_with(provider.name);
        assert!(named.iter().any(is_its), "{}", provider.name);
    }
}
