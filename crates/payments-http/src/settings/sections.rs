//! The sections of the settings; `config/default.toml` explains each key.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use payments_core::moment::Moment;
use payments_core::money::Rounding;
use secrecy::SecretString;
use serde::Deserialize;

use super::forwarding::{ForwardedHeader, Networks};

/// What kind of deployment this is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Environment {
    /// A developer's machine: keys are made up, sandbox providers are allowed.
    Development,
    /// Real customers: nothing is made up.
    Production,
}

/// The HTTP server.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Http {
    /// Address and port to listen on; port 0 takes a free one.
    pub bind: SocketAddr,
    /// What customers reach the service under; empty: `http://` and the bound address.
    pub public_url: String,
    /// Threads that answer; 0: one per processor.
    pub workers: usize,
    /// Connections that may wait to be accepted.
    pub backlog: u32,
    /// Whether the last bytes of an answer are sent without waiting for the caller's word on those before.
    pub tcp_nodelay: bool,
    /// Open connections per worker.
    pub max_connections: usize,
    /// Open connections per peer address; 0: no limit.
    pub max_connections_per_peer: u32,
    /// Proxies whose word on the caller's address is taken, and which have no limit of connections.
    pub trusted_proxies: Networks,
    /// The header in which they say it.
    pub forwarded_header: ForwardedHeader,
    /// How long a connection may wait for its next request.
    pub keep_alive_seconds: u64,
    /// How long the headers of a request may take.
    pub header_timeout_seconds: u64,
    /// How long the body of a request may take.
    pub body_timeout_seconds: u64,
    /// How long a peer may take for each 64 KiB of an answer.
    pub write_timeout_seconds: u64,
    /// How long an answer may take before the caller is told to ask again.
    pub request_deadline_seconds: u64,
    /// The largest body of a customer's request.
    pub body_limit_bytes: usize,
    /// The largest body of a management request.
    pub manage_body_limit_bytes: usize,
    /// How long requests in flight may take when the service stops.
    pub shutdown_timeout_seconds: u64,
}

/// Where data is kept.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Database {
    /// `sqlite:<path>` or `postgres://…`; may hold a password.
    pub url: SecretString,
    /// PEM file of the authority that signs PostgreSQL's certificate; empty: the machine's own authorities.
    pub ca_file: String,
    /// A PostgreSQL server that follows the first one, for the purchases of listings; empty: none. May hold a password.
    pub replica_url: SecretString,
    /// Connections kept open.
    pub pool_size: usize,
    /// How long a request waits for a connection.
    pub wait_timeout_seconds: u64,
    /// How long one statement may take.
    pub statement_timeout_seconds: u64,
    /// Whether `serve` applies migrations to an SQLite file first.
    pub migrate_at_start: bool,
}

/// Where card-storage flows are kept.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Flows {
    /// `memory:`, or `redis://…` and its kin; may hold a password.
    pub url: SecretString,
    /// PEM file of the authority that signs Redis's certificate; empty: the machine's own authorities.
    pub ca_file: String,
    /// Connections kept open.
    pub pool_size: usize,
    /// How long a request waits for a connection, and for an answer.
    pub wait_timeout_seconds: u64,
    /// Begins every key.
    pub key_prefix: String,
    /// Whether production takes a Redis whose own settings break a promise.
    pub accept_concerns: bool,
}

/// Session cookies.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Session {
    /// The cookie's name.
    pub cookie_name: String,
    /// Whether a cookie named `sessionid` is read when the named one is absent.
    pub accept_sessionid: bool,
    /// Whether `X-Cookie` replaces `Cookie`.
    pub enable_x_cookie_header: bool,
}

/// CSRF tokens.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Csrf {
    /// Whether a token fetched without a session counts together with an equal cookie.
    pub accept_unbound: bool,
}

/// How installments are computed.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pricing {
    /// How amounts are rounded to the minor unit.
    pub rounding: Rounding,
    /// The shop's time zone, for rules about dates, weekdays and hours.
    pub time_zone: Tz,
}

impl Pricing {
    /// An instant with the shop's local time.
    pub fn moment(&self, utc: DateTime<Utc>) -> Moment {
        let local = utc.with_timezone(&self.time_zone).naive_local();
        Moment { utc, local }
    }
}

/// The listings of products, which are the same for everybody.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listings {
    /// How long one is given out after it was last known to be right: what is listed is at most so old.
    pub keep_milliseconds: u64,
    /// How much memory those that are ready may take.
    pub keep_bytes: u64,
    /// How long browsers and caches on the way may use one without asking again.
    pub max_age_seconds: u32,
}

impl Listings {
    /// How long a listing is kept ready.
    pub const fn keep_for(&self) -> Duration {
        Duration::from_millis(self.keep_milliseconds)
    }
}

/// One-time codes.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Otp {
    /// Digits of a code, 4 to 8.
    pub length: u8,
    /// How long a code is valid.
    pub code_lifetime_seconds: u32,
    /// How long a card is held, at most 300.
    pub card_lifetime_seconds: u32,
    /// Whether a code is sent only while a card is held.
    pub require_held_card: bool,
    /// Distinct wrong codes per customer and day.
    pub wrong_codes_per_day: u32,
    /// How long a customer, and a phone, waits for the next code.
    pub cooldown_seconds: u32,
    /// Codes sent per customer and hour.
    pub codes_per_customer_hour: u32,
    /// Codes sent per customer and day.
    pub codes_per_customer_day: u32,
    /// Codes sent per phone and hour.
    pub codes_per_phone_hour: u32,
    /// Codes sent per phone and day.
    pub codes_per_phone_day: u32,
    /// Codes sent per block of addresses and hour.
    pub codes_per_address_block_hour: u32,
    /// Codes sent per block of addresses and day.
    pub codes_per_address_block_day: u32,
}

/// Text messages.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sms {
    /// Who sends them, the first choice first: `sandbox`, `netgsm`, `iletimerkezi`, `twilio`.
    pub providers: Vec<String>,
    /// Whether the next one is tried where it is unknown whether the one before sent.
    pub resend_when_unknown: bool,
    /// The store's country, by its two letters (ISO 3166-1).
    pub country: String,
    /// The countries whose numbers codes are sent to; empty: the store's own.
    pub allowed_countries: Vec<String>,
    /// Codes sent on a day, to all customers together.
    pub daily_budget: u32,
    /// How many of a prefix's last codes the breaker looks at; 0: there is none.
    pub breaker_codes: u32,
    /// How many of a hundred of them have to have been entered.
    pub breaker_verified_percent: u32,
    /// How far back it looks.
    pub breaker_window_minutes: u32,
    /// How long a prefix is paused.
    pub breaker_pause_minutes: u32,
    /// Each provider's own configuration, by its name.
    pub settings: BTreeMap<String, serde_json::Map<String, serde_json::Value>>,
}

/// Payment gateways.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gateways {
    /// The gateways a point of sale may name for saving cards.
    pub enabled: Vec<String>,
    /// Hosts that may be called besides the providers' own: `host` or `host:port`.
    pub extra_hosts: Vec<String>,
    /// What variables that a point of sale's `env:NAME` may name begin with.
    pub secret_prefixes: Vec<String>,
    /// Folders that files that a point of sale's `file:/path` may name are below.
    pub secret_folders: Vec<PathBuf>,
    /// How long a connection to a provider may take to open.
    pub connect_timeout_milliseconds: u64,
    /// How long a call of a provider may take altogether.
    pub total_timeout_milliseconds: u64,
    /// PEM file of authorities trusted besides the machine's own; empty: none.
    pub ca_file: String,
    /// How many of a hundred calls to a provider's host have to fail before it is left alone.
    pub breaker_failing_percent: u8,
    /// How long it is left alone then.
    pub breaker_pause_seconds: u64,
    /// Whether a gateway may ask a customer to authenticate (3-D Secure) before a card is saved.
    pub three_d_secure: bool,
    /// How long the customer has for it, 60 to 3600.
    pub three_d_secure_seconds: u32,
    /// Where the customer is sent after it, with `card=saved`, `refused` or `pending`; empty: a page of the service's own.
    pub three_d_secure_return_url: String,
    /// Where the sandbox keeps its tokens over restarts; empty: in memory only.
    pub sandbox_ledger_file: String,
}

/// Masterpass.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Masterpass {
    /// The hosts its script and return URLs may point to.
    pub allowed_hosts: Vec<String>,
}

/// Keys.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Security {
    /// Keys, newest first, joined by commas: `<number>:<32 or more bytes in base64>` each, or one reference
    /// (`env:NAME`, `file:/path`) to such a list. Empty in development: made up once and kept in `key_folder`.
    pub key_ring: SecretString,
    /// The key that tells cards, flows and phones again, in base64, or a reference to it. Empty in development: as
    /// above.
    pub lasting_key: SecretString,
    /// Where made-up keys are kept.
    pub key_folder: String,
}

/// The reconciler.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reconciler {
    /// How often it looks.
    pub interval_seconds: u64,
    /// How many intents it takes at a time.
    pub batch: u32,
    /// After how many seconds a gateway has surely done what it was going to do.
    pub gateway_horizon_seconds: u32,
}

/// How long rows are kept that nothing else bounds; 0: for ever.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Retention {
    /// Days after a saving ended.
    pub closed_intent_days: u32,
    /// Days after a basket was last written.
    pub basket_days: u32,
    /// Days after a pre-order was last written.
    pub pre_order_days: u32,
}

/// The audit log.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Audit {
    /// After how many days `payments audit prune` drops what was sealed; 0: never.
    pub retention_days: u32,
}

/// What customers agree to when they save a card.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Consent {
    /// Names the text in force.
    pub version: String,
}

/// Metrics.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Metrics {
    /// Whether `/metrics` answers.
    pub enabled: bool,
    /// An address of its own for it; empty: the service's.
    pub bind: String,
}

impl Metrics {
    /// The address of its own, if it has one.
    pub fn address(&self) -> Option<SocketAddr> {
        self.bind.parse().ok()
    }
}

/// Logs.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Log {
    /// How lines are written.
    pub format: LogFormat,
    /// Which lines are written, in the syntax of `tracing_subscriber::EnvFilter`.
    pub filter: String,
    /// What a request's line says of the address it came from.
    pub client_address: LoggedAddress,
}

/// What the log says of an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LoggedAddress {
    /// Nothing.
    Off,
    /// Its block: the /24 of IPv4, the /48 of IPv6.
    Block,
    /// A keyed hash.
    Hashed,
}

/// How log lines are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For machines.
    Json,
    /// For people.
    Text,
}

/// The demo store.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Demo {
    /// Whether an empty database is filled with the demo store, and its token and sessions are accepted.
    pub enabled: bool,
}
