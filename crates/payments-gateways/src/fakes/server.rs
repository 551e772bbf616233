//! The HTTP server under every fake.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::header::{CONTENT_LENGTH, CONTENT_TYPE, LOCATION};
use hyper::service::service_fn;
use hyper::{HeaderMap, Request, Response};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use super::mood::{Mood, Moody};

/// A request as it came in.
pub struct Received {
    /// `POST`, `DELETE`, …
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
    /// A header's value; empty if it is not there or no text.
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

    /// The body as JSON of a shape; none if it is not exactly that.
    pub fn json<T: serde::de::DeserializeOwned>(&self) -> Option<T> {
        let is_json = self.header("content-type").starts_with("application/json");
        is_json
            .then(|| serde_json::from_slice(&self.body).ok())
            .flatten()
    }
}

/// What a fake answers.
pub enum Reply {
    /// A body with a status and a content type.
    Body {
        /// HTTP status.
        status: u16,
        /// Content type.
        content_type: &'static str,
        /// Body.
        body: Bytes,
    },
    /// 302 with a `Location`.
    Redirect(String),
    /// The answer, some time later.
    Late(Duration, Box<Reply>),
    /// The head and half the body of an answer, then a closed connection.
    Cut(Box<Reply>),
    /// A closed connection.
    HangUp,
    /// Nothing, ever.
    Silence,
}

impl Reply {
    /// A JSON answer.
    pub fn json(status: u16, value: &Value) -> Self {
        Self::text(status, "application/json", value.to_string())
    }

    /// An answer of any content type.
    pub fn text(status: u16, content_type: &'static str, body: impl Into<Bytes>) -> Self {
        Self::Body {
            status,
            content_type,
            body: body.into(),
        }
    }

    /// The same with only the first half of the body.
    pub(super) fn halved(self) -> Self {
        match self {
            Self::Body {
                status,
                content_type,
                body,
            } => {
                let body = body.slice(..body.len() / 2);
                Self::Body {
                    status,
                    content_type,
                    body,
                }
            }
            other @ (Self::Redirect(_)
            | Self::Late(..)
            | Self::Cut(_)
            | Self::HangUp
            | Self::Silence) => other,
        }
    }
}

/// A provider's fake.
#[async_trait]
pub trait Fake: Send + Sync + 'static {
    /// Answers a request.
    async fn answer(&self, request: Received) -> Reply;
}

/// A fake at work on a port of this machine, until it is dropped.
pub struct FakeServer {
    address: SocketAddr,
    moody: Arc<Moody>,
    accepting: JoinHandle<()>,
}

impl FakeServer {
    /// Starts a fake on an address; port 0 takes a free one.
    ///
    /// # Errors
    /// The address cannot be listened on.
    pub async fn start(address: SocketAddr, fake: Arc<dyn Fake>) -> io::Result<Self> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        let moody = Arc::new(Moody::default());
        let accepting = tokio::spawn(accept(listener, fake, Arc::clone(&moody)));
        Ok(Self {
            address,
            moody,
            accepting,
        })
    }

    /// Puts the fake in a mood.
    pub fn put(&self, mood: Mood) {
        self.moody.put(mood);
    }

    /// `127.0.0.1:12345`, for the list of hosts that may be called.
    pub fn authority(&self) -> String {
        self.address.to_string()
    }

    /// `http://127.0.0.1:12345`, for a configuration's `base_url`.
    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for FakeServer {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn accept(listener: TcpListener, fake: Arc<dyn Fake>, moody: Arc<Moody>) {
    while let Ok((stream, _)) = listener.accept().await {
        tokio::spawn(serve(stream, Arc::clone(&fake), Arc::clone(&moody)));
    }
}

async fn serve(stream: TcpStream, fake: Arc<dyn Fake>, moody: Arc<Moody>) {
    let service = service_fn(move |request| {
        let (fake, moody) = (Arc::clone(&fake), Arc::clone(&moody));
        async move {
            let Ok(received) = receive(request).await else {
                return Err(HungUp);
            };
            respond(in_mood(&*fake, moody.now(), received).await).await
        }
    });
    let connection =
        hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    // A connection that ends badly is what some moods are about.
    drop(connection.await);
}

async fn in_mood(fake: &dyn Fake, mood: Mood, received: Received) -> Reply {
    match mood.instead() {
        Some(reply) => reply,
        None => mood.spoil(fake.answer(received).await),
    }
}

/// The fake closes the connection.
#[derive(Debug, thiserror::Error)]
#[error("the fake hung up")]
struct HungUp;

async fn receive(request: Request<Incoming>) -> Result<Received, hyper::Error> {
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
        origin: format!("http://{host}"),
        headers: head.headers,
        body: body.collect().await?.to_bytes(),
    })
}

async fn respond(reply: Reply) -> Result<Response<Full<Bytes>>, HungUp> {
    match reply {
        Reply::Body {
            status,
            content_type,
            body,
        } => response(status, content_type, body, None),
        Reply::Redirect(to) => {
            let response = Response::builder().status(302).header(LOCATION, to);
            response.body(Full::default()).map_err(|_| HungUp)
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
            } => {
                let promised = body.len();
                response(
                    status,
                    content_type,
                    body.slice(..promised / 2),
                    Some(promised),
                )
            }
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

fn response(
    status: u16,
    content_type: &str,
    body: Bytes,
    promised: Option<usize>,
) -> Result<Response<Full<Bytes>>, HungUp> {
    let mut response = Response::builder()
        .status(status)
        .header(CONTENT_TYPE, content_type);
    if let Some(length) = promised {
        response = response.header(CONTENT_LENGTH, length);
    }
    response.body(Full::new(body)).map_err(|_| HungUp)
}
