//! Records changes of objects, and their authors, in the audit log.

use std::collections::BTreeMap;

use payments_core::audit::Author;
use payments_core::history::{Changed, changes};
use payments_core::record::Effect;
use payments_core::record::{Change, Key, Part, Record, Reference, Stored};

use payments_sql::batch::Batch;
use payments_sql::sql_error::SqlError;

use super::audit::{self, ChangedObject};
use super::{Connection, part, pseudonym};

/// The objects of a change as they are before it; `None` if the stored one is unreadable.
pub(super) struct Before(BTreeMap<Part, BTreeMap<Key, Option<Record>>>);

impl Before {
    pub(super) async fn of(
        connection: &mut Connection,
        batch: &Batch<'_>,
    ) -> Result<Self, SqlError> {
        let mut before: BTreeMap<_, BTreeMap<_, _>> = BTreeMap::new();
        for (part, keys) in batch.parts().chain(batch.deleted()) {
            let stored = part::stored(connection, part, &keys).await?;
            before.entry(part).or_default().extend(stored);
        }
        Ok(Self(before))
    }

    /// Whether there was an object of this key.
    pub(super) fn has(&self, part: Part, key: &Key) -> bool {
        self.0.get(&part).is_some_and(|part| part.contains_key(key))
    }

    /// Whether the preconditions of a change hold.
    pub(super) fn meets(&self, change: &Change) -> bool {
        let preconditions = &change.preconditions;
        let holds = |part, key: &Key| {
            preconditions.hold(match self.get(part, key) {
                None => Stored::Absent,
                Some(None) => Stored::Unreadable,
                Some(Some(stored)) => Stored::Object(stored),
            })
        };
        let mut written = change.upserts.iter();
        let mut deleted = change.deletions.iter();
        preconditions.is_none()
            || written.all(|record| holds(record.part(), &record.key()))
                && deleted.all(|one| holds(one.part, &one.key))
    }

    /// The effect of a change on each of its objects.
    pub(super) fn effects(&self, change: &Change) -> Vec<Effect> {
        let of_record = |record: &Record| match self.get(record.part(), &record.key()) {
            None => Effect::Creates,
            Some(before) if before.as_ref() == Some(record) => Effect::Keeps,
            Some(_) => Effect::Updates,
        };
        change.upserts.iter().map(of_record).collect()
    }

    fn get(&self, part: Part, key: &Key) -> Option<&Option<Record>> {
        self.0.get(&part)?.get(key)
    }
}

/// An object before its deletion; `None` if it does not exist or is unreadable.
pub(super) async fn before(
    connection: &mut Connection,
    part: Part,
    key: &Key,
) -> Result<Option<Record>, SqlError> {
    match part::find(connection, part, key).await {
        Err(SqlError::Row { .. }) => Ok(None),
        found => found,
    }
}

/// Appends a record for each object of a change that was created, altered or deleted.
pub(super) async fn written(
    connection: &mut Connection,
    change: &Change,
    before: &Before,
    author: &Author,
) -> Result<(), SqlError> {
    let mut customers = Vec::new();
    let mut rows = Vec::new();
    for record in &change.upserts {
        let (part, key) = (record.part(), record.key());
        let changed = match before.get(part, &key) {
            None => Changed::Created(record),
            Some(before) if before.as_ref() == Some(record) => continue,
            Some(before) => Changed::Updated(before.as_ref(), record),
        };
        if let (Part::Customers, Key::Pk(pk)) = (part, &key) {
            customers.push((rows.len(), *pk));
        }
        rows.push(row(part, &key, &changed));
    }
    for Reference { part, key } in &change.deletions {
        if let Some(before) = before.get(*part, key) {
            rows.push(row(*part, key, &Changed::Deleted(before.as_ref())));
        }
    }
    name_customers(connection, &customers, &mut rows).await?;
    audit::append_changes(connection, author, &rows).await
}

/// Appends the record of an object that was deleted.
pub(super) async fn deleted(
    connection: &mut Connection,
    part: Part,
    key: &Key,
    before: Option<&Record>,
    author: &Author,
) -> Result<(), SqlError> {
    let mut rows = [row(part, key, &Changed::Deleted(before))];
    if let (Part::Customers, Key::Pk(pk)) = (part, key) {
        name_customers(connection, &[(0, *pk)], &mut rows).await?;
    }
    audit::append_changes(connection, author, &rows).await
}

/// Records about customers have a pseudonym in place of the key.
async fn name_customers(
    connection: &mut Connection,
    customers: &[(usize, i64)],
    rows: &mut [ChangedObject],
) -> Result<(), SqlError> {
    let pks: Vec<i64> = customers.iter().map(|(_, pk)| *pk).collect();
    let mut pseudonyms = pseudonym::of_many(connection, &pks).await?;
    for (index, pk) in customers {
        let pseudonym = match pseudonyms.remove(pk) {
            Some(pseudonym) => pseudonym,
            None => pseudonym::of(connection, *pk).await?,
        };
        if let Some(row) = rows.get_mut(*index) {
            row.object_key = Some(pseudonym.clone());
            row.pseudonym = Some(pseudonym);
        }
    }
    Ok(())
}

fn row(part: Part, key: &Key, changed: &Changed<'_>) -> ChangedObject {
    let object_key = match key {
        Key::Pk(pk) => Some(pk.to_string()).filter(|_| part != Part::Customers),
        Key::Slug(slug) => Some(slug.to_string()),
        Key::Session(digest) => Some(digest.to_hex()),
    };
    ChangedObject {
        outcome: changed.as_str(),
        part: part.as_str(),
        object_key,
        pseudonym: None,
        changes: changes(part, changed),
    }
}
