//! The HTTP server under every fake.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::header::{CONTENT_LENGTH, CONTENT_TYPE, LOCATION};
use hyper::service::service_fn;
use hyper::{HeaderMap, Request, Response};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

use super::answer::{Answer, HungUp};
use super::certificate::FakeCertificate;
use super::fault_mode::{FaultControl, FaultMode};
use super::reply::Reply;

/// A request as it came in.
pub struct Received {
    /// The method, in upper case.
    pub method: String,
    /// The path, without the query.
    pub path: String,
    /// The query, without the question mark; empty if there is none.
    pub query: String,
    /// The headers.
    pub headers: HeaderMap,
    /// The exact bytes of the body.
    pub body: Bytes,
    /// Scheme and authority that the request was sent to.
    pub origin: String,
}

impl Received {
    /// A header's value; empty if it is absent or not text.
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }

    /// Method and path, to match on.
    pub fn operation(&self) -> (&str, &str) {
        (&self.method, &self.path)
    }

    /// Parses the body as JSON; `None` if it does not have the exact shape.
    pub fn json<T: serde::de::DeserializeOwned>(&self) -> Option<T> {
        let is_json = self.header("content-type").starts_with("application/json");
        is_json
            .then(|| serde_json::from_slice(&self.body).ok())
            .flatten()
    }
}

/// The behavior of a provider's fake.
#[async_trait]
pub trait Fake: Send + Sync + 'static {
    /// Returns the response to a request.
    async fn answer(&self, request: Received) -> Reply;
}

/// A fake that serves on a port of this machine until it is dropped.
pub struct FakeServer {
    address: SocketAddr,
    running: Arc<Running>,
    accepting: JoinHandle<()>,
}

/// What all connections share.
struct Running {
    fake: Arc<dyn Fake>,
    fault: FaultControl,
    connections: AtomicUsize,
    has_tls: bool,
}

impl Running {
    const fn scheme(&self) -> &'static str {
        if self.has_tls { "https" } else { "http" }
    }
}

impl FakeServer {
    /// Starts a fake on an address; port 0 takes a free one.
    ///
    /// # Errors
    /// The address cannot be listened on.
    pub async fn start(address: SocketAddr, fake: Arc<dyn Fake>) -> io::Result<Self> {
        Self::start_with(address, fake, None).await
    }

    /// Starts a fake that is called with TLS, under a certificate.
    ///
    /// # Errors
    /// The address cannot be listened on, or the certificate is unusable.
    pub async fn start_secured(
        address: SocketAddr,
        fake: Arc<dyn Fake>,
        certificate: &FakeCertificate,
    ) -> io::Result<Self> {
        let tls = TlsAcceptor::from(certificate.server_config()?);
        Self::start_with(address, fake, Some(tls)).await
    }

    async fn start_with(
        address: SocketAddr,
        fake: Arc<dyn Fake>,
        tls: Option<TlsAcceptor>,
    ) -> io::Result<Self> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        let running = Arc::new(Running {
            fake,
            fault: FaultControl::default(),
            connections: AtomicUsize::new(0),
            has_tls: tls.is_some(),
        });
        let accepting = tokio::spawn(accept(listener, tls, Arc::clone(&running)));
        Ok(Self {
            address,
            running,
            accepting,
        })
    }

    /// Sets the fault mode.
    pub fn put(&self, fault: FaultMode) {
        self.running.fault.set(fault);
    }

    /// How many connections were opened to it.
    pub fn connections(&self) -> usize {
        self.running.connections.load(Ordering::Relaxed)
    }

    /// `127.0.0.1:12345` (with TLS `localhost:12345`), for the list of hosts that may be called.
    pub fn authority(&self) -> String {
        if self.running.has_tls {
            format!("localhost:{}", self.address.port())
        } else {
            self.address.to_string()
        }
    }

    /// `http://127.0.0.1:12345` (with TLS `https://localhost:12345`), for a configuration's `base_url`.
    pub fn base_url(&self) -> String {
        format!("{}://{}", self.running.scheme(), self.authority())
    }
}

impl Drop for FakeServer {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn accept(listener: TcpListener, tls: Option<TlsAcceptor>, running: Arc<Running>) {
    while let Ok((stream, _)) = listener.accept().await {
        running.connections.fetch_add(1, Ordering::Relaxed);
        let running = Arc::clone(&running);
        match tls.clone() {
            None => drop(tokio::spawn(serve(stream, running))),
            Some(tls) => drop(tokio::spawn(async move {
                // A caller that rejects the certificate disconnects.
                if let Ok(stream) = tls.accept(stream).await {
                    serve(stream, running).await;
                }
            })),
        }
    }
}

async fn serve(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    running: Arc<Running>,
) {
    let service = service_fn(move |request| {
        let running = Arc::clone(&running);
        async move {
            let Ok(received) = receive(request, running.scheme()).await else {
                return Err(HungUp);
            };
            respond(respond_with_fault(&*running.fake, running.fault.get(), received).await).await
        }
    });
    let connection =
        hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    // Some faults end the connection with an error.
    drop(connection.await);
}

async fn respond_with_fault(fake: &dyn Fake, fault: FaultMode, received: Received) -> Reply {
    match fault.instead() {
        Some(reply) => reply,
        None => fault.alter(fake.answer(received).await),
    }
}

async fn receive(request: Request<Incoming>, scheme: &str) -> Result<Received, hyper::Error> {
    let (head, body) = request.into_parts();
    let host = head
        .headers
        .get("host")
        .and_then(|host| host.to_str().ok())
        .unwrap_or_default();
    Ok(Received {
        method: head.method.as_str().to_owned(),
        path: head.uri.path().to_owned(),
        query: head.uri.query().unwrap_or_default().to_owned(),
        origin: format!("{scheme}://{host}"),
        headers: head.headers,
        body: body.collect().await?.to_bytes(),
    })
}

async fn respond(reply: Reply) -> Result<Response<Answer>, HungUp> {
    match reply {
        Reply::Body {
            status,
            content_type,
            body,
        } => response(status, content_type, Answer::whole(body)),
        Reply::Redirect(to) => {
            let response = Response::builder().status(302).header(LOCATION, to);
            response
                .body(Answer::whole(Bytes::new()))
                .map_err(|_| HungUp)
        }
        Reply::Late(how_long, reply) => {
            tokio::time::sleep(how_long).await;
            Box::pin(respond(*reply)).await
        }
        Reply::Cut(reply) => match *reply {
            Reply::Body {
                status,
                content_type,
                body,
            } => response(status, content_type, Answer::cut(&body)),
            other @ (Reply::Redirect(_)
            | Reply::Late(..)
            | Reply::Cut(_)
            | Reply::HangUp
            | Reply::Silence) => Box::pin(respond(other)).await,
        },
        Reply::HangUp => Err(HungUp),
        Reply::Silence => {
            let never: Infallible = std::future::pending().await;
            match never {}
        }
    }
}

fn response(status: u16, content_type: &str, answer: Answer) -> Result<Response<Answer>, HungUp> {
    let response = Response::builder()
        .status(status)
        .header(CONTENT_TYPE, content_type)
        .header(CONTENT_LENGTH, answer.content_length);
    response.body(answer).map_err(|_| HungUp)
}
