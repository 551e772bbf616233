//! The macro that implements `Table` for a noun.

/// Implements `Table` for `$name`, a new type, over `$table` and its `Row`.
///
/// - `columns`: the columns that an upsert replaces: all but the key.
/// - `filters`: the filters of the management API, each with the column it compares; `active` names the column of
///   `Filter::IsActive`.
/// - `pk`: for a noun that others refer to by its primary key.
/// - `unique`: its unique slug.
/// - `children`: for a noun with child tables, the function that reads its rows, instead of `Row::read`, and the one that
///   replaces the children of nouns whose rows were written.
macro_rules! table {
    (
        $name:ident: $table:ident, Record::$record:ident($noun:ty);
        key $column:ident: $key:ty;
        columns $($other:ident),+;
        $(filters $($filter:ident: $filtered:ident),+;)?
        $(active $is_active:ident;)?
        $(pk $pk:ident;)?
        $(unique $slug:ident;)?
        $(children $with:ident, $replace:ident;)?
    ) => {
        pub(super) struct $name;

        /// The rows that match all of these filters; `None` if one is of another part.
        fn filtered(
            filters: &[payments_core::record::Filter],
        ) -> Option<$table::BoxedQuery<'_, super::Backend>> {
            let mut query = $table::table.into_boxed();
            for filter in filters {
                $($(
                    if let payments_core::record::Filter::$filter(value) = filter {
                        query = query.filter($table::$filtered.eq(value));
                        continue;
                    }
                )+)?
                $(
                    if let payments_core::record::Filter::IsActive(value) = filter {
                        // Not a parameter: inactive rows have a partial index.
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

        impl Table for $name {
            type Noun = $noun;

            async fn count(
                connection: &mut Connection,
                filters: &[payments_core::record::Filter],
            ) -> Result<i64, SqlError> {
                match filtered(filters) {
                    Some(query) => Ok(query.count().get_result(connection).await?),
                    None => Ok(0),
                }
            }

            async fn has_more_than(
                connection: &mut Connection,
                rows: i64,
                filters: &[payments_core::record::Filter],
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

            async fn nouns(
                connection: &mut Connection,
                span: &super::table::Span,
                filters: &[payments_core::record::Filter],
            ) -> Result<Vec<$noun>, SqlError> {
                use super::table::{KeyColumn, Span};
                let Some(query) = filtered(filters) else {
                    return Ok(Vec::new());
                };
                let all = query.select(Row::as_select()).order($table::$column);
                let rows: Vec<Row> = match span {
                    Span::All => all.load(connection).await?,
                    Span::Page { offset, limit } => {
                        all.limit(*limit).offset(*offset).load(connection).await?
                    }
                    Span::After { key, limit } => match key.as_ref().and_then(<$key>::of) {
                        Some(key) => {
                            let after = all.filter($table::$column.gt(key));
                            after.limit(*limit).load(connection).await?
                        }
                        None => all.limit(*limit).load(connection).await?,
                    },
                };
                table!(@read connection, rows $(, $with)?)
            }

            async fn records(
                connection: &mut Connection,
                span: &super::table::Span,
                filters: &[payments_core::record::Filter],
            ) -> Result<Vec<payments_core::record::Record>, SqlError> {
                let nouns = Self::nouns(connection, span, filters).await?.into_iter();
                Ok(nouns.map(payments_core::record::Record::$record).collect())
            }

            async fn find(
                connection: &mut Connection,
                key: &payments_core::record::Key,
            ) -> Result<Option<payments_core::record::Record>, SqlError> {
                let Some(key) = <$key as super::table::KeyColumn>::of(key) else {
                    return Ok(None);
                };
                let found = $table::table
                    .filter($table::$column.eq(key))
                    .select(Row::as_select());
                let rows: Vec<Row> = found.first(connection).await.optional()?.into_iter().collect();
                let nouns: Result<Vec<$noun>, SqlError> = table!(@read connection, rows $(, $with)?);
                Ok(nouns?.pop().map(payments_core::record::Record::$record))
            }

            async fn stored(
                connection: &mut Connection,
                keys: &[&payments_core::record::Key],
            ) -> Result<super::table::Stored, SqlError> {
                use super::table::KeyColumn;
                let by_column = |key: &&payments_core::record::Key| {
                    Some((<$key>::of(key)?, (*key).clone()))
                };
                let mut wanted: std::collections::BTreeMap<$key, _> =
                    keys.iter().filter_map(by_column).collect();
                let columns: Vec<$key> = wanted.keys().cloned().collect();
                let mut rows = Vec::new();
                for some in columns.chunks(super::table::KEYS_PER_QUERY) {
                    let found = $table::table
                        .filter($table::$column.eq_any(some))
                        .select(Row::as_select());
                    let found: Vec<Row> = found.load(connection).await?;
                    rows.extend(found);
                }
                let with_key = |row: Row| Some((wanted.remove(&row.$column)?, row));
                let rows: Vec<_> = rows.into_iter().filter_map(with_key).collect();
                table!(@stored connection, rows, $record $(, $with)?)
            }

            async fn upsert(
                connection: &mut Connection,
                records: &[&payments_core::record::Record],
            ) -> Result<(), SqlError> {
                let mut nouns: Vec<&$noun> = Vec::new();
                for record in records {
                    if let payments_core::record::Record::$record(noun) = record {
                        nouns.push(noun);
                    }
                }
                let rows = nouns.iter().map(|noun| Row::of(noun));
                let rows: Vec<Row> = rows.collect::<Result<_, SqlError>>()?;
                table!(@free_slugs connection, rows $(, $slug)?);
                upsert_rows(connection, &rows).await?;
                $($replace(connection, &nouns).await?;)?
                Ok(())
            }

            async fn delete(
                connection: &mut Connection,
                key: &payments_core::record::Key,
            ) -> Result<bool, SqlError> {
                let Some(key) = <$key as super::table::KeyColumn>::of(key) else {
                    return Ok(false);
                };
                let row = diesel::delete($table::table.filter($table::$column.eq(key)));
                Ok(row.execute(connection).await? > 0)
            }

            table!(@present $table $(, $pk)?);
            table!(@slug_owners $table $(, $slug)?);
        }

        /// Upserts rows, whose keys must be distinct.
        async fn upsert_rows(connection: &mut Connection, rows: &[Row]) -> Result<(), SqlError> {
            // Fails to compile if a field of the row is not listed above, as it would be inserted and never replaced.
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

        table!(@changed_slugs $table $(, $slug)?);
    };

    (@read $connection:ident, $rows:ident) => {{
        let _ = $connection;
        $rows.into_iter().map(Row::read).collect()
    }};
    (@read $connection:ident, $rows:ident, $with:ident) => {
        $with($connection, $rows).await
    };

    (@stored $connection:ident, $rows:ident, $record:ident) => {{
        let read = |row: Row| row.read().ok().map(payments_core::record::Record::$record);
        Ok($rows.into_iter().map(|(key, row)| (key, read(row))).collect())
    }};
    // If one is unreadable, all of them are.
    (@stored $connection:ident, $rows:ident, $record:ident, $with:ident) => {{
        let (keys, rows): (Vec<_>, Vec<Row>) = $rows.into_iter().unzip();
        match $with($connection, rows).await {
            Ok(nouns) => {
                let records = nouns.into_iter().map(payments_core::record::Record::$record);
                Ok(records.map(|record| (record.key(), Some(record))).collect())
            }
            Err(SqlError::Row { .. }) => Ok(keys.into_iter().map(|key| (key, None)).collect()),
            Err(error) => Err(error),
        }
    }};

    (@present $table:ident) => {
        async fn present(
            _connection: &mut Connection,
            _pks: &[i64],
        ) -> Result<std::collections::BTreeSet<i64>, SqlError> {
            Ok(std::collections::BTreeSet::new())
        }
    };
    (@present $table:ident, $pk:ident) => {
        async fn present(
            connection: &mut Connection,
            pks: &[i64],
        ) -> Result<std::collections::BTreeSet<i64>, SqlError> {
            let mut present = std::collections::BTreeSet::new();
            for some in pks.chunks(super::table::KEYS_PER_QUERY) {
                let found = $table::table
                    .filter($table::$pk.eq_any(some))
                    .select($table::$pk);
                present.extend(found.load::<i64>(connection).await?);
            }
            Ok(present)
        }
    };

    (@slug_owners $table:ident) => {
        async fn slug_owners(
            _connection: &mut Connection,
            _slugs: &[String],
        ) -> Result<Vec<(String, i64)>, SqlError> {
            Ok(Vec::new())
        }

        async fn free_slugs_of(_connection: &mut Connection, _pks: &[i64]) -> Result<(), SqlError> {
            Ok(())
        }
    };
    (@slug_owners $table:ident, $slug:ident) => {
        async fn slug_owners(
            connection: &mut Connection,
            slugs: &[String],
        ) -> Result<Vec<(String, i64)>, SqlError> {
            let mut owners = Vec::new();
            for some in slugs.chunks(super::table::KEYS_PER_QUERY) {
                let found = $table::table
                    .filter($table::$slug.eq_any(some))
                    .select(($table::$slug, $table::pk));
                owners.extend(found.load::<(String, i64)>(connection).await?);
            }
            Ok(owners)
        }

        async fn free_slugs_of(connection: &mut Connection, pks: &[i64]) -> Result<(), SqlError> {
            for pk in pks {
                // No slug has a tilde.
                let row = diesel::update($table::table.filter($table::pk.eq(pk)));
                row.set($table::$slug.eq(format!("~{pk}")))
                    .execute(connection)
                    .await?;
            }
            Ok(())
        }
    };

    (@free_slugs $connection:ident, $rows:ident) => {};
    (@free_slugs $connection:ident, $rows:ident, $slug:ident) => {
        let slugs: Vec<(i64, &str)> = $rows.iter().map(|row| (row.pk, row.$slug.as_str())).collect();
        let changed = changed_slugs($connection, &slugs).await?;
        Self::free_slugs_of($connection, &changed).await?;
    };

    (@changed_slugs $table:ident) => {};
    (@changed_slugs $table:ident, $slug:ident) => {
        /// Those objects of a batch that get another slug. They free theirs first, so that two objects may swap slugs.
        async fn changed_slugs(
            connection: &mut Connection,
            wanted: &[(i64, &str)],
        ) -> Result<Vec<i64>, SqlError> {
            let mut changed = Vec::new();
            for some in wanted.chunks(super::table::KEYS_PER_QUERY) {
                let keys: Vec<i64> = some.iter().map(|(pk, _)| *pk).collect();
                let present = $table::table
                    .filter($table::pk.eq_any(keys))
                    .select(($table::pk, $table::$slug));
                let present: std::collections::BTreeMap<i64, String> = present
                    .load::<(i64, String)>(connection)
                    .await?
                    .into_iter()
                    .collect();
                let gets_another =
                    |(pk, slug): &&(i64, &str)| present.get(pk).is_some_and(|old| old != slug);
                changed.extend(some.iter().filter(gets_another).map(|(pk, _)| *pk));
            }
            Ok(changed)
        }
    };
}

pub(super) use table;
