//! The moments at which tests of time hold.

use chrono::{
    DateTime, Datelike, Days, NaiveDate, NaiveDateTime, TimeDelta, TimeZone, Timelike, Utc,
};

use crate::moment::Moment;

use super::answer::{Answer, Miss, Steps};
use super::test::TimeTest;

/// A store's time zone.
pub(super) trait Zone {
    fn moment(&self, utc: DateTime<Utc>) -> Moment;

    /// The instants at which the clock shows this: none, one or two.
    fn instants(&self, local: NaiveDateTime) -> [Option<DateTime<Utc>>; 2];
}

/// A [`TimeZone`] as a [`Zone`].
pub(super) struct InZone<'z, Z>(pub(super) &'z Z);

impl<Z: TimeZone> Zone for InZone<'_, Z> {
    fn moment(&self, utc: DateTime<Utc>) -> Moment {
        Moment::in_zone(utc, self.0)
    }

    fn instants(&self, local: NaiveDateTime) -> [Option<DateTime<Utc>>; 2] {
        let found = self.0.from_local_datetime(&local);
        let (earliest, latest) = (found.clone().earliest(), found.latest());
        [earliest, latest].map(|found| found.map(|found| found.with_timezone(&Utc)))
    }
}

const ALL_WEEKDAYS: u8 = 0b111_1111;
const ALL_HOURS: u32 = (1 << 24) - 1;

/// Weekdays and hours repeat every week. In three weeks each of them occurs at least once, whatever a change of the
/// clock skips.
const SEARCHED_DAYS: u64 = 22;

/// The first year in which moments are searched.
const FIRST_YEAR: i32 = 1973;

/// No offset from UTC is larger.
const MAX_OFFSET: TimeDelta = TimeDelta::hours(27);

/// A set of moments: the intersection of tests.
#[derive(Clone, Copy, Debug)]
pub(super) struct Times {
    from: Option<DateTime<Utc>>,
    /// Exclusive.
    until: Option<DateTime<Utc>>,
    first: Option<NaiveDate>,
    last: Option<NaiveDate>,
    weekdays: u8,
    hours: u32,
}

impl Times {
    pub(super) const ALL: Self = Self {
        from: None,
        until: None,
        first: None,
        last: None,
        weekdays: ALL_WEEKDAYS,
        hours: ALL_HOURS,
    };

    pub(super) const fn from(now: DateTime<Utc>) -> Self {
        Self {
            from: Some(now),
            ..Self::ALL
        }
    }

    /// Keeps the moments at which a test holds, or does not hold.
    pub(super) fn narrow(&mut self, test: TimeTest, holds: bool) {
        match (test, holds) {
            (TimeTest::ValidFrom(from), true) | (TimeTest::ValidUntil(from), false) => {
                self.from = self.from.max(Some(from));
            }
            (TimeTest::ValidUntil(until), true) | (TimeTest::ValidFrom(until), false) => {
                self.until = Some(self.until.map_or(until, |earlier| earlier.min(until)));
            }
            (TimeTest::DateFrom(first), true) => self.begin(Some(first)),
            (TimeTest::DateTo(last), false) => self.begin(last.succ_opt()),
            (TimeTest::DateTo(last), true) => self.end(Some(last)),
            (TimeTest::DateFrom(first), false) => self.end(first.pred_opt()),
            (TimeTest::Weekdays(days), _) => self.weekdays &= if holds { days } else { !days },
            (TimeTest::Hours(hours), _) => self.hours &= if holds { hours } else { !hours },
        }
    }

    /// No day is beyond the last day of the calendar.
    fn begin(&mut self, first: Option<NaiveDate>) {
        match first {
            Some(first) => self.first = self.first.max(Some(first)),
            None => self.weekdays = 0,
        }
    }

    fn end(&mut self, last: Option<NaiveDate>) {
        match last {
            Some(last) => self.last = Some(self.last.map_or(last, |one| one.min(last))),
            None => self.weekdays = 0,
        }
    }

    /// Whether there is obviously no such moment.
    pub(super) fn is_empty(&self) -> bool {
        self.weekdays == 0
            || self.hours == 0
            || matches!((self.from, self.until), (Some(from), Some(until)) if from >= until)
            || matches!((self.first, self.last), (Some(first), Some(last)) if first > last)
    }

    /// Whether two sets obviously have nothing in common.
    pub(super) fn is_apart_from(&self, other: &Self) -> bool {
        let is_before = |one: &Self, other: &Self| {
            matches!((one.until, other.from), (Some(until), Some(from)) if until <= from)
                || matches!((one.last, other.first), (Some(last), Some(first)) if last < first)
        };
        self.weekdays & other.weekdays == 0
            || self.hours & other.hours == 0
            || is_before(self, other)
            || is_before(other, self)
    }

    /// A moment in the set, `now` if it is one.
    pub(super) fn find(
        &self,
        zone: &dyn Zone,
        now: DateTime<Utc>,
        steps: &mut Steps,
    ) -> Answer<Moment> {
        if self.is_empty() {
            return Err(Miss::Never);
        }
        let decided = self.decided(now)?;
        let last = decided.until.map(|until| until - TimeDelta::seconds(1));
        for instant in [Some(now), decided.from, last].into_iter().flatten() {
            let moment = zone.moment(instant);
            if decided.contains(moment) {
                return Ok(moment);
            }
        }
        decided.search(zone, now, steps)
    }

    /// The moments of the set that are searched: since 1973, when offsets have been multiples of a quarter of an hour,
    /// and far from the limits of their type.
    fn decided(&self, now: DateTime<Utc>) -> Answer<Self> {
        let begin = DateTime::UNIX_EPOCH + TimeDelta::days(1_096);
        let end = begin + TimeDelta::days(73_000_000);
        let (first, last) = (begin.date_naive(), end.date_naive());
        let is_decided = (begin..end).contains(&now)
            && self.from.is_none_or(|from| from < end)
            && self.until.is_none_or(|until| until > begin)
            && self.first.is_none_or(|one| one <= last)
            && self.last.is_none_or(|one| one >= first);
        let decided = Self {
            from: self.from.map(|from| from.max(begin)),
            until: self.until.map(|until| until.min(end)),
            first: self.first.map(|one| one.max(first)),
            last: self.last.map(|one| one.min(last)),
            ..*self
        };
        is_decided.then_some(decided).ok_or(Miss::Undecided)
    }

    fn contains(&self, moment: Moment) -> bool {
        let today = moment.local.date();
        self.from.is_none_or(|from| from <= moment.utc)
            && self.until.is_none_or(|until| moment.utc < until)
            && self.has_day(today)
            && self.hours >> moment.local.hour() & 1 == 1
    }

    fn has_day(&self, day: NaiveDate) -> bool {
        self.first.is_none_or(|first| first <= day)
            && self.last.is_none_or(|last| day <= last)
            && self.weekdays >> day.weekday().num_days_from_monday() & 1 == 1
    }

    /// Looks at each quarter of an hour of the first days: every change of the date, the hour or the offset is at one.
    fn search(&self, zone: &dyn Zone, now: DateTime<Utc>, steps: &mut Steps) -> Answer<Moment> {
        let (begin, end) = self.days(now);
        let searched = begin + Days::new(SEARCHED_DAYS);
        let days = begin
            .iter_days()
            .take_while(|day| *day <= end.unwrap_or(searched).min(searched));
        for day in days.filter(|day| self.has_day(*day)) {
            for hour in (0..24).filter(|hour| self.hours >> hour & 1 == 1) {
                for minute in [0, 15, 30, 45] {
                    let Some(local) = day.and_hms_opt(hour, minute, 0) else {
                        continue;
                    };
                    if self.is_far_from(local) {
                        continue;
                    }
                    steps.take(2)?;
                    for instant in zone.instants(local).into_iter().flatten() {
                        let moment = zone.moment(instant);
                        if self.contains(moment) {
                            return Ok(moment);
                        }
                    }
                }
            }
        }
        if end.is_some_and(|end| end <= searched) && begin.year() >= FIRST_YEAR {
            Err(Miss::Never)
        } else {
            Err(Miss::Undecided)
        }
    }

    /// The first and the last day on which a moment can be; the first one is chosen if there is none.
    fn days(&self, now: DateTime<Utc>) -> (NaiveDate, Option<NaiveDate>) {
        let before = |instant: DateTime<Utc>| (instant - MAX_OFFSET).date_naive();
        let after = |instant: DateTime<Utc>| (instant + MAX_OFFSET).date_naive();
        let until = self.until.map(after);
        let end = [until, self.last].into_iter().flatten().min();
        let begin = self.from.map(before).max(self.first).unwrap_or_else(|| {
            let last_weeks = end.map(|end| end - Days::new(SEARCHED_DAYS));
            let today = before(now);
            last_weeks.map_or(today, |begin| begin.min(today))
        });
        (begin, end)
    }

    /// Whether the clock shows this outside of the set in every time zone.
    fn is_far_from(&self, local: NaiveDateTime) -> bool {
        let local = local.and_utc();
        self.from.is_some_and(|from| local + MAX_OFFSET < from)
            || self.until.is_some_and(|until| local - MAX_OFFSET > until)
    }
}
