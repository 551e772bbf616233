//! Installment plans, which belong to their cards.

use std::collections::BTreeMap;

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use payments_core::catalog::{Card, InstallmentCount, Plan};
use payments_core::id::PlanId;
use payments_core::money::Rate;

use payments_sql::column;
use payments_sql::schema::plans;
use payments_sql::sql_error::SqlError;

use super::table::KEYS_PER_QUERY;
use super::{Backend, Connection};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = plans, check_for_backend(Backend))]
pub(super) struct Row {
    pk: i64,
    card: i64,
    installment_count: i32,
    interest_rate: i64,
    label: String,
    is_active: bool,
    position: i32,
}

fn broken(error: impl std::fmt::Display) -> SqlError {
    SqlError::row("plans", error)
}

impl Row {
    fn of(card: &Card, position: i32, plan: &Plan) -> Result<Self, SqlError> {
        Ok(Self {
            pk: plan.pk.get(),
            card: card.pk.get(),
            installment_count: i32::from(plan.installment_count.get()),
            interest_rate: plan.interest_rate.ten_thousandths(),
            label: column::json("plans", &plan.label)?,
            is_active: plan.is_active,
            position,
        })
    }

    fn read(self) -> Result<Plan, SqlError> {
        let count = u8::try_from(self.installment_count).map_err(broken)?;
        Ok(Plan {
            pk: PlanId::new(self.pk).map_err(broken)?,
            installment_count: InstallmentCount::new(count).map_err(broken)?,
            interest_rate: Rate::from_ten_thousandths(self.interest_rate).map_err(broken)?,
            label: column::read_json("plans", &self.label)?,
            is_active: self.is_active,
        })
    }
}

/// The plans of cards, by card, in the given order.
pub(super) async fn of_cards(
    connection: &mut Connection,
    cards: &[i64],
) -> Result<BTreeMap<i64, Vec<Plan>>, SqlError> {
    let mut by_card: BTreeMap<i64, Vec<Plan>> = BTreeMap::new();
    for some in cards.chunks(KEYS_PER_QUERY) {
        let found = plans::table
            .filter(plans::card.eq_any(some))
            .select(Row::as_select());
        let found: Vec<Row> = found
            .order((plans::card, plans::position))
            .load(connection)
            .await?;
        for row in found {
            by_card.entry(row.card).or_default().push(row.read()?);
        }
    }
    Ok(by_card)
}

/// Which cards have the plans of these keys.
pub(super) async fn owners(
    connection: &mut Connection,
    keys: &[i64],
) -> Result<Vec<(i64, i64)>, SqlError> {
    let mut owners = Vec::new();
    for some in keys.chunks(KEYS_PER_QUERY) {
        let found = plans::table
            .filter(plans::pk.eq_any(some))
            .select((plans::pk, plans::card));
        owners.extend(found.load::<(i64, i64)>(connection).await?);
    }
    Ok(owners)
}

pub(super) async fn delete_of_cards(
    connection: &mut Connection,
    cards: &[i64],
) -> Result<(), SqlError> {
    diesel::delete(plans::table.filter(plans::card.eq_any(cards)))
        .execute(connection)
        .await?;
    Ok(())
}

pub(super) async fn insert(connection: &mut Connection, cards: &[&Card]) -> Result<(), SqlError> {
    let mut rows = Vec::new();
    for card in cards {
        for (position, plan) in (0_i32..).zip(&card.installments) {
            rows.push(Row::of(card, position, plan)?);
        }
    }
    for some in super::by_statement(&rows) {
        let inserted = diesel::insert_into(plans::table).values(some);
        inserted.execute(connection).await?;
    }
    Ok(())
}
