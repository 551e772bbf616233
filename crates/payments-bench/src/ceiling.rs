//! The ceilings that the service is compared with: the same server sends a recorded response, as it is, or after one
//! query.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use actix_web::http::KeepAlive;
use actix_web::web::{self, ServiceConfig};
use actix_web::{App, HttpResponse, HttpServer};
use anyhow::Result;
use payments_bench::job::Ceiling;

use crate::query;
use crate::recorded::Recorded;

/// The service's default settings, in `config/default.toml`.
const KEEP_ALIVE: Duration = Duration::from_secs(5);
const HEADER_TIMEOUT: Duration = Duration::from_secs(5);
const MAX_CONNECTIONS: usize = 1024;

pub(crate) fn run(ceiling: Ceiling) -> Result<()> {
    let recorded = Recorded::of(&ceiling.requests.first()?)?;
    let path = ceiling.requests.path.replace("{}", "{number}");
    // A route does not include the query.
    let path = path.split('?').next().unwrap_or_default().to_owned();
    let served = match ceiling.database {
        Some(url) => serve(ceiling.bind, move |app| {
            query::configure(app, &path, &url, &recorded);
        }),
        None => serve(ceiling.bind, move |app| {
            app.app_data(web::Data::new(recorded.clone()));
            app.route(&path, web::get().to(send));
        }),
    };
    Ok(served?)
}

fn serve(
    address: SocketAddr,
    configure: impl Fn(&mut ServiceConfig) + Clone + Send + 'static,
) -> io::Result<()> {
    let server = HttpServer::new(move || App::new().configure(configure.clone()))
        .keep_alive(KeepAlive::Timeout(KEEP_ALIVE))
        .client_request_timeout(HEADER_TIMEOUT)
        .max_connections(MAX_CONNECTIONS)
        .tcp_nodelay(true)
        .bind(address)?;
    actix_web::rt::System::new().block_on(server.run())
}

async fn send(recorded: web::Data<Recorded>) -> HttpResponse {
    recorded.response()
}
