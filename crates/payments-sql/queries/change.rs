//! Writes a change atomically.

use std::collections::{BTreeMap, BTreeSet};

use payments_core::audit::Author;
use payments_core::ports::RecordsError;
use payments_core::record::{Change, Key, Part, PartCounts, PosInUse, Reference, Referrer};

use payments_sql::batch::{self, Batch, NameKind, WantedNames};
use payments_sql::sql_error::SqlError;

use super::history::Before;
use super::{Connection, card, catalog, deletion, gateway_account, history, part, plan, proposals};

/// Why a change is refused.
pub(super) enum Refused {
    PreconditionFailed,
    ProposalClosed,
    Dangling(Vec<(usize, Reference)>),
    Taken(Vec<usize>),
    InUse(Vec<(usize, PosInUse)>),
    Referred(Vec<(Reference, Vec<Referrer>)>),
}

impl From<Refused> for RecordsError {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::PreconditionFailed => Self::PreconditionFailed,
            Refused::ProposalClosed => Self::ProposalClosed,
            Refused::Dangling(dangling) => Self::Dangling(dangling),
            Refused::Taken(taken) => Self::Taken(taken),
            Refused::InUse(in_use) => Self::PosInUse(in_use),
            Refused::Referred(referred) => Self::Referred(referred),
        }
    }
}

/// Writes a change; returns the objects as they were before.
pub(super) async fn apply(
    connection: &mut Connection,
    change: &Change,
    batch: &Batch<'_>,
    author: &Author,
) -> Result<Result<Before, Refused>, SqlError> {
    if batch.has_catalog() {
        super::lock_catalog(connection).await?;
    }
    let before = match check(connection, change, batch).await? {
        Ok(before) => before,
        refused @ Err(_) => return Ok(refused),
    };
    if let Some(approval) = &change.approves
        && !proposals::approve(connection, approval).await?
    {
        return Ok(Err(Refused::ProposalClosed));
    }
    write(connection, batch).await?;
    history::written(connection, change, &before, author).await?;
    if batch.has_catalog() {
        catalog::changed(connection).await?;
    }
    Ok(Ok(before))
}

/// Checks whether a change can be written; returns the objects as they are now.
pub(super) async fn check(
    connection: &mut Connection,
    change: &Change,
    batch: &Batch<'_>,
) -> Result<Result<Before, Refused>, SqlError> {
    let before = Before::of(connection, batch).await?;
    let is_version = match change.catalog_version {
        Some(version) => catalog::version(connection).await? == version,
        None => true,
    };
    if !is_version || !before.meets(change) {
        return Ok(Err(Refused::PreconditionFailed));
    }
    let dangling = dangling(connection, batch).await?;
    if !dangling.is_empty() {
        return Ok(Err(Refused::Dangling(dangling)));
    }
    let taken = taken(connection, batch).await?;
    if !taken.is_empty() {
        return Ok(Err(Refused::Taken(taken)));
    }
    let in_use = gateway_account::in_use(connection, batch).await?;
    if !in_use.is_empty() {
        return Ok(Err(Refused::InUse(in_use)));
    }
    let referred = deletion::referred(connection, batch).await?;
    if !referred.is_empty() {
        return Ok(Err(Refused::Referred(referred)));
    }
    Ok(Ok(before))
}

async fn dangling(
    connection: &mut Connection,
    batch: &Batch<'_>,
) -> Result<Vec<(usize, Reference)>, SqlError> {
    let references = batch.outward_references();
    let mut present = BTreeMap::new();
    for (to, by_pk) in &references {
        let pks: Vec<i64> = by_pk.keys().copied().collect();
        let mut stored = part::present(connection, *to, &pks).await?;
        stored.retain(|pk| !batch.deletes(*to, &Key::Pk(*pk)));
        present.insert(*to, stored);
    }
    Ok(batch::dangling(&references, &present))
}

async fn taken(connection: &mut Connection, batch: &Batch<'_>) -> Result<Vec<usize>, SqlError> {
    let mut taken: BTreeSet<usize> = batch.repeated().clone();
    for (kind, wanted) in batch.names() {
        let owners = owners(connection, kind, &wanted).await?;
        taken.extend(batch::taken(batch, kind, &wanted, &owners));
    }
    Ok(taken.into_iter().collect())
}

async fn owners(
    connection: &mut Connection,
    kind: NameKind,
    wanted: &WantedNames,
) -> Result<Vec<(String, i64)>, SqlError> {
    let names: Vec<String> = wanted.keys().cloned().collect();
    match kind {
        NameKind::Slug(part) => part::slug_owners(connection, part, &names).await,
        NameKind::Bin => card::bin_owners(connection, &names).await,
        NameKind::Plan => Ok(named(plan::owners(connection, &pks(&names)).await?)),
        NameKind::Fallback => Ok(named(card::fallbacks(connection, &pks(&names)).await?)),
    }
}

fn pks(names: &[String]) -> Vec<i64> {
    names.iter().filter_map(|name| name.parse().ok()).collect()
}

fn named(owners: Vec<(i64, i64)>) -> Vec<(String, i64)> {
    let named = owners.into_iter();
    named.map(|(pk, card)| (pk.to_string(), card)).collect()
}

/// Counts the objects of each part that a change creates and replaces.
pub(super) fn counts(before: &Before, batch: &Batch<'_>) -> Vec<PartCounts> {
    let of_part = |(part, keys): (Part, Vec<&Key>)| {
        let is_there = |key: &&&Key| before.has(part, key);
        let updated = keys.iter().filter(is_there).count();
        PartCounts {
            part,
            created: (keys.len() - updated) as u64,
            updated: updated as u64,
        }
    };
    batch.parts().map(of_part).collect()
}

/// Objects that others may refer to are deleted last, after what referred to them was written; before that, their
/// slugs become free.
async fn write(connection: &mut Connection, batch: &Batch<'_>) -> Result<(), SqlError> {
    let (referred, others): (Vec<_>, Vec<_>) = batch
        .deleted()
        .partition(|(part, _)| matches!(part, Part::Banks | Part::CardTypes | Part::Pos));
    deletion::delete_rows(connection, &others).await?;
    for (part, keys) in &referred {
        part::free_slugs(connection, *part, keys).await?;
    }
    for (part, records) in batch.records() {
        part::upsert(connection, part, records).await?;
    }
    deletion::delete_rows(connection, &referred).await
}
