//! Products.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use payments_core::id::ProductId;
use payments_core::store_data::{Product, ProductsVersion};

use payments_sql::column;
use payments_sql::schema::{products, products_version};
use payments_sql::sql_error::SqlError;

use super::table::{FromNoun, Table};
use super::table_impl::table;
use super::{Backend, Connection};

#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = products, check_for_backend(Backend))]
pub(super) struct Row {
    pub(super) pk: i64,
    name: String,
    price_minor: i64,
    currency: String,
    categories: String,
    attributes: String,
    is_active: bool,
}

table! {
    Products: products, Record::Product(Product);
    key pk: i64;
    columns name, price_minor, currency, categories, attributes, is_active;
    active is_active;
    pk pk;
}

impl FromNoun<Product> for Row {
    fn of(product: &Product) -> Result<Self, SqlError> {
        Ok(Self {
            pk: product.pk.get(),
            name: product.name.clone(),
            price_minor: product.price.minor,
            currency: product.price.currency.code().to_owned(),
            categories: column::json("products", &product.categories)?,
            attributes: column::json("products", &product.attributes)?,
            is_active: product.is_active,
        })
    }
}

impl Row {
    pub(super) fn read(self) -> Result<Product, SqlError> {
        Ok(Product {
            pk: ProductId::new(self.pk).map_err(|error| SqlError::row("products", error))?,
            name: self.name,
            price: column::read_money("products", self.price_minor, &self.currency)?,
            categories: column::read_json("products", &self.categories)?,
            attributes: column::read_json("products", &self.attributes)?,
            is_active: self.is_active,
        })
    }
}

/// The products with these keys, in any order, each with the common version.
pub(super) async fn some(
    connection: &mut Connection,
    pks: &[i64],
) -> Result<Vec<(Row, ProductsVersion)>, SqlError> {
    let version = products_version::table.select(products_version::version);
    let found = products::table
        .filter(products::pk.eq_any(pks))
        .select((Row::as_select(), version.single_value().assume_not_null()));
    let rows: Vec<(Row, i64)> = found.load(connection).await?;
    let with_version = |(row, version)| (row, ProductsVersion(version));
    Ok(rows.into_iter().map(with_version).collect())
}

pub(super) async fn version(connection: &mut Connection) -> Result<ProductsVersion, SqlError> {
    let version = products_version::table
        .select(products_version::version)
        .first(connection)
        .await?;
    Ok(ProductsVersion(version))
}
