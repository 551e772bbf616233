//! The ceiling of what a basket's listing can be: one query, then the same bytes.
//!
//! The strongest that was found: each worker has a connection of its own, the statement is prepared once, and requests
//! that come together travel together (`tokio-postgres` pipelines). No pool, no check-out, no ping.

use std::net::{Ipv4Addr, TcpListener};
use std::path::PathBuf;

use actix_web::http::KeepAlive;
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, error, web};
use anyhow::{Context, Result};
use sha2::{Digest as _, Sha256};
use tokio_postgres::{Client, NoTls, Row, Statement};

use crate::answer::Recorded;
use crate::ceiling::{HEADER_TIMEOUT, KEEP_ALIVE, MAX_CONNECTIONS};

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Port to listen on.
    #[arg(long)]
    port: u16,
    /// File with the answer to send, as it was received.
    #[arg(long)]
    answer: PathBuf,
    /// The service's throw-away database.
    #[arg(long)]
    database: String,
}

/// What the service asks for a basket's listing (`sql/purchase.rs` of the store), as Diesel writes it.
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

/// The same for a pre-order's.
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

/// The cookie that carries the session.
const COOKIE: &str = "osessionid=";

/// What one worker asks with.
struct Questions {
    client: Client,
    basket: Statement,
    pre_order: Statement,
}

impl Questions {
    async fn open(url: &str) -> Result<Self, tokio_postgres::Error> {
        let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
        drop(actix_web::rt::spawn(connection));
        let (basket, pre_order) = (
            client.prepare(BASKET).await?,
            client.prepare(PRE_ORDER).await?,
        );
        Ok(Self {
            client,
            basket,
            pre_order,
        })
    }

    async fn rows(&self, statement: &Statement, session: &str) -> actix_web::Result<usize> {
        let digest = hex::encode(Sha256::digest(session.as_bytes()));
        let rows = self.client.query(statement, &[&digest]).await;
        let rows = rows.map_err(error::ErrorInternalServerError)?;
        Ok(rows.iter().filter_map(read).count())
    }
}

/// A row's columns in their order.
type Line<'a> = (
    &'a str,
    i64,
    &'a str,
    Option<&'a str>,
    i64,
    &'a str,
    &'a str,
);

/// Takes every column out of the row, as whoever asks for them does.
fn read(row: &Row) -> Option<Line<'_>> {
    Some((
        row.try_get(0).ok()?,
        row.try_get(1).ok()?,
        row.try_get(2).ok()?,
        row.try_get(3).ok()?,
        row.try_get(4).ok()?,
        row.try_get(5).ok()?,
        row.try_get(6).ok()?,
    ))
}

/// # Errors
/// The answer cannot be read or the port not be bound.
pub(crate) fn run(options: &Options) -> Result<()> {
    let answer = Recorded::read(&options.answer)?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, options.port))?;
    let url = options.database.clone();
    let server = HttpServer::new(move || {
        let url = url.clone();
        App::new()
            .app_data(web::Data::new(answer.clone()))
            .data_factory(move || {
                let url = url.clone();
                async move { Questions::open(&url).await }
            })
            .route("/payments/cards/basket/", web::get().to(basket))
            .route("/payments/cards/pre-order/", web::get().to(pre_order))
    });
    let server = server
        .keep_alive(KeepAlive::Timeout(KEEP_ALIVE))
        .client_request_timeout(HEADER_TIMEOUT)
        .max_connections(MAX_CONNECTIONS)
        .tcp_nodelay(true)
        .listen(listener)?;
    actix_web::rt::System::new()
        .block_on(server.run())
        .context("the ceiling's server failed")
}

async fn basket(
    request: HttpRequest,
    questions: web::Data<Questions>,
    answer: web::Data<Recorded>,
) -> actix_web::Result<HttpResponse> {
    let statement = &questions.basket;
    respond(questions.rows(statement, session(&request)).await?, &answer)
}

async fn pre_order(
    request: HttpRequest,
    questions: web::Data<Questions>,
    answer: web::Data<Recorded>,
) -> actix_web::Result<HttpResponse> {
    let statement = &questions.pre_order;
    respond(questions.rows(statement, session(&request)).await?, &answer)
}

/// A query that finds nothing would be cheaper than the service's.
fn respond(rows: usize, answer: &Recorded) -> actix_web::Result<HttpResponse> {
    if rows == 0 {
        return Err(error::ErrorNotFound("no such session"));
    }
    Ok(answer.response())
}

fn session(request: &HttpRequest) -> &str {
    let cookie = request.headers().get("cookie");
    let cookie = cookie.and_then(|cookie| cookie.to_str().ok());
    cookie
        .and_then(|cookie| cookie.strip_prefix(COOKIE))
        .unwrap_or_default()
}
