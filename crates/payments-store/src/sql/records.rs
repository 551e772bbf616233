//! The management API's port, by part.

use std::collections::BTreeSet;

use async_trait::async_trait;
use payments_core::ports::{
    Author, Change, Deleted, Key, Page, PageRequest, Part, PartCounts, Record, Records,
    RecordsError, Unavailable,
};

use crate::batch::Batch;
use crate::sql_error::SqlError;
use crate::table_functions::Span;

use super::apply::{self, Applied};
use super::{
    Connection, Database, bank, basket, card, card_type, customer, deletion, payment_option, pos,
    pre_order, product, rule, session,
};

#[async_trait]
impl Records for Database {
    async fn apply(
        &self,
        change: &Change,
        author: &Author,
    ) -> Result<Vec<PartCounts>, RecordsError> {
        let batch = Batch::of(change);
        let applied = self
            .write(async |connection| apply::apply(connection, change, &batch, author).await)
            .await;
        match applied.map_err(Unavailable::from)? {
            Applied::Written(counts) => Ok(counts),
            Applied::Dangling(dangling) => Err(RecordsError::Dangling(dangling)),
            Applied::Taken(taken) => Err(RecordsError::Taken(taken)),
            Applied::InUse(in_use) => Err(RecordsError::PosInUse(in_use)),
        }
    }

    async fn get(&self, part: Part, key: &Key) -> Result<Option<Record>, Unavailable> {
        Ok(self
            .snapshot(async |connection| find(connection, part, key).await)
            .await?)
    }

    async fn page(&self, part: Part, request: PageRequest) -> Result<Page, Unavailable> {
        let page_size = i64::from(request.page_size);
        let span = Span::Page {
            offset: i64::from(request.page.saturating_sub(1)) * page_size,
            limit: page_size,
        };
        let page = self.snapshot(async |connection| {
            let count = count(connection, part).await?;
            let records = records(connection, part, span).await?;
            Ok(Page {
                count: u64::try_from(count).unwrap_or_default(),
                records,
            })
        });
        Ok(page.await?)
    }

    async fn delete(&self, part: Part, key: &Key, author: &Author) -> Result<Deleted, Unavailable> {
        // In transactions of their own: there may be very many.
        while self
            .write(async |connection| deletion::delete_closed_intents(connection, part, key).await)
            .await?
        {}
        Ok(self
            .write(async |connection| deletion::delete(connection, part, key, author).await)
            .await?)
    }

    async fn export(&self) -> Result<Vec<Record>, Unavailable> {
        let export = self.snapshot(async |connection| {
            let mut all = Vec::new();
            for part in Part::ALL.into_iter().filter(|part| *part != Part::Sessions) {
                all.append(&mut records(connection, part, Span::All).await?);
            }
            Ok(all)
        });
        Ok(export.await?)
    }
}

async fn count(connection: &mut Connection, part: Part) -> Result<i64, SqlError> {
    match part {
        Part::Banks => bank::count(connection).await,
        Part::CardTypes => card_type::count(connection).await,
        Part::Pos => pos::count(connection).await,
        Part::Cards => card::count(connection).await,
        Part::PaymentOptions => payment_option::count(connection).await,
        Part::Rules => rule::count(connection).await,
        Part::Products => product::count(connection).await,
        Part::Customers => customer::count(connection).await,
        Part::Baskets => basket::count(connection).await,
        Part::PreOrders => pre_order::count(connection).await,
        Part::Sessions => session::count(connection).await,
    }
}

fn wrap<T, Row>(
    rows: Vec<Row>,
    read: impl Fn(Row) -> Result<T, SqlError>,
    wrap: impl Fn(T) -> Record,
) -> Result<Vec<Record>, SqlError> {
    rows.into_iter().map(|row| read(row).map(&wrap)).collect()
}

async fn records(
    connection: &mut Connection,
    part: Part,
    span: Span,
) -> Result<Vec<Record>, SqlError> {
    match part {
        Part::Banks => wrap(
            bank::rows(connection, span).await?,
            bank::Row::read,
            Record::Bank,
        ),
        Part::CardTypes => wrap(
            card_type::rows(connection, span).await?,
            card_type::Row::read,
            Record::CardType,
        ),
        Part::Pos => wrap(
            pos::rows(connection, span).await?,
            pos::Row::read,
            Record::Pos,
        ),
        Part::Cards => {
            let rows = card::rows(connection, span).await?;
            Ok(card::with_children(connection, rows)
                .await?
                .into_iter()
                .map(Record::Card)
                .collect())
        }
        Part::PaymentOptions => wrap(
            payment_option::rows(connection, span).await?,
            payment_option::Row::read,
            Record::PaymentOption,
        ),
        Part::Rules => wrap(
            rule::rows(connection, span).await?,
            rule::Row::read,
            Record::Rule,
        ),
        Part::Products => wrap(
            product::rows(connection, span).await?,
            product::Row::read,
            Record::Product,
        ),
        Part::Customers => wrap(
            customer::rows(connection, span).await?,
            customer::Row::read,
            Record::Customer,
        ),
        Part::Baskets => {
            let rows = basket::rows(connection, span).await?;
            Ok(basket::with_items(connection, rows)
                .await?
                .into_iter()
                .map(Record::Basket)
                .collect())
        }
        Part::PreOrders => wrap(
            pre_order::rows(connection, span).await?,
            pre_order::Row::read,
            Record::PreOrder,
        ),
        Part::Sessions => wrap(
            session::rows(connection, span).await?,
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
