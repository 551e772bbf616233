//! The ceiling of a basket's or a pre-order's listing: one query, then the recorded response.
//!
//! The fastest way that was found: each worker has its own connection, the statement is prepared once, and concurrent
//! queries are pipelined by `tokio-postgres`. No pool, no check-out, no ping.

use std::sync::Arc;

use actix_web::web::{self, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, error, rt};
use sha2::{Digest as _, Sha256};
use tokio::sync::OnceCell;
use tokio_postgres::{Client, NoTls, Row, Statement};

use crate::recorded::Recorded;

/// The service's query for a listing (`sql/purchase.rs` of the store), as Diesel writes it.
fn listing_of(purchases: &str, in_session: &str, basket: &str) -> String {
    format!(
        r#"
    SELECT "{purchases}"."state", "{purchases}"."total_minor", "{purchases}"."currency", "customers"."segments",
        "basket_items"."quantity", "products"."categories", "products"."attributes"
    FROM (((("sessions"
        INNER JOIN "{purchases}" ON ("sessions"."{in_session}" = "{purchases}"."pk"))
        LEFT OUTER JOIN "customers" ON (("sessions"."customer" = "customers"."pk") AND "customers"."is_active"))
        LEFT OUTER JOIN "basket_items" ON ("basket_items"."basket" = "{purchases}"."{basket}"))
        LEFT OUTER JOIN "products" ON ("products"."pk" = "basket_items"."product"))
    WHERE (("sessions"."digest" = $1) AND ("sessions"."expires_at" > timezone('UTC', now())))
    ORDER BY "basket_items"."position"
"#
    )
}

/// One worker's connection and statement, opened with its first request.
struct Worker {
    url: String,
    query: String,
    opened: OnceCell<(Client, Statement)>,
    recorded: Recorded,
}

pub(crate) fn configure(app: &mut ServiceConfig, path: &str, url: &str, recorded: &Recorded) {
    let query = if path.ends_with("/basket/") {
        listing_of("baskets", "basket", "pk")
    } else {
        listing_of("pre_orders", "pre_order", "basket")
    };
    let worker = Arc::new(Worker {
        url: url.to_owned(),
        query,
        opened: OnceCell::new(),
        recorded: recorded.clone(),
    });
    let handler = move |request: HttpRequest| {
        let worker = Arc::clone(&worker);
        async move {
            let rows = worker.rows(&request).await;
            // A query that finds nothing would be cheaper than the service's.
            if rows.map_err(error::ErrorInternalServerError)? == 0 {
                return Err(error::ErrorNotFound("no such session"));
            }
            Ok::<HttpResponse, actix_web::Error>(worker.recorded.response())
        }
    };
    app.route(path, web::get().to(handler));
}

impl Worker {
    async fn rows(&self, request: &HttpRequest) -> Result<usize, tokio_postgres::Error> {
        let (client, statement) = self.opened.get_or_try_init(|| self.open()).await?;
        let cookie = request.headers().get("cookie");
        let cookie = cookie.and_then(|cookie| cookie.to_str().ok());
        let session = cookie.and_then(|cookie| cookie.strip_prefix("osessionid="));
        let digest = hex::encode(Sha256::digest(session.unwrap_or_default().as_bytes()));
        let rows = client.query(statement, &[&digest]).await?;
        Ok(rows.iter().filter_map(read).count())
    }

    async fn open(&self) -> Result<(Client, Statement), tokio_postgres::Error> {
        let (client, connection) = tokio_postgres::connect(&self.url, NoTls).await?;
        drop(rt::spawn(connection));
        let statement = client.prepare(&self.query).await?;
        Ok((client, statement))
    }
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
