//! The management API's port, by part.

use std::collections::BTreeSet;

use async_trait::async_trait;
use payments_core::audit::Author;
use payments_core::ports::{BorrowedSink, Records, RecordsError, Unavailable};
use payments_core::record::{
    COUNTED, Deleted, Effect, Filter, Page, PageRequest, PageStart, PartCounts,
};
use payments_core::record::{Change, Key, Part, Preconditions, Record};

use crate::batch::Batch;
use crate::sql_error::SqlError;
use crate::table_functions::Span;

use super::apply;
use super::database::Kind;
use super::{
    Connection, Database, bank, basket, card, card_type, customer, deletion, export,
    payment_option, pos, pre_order, product, rule, session,
};

#[async_trait]
impl Records for Database {
    async fn apply(
        &self,
        change: &Change,
        author: &Author,
    ) -> Result<Vec<PartCounts>, RecordsError> {
        let batch = Batch::of(change);
        let kind = kind_of_write(batch.has_catalog(), &change.preconditions);
        let applied = self
            .write_as(kind, async |connection| {
                apply::apply(connection, change, &batch, author).await
            })
            .await;
        match applied.map_err(Unavailable::from)? {
            Ok(before) => Ok(apply::counts(&before, &batch)),
            Err(refused) => Err(refused.into()),
        }
    }

    async fn preview(&self, change: &Change) -> Result<Vec<Effect>, RecordsError> {
        let batch = Batch::of(change);
        // What is checked takes locks, as a write does; nothing is written.
        let checked = self
            .write(async |connection| apply::check(connection, change, &batch).await)
            .await;
        match checked.map_err(Unavailable::from)? {
            Ok(before) => Ok(before.effects(change)),
            Err(refused) => Err(refused.into()),
        }
    }

    async fn get(&self, part: Part, key: &Key) -> Result<Option<Record>, Unavailable> {
        Ok(self
            .snapshot(async |connection| find(connection, part, key).await)
            .await?)
    }

    async fn page(&self, part: Part, request: PageRequest) -> Result<Page, Unavailable> {
        let size = request.page_size as usize;
        // One more than the page has tells whether objects follow.
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
            let mut records = records(connection, part, &span, &request.filters).await?;
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
        // Before anything goes, and again in the transaction that deletes.
        let holds = self.snapshot(async |connection| {
            deletion::preconditions_hold(connection, part, key, preconditions).await
        });
        if !preconditions.is_none() && !holds.await? {
            return Ok(Deleted::PreconditionFailed);
        }
        // In transactions of their own: there may be very many.
        while self
            .write(async |connection| deletion::delete_closed_intents(connection, part, key).await)
            .await?
        {}
        let kind = kind_of_write(part.is_catalog(), preconditions);
        Ok(self
            .write_as(kind, async |connection| {
                deletion::delete(connection, part, key, preconditions, author).await
            })
            .await?)
    }

    async fn export<'s>(&self, sink: BorrowedSink<'s>) -> Result<(), Unavailable> {
        Ok(export::export(self, sink).await?)
    }
}

/// Writers of the catalog wait for each other before they look at it. Of other objects, a writer with preconditions has to
/// notice every write since it looked.
const fn kind_of_write(is_of_catalog: bool, preconditions: &Preconditions) -> Kind {
    if is_of_catalog || preconditions.is_none() {
        Kind::Write
    } else {
        Kind::ConditionalWrite
    }
}

/// How many there are; of a long part only where it is asked for.
async fn count_unless_long(
    connection: &mut Connection,
    part: Part,
    request: &PageRequest,
) -> Result<Option<u64>, SqlError> {
    let filters = &request.filters;
    if !request.count && has_more_than(connection, part, i64::from(COUNTED), filters).await? {
        return Ok(None);
    }
    let count = count(connection, part, filters).await?;
    Ok(Some(u64::try_from(count).unwrap_or_default()))
}

macro_rules! of_part {
    ($part:expr, $function:ident($($argument:expr),+)) => {
        match $part {
            Part::Banks => bank::$function($($argument),+).await,
            Part::CardTypes => card_type::$function($($argument),+).await,
            Part::Pos => pos::$function($($argument),+).await,
            Part::Cards => card::$function($($argument),+).await,
            Part::PaymentOptions => payment_option::$function($($argument),+).await,
            Part::Rules => rule::$function($($argument),+).await,
            Part::Products => product::$function($($argument),+).await,
            Part::Customers => customer::$function($($argument),+).await,
            Part::Baskets => basket::$function($($argument),+).await,
            Part::PreOrders => pre_order::$function($($argument),+).await,
            Part::Sessions => session::$function($($argument),+).await,
        }
    };
}

async fn count(
    connection: &mut Connection,
    part: Part,
    filters: &[Filter],
) -> Result<i64, SqlError> {
    of_part!(part, count(connection, filters))
}

async fn has_more_than(
    connection: &mut Connection,
    part: Part,
    rows: i64,
    filters: &[Filter],
) -> Result<bool, SqlError> {
    of_part!(part, has_more_than(connection, rows, filters))
}

fn wrap<T, Row>(
    rows: Vec<Row>,
    read: impl Fn(Row) -> Result<T, SqlError>,
    wrap: impl Fn(T) -> Record,
) -> Result<Vec<Record>, SqlError> {
    rows.into_iter().map(|row| read(row).map(&wrap)).collect()
}

pub(super) async fn records(
    connection: &mut Connection,
    part: Part,
    span: &Span,
    filters: &[Filter],
) -> Result<Vec<Record>, SqlError> {
    match part {
        Part::Banks => wrap(
            bank::rows(connection, span, filters).await?,
            bank::Row::read,
            Record::Bank,
        ),
        Part::CardTypes => wrap(
            card_type::rows(connection, span, filters).await?,
            card_type::Row::read,
            Record::CardType,
        ),
        Part::Pos => wrap(
            pos::rows(connection, span, filters).await?,
            pos::Row::read,
            Record::Pos,
        ),
        Part::Cards => {
            let rows = card::rows(connection, span, filters).await?;
            Ok(card::with_children(connection, rows)
                .await?
                .into_iter()
                .map(Record::Card)
                .collect())
        }
        Part::PaymentOptions => wrap(
            payment_option::rows(connection, span, filters).await?,
            payment_option::Row::read,
            Record::PaymentOption,
        ),
        Part::Rules => wrap(
            rule::rows(connection, span, filters).await?,
            rule::Row::read,
            Record::Rule,
        ),
        Part::Products => wrap(
            product::rows(connection, span, filters).await?,
            product::Row::read,
            Record::Product,
        ),
        Part::Customers => wrap(
            customer::rows(connection, span, filters).await?,
            customer::Row::read,
            Record::Customer,
        ),
        Part::Baskets => {
            let rows = basket::rows(connection, span, filters).await?;
            Ok(basket::with_items(connection, rows)
                .await?
                .into_iter()
                .map(Record::Basket)
                .collect())
        }
        Part::PreOrders => wrap(
            pre_order::rows(connection, span, filters).await?,
            pre_order::Row::read,
            Record::PreOrder,
        ),
        Part::Sessions => wrap(
            session::rows(connection, span, filters).await?,
            session::Row::read,
            Record::Session,
        ),
    }
}

/// The object of a key; none as well when the key is of another kind than the part's keys are.
pub(super) async fn find(
    connection: &mut Connection,
    part: Part,
    key: &Key,
) -> Result<Option<Record>, SqlError> {
    match key {
        Key::Slug(slug) if part == Part::Rules => {
            let row = rule::row(connection, &slug.to_string()).await?;
            row.map(|row| row.read().map(Record::Rule)).transpose()
        }
        Key::Session(digest) if part == Part::Sessions => {
            let row = session::row(connection, &digest.to_hex()).await?;
            row.map(|row| row.read().map(Record::Session)).transpose()
        }
        Key::Pk(pk) => find_by_pk(connection, part, *pk).await,
        Key::Slug(_) | Key::Session(_) => Ok(None),
    }
}

async fn find_by_pk(
    connection: &mut Connection,
    part: Part,
    pk: i64,
) -> Result<Option<Record>, SqlError> {
    macro_rules! simple {
        ($noun:ident, $record:ident) => {
            $noun::row(connection, &pk)
                .await?
                .map(|row| row.read().map(Record::$record))
                .transpose()
        };
    }
    match part {
        Part::Banks => simple!(bank, Bank),
        Part::CardTypes => simple!(card_type, CardType),
        Part::Pos => simple!(pos, Pos),
        Part::Cards => {
            let row = card::row(connection, &pk).await?.into_iter().collect();
            Ok(card::with_children(connection, row)
                .await?
                .pop()
                .map(Record::Card))
        }
        Part::PaymentOptions => simple!(payment_option, PaymentOption),
        Part::Products => simple!(product, Product),
        Part::Customers => simple!(customer, Customer),
        Part::Baskets => {
            let row = basket::row(connection, &pk).await?.into_iter().collect();
            Ok(basket::with_items(connection, row)
                .await?
                .pop()
                .map(Record::Basket))
        }
        Part::PreOrders => simple!(pre_order, PreOrder),
        Part::Rules | Part::Sessions => Ok(None),
    }
}

/// Those of the primary keys of a part that are there.
pub(super) async fn present(
    connection: &mut Connection,
    part: Part,
    pks: &[i64],
) -> Result<BTreeSet<i64>, SqlError> {
    match part {
        Part::Banks => bank::present(connection, pks).await,
        Part::CardTypes => card_type::present(connection, pks).await,
        Part::Pos => pos::present(connection, pks).await,
        Part::Cards => card::present(connection, pks).await,
        Part::PaymentOptions => payment_option::present(connection, pks).await,
        Part::Products => product::present(connection, pks).await,
        Part::Customers => customer::present(connection, pks).await,
        Part::Baskets => basket::present(connection, pks).await,
        Part::PreOrders => pre_order::present(connection, pks).await,
        Part::Rules | Part::Sessions => Ok(BTreeSet::new()),
    }
}
