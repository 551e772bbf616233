//! Fuzz targets: any bytes where the service reads what others wrote.
//!
//! `cargo test` runs each for a few seconds; `BOLERO_RANDOM_ITERATIONS` and `BOLERO_RANDOM_TEST_TIME_MS` set how long.
//! An input that fails is printed with the `BOLERO_RANDOM_SEED` that replays it.

#![expect(
    clippy::expect_used,
    reason = "a helper of the tests fails the test that calls it"
)]

mod documents;
mod providers;
mod sealed;
mod values;

/// A run without findings counts only if this one is found.
#[test]
fn a_planted_fault_is_found() {
    let found = std::panic::catch_unwind(|| {
        bolero::check!()
            .with_type::<Vec<payments_assurance::edits::Edit>>()
            .for_each(|edits| {
                let bytes = payments_assurance::edits::edited(b"{\"pk\": 1}", edits);
                assert!(serde_json::from_slice::<serde_json::Value>(&bytes).is_ok());
            });
    });
    assert!(found.is_err(), "no change made the document unreadable");
}
