//! The ceilings that the service is compared with: the same server sends a recorded response, as it is, or after one
//! query.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::time::Duration;

use actix_web::http::KeepAlive;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::web::{self, Bytes, ServiceConfig};
use actix_web::{App, HttpResponse, HttpServer};
use anyhow::{Result, ensure};
use payments_bench::http::{Response, get};

use crate::query;

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Port to listen on.
    #[arg(long)]
    port: u16,
    /// The service whose response is sent.
    #[arg(long)]
    service: SocketAddr,
    /// The path of that response.
    #[arg(long)]
    path: String,
    /// A header line of its request.
    #[arg(long)]
    header: Vec<String>,
    /// Make the service's query in this database before each response.
    #[arg(long)]
    database: Option<String>,
}

/// The service's default settings, in `config/default.toml`.
const KEEP_ALIVE: Duration = Duration::from_secs(5);
const HEADER_TIMEOUT: Duration = Duration::from_secs(5);
const MAX_CONNECTIONS: usize = 1024;

pub(crate) fn run(options: &Options) -> Result<()> {
    let headers: Vec<&str> = options.header.iter().map(String::as_str).collect();
    let recorded = Recorded::of(&get(options.service, &options.path, &headers)?)?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, options.port))?;
    let served = match options.database.clone() {
        Some(url) => serve(listener, move |app| query::configure(app, &url, &recorded)),
        None => serve(listener, move |app| {
            app.app_data(web::Data::new(recorded.clone()));
            app.route("/payments/cards/product/{pk}/", web::get().to(send));
        }),
    };
    Ok(served?)
}

fn serve(
    listener: TcpListener,
    configure: impl Fn(&mut ServiceConfig) + Clone + Send + 'static,
) -> io::Result<()> {
    let server = HttpServer::new(move || App::new().configure(configure.clone()))
        .keep_alive(KeepAlive::Timeout(KEEP_ALIVE))
        .client_request_timeout(HEADER_TIMEOUT)
        .max_connections(MAX_CONNECTIONS)
        .tcp_nodelay(true)
        .listen(listener)?;
    actix_web::rt::System::new().block_on(server.run())
}

async fn send(recorded: web::Data<Recorded>) -> HttpResponse {
    recorded.response()
}

/// The service's own body and headers, without those that the server writes by itself.
#[derive(Clone)]
pub(crate) struct Recorded {
    headers: Vec<(HeaderName, HeaderValue)>,
    body: Bytes,
}

impl Recorded {
    fn of(response: &Response) -> Result<Self> {
        const BY_THE_SERVER: [&str; 4] =
            ["connection", "content-length", "date", "transfer-encoding"];
        ensure!(
            response.status() == 200,
            "the service answers {}",
            response.status()
        );
        let mut headers = Vec::new();
        for (name, value) in response.headers() {
            let name = HeaderName::from_bytes(name.as_bytes())?;
            if !BY_THE_SERVER.contains(&name.as_str()) {
                headers.push((name, HeaderValue::from_str(value)?));
            }
        }
        Ok(Self {
            headers,
            body: Bytes::copy_from_slice(response.body()),
        })
    }

    pub(crate) fn response(&self) -> HttpResponse {
        let mut response = HttpResponse::Ok();
        for header in &self.headers {
            response.insert_header(header.clone());
        }
        response.body(self.body.clone())
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderName;
    use payments_bench::http::Response;

    use super::Recorded;

    #[test]
    fn the_recorded_body_is_sent_with_the_recorded_headers() {
        let bytes =
            b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nVary: Cookie\r\nDate: today\r\n\r\n{}";
        let recorded = Recorded::of(&Response::parse(bytes.to_vec()).unwrap()).unwrap();
        let response = recorded.response();
        let names: Vec<_> = response.headers().keys().map(HeaderName::as_str).collect();
        assert_eq!((names, &recorded.body[..]), (vec!["vary"], &b"{}"[..]));
    }
}
