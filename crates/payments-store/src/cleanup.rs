//! Deletes expired rows, in batches that block no other writer for long.
//!
//! Every batch is a transaction of its own: it takes a moment, and what it deleted stays deleted whatever comes after it.
//! So a backlog of any size goes, if not in one run then in several.

use chrono::{DateTime, Days, NaiveDateTime, TimeDelta, Utc};
use payments_core::ports::Unavailable;

use crate::column::instant;

/// Days for which tries of codes are remembered: more than the one they count for, in any time zone.
const DAYS_OF_TRIES: u64 = 4;
/// Days for which it is remembered what became of a message.
const DAYS_OF_MESSAGES: i64 = 30;
/// Days for which a breaker may look back at the codes that were sent.
const DAYS_OF_CODES: i64 = 2;

/// A table whose rows expire, in the order of the cleanup: referring rows before the rows they refer to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExpiringTable {
    /// Expired sessions.
    Sessions,
    /// Tried codes of past days.
    CodeTries,
    /// Messages sent long ago.
    SmsSends,
    /// Counts of messages in past windows.
    SmsCounters,
    /// Codes sent long ago.
    SmsCodes,
    /// Intents closed long ago.
    ClosedIntents,
    /// Pre-orders that have not been written for long and that no session names.
    PreOrders,
    /// Baskets that have not been written for long and that no session or pre-order names.
    Baskets,
}

impl ExpiringTable {
    /// All of them, in order.
    pub const ALL: [Self; 8] = [
        Self::Sessions,
        Self::CodeTries,
        Self::SmsSends,
        Self::SmsCounters,
        Self::SmsCodes,
        Self::ClosedIntents,
        Self::PreOrders,
        Self::Baskets,
    ];

    /// Its name in the database.
    pub const fn table(self) -> &'static str {
        match self {
            Self::Sessions => "sessions",
            Self::CodeTries => "code_tries",
            Self::SmsSends => "sms_sends",
            Self::SmsCounters => "sms_counters",
            Self::SmsCodes => "sms_codes",
            Self::ClosedIntents => "intents",
            Self::PreOrders => "pre_orders",
            Self::Baskets => "baskets",
        }
    }

    /// The column that says how old a row is; it has an index.
    pub(crate) const fn column(self) -> &'static str {
        match self {
            Self::Sessions => "expires_at",
            Self::CodeTries => "day",
            Self::SmsSends | Self::SmsCodes => "sent_at",
            Self::SmsCounters => "ends_at",
            Self::ClosedIntents => "closed_at",
            Self::PreOrders | Self::Baskets => "updated_at",
        }
    }

    /// Columns of other tables that name a row of this one by its `pk`. A row that is named stays.
    pub(crate) const fn named_by(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Sessions
            | Self::CodeTries
            | Self::SmsSends
            | Self::SmsCounters
            | Self::SmsCodes
            | Self::ClosedIntents => &[],
            Self::PreOrders => &[("sessions", "pre_order")],
            Self::Baskets => &[("sessions", "basket"), ("pre_orders", "basket")],
        }
    }

    /// The condition, added to others, under which no row of another table names one of this.
    pub(crate) fn unless_named(self) -> String {
        let name = self.table();
        let conditions = self.named_by().iter().map(|(other, key)| {
            format!(" AND NOT EXISTS (SELECT 1 FROM {other} WHERE {other}.{key} = {name}.pk)")
        });
        conditions.collect::<Vec<_>>().concat()
    }

    /// Rows of this instant and before have expired; `None` when they are kept indefinitely.
    pub(crate) fn over_at(self, now: DateTime<Utc>, keep: Retention) -> Option<NaiveDateTime> {
        let days_ago = |days: i64| Some(instant(now - TimeDelta::days(days)));
        let kept_for = |days: u32| (days > 0).then_some(i64::from(days)).and_then(days_ago);
        match self {
            Self::Sessions | Self::SmsCounters => Some(instant(now)),
            Self::CodeTries => {
                let day = now.date_naive().checked_sub_days(Days::new(DAYS_OF_TRIES));
                day.map(|day| day.and_time(chrono::NaiveTime::MIN))
            }
            Self::SmsSends => days_ago(DAYS_OF_MESSAGES),
            Self::SmsCodes => days_ago(DAYS_OF_CODES),
            Self::ClosedIntents => kept_for(keep.closed_intent_days),
            Self::PreOrders => kept_for(keep.pre_order_days),
            Self::Baskets => kept_for(keep.basket_days),
        }
    }
}

/// How long rows are kept that no rule of the service bounds; 0: indefinitely.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Retention {
    /// Days after an intent was closed.
    pub closed_intent_days: u32,
    /// Days after a basket was last written.
    pub basket_days: u32,
    /// Days after a pre-order was last written.
    pub pre_order_days: u32,
}

/// What a run deleted.
#[derive(Debug, Default)]
pub struct CleanupReport {
    /// By table, without those whose rows are kept indefinitely.
    pub tables: Vec<TableCleanup>,
}

impl CleanupReport {
    /// How many rows of a table are gone.
    pub fn rows(&self, table: ExpiringTable) -> u64 {
        let mut tables = self.tables.iter();
        let found = tables.find(|one| one.table == table);
        found.map_or(0, |one| one.rows)
    }
}

/// What a run deleted of one table.
#[derive(Debug)]
pub struct TableCleanup {
    /// The table.
    pub table: ExpiringTable,
    /// How many rows are gone.
    pub rows: u64,
    /// Why it stopped.
    pub ending: CleanupEnd,
}

/// Why a run stopped at a table.
#[derive(Debug)]
pub enum CleanupEnd {
    /// No expired row is left.
    Done,
    /// Its time was up; the next run goes on.
    OutOfTime,
    /// Another process is cleaning up.
    Elsewhere,
    /// The database did not do it. What was deleted before is gone all the same.
    Failed(Unavailable),
}

/// Whose closed intents are deleted with it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum IntentOwner {
    /// A customer.
    Customer(i64),
    /// A point of sale.
    Pos(i64),
}

impl IntentOwner {
    /// The column of `intents` that names it, which has an index, and its key.
    pub(crate) const fn column(self) -> (&'static str, i64) {
        match self {
            Self::Customer(pk) => ("customer", pk),
            Self::Pos(pk) => ("pos", pk),
        }
    }
}

/// How far a run is in a table, in the order of the rows' age.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    /// The age of the last row that was looked at.
    pub(crate) at: NaiveDateTime,
    /// Its key, where the table has one.
    pub(crate) pk: i64,
}

/// What one batch did.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Batch {
    /// Rows that are gone, and where the next batch begins; none when nothing is left.
    Deleted { rows: u64, next: Option<Place> },
    /// Another process is working on it.
    Elsewhere,
}
