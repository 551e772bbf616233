//! The ceiling of a basket's or a pre-order's listing: one query, then the recorded response.
//!
//! The fastest way that was found: each worker has its own connection, the statement is prepared once, and concurrent
//! queries are pipelined by `tokio-postgres`. No pool, no check-out, no ping.

use actix_web::web::{self, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, error, rt};
use sha2::{Digest as _, Sha256};
use tokio_postgres::{Client, NoTls, Row, Statement};

use crate::ceiling::Recorded;

/// The service's query for a basket's listing (`sql/purchase.rs` of the store), as Diesel writes it.
const BASKET: &str = r#"
    SELECT "baskets"."state", "baskets"."total_minor", "baskets"."currency", "customers"."segments",
        "basket_items"."quantity", "products"."categories", "products"."attributes"
    FROM (((("sessions"
        INNER JOIN "baskets" ON ("sessions"."basket" = "baskets"."pk"))
        LEFT OUTER JOIN "customers" ON (("sessions"."customer" = "customers"."pk") AND "customers"."is_active"))
        LEFT OUTER JOIN "basket_items" ON ("basket_items"."basket" = "baskets"."pk"))
        LEFT OUTER JOIN "products" ON ("products"."pk" = "basket_items"."product"))
    WHERE (("sessions"."digest" = $1) AND ("sessions"."expires_at" > timezone('UTC', now())))
    ORDER BY "basket_items"."position"
"#;

/// The same for a pre-order.
const PRE_ORDER: &str = r#"
    SELECT "pre_orders"."state", "pre_orders"."total_minor", "pre_orders"."currency", "customers"."segments",
        "basket_items"."quantity", "products"."categories", "products"."attributes"
    FROM (((("sessions"
        INNER JOIN "pre_orders" ON ("sessions"."pre_order" = "pre_orders"."pk"))
        LEFT OUTER JOIN "customers" ON (("sessions"."customer" = "customers"."pk") AND "customers"."is_active"))
        LEFT OUTER JOIN "basket_items" ON ("basket_items"."basket" = "pre_orders"."basket"))
        LEFT OUTER JOIN "products" ON ("products"."pk" = "basket_items"."product"))
    WHERE (("sessions"."digest" = $1) AND ("sessions"."expires_at" > timezone('UTC', now())))
    ORDER BY "basket_items"."position"
"#;

/// One worker's connection and statements, opened with its first request.
#[derive(Default)]
struct Worker(tokio::sync::OnceCell<(Client, Statement, Statement)>);

pub(crate) fn configure(app: &mut ServiceConfig, url: &str, recorded: &Recorded) {
    let worker = web::Data::new(Worker::default());
    for (path, is_basket) in [
        ("/payments/cards/basket/", true),
        ("/payments/cards/pre-order/", false),
    ] {
        let (url, recorded, worker) = (url.to_owned(), recorded.clone(), worker.clone());
        let handler = move |request: HttpRequest| {
            let (url, recorded, worker) = (url.clone(), recorded.clone(), worker.clone());
            async move {
                let rows = worker.rows(&url, is_basket, &request).await;
                let rows = rows.map_err(error::ErrorInternalServerError)?;
                // A query that finds nothing would be cheaper than the service's.
                if rows == 0 {
                    return Err(error::ErrorNotFound("no such session"));
                }
                Ok::<HttpResponse, actix_web::Error>(recorded.response())
            }
        };
        app.route(path, web::get().to(handler));
    }
}

impl Worker {
    async fn rows(
        &self,
        url: &str,
        is_basket: bool,
        request: &HttpRequest,
    ) -> Result<usize, tokio_postgres::Error> {
        let (client, basket, pre_order) = self.0.get_or_try_init(|| open(url)).await?;
        let cookie = request
            .headers()
            .get("cookie")
            .and_then(|cookie| cookie.to_str().ok());
        let session = cookie.and_then(|cookie| cookie.strip_prefix("osessionid="));
        let digest = hex::encode(Sha256::digest(session.unwrap_or_default().as_bytes()));
        let statement = if is_basket { basket } else { pre_order };
        let rows = client.query(statement, &[&digest]).await?;
        Ok(rows.iter().filter_map(read).count())
    }
}

async fn open(url: &str) -> Result<(Client, Statement, Statement), tokio_postgres::Error> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
    drop(rt::spawn(connection));
    let (basket, pre_order) = (
        client.prepare(BASKET).await?,
        client.prepare(PRE_ORDER).await?,
    );
    Ok((client, basket, pre_order))
}

/// Reads every column of a row, as the service does.
fn read(row: &Row) -> Option<()> {
    row.try_get::<_, &str>(0).ok()?;
    row.try_get::<_, i64>(1).ok()?;
    row.try_get::<_, &str>(2).ok()?;
    row.try_get::<_, Option<&str>>(3).ok()?;
    row.try_get::<_, i64>(4).ok()?;
    row.try_get::<_, &str>(5).ok()?;
    row.try_get::<_, &str>(6).ok().map(|_| ())
}
