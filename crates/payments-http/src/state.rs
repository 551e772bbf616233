//! What every worker shares.

use std::sync::Arc;

use payments_core::moment::Moment;
use payments_core::ports::{Clock, Entropy, Purchases, Records, SavedCards, Sessions};
use tokio::runtime::Handle;
use tokio_util::task::TaskTracker;

use crate::settings::Settings;
use crate::wording::Sentences;

/// The ports and settings requests are answered with; one for the whole process.
pub struct AppState {
    /// What is in force.
    pub settings: Settings,
    /// Scheme and host that logos' URLs begin with, without a slash at the end.
    pub public_url: String,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
    /// Customers' sentences.
    pub sentences: Arc<Sentences>,
    /// Who a session belongs to.
    pub sessions: Arc<dyn Sessions>,
    /// Baskets, pre-orders, products.
    pub purchases: Arc<dyn Purchases>,
    /// All stored objects.
    pub records: Arc<dyn Records>,
    /// Customers' saved cards.
    pub saved_cards: Arc<dyn SavedCards>,
    /// Work that a caller who hangs up does not cut, waited for when the service stops.
    pub tasks: TaskTracker,
    /// The runtime that outlives the workers; such work runs there.
    pub runtime: Handle,
}

impl AppState {
    /// The present instant, also on the shop's wall clock.
    pub fn moment(&self) -> Moment {
        let utc = self.clock.now();
        let local = utc.with_timezone(&self.settings.pricing.time_zone).naive_local();
        Moment { utc, local }
    }
}
