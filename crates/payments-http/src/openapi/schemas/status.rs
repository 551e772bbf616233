//! Shapes of the service's status.

use std::collections::BTreeMap;

use utoipa::ToSchema;

/// How the service is
#[derive(ToSchema)]
pub struct ServiceStatus {
    /// The parts that could not be read: `backlog` and `sms` are then null, of `processes` only the answering one is there
    pub unavailable: Vec<String>,
    /// The database and the flow store
    pub stores: StoresStatus,
    /// Every process that shares the flow store, the answering one first
    pub processes: Vec<ProcessStatus>,
    /// The last 60 minutes, all processes together
    pub minutes: MinuteCounts,
    /// The providers, as all processes see them
    pub providers: Vec<ProviderStatus>,
    /// What the reconciler has to do
    #[schema(required = true)]
    pub backlog: Option<BacklogStatus>,
    /// The day's messages
    #[schema(required = true)]
    pub sms: Option<SmsStatus>,
}

/// The database and the flow store
#[derive(ToSchema)]
pub struct StoresStatus {
    /// The database
    pub database: DatabaseStatus,
    /// The flow store
    pub flows: FlowStoreStatus,
}

/// The database
#[derive(ToSchema)]
pub struct DatabaseStatus {
    /// `sqlite` or `postgresql`
    pub kind: String,
    /// Whether it responded within 2 seconds
    pub is_reachable: bool,
    /// The replica for listings; null without one
    #[schema(required = true)]
    pub replica: Option<ReplicaStatus>,
}

/// The replica for listings, as the answering process sees it
#[derive(ToSchema)]
pub struct ReplicaStatus {
    /// Whether it is read now
    pub is_used: bool,
    /// How long ago it was last known to be up to date
    pub age_seconds: u64,
}

/// The flow store
#[derive(ToSchema)]
pub struct FlowStoreStatus {
    /// `memory` or `redis`
    pub kind: String,
    /// Whether it responded within 2 seconds
    pub is_reachable: bool,
}

/// A process and its report, which is at most 10 seconds old
#[derive(ToSchema)]
pub struct ProcessStatus {
    /// A random name that it has until it stops
    pub process: String,
    /// Null if another version of the program wrote one that the answering process cannot read
    #[schema(required = true)]
    pub report: Option<ProcessReport>,
}

/// What a process says about itself
#[derive(ToSchema)]
pub struct ProcessReport {
    /// Version of the program
    pub version: String,
    /// When it started
    #[schema(format = DateTime)]
    pub started_at: String,
    /// When it wrote this
    #[schema(format = DateTime)]
    pub reported_at: String,
    /// The catalog that its listings use
    pub catalog: CatalogStatus,
    /// The providers, as it sees them
    pub providers: Vec<ProviderStatus>,
    /// Its last 60 minutes; fewer of a process that started later
    pub minutes: MinuteCounts,
}

/// The catalog that a process uses
#[derive(ToSchema)]
pub struct CatalogStatus {
    /// Its version
    pub version: i64,
    /// When it was last known to be the stored one
    #[schema(format = DateTime)]
    pub seen_at: String,
    /// Whether the stored one cannot be read or used
    pub is_failing: bool,
}

/// A gateway or a sender
#[derive(ToSchema)]
pub struct ProviderStatus {
    /// Name of the provider
    pub provider: String,
    /// Whether a circuit breaker keeps calls back, as of the last call
    pub breaker_is_open: bool,
    /// The last hour's calls by outcome: `done`, `refused`, `invalid_card`, `misconfigured`, `rate_limited`, `unavailable`, `unknown`
    pub calls: BTreeMap<String, u64>,
    /// When a call was last `done`, since the processes started
    #[schema(required = true, format = DateTime)]
    pub last_success_at: Option<String>,
}

/// Counts of consecutive minutes, the oldest first; the last minute is in progress
#[derive(ToSchema)]
pub struct MinuteCounts {
    /// Beginning of the first minute
    #[schema(format = DateTime)]
    pub from: String,
    /// Listings that were answered
    pub listings: Vec<u64>,
    /// Listings that failed with a status of 500 or above
    pub listings_failed: Vec<u64>,
    /// Codes that customers requested and that were sent
    pub codes_sent: Vec<u64>,
    /// Responses to customers that their card is saved; a repeated request counts again
    pub cards_saved: Vec<u64>,
    /// Steps of saving a card that were refused or failed
    pub steps_refused: Vec<u64>,
}

/// What the reconciler has to do
#[derive(ToSchema)]
pub struct BacklogStatus {
    /// Open intents
    pub intents: WaitingStatus,
    /// Queued deletions of tokens
    pub deletions: WaitingStatus,
    /// Entries that were tried and are still open: the 100 oldest of each kind
    pub stuck: Vec<StuckEntryStatus>,
}

/// Entries of the backlog
#[derive(ToSchema)]
pub struct WaitingStatus {
    /// How many there are
    pub count: u64,
    /// Age of the oldest one
    #[schema(required = true)]
    pub oldest_seconds: Option<u64>,
}

/// An entry of the backlog that was tried
#[derive(ToSchema)]
pub struct StuckEntryStatus {
    /// `intent` or `deletion`
    pub kind: String,
    /// Id of the intent, or key of the deletion
    pub id: String,
    /// Primary key of its point of sale
    pub pos: i64,
    /// Name of its gateway
    pub gateway: String,
    /// Label of its account there
    pub account: String,
    /// Age
    pub age_seconds: u64,
    /// Tries since the last usable answer
    pub attempts: u32,
    /// It is not tried before
    #[schema(required = true, format = DateTime)]
    pub next_try_at: Option<String>,
    /// `pos_missing`, `gateway_not_enabled`, `credentials_missing`, `gateway_unavailable`, `token_remains`, `cannot_tell`; null while
    /// it is tried
    #[schema(required = true)]
    pub reason: Option<String>,
}

/// The day's messages
#[derive(ToSchema)]
pub struct SmsStatus {
    /// Beginning of the day (UTC)
    #[schema(format = DateTime)]
    pub since: String,
    /// Messages since then, by sender; those of a sender that gives them no id are not counted
    pub senders: Vec<SmsSenderStatus>,
    /// The day's budget
    pub daily_budget: SmsBudget,
    /// Prefixes that the circuit breaker has paused
    pub paused: Vec<PausedPrefix>,
}

/// Messages of a sender
#[derive(ToSchema)]
pub struct SmsSenderStatus {
    /// Name of the sender
    pub sender: String,
    /// Messages that were sent: the sum of the following
    pub sent: u64,
    /// Not delivered yet, as far as the sender reports it
    pub on_its_way: u64,
    /// Arrived at the phone
    pub delivered: u64,
    /// Will not arrive
    pub failed: u64,
}

/// The day's budget of messages
#[derive(ToSchema)]
pub struct SmsBudget {
    /// For customers who have verified a code before
    pub verified: SmsShare,
    /// For all others
    pub unverified: SmsShare,
}

/// A share of the day's budget
#[derive(ToSchema)]
pub struct SmsShare {
    /// Messages a day
    pub budget: u32,
    /// Messages that are left
    pub left: u32,
}

/// A prefix of phone numbers that the circuit breaker has paused
#[derive(ToSchema)]
pub struct PausedPrefix {
    /// The calling code and three digits
    pub prefix: String,
    /// End of the pause
    #[schema(format = DateTime)]
    pub until: String,
}

/// The providers, checked
#[derive(ToSchema)]
pub struct ProviderChecks {
    /// One for each sender and each account of a point of sale; none for the sandbox
    pub results: Vec<ProviderCheck>,
}

/// A configured provider with the result of its check
#[derive(ToSchema)]
pub struct ProviderCheck {
    /// `sms`, or `pos` with its slug and the label of a former account
    pub place: String,
    /// Name of the provider
    pub provider: String,
    /// Whether it responded and accepted the credentials
    pub is_ok: bool,
    /// Whether it could be connected to; null if that was not tried
    #[schema(required = true)]
    pub is_reached: Option<bool>,
    /// `ok`, `refused`, or `none` without TLS
    #[schema(required = true)]
    pub tls: Option<String>,
    /// `ok` or `wrong`, if known
    #[schema(required = true)]
    pub credentials: Option<String>,
    /// How many seconds its clock is ahead
    #[schema(required = true)]
    pub clock_skew_seconds: Option<i64>,
    /// What is wrong, with the setting to check
    #[schema(required = true)]
    pub problem: Option<String>,
}
