//! Sessions.

use async_trait::async_trait;
use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use payments_core::id::{BasketId, CustomerId, PreOrderId};
use payments_core::ports::{Sessions, Unavailable};
use payments_core::session::SessionDigest;
use payments_core::store_data::Session;
use payments_core::store_data::SessionOwner;

use payments_sql::column::{self, instant};
use payments_sql::schema::{customers, sessions};
use payments_sql::sql_error::SqlError;

use super::table::{FromNoun, Table};
use super::table_impl::table;
use super::{Backend, Connection, Database, customer};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = sessions, check_for_backend(Backend))]
#[diesel(treat_none_as_default_value = false)]
pub(super) struct Row {
    digest: String,
    customer: Option<i64>,
    basket: Option<i64>,
    pre_order: Option<i64>,
    expires_at: NaiveDateTime,
}

table! {
    SessionRows: sessions, Record::Session(Session);
    key digest: String;
    columns customer, basket, pre_order, expires_at;
    filters Customer: customer, Basket: basket, PreOrder: pre_order;
}

fn broken(error: impl std::fmt::Display) -> SqlError {
    SqlError::row("sessions", error)
}

impl FromNoun<Session> for Row {
    fn of(session: &Session) -> Result<Self, SqlError> {
        Ok(Self {
            digest: session.digest.to_hex(),
            customer: session.customer.map(CustomerId::get),
            basket: session.basket.map(BasketId::get),
            pre_order: session.pre_order.map(PreOrderId::get),
            expires_at: instant(session.expires_at),
        })
    }
}

impl Row {
    pub(super) fn read(self) -> Result<Session, SqlError> {
        Ok(Session {
            digest: column::read_digest("sessions", &self.digest)?,
            customer: self
                .customer
                .map(CustomerId::new)
                .transpose()
                .map_err(broken)?,
            basket: self.basket.map(BasketId::new).transpose().map_err(broken)?,
            pre_order: self
                .pre_order
                .map(PreOrderId::new)
                .transpose()
                .map_err(broken)?,
            expires_at: self.expires_at.and_utc(),
        })
    }
}

/// An object a session refers to.
#[derive(Clone, Copy)]
pub(super) enum Names {
    Customer(i64),
    Basket(i64),
    PreOrder(i64),
}

/// The digests of the first sessions that refer to an object.
pub(super) async fn naming(
    connection: &mut Connection,
    what: Names,
    limit: i64,
) -> Result<Vec<String>, SqlError> {
    let digests = sessions::table
        .select(sessions::digest)
        .order(sessions::digest)
        .limit(limit);
    Ok(match what {
        Names::Customer(pk) => {
            digests
                .filter(sessions::customer.eq(pk))
                .load(connection)
                .await?
        }
        Names::Basket(pk) => {
            digests
                .filter(sessions::basket.eq(pk))
                .load(connection)
                .await?
        }
        Names::PreOrder(pk) => {
            digests
                .filter(sessions::pre_order.eq(pk))
                .load(connection)
                .await?
        }
    })
}

/// Deletes a customer's sessions; returns their digests.
pub(super) async fn end_all(
    connection: &mut Connection,
    customer: i64,
) -> Result<Vec<SessionDigest>, SqlError> {
    let own = diesel::delete(sessions::table.filter(sessions::customer.eq(customer)));
    let ended: Vec<String> = own
        .returning(sessions::digest)
        .get_results(connection)
        .await?;
    let read = |hex: &String| column::read_digest("sessions", hex);
    ended.iter().map(read).collect()
}

async fn owner(
    connection: &mut Connection,
    digest: String,
    now: NaiveDateTime,
) -> Result<Option<SessionOwner>, SqlError> {
    let is_theirs = sessions::customer
        .eq(customers::pk.nullable())
        .and(customers::is_active);
    let found: Option<Option<customer::Row>> = sessions::table
        .left_join(customers::table.on(is_theirs))
        .filter(
            sessions::digest
                .eq(digest)
                .and(sessions::expires_at.gt(now)),
        )
        .select(Option::<customer::Row>::as_select())
        .first(connection)
        .await
        .optional()?;
    let read = |customer: Option<customer::Row>| {
        Ok(SessionOwner {
            customer: customer.map(customer::Row::read).transpose()?,
        })
    };
    found.map(read).transpose()
}

#[async_trait]
impl Sessions for Database {
    async fn find(
        &self,
        session: &SessionDigest,
        now: DateTime<Utc>,
    ) -> Result<Option<SessionOwner>, Unavailable> {
        let found =
            self.read(async |connection| owner(connection, session.to_hex(), instant(now)).await);
        Ok(found.await?)
    }
}
