//! The port of the management API, by part.

use async_trait::async_trait;
use payments_core::audit::Author;
use payments_core::ports::{BorrowedSink, Records, RecordsError, Unavailable};
use payments_core::record::{
    COUNTED, Change, Deleted, Effect, Key, Page, PageRequest, PageStart, Part, PartCounts,
    Preconditions, Record, Reference,
};

use payments_sql::batch::Batch;
use payments_sql::sql_error::SqlError;

use super::database::Kind;
use super::table::Span;
use super::{Connection, Database, change, deletion, export, part};

#[async_trait]
impl Records for Database {
    async fn apply(
        &self,
        change: &Change,
        author: &Author,
    ) -> Result<Vec<PartCounts>, RecordsError> {
        let batch = Batch::of(change);
        let is_pos = |one: &&Reference| one.part == Part::Pos;
        let points_of_sale: Vec<_> = change.deletions.iter().filter(is_pos).collect();
        if !points_of_sale.is_empty() {
            // Checked before anything is deleted, and again in the transaction that writes.
            self.preview(change).await?;
        }
        for Reference { part, key } in points_of_sale {
            self.delete_closed_intents(*part, key).await?;
        }
        let kind = kind_of_write(batch.has_catalog(), &change.preconditions);
        let applied = self
            .transaction(kind, async |connection| {
                change::apply(connection, change, &batch, author).await
            })
            .await;
        match applied.map_err(Unavailable::from)? {
            Ok(before) => Ok(change::counts(&before, &batch)),
            Err(refused) => Err(refused.into()),
        }
    }

    async fn preview(&self, change: &Change) -> Result<Vec<Effect>, RecordsError> {
        let batch = Batch::of(change);
        // A check takes the locks of a write, without writing.
        let checked = self
            .write(async |connection| change::check(connection, change, &batch).await)
            .await;
        match checked.map_err(Unavailable::from)? {
            Ok(before) => Ok(before.effects(change)),
            Err(refused) => Err(refused.into()),
        }
    }

    async fn get(&self, part: Part, key: &Key) -> Result<Option<Record>, Unavailable> {
        Ok(self
            .snapshot(async |connection| part::find(connection, part, key).await)
            .await?)
    }

    async fn page(&self, part: Part, request: PageRequest) -> Result<Page, Unavailable> {
        let size = request.page_size as usize;
        // One more than the page's limit shows whether more follow.
        let limit = i64::from(request.page_size) + 1;
        let span = match &request.start {
            PageStart::Number(page) => Span::Page {
                offset: i64::from(page.saturating_sub(1)) * i64::from(request.page_size),
                limit,
            },
            PageStart::After(key) => Span::After {
                key: Some(key.clone()),
                limit,
            },
        };
        let page = self.snapshot(async |connection| {
            let count = count_unless_long(connection, part, &request).await?;
            let mut records = part::records(connection, part, &span, &request.filters).await?;
            let has_more = records.len() > size;
            records.truncate(size);
            Ok(Page {
                count,
                records,
                has_more,
            })
        });
        Ok(page.await?)
    }

    async fn delete(
        &self,
        part: Part,
        key: &Key,
        preconditions: &Preconditions,
        author: &Author,
    ) -> Result<Deleted, Unavailable> {
        // Checked before anything is deleted, and again in the transaction that deletes.
        let holds = self.snapshot(async |connection| {
            deletion::preconditions_hold(connection, part, key, preconditions).await
        });
        if !preconditions.is_none() && !holds.await? {
            return Ok(Deleted::PreconditionFailed);
        }
        self.delete_closed_intents(part, key).await?;
        let kind = kind_of_write(part.is_catalog(), preconditions);
        Ok(self
            .transaction(kind, async |connection| {
                deletion::delete(connection, part, key, preconditions, author).await
            })
            .await?)
    }

    async fn export<'s>(&self, sink: BorrowedSink<'s>) -> Result<(), Unavailable> {
        Ok(export::export(self, sink).await?)
    }
}

impl Database {
    /// Deletes the closed intents of an object that is to be deleted, in separate transactions: there may be very many.
    async fn delete_closed_intents(&self, part: Part, key: &Key) -> Result<(), Unavailable> {
        while self
            .write(async |connection| deletion::delete_closed_intents(connection, part, key).await)
            .await?
        {}
        Ok(())
    }
}

/// Writers of the catalog are serialized before they read it. For other objects, a writer with preconditions must
/// detect every write since its read.
const fn kind_of_write(is_of_catalog: bool, preconditions: &Preconditions) -> Kind {
    if is_of_catalog || preconditions.is_none() {
        Kind::Write
    } else {
        Kind::ConditionalWrite
    }
}

/// The count; of a long part only where it is requested.
async fn count_unless_long(
    connection: &mut Connection,
    part: Part,
    request: &PageRequest,
) -> Result<Option<u64>, SqlError> {
    let filters = &request.filters;
    if !request.count && part::has_more_than(connection, part, i64::from(COUNTED), filters).await? {
        return Ok(None);
    }
    let count = part::count(connection, part, filters).await?;
    Ok(Some(u64::try_from(count).unwrap_or_default()))
}
