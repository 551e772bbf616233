//! Wraps connections between the kernel and Actix.
//!
//! Actix times only the head of a connection's first request, and decodes the next request during the current one.
//! So each connection is wrapped in a `stream::Connection`. It passes one request at a time to Actix, and gives every
//! head, body and response a deadline that a peer cannot extend by sending or reading single bytes.

mod answer;
mod deadline;
mod exchange;
mod framing;
mod head;
mod peers;
mod refusals;
mod stream;

use std::future::ready;
use std::net::TcpListener;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use actix_http::body::MessageBody;
use actix_http::{HttpService, KeepAlive, Protocol, Request, Response};
use actix_server::Server;
use actix_service::{
    IntoServiceFactory, ServiceFactory, ServiceFactoryExt as _, apply_fn_factory, fn_service,
    map_config,
};
use actix_web::Error;
use actix_web::dev::{AppConfig, Service, ServiceResponse};
use actix_web::rt::net::TcpStream;

use crate::i18n::Sentences;
use crate::metrics::Metrics;
use crate::settings::Http;
use answer::Answer;
use exchange::Exchange;
use peers::Peers;
use refusals::Refusals;
use stream::Connection;

/// The timeouts of a connection.
#[derive(Clone, Copy, Debug)]
struct Timeouts {
    head: Duration,
    /// For a body that the service reads.
    body: Duration,
    /// For the rest of a body that was answered without being read.
    unread_body: Duration,
    /// Until the next request begins.
    idle: Duration,
    /// For each part of a response.
    write: Duration,
}

/// The state shared by the connections of all workers.
struct Front {
    timeouts: Timeouts,
    tcp_nodelay: bool,
    peers: Arc<Peers>,
    refusals: Refusals,
    metrics: Arc<Metrics>,
}

/// A management request may take this long for its body; its handler answers first.
const MAX_BODY_TIMEOUT: Duration =
    Duration::from_secs(crate::manage::BODY_TIMEOUT_SECONDS).saturating_add(Duration::from_secs(1));

impl Timeouts {
    fn of(http: &Http) -> Self {
        Self {
            head: Duration::from_secs(http.header_timeout_seconds),
            body: MAX_BODY_TIMEOUT,
            unread_body: Duration::from_secs(http.body_timeout_seconds),
            idle: Duration::from_secs(http.keep_alive_seconds),
            write: Duration::from_secs(http.write_timeout_seconds),
        }
    }
}

/// A server of what `app` makes for each worker, on a listening socket. Only its handle stops it.
pub(crate) fn serve<F, I, S, B>(
    http: &Http,
    metrics: &Arc<Metrics>,
    sentences: &Sentences,
    listener: TcpListener,
    app: F,
) -> std::io::Result<Server>
where
    F: Fn() -> I + Clone + Send + 'static,
    I: IntoServiceFactory<S, Request>,
    S: ServiceFactory<
            Request,
            Config = AppConfig,
            Response = ServiceResponse<B>,
            Error = Error,
            InitError = (),
        > + 'static,
    S::Future: 'static,
    S::Service: 'static,
    <S::Service as Service<Request>>::Future: 'static,
    B: MessageBody + 'static,
{
    let front = Arc::new(Front {
        timeouts: Timeouts::of(http),
        tcp_nodelay: http.tcp_nodelay,
        peers: Arc::new(Peers::new(
            http.max_connections_per_peer,
            http.trusted_proxies.clone(),
        )),
        refusals: Refusals::new(sentences),
        metrics: Arc::clone(metrics),
    });
    let keep_alive = match http.keep_alive_seconds {
        0 => KeepAlive::Disabled,
        // The connection keeps the time.
        _ => KeepAlive::Os,
    };
    let mut server = Server::build()
        .disable_signals()
        .max_concurrent_connections(http.max_connections)
        .shutdown_timeout(http.shutdown_timeout_seconds);
    if http.workers > 0 {
        server = server.workers(http.workers);
    }
    let stopping = server.graceful_shutdown_signal();
    let server = server.listen("http", listener, move || {
        let stopping = stopping.clone();
        let app = map_config(app().into_factory(), |()| AppConfig::default());
        let app = apply_fn_factory(app, |request: Request, app: &S::Service| {
            let exchange = request.conn_data::<Rc<Exchange>>().cloned();
            answer_of(exchange.unwrap_or_default(), app.call(request))
        });
        let app = app.map_err(|error| error.error_response());
        let http = HttpService::build()
            .graceful_shutdown_signal(move || {
                let stopping = stopping.clone();
                async move { stopping.notified().await }
            })
            .keep_alive(keep_alive)
            .client_request_timeout(Duration::ZERO)
            .client_disconnect_timeout(LINGER)
            .on_connect_ext(|connection: &Connection, extensions| {
                extensions.insert(connection.exchange());
            })
            .finish(app);
        let front = Arc::clone(&front);
        fn_service(move |stream: TcpStream| ready(Ok(Connection::accept(stream, &front))))
            .and_then(fn_service(|accepted: Option<Connection>| {
                ready(accepted.ok_or(actix_http::error::DispatchError::DisconnectTimeout))
            }))
            .map(|connection: Connection| {
                let peer = connection.peer();
                (connection, Protocol::Http1, peer)
            })
            .and_then(http)
    })?;
    Ok(server.run())
}

/// How long input of a closing connection is discarded, so that a reset does not lose its last response.
const LINGER: Duration = Duration::from_secs(1);

/// Passes a request to the service, and tells its connection when the service has it and when the response is encoded.
async fn answer_of<B>(
    exchange: Rc<Exchange>,
    answered: impl Future<Output = Result<ServiceResponse<B>, Error>>,
) -> Result<Response<Answer<B>>, Error> {
    exchange.begin();
    match answered.await {
        Ok(response) => {
            let response = Response::from(response);
            Ok(response.map_body(|_, body| Answer::new(body, exchange)))
        }
        Err(error) => {
            exchange.end();
            Err(error)
        }
    }
}
