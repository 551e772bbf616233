//! Counts of consecutive minutes.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Event, MINUTES, minute_of, oldest};

/// What happened in each of up to [`MINUTES`] consecutive minutes, the oldest first; all lists have the same length.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Minutes {
    /// The beginning of the first minute.
    from: DateTime<Utc>,
    listings: Vec<u64>,
    listings_failed: Vec<u64>,
    codes_sent: Vec<u64>,
    cards_saved: Vec<u64>,
    steps_refused: Vec<u64>,
}

impl Minutes {
    /// `first` is the number of the first minute since 1970; the counts are in the order of [`Event`].
    pub(super) fn new(first: i64, counts: impl Iterator<Item = [u64; Event::COUNT]>) -> Self {
        let mut minutes = Self::empty(first, 0);
        for counts in counts {
            for (list, count) in minutes.lists_mut().into_iter().zip(counts) {
                list.push(count);
            }
        }
        minutes
    }

    /// The sums over several processes, for all of the last [`MINUTES`].
    pub(crate) fn sums<'m>(now: DateTime<Utc>, parts: impl Iterator<Item = &'m Self>) -> Self {
        let first = oldest(minute_of(now));
        let mut sums = Self::empty(first, usize::from(MINUTES));
        for part in parts {
            let offset = minute_of(part.from) - first;
            for (sum, list) in sums.lists_mut().into_iter().zip(part.lists()) {
                for (minute, count) in (offset..).zip(list) {
                    // Another process's clock may be a little different.
                    let place = usize::try_from(minute).ok();
                    if let Some(sum) = place.and_then(|place| sum.get_mut(place)) {
                        *sum = sum.saturating_add(*count);
                    }
                }
            }
        }
        sums
    }

    fn empty(first: i64, length: usize) -> Self {
        let list = || vec![0; length];
        Self {
            from: DateTime::from_timestamp(first * 60, 0).unwrap_or_default(),
            listings: list(),
            listings_failed: list(),
            codes_sent: list(),
            cards_saved: list(),
            steps_refused: list(),
        }
    }

    const fn lists(&self) -> [&Vec<u64>; Event::COUNT] {
        [
            &self.listings,
            &self.listings_failed,
            &self.codes_sent,
            &self.cards_saved,
            &self.steps_refused,
        ]
    }

    const fn lists_mut(&mut self) -> [&mut Vec<u64>; Event::COUNT] {
        [
            &mut self.listings,
            &mut self.listings_failed,
            &mut self.codes_sent,
            &mut self.cards_saved,
            &mut self.steps_refused,
        ]
    }
}
