//! The sections of the settings; `config/default.toml` explains each key.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use payments_core::language::Language;
use payments_core::moment::Moment;
use payments_core::money::Rounding;
use secrecy::SecretString;
use serde::Deserialize;

use super::forwarding::{ForwardedHeader, Networks};
use super::openid_connect::OpenIdConnect;

/// What kind of deployment this is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Environment {
    /// A developer's machine: keys are generated, sandbox providers are allowed.
    Development,
    /// Real customers: keys have to be configured.
    Production,
}

/// Addresses, limits and timeouts of the HTTP server.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Http {
    /// Address and port to listen on; port 0 takes a free one.
    pub bind: SocketAddr,
    /// The public URL of the service; empty: `http://` and the bound address.
    pub public_url: String,
    /// Worker threads; 0: one per processor.
    pub workers: usize,
    /// The backlog of connections to accept.
    pub backlog: u32,
    /// Whether the last bytes of a response are sent without waiting for acknowledgement (`TCP_NODELAY`).
    pub tcp_nodelay: bool,
    /// Open connections per worker.
    pub max_connections: usize,
    /// Open connections per peer address; 0: no limit.
    pub max_connections_per_peer: u32,
    /// Proxies whose forwarding header is trusted and whose connections are not limited.
    pub trusted_proxies: Networks,
    /// The forwarding header they send.
    pub forwarded_header: ForwardedHeader,
    /// The timeout for the next request on an idle connection.
    pub keep_alive_seconds: u64,
    /// The timeout for reading the headers of a request.
    pub header_timeout_seconds: u64,
    /// The timeout for reading the body of a request.
    pub body_timeout_seconds: u64,
    /// The write timeout for each 64 KiB of a response.
    pub write_timeout_seconds: u64,
    /// The request timeout. After it the client gets an error that asks for a retry.
    pub request_deadline_seconds: u64,
    /// The largest body of a customer's request.
    pub body_limit_bytes: usize,
    /// The largest body of a management request.
    pub manage_body_limit_bytes: usize,
    /// The shutdown timeout for requests in flight.
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
    /// A PostgreSQL replica, for the purchases of listings; empty: none. May hold a password.
    pub replica_url: SecretString,
    /// The size of the connection pool.
    pub pool_size: usize,
    /// The timeout for getting a connection.
    pub wait_timeout_seconds: u64,
    /// The timeout of an SQL statement.
    pub statement_timeout_seconds: u64,
    /// Whether `serve` applies migrations to an SQLite file first.
    pub migrate_at_start: bool,
}

/// Where card-storage flows are kept.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Flows {
    /// `memory:`, or a Redis URL such as `redis://…`; may hold a password.
    pub url: SecretString,
    /// PEM file of the authority that signs Redis's certificate; empty: the machine's own authorities.
    pub ca_file: String,
    /// The size of the connection pool.
    pub pool_size: usize,
    /// The timeout for getting a connection, and for a reply.
    pub wait_timeout_seconds: u64,
    /// The prefix of every key.
    pub key_prefix: String,
    /// Whether production accepts a Redis whose configuration breaks a guarantee.
    pub accept_concerns: bool,
}

/// The cookies that name a session.
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

/// Which CSRF tokens count.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Csrf {
    /// Whether a token fetched without a session counts together with an equal cookie.
    pub accept_unbound: bool,
}

/// The languages of responses.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Languages {
    /// The language of requests whose `Accept-Language` names none of the service's, or that have none.
    pub default: Language,
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
        Moment::in_zone(utc, &self.time_zone)
    }
}

/// Product listings and their cache.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listings {
    /// How long a listing is served after it was last known to be correct: its maximum age.
    pub keep_milliseconds: u64,
    /// The memory of the cache.
    pub keep_bytes: u64,
    /// `max-age` for browsers and proxies.
    pub max_age_seconds: u32,
}

impl Listings {
    /// The lifetime of a cached listing.
    pub const fn keep_for(&self) -> Duration {
        Duration::from_millis(self.keep_milliseconds)
    }
}

/// One-time codes: their form, their lifetime and their limits.
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
    /// The cooldown between codes, per customer and per phone.
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

/// The senders of text messages, and the circuit breaker for prefixes.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sms {
    /// The senders, each the fallback of the one before: `sandbox`, `netgsm`, `iletimerkezi`, `twilio`.
    pub providers: Vec<String>,
    /// Whether the fallback is used if it is unknown whether a sender sent the message.
    pub resend_when_unknown: bool,
    /// The store's country, by its two letters (ISO 3166-1).
    pub country: String,
    /// The countries whose numbers codes are sent to; empty: the store's own.
    pub allowed_countries: Vec<String>,
    /// The daily budget of codes for all customers together.
    pub daily_budget: u32,
    /// How many of a prefix's last codes the breaker counts; 0: no breaker.
    pub breaker_codes: u32,
    /// The percentage of them that has to be verified.
    pub breaker_verified_percent: u32,
    /// The maximum age of a code that the breaker counts.
    pub breaker_window_minutes: u32,
    /// How long a prefix is paused.
    pub breaker_pause_minutes: u32,
    /// Each provider's own configuration, by its name.
    pub settings: BTreeMap<String, serde_json::Map<String, serde_json::Value>>,
}

/// Payment gateways, and calls to them and to SMS providers.
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
    /// The connect timeout for providers.
    pub connect_timeout_milliseconds: u64,
    /// The total timeout of a call to a provider.
    pub total_timeout_milliseconds: u64,
    /// PEM file of authorities trusted besides the machine's own; empty: none.
    pub ca_file: String,
    /// The percentage of failing calls to a provider's host at which the circuit breaker opens.
    pub breaker_failing_percent: u8,
    /// How long the circuit breaker stays open.
    pub breaker_pause_seconds: u64,
    /// Whether a gateway may ask a customer to authenticate (3-D Secure) before a card is saved.
    pub three_d_secure: bool,
    /// The time limit for it, 60 to 3600 seconds.
    pub three_d_secure_seconds: u32,
    /// Where the customer is sent after it, with `card=saved`, `refused` or `pending`; empty: a page of the service's own.
    pub three_d_secure_return_url: String,
    /// The file in which the sandbox keeps its tokens across restarts; empty: memory only.
    pub sandbox_ledger_file: String,
}

/// The settings of the Masterpass wallet.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Masterpass {
    /// The hosts its script and return URLs may point to.
    pub allowed_hosts: Vec<String>,
}

/// The keys of the service.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Security {
    /// Keys, newest first, joined by commas: `<number>:<32 or more bytes in base64>` each, or one reference
    /// (`env:NAME`, `file:/path`) to such a list. Empty in development: made up once and kept in `key_folder`.
    pub key_ring: SecretString,
    /// The key that recognizes cards, flows and phones, in base64, or a reference to it. Empty in development: like
    /// `key_ring`.
    pub lasting_key: SecretString,
    /// The folder of generated keys.
    pub key_folder: String,
}

/// The reconciler of intents and tokens.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reconciler {
    /// How often it looks.
    pub interval_seconds: u64,
    /// The maximum number of intents, and of deletions, in a batch.
    pub batch: u32,
    /// The time after which a gateway's outcome is final, in seconds.
    pub gateway_horizon_seconds: u32,
}

/// The retention of rows that nothing else limits; 0: unlimited.
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

/// The retention of the audit log.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Audit {
    /// After how many days `payments audit prune` drops what was sealed; 0: never.
    pub retention_days: u32,
}

/// The instruments of saved cards.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Instrument {
    /// Whether an instrument is issued only under a quote.
    pub require_quote: bool,
}

/// What customers agree to when they save a card.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Consent {
    /// Names the text in force.
    pub version: String,
}

/// Whether and where metrics are served.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Metrics {
    /// Whether `/metrics` responds at all.
    pub enabled: bool,
    /// A separate address for it; empty: the service's.
    pub bind: String,
}

impl Metrics {
    /// The separate address, if there is one.
    pub fn address(&self) -> Option<SocketAddr> {
        self.bind.parse().ok()
    }
}

/// The format and content of log lines.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Log {
    /// How lines are written.
    pub format: LogFormat,
    /// Which lines are written, in the syntax of `tracing_subscriber::filter::Targets`.
    pub filter: String,
    /// How the client's address is logged.
    pub client_address: LoggedAddress,
}

/// How an address is logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LoggedAddress {
    /// The address is not logged.
    Off,
    /// Its block: the /24 of IPv4, the /48 of IPv6.
    Block,
    /// Its keyed hash, so that requests of one client can be related.
    Hashed,
}

/// How log lines are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// One JSON object a line.
    Json,
    /// One line of readable text.
    Text,
}

/// The console for the store's people.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Console {
    /// Whether it is served where the management API is, and its sessions are accepted.
    pub enabled: bool,
    /// Whether changes of rules and cards need the approval of a second person.
    pub four_eyes: bool,
    /// `[console.openid_connect]`: signing in by a provider.
    pub openid_connect: OpenIdConnect,
}

/// The demo store, with its public tokens and sessions.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Demo {
    /// Whether an empty database is filled with the demo store, and its tokens and sessions are accepted.
    pub enabled: bool,
}
