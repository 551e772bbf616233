//! What every table of keyed objects needs, written once.

use payments_core::record::Key;

/// Which rows of a table, in the order of their keys.
#[derive(Clone, Debug)]
pub(crate) enum Span {
    /// All.
    All,
    /// A page.
    Page {
        /// How many rows come before it.
        offset: i64,
        /// How many it has at most.
        limit: i64,
    },
    /// Those after a key.
    After {
        /// The key, or the start for none.
        key: Option<Key>,
        /// How many at most.
        limit: i64,
    },
}

/// A column's value of a key.
pub(crate) trait KeyColumn: Sized {
    /// The value; none for a key of another kind.
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

/// Keys asked for in one query: few enough for either database's limit on parameters.
pub(crate) const KEYS_AT_ONCE: usize = 500;

/// Functions over `$table`, whose key is `$column` and whose other columns are the `$other`s: `count`, `has_more_than`,
/// `rows`, `rows_of`, `row`, `delete`, `upsert_rows`. `$filter`s are the filters that compare the column beside
/// them; the column after them says what is active.
macro_rules! table_functions {
    ($table:ident, $column:ident: $key:ty, $($other:ident),+; $($filter:ident: $filtered:ident),* $(; $is_active:ident)?) => {
        /// What all of these filters hold for; none where one is of another part.
        fn filtered(
            filters: &[payments_core::ports::Filter],
        ) -> Option<$table::BoxedQuery<'_, super::Backend>> {
            let mut query = $table::table.into_boxed();
            for filter in filters {
                $(
                    if let payments_core::ports::Filter::$filter(value) = filter {
                        query = query.filter($table::$filtered.eq(value));
                        continue;
                    }
                )*
                $(
                    if let payments_core::ports::Filter::IsActive(value) = filter {
                        // Not a parameter: the few that are inactive have an index of their own.
                        query = if *value {
                            query.filter($table::$is_active)
                        } else {
                            query.filter(diesel::dsl::not($table::$is_active))
                        };
                        continue;
                    }
                )?
                return None;
            }
            Some(query)
        }

        /// How many there are.
        pub(super) async fn count(
            connection: &mut Connection,
            filters: &[payments_core::ports::Filter],
        ) -> Result<i64, SqlError> {
            match filtered(filters) {
                Some(query) => Ok(query.count().get_result(connection).await?),
                None => Ok(0),
            }
        }

        /// Whether there are more than so many.
        pub(super) async fn has_more_than(
            connection: &mut Connection,
            rows: i64,
            filters: &[payments_core::ports::Filter],
        ) -> Result<bool, SqlError> {
            let Some(query) = filtered(filters) else {
                return Ok(false);
            };
            let next = query
                .select($table::$column)
                .order($table::$column)
                .offset(rows)
                .limit(1);
            Ok(next.get_result::<$key>(connection).await.optional()?.is_some())
        }

        /// Rows in the order of their keys.
        pub(super) async fn rows(
            connection: &mut Connection,
            span: &$crate::table_functions::Span,
            filters: &[payments_core::ports::Filter],
        ) -> Result<Vec<Row>, SqlError> {
            use $crate::table_functions::KeyColumn;
            let Some(query) = filtered(filters) else {
                return Ok(Vec::new());
            };
            let all = query.select(Row::as_select()).order($table::$column);
            Ok(match span {
                $crate::table_functions::Span::All => all.load(connection).await?,
                $crate::table_functions::Span::Page { offset, limit } => {
                    all.limit(*limit).offset(*offset).load(connection).await?
                }
                $crate::table_functions::Span::After { key, limit } => {
                    match key.as_ref().and_then(<$key>::of) {
                        Some(key) => {
                            let after = all.filter($table::$column.gt(key));
                            after.limit(*limit).load(connection).await?
                        }
                        None => all.limit(*limit).load(connection).await?,
                    }
                }
            })
        }

        /// The rows of keys, each with its key.
        pub(super) async fn rows_of(
            connection: &mut Connection,
            keys: &[$key],
        ) -> Result<Vec<($key, Row)>, SqlError> {
            let mut rows = Vec::new();
            for some in keys.chunks($crate::table_functions::KEYS_AT_ONCE) {
                let found = $table::table
                    .filter($table::$column.eq_any(some))
                    .select(Row::as_select());
                let found: Vec<Row> = found.load(connection).await?;
                rows.extend(found.into_iter().map(|row| (row.$column.clone(), row)));
            }
            Ok(rows)
        }

        /// One row.
        pub(super) async fn row(
            connection: &mut Connection,
            key: &$key,
        ) -> Result<Option<Row>, SqlError> {
            let found = $table::table
                .filter($table::$column.eq(key))
                .select(Row::as_select());
            Ok(found.first(connection).await.optional()?)
        }

        /// Deletes one; whether it was there.
        pub(super) async fn delete(
            connection: &mut Connection,
            key: &$key,
        ) -> Result<bool, SqlError> {
            let gone = diesel::delete($table::table.filter($table::$column.eq(key)));
            Ok(gone.execute(connection).await? > 0)
        }

        /// Inserts rows, or replaces those that have their keys: no two of them may have the same.
        async fn upsert_rows(connection: &mut Connection, rows: &[Row]) -> Result<(), SqlError> {
            // A row's field that is not listed above would be inserted and never replaced: it does not compile.
            let _ = |Row { $column: _, $($other: _),+ }: Row| ();
            for some in super::by_statement(rows) {
                let written = diesel::insert_into($table::table).values(some);
                written
                    .on_conflict($table::$column)
                    .do_update()
                    .set(($($table::$other.eq(diesel::upsert::excluded($table::$other)),)+))
                    .execute(connection)
                    .await?;
            }
            Ok(())
        }
    };
}

/// The function `present` over the primary keys of `$table`.
macro_rules! presence_function {
    ($table:ident) => {
        /// Those of `keys` that are there.
        pub(super) async fn present(
            connection: &mut Connection,
            keys: &[i64],
        ) -> Result<std::collections::BTreeSet<i64>, SqlError> {
            let mut present = std::collections::BTreeSet::new();
            for some in keys.chunks($crate::table_functions::KEYS_AT_ONCE) {
                let found = $table::table
                    .filter($table::pk.eq_any(some))
                    .select($table::pk);
                present.extend(found.load::<i64>(connection).await?);
            }
            Ok(present)
        }
    };
}

/// Functions over the unique slugs of `$table`: `slug_owners`, `free_slugs`.
macro_rules! slug_functions {
    ($table:ident) => {
        /// Which objects have these slugs.
        pub(super) async fn slug_owners(
            connection: &mut Connection,
            slugs: &[String],
        ) -> Result<Vec<(String, i64)>, SqlError> {
            let mut owners = Vec::new();
            for some in slugs.chunks($crate::table_functions::KEYS_AT_ONCE) {
                let found = $table::table
                    .filter($table::slug.eq_any(some))
                    .select(($table::slug, $table::pk));
                owners.extend(found.load::<(String, i64)>(connection).await?);
            }
            Ok(owners)
        }

        /// Takes their slugs from the objects of a batch that are to get others, so that two may swap theirs.
        async fn free_slugs(
            connection: &mut Connection,
            wanted: &[(i64, &str)],
        ) -> Result<(), SqlError> {
            for some in wanted.chunks($crate::table_functions::KEYS_AT_ONCE) {
                let keys: Vec<i64> = some.iter().map(|(pk, _)| *pk).collect();
                let present = $table::table
                    .filter($table::pk.eq_any(keys))
                    .select(($table::pk, $table::slug));
                let present: std::collections::BTreeMap<i64, String> = present
                    .load::<(i64, String)>(connection)
                    .await?
                    .into_iter()
                    .collect();
                let changed = some
                    .iter()
                    .filter(|(pk, slug)| present.get(pk).is_some_and(|old| old != slug));
                for (pk, _) in changed {
                    // No slug has a tilde.
                    let row = diesel::update($table::table.filter($table::pk.eq(pk)));
                    row.set($table::slug.eq(format!("~{pk}")))
                        .execute(connection)
                        .await?;
                }
            }
            Ok(())
        }
    };
}

pub(crate) use {presence_function, slug_functions, table_functions};
