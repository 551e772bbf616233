//! Deletes expired rows, in batches that block no other writer for long.
//!
//! Every batch is a short transaction of its own, whose deletions stay even if a later batch fails.
//! So a backlog of any size is deleted, in one run or in several.

use chrono::{DateTime, Days, NaiveDateTime, TimeDelta, Utc};
use payments_core::ports::Unavailable;

use crate::column::instant;

/// Days for which tries of codes are kept: more than the day they count for, in any time zone.
const DAYS_OF_TRIES: u64 = 4;
/// Days for which counts of BINs are kept.
const DAYS_OF_BINS: u64 = 30;
/// Days for which the delivery state of a message is kept.
const DAYS_OF_MESSAGES: i64 = 30;
/// Days for which the use of an expired quote is kept, so that its order can ask again. A process whose clock is behind
/// still accepts the quote, too.
const DAYS_OF_EXPIRED_QUOTES: i64 = 1;
/// Days for which a proposal can be decided, and is kept afterwards.
const DAYS_OF_PROPOSALS: i64 = 90;
/// Days of sent codes that a breaker may look back at.
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
    /// Uses of quotes that expired.
    QuoteUses,
    /// Counts of BINs of past days.
    BinCounts,
    /// Proposals made long ago.
    Proposals,
    /// Intents closed long ago.
    ClosedIntents,
    /// Old pre-orders that no session refers to.
    PreOrders,
    /// Old baskets that no session or pre-order refers to.
    Baskets,
}

impl ExpiringTable {
    /// All tables, in the order of the cleanup.
    pub const ALL: [Self; 11] = [
        Self::Sessions,
        Self::CodeTries,
        Self::SmsSends,
        Self::SmsCounters,
        Self::SmsCodes,
        Self::QuoteUses,
        Self::BinCounts,
        Self::Proposals,
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
            Self::QuoteUses => "quote_uses",
            Self::BinCounts => "bin_counts",
            Self::Proposals => "proposals",
            Self::ClosedIntents => "intents",
            Self::PreOrders => "pre_orders",
            Self::Baskets => "baskets",
        }
    }

    /// The column of a row's age, which has an index.
    pub const fn column(self) -> &'static str {
        match self {
            Self::Sessions | Self::QuoteUses => "expires_at",
            Self::CodeTries | Self::BinCounts => "day",
            Self::SmsSends | Self::SmsCodes => "sent_at",
            Self::SmsCounters => "ends_at",
            Self::Proposals => "created_at",
            Self::ClosedIntents => "closed_at",
            Self::PreOrders | Self::Baskets => "updated_at",
        }
    }

    /// Columns of other tables that refer to a row of this one by its `pk`. A row that is referred to stays.
    pub const fn referring_columns(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Sessions
            | Self::CodeTries
            | Self::SmsSends
            | Self::SmsCounters
            | Self::SmsCodes
            | Self::QuoteUses
            | Self::BinCounts
            | Self::Proposals
            | Self::ClosedIntents => &[],
            Self::PreOrders => &[("sessions", "pre_order")],
            Self::Baskets => &[("sessions", "basket"), ("pre_orders", "basket")],
        }
    }

    /// The condition, to append to others, that no row of another table refers to a row.
    pub fn unless_referenced(self) -> String {
        let name = self.table();
        let conditions = self.referring_columns().iter().map(|(other, key)| {
            format!(" AND NOT EXISTS (SELECT 1 FROM {other} WHERE {other}.{key} = {name}.pk)")
        });
        conditions.collect::<Vec<_>>().concat()
    }

    /// Rows of this instant and before have expired; `None` if they are kept indefinitely.
    pub fn expired_before(self, now: DateTime<Utc>, keep: Retention) -> Option<NaiveDateTime> {
        let days_ago = |days: i64| Some(instant(now - TimeDelta::days(days)));
        let days_before = |days: u64| {
            let day = now.date_naive().checked_sub_days(Days::new(days));
            day.map(|day| day.and_time(chrono::NaiveTime::MIN))
        };
        let after_days = |days: u32| (days > 0).then_some(i64::from(days)).and_then(days_ago);
        match self {
            Self::Sessions | Self::SmsCounters => Some(instant(now)),
            Self::CodeTries => days_before(DAYS_OF_TRIES),
            Self::BinCounts => days_before(DAYS_OF_BINS),
            Self::SmsSends => days_ago(DAYS_OF_MESSAGES),
            Self::SmsCodes => days_ago(DAYS_OF_CODES),
            Self::QuoteUses => days_ago(DAYS_OF_EXPIRED_QUOTES),
            Self::Proposals => days_ago(DAYS_OF_PROPOSALS),
            Self::ClosedIntents => after_days(keep.closed_intent_days),
            Self::PreOrders => after_days(keep.pre_order_days),
            Self::Baskets => after_days(keep.basket_days),
        }
    }
}

/// The configured retention of rows, in days; 0: indefinitely.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Retention {
    /// Days after an intent was closed.
    pub closed_intent_days: u32,
    /// Days after a basket was last written.
    pub basket_days: u32,
    /// Days after a pre-order was last written.
    pub pre_order_days: u32,
}

/// The result of a cleanup.
#[derive(Debug, Default)]
pub struct CleanupReport {
    /// The result for each table, without those whose rows are kept indefinitely.
    pub tables: Vec<TableCleanup>,
}

impl CleanupReport {
    /// The number of rows that were deleted from a table.
    pub fn rows(&self, table: ExpiringTable) -> u64 {
        let mut tables = self.tables.iter();
        let found = tables.find(|one| one.table == table);
        found.map_or(0, |one| one.rows)
    }
}

/// The result of a cleanup for one table.
#[derive(Debug)]
pub struct TableCleanup {
    /// The table.
    pub table: ExpiringTable,
    /// The number of deleted rows.
    pub rows: u64,
    /// Why the cleanup ended.
    pub ending: CleanupEnd,
}

/// Why the cleanup of a table ended.
#[derive(Debug)]
pub enum CleanupEnd {
    /// No expired row is left.
    Done,
    /// It timed out; the next run continues.
    OutOfTime,
    /// Another process is cleaning up.
    Elsewhere,
    /// A batch failed. The batches before it are deleted.
    Failed(Unavailable),
}

/// An object whose closed intents are deleted with it.
#[derive(Clone, Copy, Debug)]
pub enum IntentOwner {
    /// A customer.
    Customer(i64),
    /// A point of sale.
    Pos(i64),
}

impl IntentOwner {
    /// The column of `intents` that refers to it, which has an index, and its key.
    pub const fn column(self) -> (&'static str, i64) {
        match self {
            Self::Customer(pk) => ("customer", pk),
            Self::Pos(pk) => ("pos", pk),
        }
    }
}

/// A position in a table, in the order of the rows' age.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// The age of the last visited row.
    pub at: NaiveDateTime,
    /// Its key, if the table has one.
    pub pk: i64,
}

/// The result of a batch.
#[derive(Clone, Copy, Debug)]
pub enum Batch {
    /// Rows were deleted.
    Deleted {
        /// How many.
        rows: u64,
        /// Where the next batch begins; `None` if no expired row is left.
        next: Option<Place>,
    },
    /// Another process is cleaning up.
    Elsewhere,
}
