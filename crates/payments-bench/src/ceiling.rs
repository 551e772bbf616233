//! The ceiling of everything that is answered: the same bytes and headers, sent by the same server without a thought.

use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::path::PathBuf;
use std::time::Duration;

use actix_web::dev::Server;
use actix_web::http::KeepAlive;
use actix_web::{App, HttpResponse, HttpServer, web};
use anyhow::Result;

use crate::answer::Recorded;

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Port to listen on.
    #[arg(long)]
    port: u16,
    /// File with the answer to send, as it was received.
    #[arg(long)]
    answer: PathBuf,
}

/// The service's settings by default, in `config/default.toml`.
pub(crate) const KEEP_ALIVE: Duration = Duration::from_secs(5);
pub(crate) const HEADER_TIMEOUT: Duration = Duration::from_secs(5);
pub(crate) const MAX_CONNECTIONS: usize = 1024;

/// # Errors
/// The answer cannot be read or the port not be bound.
pub(crate) fn run(options: &Options) -> Result<()> {
    let answer = Recorded::read(&options.answer)?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, options.port))?;
    Ok(actix_web::rt::System::new().block_on(async { server(answer, listener)?.await })?)
}

fn server(answer: Recorded, listener: TcpListener) -> io::Result<Server> {
    let server = HttpServer::new(move || {
        App::new()
            .app_data(web::Data::new(answer.clone()))
            .route("/payments/cards/product/{pk}/", web::get().to(send))
    });
    let server = server
        .keep_alive(KeepAlive::Timeout(KEEP_ALIVE))
        .client_request_timeout(HEADER_TIMEOUT)
        .max_connections(MAX_CONNECTIONS)
        .tcp_nodelay(true);
    Ok(server.listen(listener)?.run())
}

async fn send(answer: web::Data<Recorded>) -> HttpResponse {
    answer.response()
}
