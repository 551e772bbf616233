//! Gateways' keys of customers, from the customers' saved cards.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use payments_core::card::ProviderCustomerKey;
use payments_core::catalog::GatewayAccount;

use payments_sql::schema::saved_cards;
use payments_sql::sql_error::SqlError;

use super::Connection;

fn broken(error: impl std::fmt::Display) -> SqlError {
    SqlError::row("saved_cards", error)
}

/// The gateway's key of a customer, from the customer's card last saved at an account by a point of sale.
pub(super) async fn present(
    connection: &mut Connection,
    customer: i64,
    pos: i64,
    account: &GatewayAccount,
) -> Result<Option<ProviderCustomerKey>, SqlError> {
    let key: Option<Option<String>> = saved_cards::table
        .filter(
            saved_cards::customer
                .eq(customer)
                .and(saved_cards::pos.eq(pos))
                .and(saved_cards::gateway.eq(account.gateway.as_str()))
                .and(saved_cards::account.eq(account.label.as_str())),
        )
        .filter(saved_cards::provider_customer_key.is_not_null())
        .order((saved_cards::updated_at.desc(), saved_cards::pk.desc()))
        .select(saved_cards::provider_customer_key)
        .first(connection)
        .await
        .optional()?;
    key.flatten()
        .as_deref()
        .map(ProviderCustomerKey::parse)
        .transpose()
        .map_err(broken)
}
