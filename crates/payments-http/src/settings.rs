//! Settings: built-in defaults, then files, then the environment.

mod bounds;
mod card_storage;
mod entropy;
mod forwarding;
mod key_file;
mod load;
mod log_filter;
mod manage;
mod masked_url;
mod misnamed;
mod openid_connect;
mod own_references;
mod production;
mod quotes;
mod reference;
mod risk;
mod secret;
mod sections;
mod show;
mod traces;
mod unreadable;
mod validate;

pub use card_storage::{number_plan, out_of_bounds, storage_settings};
pub use forwarding::{ForwardedHeader, Networks};
pub use load::{Loaded, Sources, load, read};
pub use manage::{Manage, ManageToken, PUBLIC, ScopedToken};
pub use openid_connect::OpenIdConnect;
pub use quotes::{QuoteSeed, Quotes, check_quote_seeds, quote_seeds};
pub use risk::{Production, Risk};
pub use secret::{check_keys, former_lasting_key, keys};
pub use sections::{
    Audit, Consent, Console, Csrf, Database, Demo, Environment, Flows, Gateways, Http, Instrument,
    Languages, Listings, Log, LogFormat, LoggedAddress, Masterpass, Metrics, Otp, Pricing,
    Reconciler, Retention, Security, Session, Sms,
};
pub use show::show;
pub use traces::Traces;

use serde::Deserialize;

/// All settings, as `config/default.toml` names and explains them.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// What kind of deployment this is.
    pub environment: Environment,
    /// The risks that an operator accepts in production.
    pub production: Production,
    /// `[http]`: addresses, limits and timeouts of the server.
    pub http: Http,
    /// Where data is kept.
    pub database: Database,
    /// Where card-storage flows are kept.
    pub flows: Flows,
    /// `[session]`: the session cookies.
    pub session: Session,
    /// `[csrf]`: which CSRF tokens count.
    pub csrf: Csrf,
    /// `[language]`: the language of requests that name none.
    pub language: Languages,
    /// How installments are computed.
    pub pricing: Pricing,
    /// The listings of products.
    pub listings: Listings,
    /// `[quotes]`: how long quotes are valid, and the keys that sign them.
    pub quotes: Quotes,
    /// `[otp]`: one-time codes and their limits.
    pub otp: Otp,
    /// `[sms]`: the senders of text messages.
    pub sms: Sms,
    /// `[gateways]`: payment gateways, and calls to providers.
    pub gateways: Gateways,
    /// `[masterpass]`: the hosts of its script and its return URLs.
    pub masterpass: Masterpass,
    /// `[manage]`: the management API's address and tokens.
    pub manage: Manage,
    /// `[console]`: whether it is served.
    pub console: Console,
    /// `[instrument]`: the instruments of saved cards.
    pub instrument: Instrument,
    /// `[security]`: the service's keys.
    pub security: Security,
    /// `[reconciler]`: how saved cards and tokens are reconciled.
    pub reconciler: Reconciler,
    /// How long rows are kept.
    pub retention: Retention,
    /// `[audit]`: the retention of the audit log.
    pub audit: Audit,
    /// What customers agree to.
    pub consent: Consent,
    /// `[metrics]`: whether and where they are served.
    pub metrics: Metrics,
    /// `[log]`: format and content of log lines.
    pub log: Log,
    /// `[traces]`: where traces are sent, and how many.
    pub traces: Traces,
    /// `[demo]`: whether the demo store is enabled.
    pub demo: Demo,
    /// References (`env:NAME`, `file:/path`) of the service's own secrets, which no point of sale may name.
    #[serde(skip)]
    pub own_references: Vec<String>,
}

impl Settings {
    /// Whether this is a deployment for real customers.
    pub fn is_production(&self) -> bool {
        self.environment == Environment::Production
    }

    /// Whether a risk is refused: in production, unless its operator accepted it.
    pub fn refuses(&self, risk: Risk) -> bool {
        self.is_production() && !self.production.accept.contains(&risk)
    }
}

/// Settings that the service refuses to start with.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", .problems.join("\n"))]
pub struct BadSettings {
    /// One line per problem, each naming its key and saying what to do.
    pub problems: Vec<String>,
}

impl BadSettings {
    /// Settings with a single problem.
    pub fn one(problem: impl Into<String>) -> Self {
        Self {
            problems: vec![problem.into()],
        }
    }

    /// `Ok` if there is no problem.
    ///
    /// # Errors
    /// All of them.
    pub fn unless_none(problems: Vec<String>) -> Result<(), Self> {
        if problems.is_empty() {
            Ok(())
        } else {
            Err(Self { problems })
        }
    }
}
