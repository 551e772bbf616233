//! How often customers typed or saved cards with each BIN: six digits, never with a customer.
//!
//! Counted in memory, and added to the database once a minute. A process that ends loses the counts of its last minute.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::NaiveDate;
use payments_core::catalog::LeadingDigits;
use payments_core::ports::Unavailable;
use tokio::time::{MissedTickBehavior, interval};
use tracing::Instrument as _;

use crate::state::AppState;
use crate::traces;

/// How often counts are added to the database.
const INTERVAL: Duration = Duration::from_mins(1);
/// The maximum number of BINs that a process counts in a day: clients can send any digits.
const MAX_BINS: usize = 10_000;

/// The counts of this process.
#[derive(Debug, Default)]
pub struct BinCounts(Mutex<Counts>);

#[derive(Debug, Default)]
struct Counts {
    /// The counts that the database does not have; zero for the other BINs of the day.
    unsaved: BTreeMap<LeadingDigits, u64>,
    /// The day of the last save.
    day: NaiveDate,
    /// Whether cards of the day were not counted.
    is_full: bool,
}

impl BinCounts {
    /// Counts a card. Once the limit is reached, only `known` digits are counted: those of a card of the catalog, or of one that a
    /// customer submitted. Clients can send any digits.
    pub(crate) fn count(&self, digits: LeadingDigits, known: bool) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let bin = digits.first_six();
        if known || counts.unsaved.len() < MAX_BINS || counts.unsaved.contains_key(&bin) {
            *counts.unsaved.entry(bin).or_default() += 1;
        } else {
            counts.is_full = true;
        }
    }

    /// Whether cards of this day were not counted.
    pub(crate) fn is_full(&self) -> bool {
        let counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        counts.is_full
    }

    /// Takes the unsaved counts.
    fn take(&self, day: NaiveDate) -> Vec<(LeadingDigits, u64)> {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if counts.day != day {
            counts.day = day;
            counts.is_full = false;
            counts.unsaved.retain(|_, count| *count > 0);
        }
        let taken = counts.unsaved.iter_mut();
        let taken = taken.map(|(bin, count)| (*bin, std::mem::take(count)));
        taken.filter(|(_, count)| *count > 0).collect()
    }

    /// Counts again what could not be saved.
    fn give_back(&self, taken: Vec<(LeadingDigits, u64)>) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (bin, count) in taken {
            *counts.unsaved.entry(bin).or_default() += count;
        }
    }

    /// Adds the unsaved counts to the database.
    ///
    /// # Errors
    /// [`Unavailable`]; then they stay unsaved.
    pub(crate) async fn save(&self, state: &AppState) -> Result<(), Unavailable> {
        let day = state.clock.now().date_naive();
        let taken = self.take(day);
        if taken.is_empty() {
            return Ok(());
        }
        let added = state.database.bin_counts.add(day, &taken).await;
        if added.is_err() {
            self.give_back(taken);
        }
        added
    }
}

/// Saves the counts until it is aborted.
pub(crate) async fn keep_saved(state: Arc<AppState>) {
    let mut ticks = interval(INTERVAL);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let saving = state.bin_counts.save(&state);
        if let Err(error) = saving.instrument(traces::job("save_bin_counts")).await {
            tracing::warn!(%error, "counts of BINs could not be saved; they will be with the next ones");
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::Days;

    use super::*;

    fn digits(number: usize) -> LeadingDigits {
        LeadingDigits::parse(&format!("{number:08}")).unwrap()
    }

    #[test]
    fn six_digits_are_counted_until_they_are_taken_and_what_is_given_back_again() {
        let (counts, day) = (BinCounts::default(), NaiveDate::default());
        for number in [12_345_678, 12_345_699, 99_999_999] {
            counts.count(digits(number), false);
        }
        let bin = |text: &str| LeadingDigits::parse(text).unwrap();
        let expected = vec![(bin("123456"), 2), (bin("999999"), 1)];
        let taken = counts.take(day);
        assert_eq!(taken, expected);
        assert_eq!(counts.take(day), []);
        counts.count(digits(12_345_678), false);
        counts.give_back(taken);
        assert_eq!(counts.take(day)[0], (bin("123456"), 3));
    }

    #[test]
    fn a_process_counts_a_limited_number_of_bins_in_a_day() {
        let (counts, day) = (BinCounts::default(), NaiveDate::default());
        for number in 0..MAX_BINS {
            counts.count(digits(number * 100), false);
        }
        assert_eq!(counts.take(day).len(), MAX_BINS);
        let other = digits(99_999_999);
        assert!(!counts.is_full());
        counts.count(other, false);
        counts.count(digits(0), false);
        assert!(counts.is_full());
        assert_eq!(counts.take(day), [(digits(0).first_six(), 1)]);
        counts.count(other, true);
        assert_eq!(counts.take(day), [(other.first_six(), 1)]);
        let tomorrow = day + Days::new(1);
        assert_eq!(counts.take(tomorrow), []);
        assert!(!counts.is_full());
        counts.count(other, false);
        assert_eq!(counts.take(tomorrow), [(other.first_six(), 1)]);
    }
}
