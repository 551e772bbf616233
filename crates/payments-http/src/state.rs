//! What every worker shares.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use actix_web::{HttpRequest, web};
use payments_core::card_storage::CardStorage;
use payments_core::moment::Moment;
use payments_core::ports::{Clock, Entropy, Erasure, Purchases, Records, SavedCards, Sessions};
use payments_gateways::http::Outgoing;
use payments_gateways::request_id;
use payments_gateways::sandbox::Sandbox;
use payments_store::{Flows, Store};
use tokio::runtime::Handle;
use tokio::sync::Notify;
use tokio_util::task::TaskTracker;
use tracing::Instrument as _;

use crate::body::BodyRoom;
use crate::cards::product_listings::ProductListings;
use crate::deliveries::Deliveries;
use crate::error::{ApiError, Problem};
use crate::manage::Doorkeeper;
use crate::metrics::Metrics;
use crate::settings::Settings;
use crate::snapshot::Snapshots;
use crate::telemetry::RequestIds;
use crate::wording::Sentences;

/// The ports and settings requests are answered with; one for the whole process.
pub struct AppState {
    /// What is in force.
    pub settings: Settings,
    /// The calling code of the store's country.
    pub calling_code: String,
    /// Scheme and host that logos' URLs begin with, without a slash at the end.
    pub public_url: String,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
    /// Ids for requests that bring none.
    pub request_ids: RequestIds,
    /// Customers' sentences.
    pub sentences: Arc<Sentences>,
    /// The catalog.
    pub snapshots: Arc<Snapshots>,
    /// Listings of products that are ready to be sent.
    pub product_listings: ProductListings,
    /// Who a session belongs to.
    pub sessions: Arc<dyn Sessions>,
    /// Baskets, pre-orders, products.
    pub purchases: Arc<dyn Purchases>,
    /// All stored objects.
    pub records: Arc<dyn Records>,
    /// Customers' saved cards.
    pub saved_cards: Arc<dyn SavedCards>,
    /// What support removes about a customer.
    pub erasure: Arc<dyn Erasure>,
    /// The database behind those ports, for its upkeep.
    pub database: Store,
    /// The flow store behind the protocol's ports, for its upkeep.
    pub flows: Flows,
    /// The card-storage protocol, and the service's keys.
    pub card_storage: Arc<CardStorage>,
    /// Who may manage.
    pub doorkeeper: Doorkeeper,
    /// What becomes of messages.
    pub deliveries: Deliveries,
    /// What monitoring reads.
    pub metrics: Arc<Metrics>,
    /// The client that calls providers, where any is called.
    pub outgoing: Option<Arc<Outgoing>>,
    /// The sandbox providers, where the settings say so.
    pub sandbox: Option<Arc<Sandbox>>,
    /// Memory for large bodies.
    pub body_room: BodyRoom,
    /// Work that a caller who hangs up does not cut, waited for when the service stops.
    pub tasks: TaskTracker,
    /// Wakes the reconciler before its time: a card saved anew, a deletion or an erasure leaves tokens behind that are to
    /// be deleted.
    pub reconcile_soon: Arc<Notify>,
    /// The runtime that outlives the workers; such work runs there.
    pub runtime: Handle,
}

impl AppState {
    /// The path that the service is reached under, without its last slash; empty at the root of its host.
    pub fn base_path(&self) -> &str {
        let (_, rest) = self.public_url.split_once("://").unwrap_or_default();
        rest.find('/').map_or("", |at| &rest[at..])
    }

    /// The present instant, also on the shop's wall clock.
    pub fn moment(&self) -> Moment {
        Moment::in_zone(self.clock.now(), &self.settings.pricing.time_zone)
    }

    /// Carries work out to its end, whether or not the caller waits for it.
    ///
    /// # Errors
    /// [`Problem::SavingInProgress`] when it is not done within the request's deadline; it goes on.
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
