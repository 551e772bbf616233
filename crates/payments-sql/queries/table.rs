//! The interface of every noun's table.

use std::collections::{BTreeMap, BTreeSet};

use payments_core::record::{Filter, Key, Record};

use payments_sql::sql_error::SqlError;

use super::Connection;

/// Objects by key; `None` if a row is unreadable.
pub(super) type Stored = BTreeMap<Key, Option<Record>>;

/// The table of a noun, with its child tables.
pub(super) trait Table {
    type Noun;

    /// The number of matching rows; 0 if a filter is of another part.
    async fn count(connection: &mut Connection, filters: &[Filter]) -> Result<i64, SqlError>;

    async fn has_more_than(
        connection: &mut Connection,
        rows: i64,
        filters: &[Filter],
    ) -> Result<bool, SqlError>;

    /// The matching nouns, in the order of their keys.
    async fn nouns(
        connection: &mut Connection,
        span: &Span,
        filters: &[Filter],
    ) -> Result<Vec<Self::Noun>, SqlError>;

    async fn records(
        connection: &mut Connection,
        span: &Span,
        filters: &[Filter],
    ) -> Result<Vec<Record>, SqlError>;

    /// `None` also if the key is of another kind than the table's.
    async fn find(connection: &mut Connection, key: &Key) -> Result<Option<Record>, SqlError>;

    async fn stored(connection: &mut Connection, keys: &[&Key]) -> Result<Stored, SqlError>;

    /// Upserts the records of this noun. Their keys must be distinct.
    async fn upsert(connection: &mut Connection, records: &[&Record]) -> Result<(), SqlError>;

    /// Returns whether it existed.
    async fn delete(connection: &mut Connection, key: &Key) -> Result<bool, SqlError>;

    /// Which of these primary keys exist; none if the table has another key.
    async fn present(connection: &mut Connection, pks: &[i64]) -> Result<BTreeSet<i64>, SqlError>;

    /// Which objects have these slugs; none if slugs are not unique or are the key.
    async fn slug_owners(
        connection: &mut Connection,
        slugs: &[String],
    ) -> Result<Vec<(String, i64)>, SqlError>;

    /// Gives these objects slugs that no other object wants; does nothing if slugs are not unique or are the key.
    async fn free_slugs_of(connection: &mut Connection, pks: &[i64]) -> Result<(), SqlError>;
}

/// A row of a noun, without its child tables.
pub(super) trait FromNoun<Noun>: Sized {
    fn of(noun: &Noun) -> Result<Self, SqlError>;
}

/// A range of a table's rows, in the order of their keys.
#[derive(Clone, Debug)]
pub(super) enum Span {
    All,
    Page {
        offset: i64,
        limit: i64,
    },
    /// The rows after a key; from the start for `None`.
    After {
        key: Option<Key>,
        limit: i64,
    },
}

/// The type of a key column.
pub(super) trait KeyColumn: Sized {
    /// The column's value; `None` for a key of another kind.
    fn of(key: &Key) -> Option<Self>;
}

impl KeyColumn for i64 {
    fn of(key: &Key) -> Option<Self> {
        match key {
            Key::Pk(pk) => Some(*pk),
            Key::Slug(_) | Key::Session(_) => None,
        }
    }
}

impl KeyColumn for String {
    fn of(key: &Key) -> Option<Self> {
        match key {
            Key::Pk(_) => None,
            Key::Slug(slug) => Some(slug.to_string()),
            Key::Session(digest) => Some(digest.to_hex()),
        }
    }
}

/// The maximum number of keys per query, below either database's limit on parameters.
pub(super) const KEYS_PER_QUERY: usize = 500;
