//! What one process of a benchmark does. Its only argument is a [`Job`] as JSON.

#![expect(missing_docs, reason = "most names say it all")]

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Result;
use serde::{Deserialize, Serialize};

use crate::http::{self, Response};

#[derive(Serialize, Deserialize)]
pub enum Job {
    /// Sends requests to a server and prints a [`Summary`].
    Load(Load),
    /// Saves cards as customers do and prints a [`Summary`].
    Flow(Flow),
    /// Makes the commits and round trips of saved cards, and prints a [`Summary`].
    BareLoop(BareLoop),
    /// Prints the [`Counters`] of servers.
    Count(Servers),
    /// Serves one recorded response.
    Ceiling(Ceiling),
}

#[derive(Clone, Serialize, Deserialize)]
pub struct Load {
    pub requests: Requests,
    pub duration: Duration,
    /// Stop after this many responses.
    pub max_responses: Option<u64>,
    /// Requests per second, whether or not the server keeps up. If `None`, as many as the server responds to.
    pub per_second: Option<u32>,
}

/// GET requests, or POST requests with a body. `{}` in the path, a header line or the body is replaced by a random number
/// from 1 to `numbers`.
#[derive(Clone, Serialize, Deserialize)]
pub struct Requests {
    pub address: SocketAddr,
    pub path: String,
    pub headers: Vec<String>,
    /// JSON, or empty.
    pub body: String,
    pub numbers: u32,
    /// The status that every response must have.
    pub status: u16,
}

#[derive(Serialize, Deserialize)]
pub struct Flow {
    pub address: SocketAddr,
    /// A customer's session is this and the customer's number, from 1.
    pub session_prefix: String,
    /// Each saves a card; after the last customer the first saves another.
    pub customers: u32,
    pub concurrency: u32,
    pub duration: Duration,
    /// The first card's number, so that no card is saved twice.
    pub first_card: u32,
}

#[derive(Serialize, Deserialize)]
pub struct BareLoop {
    pub servers: Servers,
    /// Each makes one after the other.
    pub concurrency: u32,
    pub duration: Duration,
    /// For each card.
    pub commits: u64,
    /// To Redis, for each card.
    pub round_trips: u64,
}

/// The URLs of PostgreSQL and Redis.
#[derive(Clone, Serialize, Deserialize)]
pub struct Servers {
    pub database: String,
    pub redis: String,
}

/// Since the servers started.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub struct Counters {
    /// Transactions that wrote.
    pub commits: u64,
    /// Reads of Redis from its connections: round trips, unless several commands come at once.
    pub round_trips: u64,
}

#[derive(Serialize, Deserialize)]
pub struct Ceiling {
    pub bind: SocketAddr,
    /// The service's response to the first of these is recorded.
    pub requests: Requests,
    /// Make the service's query in this database before each response.
    pub database: Option<String>,
}

#[derive(Clone, Serialize, Deserialize)]
pub struct Summary {
    pub responses: u64,
    pub per_second: f64,
    pub bytes_per_response: u64,
    pub p50_microseconds: f64,
    pub p99_microseconds: f64,
}

impl Requests {
    /// The same requests to another server.
    #[must_use]
    pub fn to(&self, address: SocketAddr) -> Self {
        Self {
            address,
            ..self.clone()
        }
    }

    /// The request with this number, as it is sent.
    pub fn written(&self, number: u32) -> Vec<u8> {
        let number = number.to_string();
        let numbered = |text: &String| text.replace("{}", &number);
        let headers: Vec<String> = self.headers.iter().map(numbered).collect();
        let headers: Vec<&str> = headers.iter().map(String::as_str).collect();
        let (path, body) = (numbered(&self.path), numbered(&self.body));
        let method = if body.is_empty() { "GET" } else { "POST" };
        http::request(method, &path, &headers, &body).into_bytes()
    }

    /// Sends the request with number 1.
    ///
    /// # Errors
    /// The server cannot be reached, or the response is not HTTP.
    pub fn first(&self) -> Result<Response> {
        http::Client::new(self.address).send_bytes(&self.written(1))
    }
}
