//! The state that every worker shares.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use actix_web::{HttpRequest, web};
use payments_core::card_storage::CardStorage;
use payments_core::moment::Moment;
use payments_core::ports::{
    Clock, Entropy, Erasure, Instruments, Purchases, Records, SavedCards, Sessions,
};
use payments_gateways::http::Outgoing;
use payments_gateways::request_id;
use payments_gateways::sandbox::Sandbox;
use payments_store::{Flows, Store};
use tokio::runtime::Handle;
use tokio::sync::{Mutex, Notify};
use tokio_util::task::TaskTracker;
use tracing::Instrument as _;

use crate::bin_counts::BinCounts;
use crate::body_room::BodyRoom;
use crate::error::{ApiError, Problem};
use crate::i18n::Sentences;
use crate::listing_cache::ListingCache;
use crate::manage::lint::KeptFacts;
use crate::manage_tokens::ManageTokens;
use crate::metrics::Metrics;
use crate::openid_connect::OpenIdConnect;
use crate::pos_check::PosCheck;
use crate::process_report::ThisProcess;
use crate::quotes::QuoteKeys;
use crate::request_id::RequestIds;
use crate::settings::Settings;
use crate::sms_reports::SmsReports;
use crate::snapshot::Snapshots;

/// The ports and settings that handlers use; one per process.
pub struct AppState {
    /// The settings that the service was started with.
    pub settings: Settings,
    /// The calling code of the store's country.
    pub calling_code: String,
    /// The service's public URL, without a slash at its end.
    pub public_url: String,
    /// The source of the current time.
    pub clock: Arc<dyn Clock>,
    /// The source of random bytes.
    pub entropy: Arc<dyn Entropy>,
    /// This process among others.
    pub this_process: ThisProcess,
    /// Ids for requests without one.
    pub request_ids: RequestIds,
    /// Texts for customers, in every language.
    pub sentences: Arc<Sentences>,
    /// The current catalog, reloaded when it changes.
    pub snapshots: Arc<Snapshots>,
    /// The cache of product listings.
    pub listing_cache: ListingCache,
    /// The port for customers' sessions.
    pub sessions: Arc<dyn Sessions>,
    /// The port for baskets, pre-orders and products.
    pub purchases: Arc<dyn Purchases>,
    /// The port for all objects of the management API.
    pub records: Arc<dyn Records>,
    /// The port for customers' saved cards.
    pub saved_cards: Arc<dyn SavedCards>,
    /// The port that issues the instruments of saved cards.
    pub instruments: Arc<dyn Instruments>,
    /// The port that erases customers.
    pub erasure: Arc<dyn Erasure>,
    /// The database behind those ports, for maintenance.
    pub database: Store,
    /// The flow store behind the protocol's ports, for maintenance.
    pub flows: Flows,
    /// The card-storage protocol, and the service's keys.
    pub card_storage: Arc<CardStorage>,
    /// The keys that sign quotes.
    pub quote_keys: QuoteKeys,
    /// The provider by which people sign in to the console, if there is one.
    pub(crate) openid_connect: Option<OpenIdConnect>,
    /// The tokens of the management API.
    pub manage_tokens: ManageTokens,
    /// Checks points of sale against what their gateways need.
    pub pos_check: PosCheck,
    /// Delivery reports of SMS.
    pub sms_reports: SmsReports,
    /// The counters and histograms of `/metrics`.
    pub metrics: Arc<Metrics>,
    /// Held while the providers are checked.
    pub provider_check: Mutex<()>,
    /// Held while the catalog of a moment is reconstructed: that takes memory and a connection, and listings go first.
    pub history: Mutex<()>,
    /// Held while a draft is compared with the catalog in force: that keeps a processor busy.
    pub comparisons: Mutex<()>,
    /// Counts of BINs that are not saved yet.
    pub bin_counts: BinCounts,
    /// What rules are compared with when they are analysed.
    pub lint_facts: Mutex<KeptFacts>,
    /// The HTTP client, if any provider needs it.
    pub outgoing: Option<Arc<Outgoing>>,
    /// The sandbox, if it is one of the providers.
    pub sandbox: Option<Arc<Sandbox>>,
    /// The memory limit for large bodies.
    pub body_room: BodyRoom,
    /// Work that a disconnecting caller does not cancel; shutdown waits for it.
    pub tasks: TaskTracker,
    /// Wakes the reconciler early: a re-saved card, a deletion or an erasure leaves tokens to delete.
    pub reconcile_soon: Arc<Notify>,
    /// The runtime that outlives the workers, on which such work runs.
    pub runtime: Handle,
}

impl AppState {
    /// The path of the public URL, without a slash at its end; empty at the root of its host.
    pub fn base_path(&self) -> &str {
        let (_, rest) = self.public_url.split_once("://").unwrap_or_default();
        rest.find('/').map_or("", |at| &rest[at..])
    }

    /// Now, with the shop's local time.
    pub fn moment(&self) -> Moment {
        self.settings.pricing.moment(self.clock.now())
    }

    /// Runs work to completion even if the caller disconnects.
    ///
    /// # Errors
    /// [`Problem::SavingInProgress`] if it takes longer than the request's deadline; the work continues.
    pub async fn detached<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Result<T, ApiError> {
        let work = request_id::inherited(work).in_current_span();
        let task = self.tasks.spawn_on(work, &self.runtime);
        let deadline = Duration::from_secs(self.settings.http.request_deadline_seconds);
        match tokio::time::timeout(deadline, task).await {
            Ok(Ok(done)) => Ok(done),
            Ok(Err(panicked)) => Err(ApiError::new(Problem::Internal).because(panicked)),
            Err(_) => Err(ApiError::new(Problem::SavingInProgress).retry_after(1)),
        }
    }
}

/// The state of a request's application.
///
/// # Errors
/// [`Problem::Internal`]; never in an application built by this crate.
pub fn of_request(request: &HttpRequest) -> Result<web::Data<AppState>, ApiError> {
    let state = request.app_data::<web::Data<AppState>>();
    state.cloned().ok_or_else(|| Problem::Internal.into())
}
