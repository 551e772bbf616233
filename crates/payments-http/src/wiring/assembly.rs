//! Builds the application's state from the settings.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use payments_core::card_storage::CardStorage;
use payments_core::keys::RotationFault;
use payments_core::ports::{Clock, Entropy, Wording};
use payments_gateways::context::Meter;
use payments_gateways::providers::{allowed_hosts, http_client};
use payments_store::{OpenError, OpenFlowsError};
use tokio::runtime::Handle;
use tokio::sync::Mutex;
use tokio_util::task::TaskTracker;

use super::card_storage;
use super::outgoing::client_settings;
use super::providers::{Providers, ProvidersError, fence};
use super::stores::{self, Stores, StoresError};
use crate::bin_counts::BinCounts;
use crate::body_room::BodyRoom;
use crate::clock::StoreClock;
use crate::demo::DemoError;
use crate::entropy::SystemEntropy;
use crate::i18n::{Sentences, UnreadableSentences};
use crate::listing_cache::ListingCache;
use crate::manage_tokens::{Attempts, ManageTokens};
use crate::metrics::Metrics;
use crate::openid_connect::OpenIdConnect;
use crate::pos_check::PosCheck;
use crate::process_report::ThisProcess;
use crate::quotes::{KeysError, QuoteKeys};
use crate::request_id::RequestIds;
use crate::settings::{
    self, BadSettings, Risk, Settings, number_plan, out_of_bounds, storage_settings,
};
use crate::sms_reports::SmsReports;
use crate::snapshot::{SnapshotError, Snapshots};
use crate::state::AppState;
use crate::stored_cards;

/// Why the service did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The settings are invalid.
    #[error(transparent)]
    Settings(#[from] BadSettings),
    /// The database or the flow store cannot be used.
    #[error(transparent)]
    Stores(#[from] StoresError),
    /// A provider cannot be used.
    #[error(transparent)]
    Providers(#[from] ProvidersError),
    /// The stored catalog cannot be used.
    #[error("the stored catalog cannot be used: {0}")]
    Catalog(#[from] SnapshotError),
    /// The demo store cannot be imported.
    #[error(transparent)]
    Demo(#[from] DemoError),
    /// A language file is not Fluent.
    #[error(transparent)]
    Sentences(#[from] UnreadableSentences),
    /// A key for quotes cannot be used.
    #[error(transparent)]
    QuoteKeys(#[from] KeysError),
    /// The key ring conflicts with those of other processes.
    #[error(transparent)]
    KeyRotation(#[from] RotationFault),
    /// The address cannot be bound.
    #[error("{setting}: cannot listen on {address}: {source}")]
    Bind {
        /// `http.bind`, `manage.bind` or `metrics.bind`.
        setting: &'static str,
        /// The address that was configured.
        address: SocketAddr,
        /// The operating system's error.
        source: std::io::Error,
    },
    /// A bound address cannot be listened on.
    #[error("cannot listen: {0}")]
    Listen(#[source] std::io::Error),
}

impl StartError {
    /// Whether the settings are the cause: exit code 2 instead of 1.
    pub const fn is_about_settings(&self) -> bool {
        match self {
            Self::Settings(_)
            | Self::QuoteKeys(_)
            | Self::KeyRotation(_)
            | Self::Providers(ProvidersError::Settings(_))
            | Self::Stores(StoresError::Flows(
                OpenFlowsError::UnknownUrl
                | OpenFlowsError::MalformedUrl(_)
                | OpenFlowsError::UnusableAuthority(_),
            )) => true,
            Self::Stores(StoresError::Database(error)) => is_about_settings(error),
            Self::Stores(_)
            | Self::Providers(_)
            | Self::Catalog(_)
            | Self::Demo(_)
            | Self::Sentences(_)
            | Self::Bind { .. }
            | Self::Listen(_) => false,
        }
    }
}

/// Whether the settings are the cause of a database's error.
pub const fn is_about_settings(error: &OpenError) -> bool {
    matches!(
        error,
        OpenError::UnknownUrl
            | OpenError::MalformedUrl(_)
            | OpenError::Replica(_)
            | OpenError::UnusableAuthority(_)
    )
}

/// The provider of the console; it is called with the providers' client, if they have one.
fn openid_connect(
    settings: &Settings,
    providers: &Providers,
) -> Result<Option<OpenIdConnect>, ProvidersError> {
    let callbacks = Attempts::new(settings.manage.wrong_tokens_per_minute);
    OpenIdConnect::of(&settings.console.openid_connect, callbacks, || {
        if let Some(client) = &providers.outgoing {
            return Ok(Arc::clone(client));
        }
        Ok(Arc::new(http_client(&client_settings(settings)?)?))
    })
}

/// Opens the stores, migrates the schema if the settings say so, and wires everything together. `port` is the bound
/// one, for the URLs of logos.
///
/// # Errors
/// [`StartError`] if a store or a provider cannot be used.
pub async fn assemble(settings: Settings, port: u16) -> Result<AppState, StartError> {
    let clock: Arc<dyn Clock> = Arc::new(StoreClock(settings.pricing.time_zone));
    let entropy: Arc<dyn Entropy> = Arc::new(SystemEntropy);
    let sentences = Arc::new(Sentences::read()?);
    let metrics = Arc::new(Metrics::default());
    let meter = Arc::clone(&metrics) as Arc<dyn Meter>;
    let providers = Providers::of(&settings, &clock, &entropy, &meter)?;
    let openid_connect = openid_connect(&settings, &providers)?;
    let keys = settings::keys(&settings, &*entropy)?;
    let quote_keys = QuoteKeys::of(&settings::quote_seeds(&settings, &*entropy)?)?;
    let stores = stores::open(&settings).await?;
    stores::prepare(&stores.database, &settings).await?;
    let wording = Arc::clone(&sentences) as Arc<dyn Wording>;
    let public_url = public_url(&settings.http.public_url, settings.http.bind.ip(), port);
    let ports = card_storage::ports(&stores, &providers, &clock, &entropy, wording);
    #[cfg(feature = "fail-points")]
    let ports = crate::fail_points::wrapped(ports);
    let actions_url = format!("{public_url}{}", stored_cards::actions::PATH);
    let protocol = storage_settings(&settings, &actions_url)?;
    let card_storage = CardStorage::new(ports, keys, protocol).map_err(out_of_bounds)?;
    let Stores { database, flows } = stores;
    let sms_reports = SmsReports {
        sends: Arc::clone(&database.sms_sends),
        reporters: providers.reporters,
        clock: Arc::clone(&clock),
    };
    let catalog = Arc::clone(&database.catalog);
    let snapshots = Snapshots::load(
        catalog,
        Arc::clone(&sentences),
        public_url.clone(),
        Arc::clone(&clock),
    )
    .await?;
    let snapshots = Arc::new(snapshots);
    let listing_cache = ListingCache::new(
        settings.listings,
        settings.pricing,
        Arc::clone(&database.purchases),
        Arc::clone(&snapshots),
        Arc::clone(&clock),
    );
    let calling_code = number_plan(&settings)?.calling_code().to_string();
    Ok(AppState {
        body_room: BodyRoom::for_bodies_of(settings.http.manage_body_limit_bytes),
        quote_keys,
        manage_tokens: ManageTokens::of(&settings),
        openid_connect,
        pos_check: pos_check(&settings),
        settings,
        calling_code,
        public_url,
        this_process: ThisProcess::starting(&*entropy, clock.now()),
        clock,
        request_ids: RequestIds::new(&*entropy),
        entropy,
        sentences,
        snapshots,
        listing_cache,
        sessions: Arc::clone(&database.sessions),
        purchases: Arc::clone(&database.purchases),
        records: Arc::clone(&database.records),
        saved_cards: Arc::clone(&database.saved_cards),
        instruments: Arc::clone(&database.instruments),
        erasure: Arc::clone(&database.erasure),
        database,
        flows,
        card_storage: Arc::new(card_storage),
        sms_reports,
        metrics,
        provider_check: Mutex::default(),
        history: Mutex::default(),
        comparisons: Mutex::default(),
        bin_counts: BinCounts::default(),
        lint_facts: Mutex::default(),
        outgoing: providers.outgoing,
        sandbox: providers.sandbox,
        tasks: TaskTracker::new(),
        reconcile_soon: Arc::default(),
        runtime: Handle::current(),
    })
}

fn pos_check(settings: &Settings) -> PosCheck {
    let refuses_sandbox = settings.refuses(Risk::ProviderSandboxes);
    let hosts = allowed_hosts(&settings.gateways.extra_hosts, !refuses_sandbox);
    PosCheck::new(refuses_sandbox, hosts, fence(settings))
}

/// The configured public URL, or else the bound address. A browser cannot open an unspecified address, so that becomes
/// the machine's own.
fn public_url(said: &str, address: IpAddr, port: u16) -> String {
    if !said.is_empty() {
        return said.trim_end_matches('/').to_owned();
    }
    let address = match address {
        IpAddr::V4(address) if address.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(address) if address.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        IpAddr::V4(_) | IpAddr::V6(_) => address,
    };
    format!("http://{}", SocketAddr::new(address, port))
}

#[cfg(test)]
mod tests {
    use super::public_url;

    #[test]
    fn links_are_ones_that_a_browser_can_open() {
        for (said, address, expected) in [
            ("", "127.0.0.1", "http://127.0.0.1:8080"),
            ("", "::1", "http://[::1]:8080"),
            ("", "0.0.0.0", "http://127.0.0.1:8080"),
            ("", "::", "http://[::1]:8080"),
            (
                "https://shop.example/pay/",
                "0.0.0.0",
                "https://shop.example/pay",
            ),
        ] {
            let url = public_url(said, address.parse().unwrap(), 8080);
            assert_eq!(url, expected);
        }
    }
}
