//! What the catalog says of a saved card: which card it is, and the lowest plan of a purchase with it.

use payments_core::language::Language;
use payments_core::listing;
use payments_core::ports::Unavailable;
use payments_core::purchase::Purchase;
use payments_core::saved_card::SavedCard;
use payments_core::session::SessionId;
use serde_json::value::RawValue;

use crate::error::{ApiError, Problem};
use crate::listing_json::Fragments;
use crate::snapshot::Snapshot;
use crate::state::AppState;

const FOR: &str = "for";

/// The parameter `for`: the session's purchase that plans are requested for.
#[derive(Clone, Copy)]
pub(super) enum PlansFor {
    Basket,
    PreOrder,
}

impl PlansFor {
    /// # Errors
    /// 400 for another or a repeated value.
    pub(super) fn of_query(query: &str) -> Result<Option<Self>, ApiError> {
        let mut values = form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name == FOR);
        let Some((_, value)) = values.next() else {
            return Ok(None);
        };
        match (&*value, values.next()) {
            ("basket", None) => Ok(Some(Self::Basket)),
            ("pre-order", None) => Ok(Some(Self::PreOrder)),
            _ => Err(ApiError::field(FOR, "for-invalid")),
        }
    }

    pub(super) async fn purchase(
        self,
        state: &AppState,
        session: &SessionId,
    ) -> Result<Option<Purchase>, Unavailable> {
        let (purchases, digest) = (&state.purchases, session.digest());
        let now = state.clock.now();
        match self {
            Self::Basket => purchases.session_basket(&digest, now).await,
            Self::PreOrder => purchases.session_pre_order(&digest, now).await,
        }
    }
}

/// The catalog, for saved cards.
#[derive(Clone, Copy)]
pub(super) struct OfCatalog<'s> {
    snapshot: &'s Snapshot,
    fragments: &'s Fragments,
}

impl<'s> OfCatalog<'s> {
    /// `language` is that of the plans' labels.
    pub(super) fn new(snapshot: &'s Snapshot, language: Language) -> Self {
        Self {
            snapshot,
            fragments: snapshot.fragments(language),
        }
    }

    /// The card of the catalog that a saved card is; `None` if its digits can mean several cards or none.
    pub(super) fn card(self, saved: &SavedCard) -> Result<Option<Box<RawValue>>, ApiError> {
        let catalog = &self.snapshot.catalog;
        let position = saved.selection(catalog).only_card(catalog);
        let card = position.map(|position| self.fragments.card(position));
        card.transpose().map_err(internal)
    }

    /// The plan with the smallest single installment with a saved card; `None` if there is no plan.
    pub(super) fn lowest_plan(
        self,
        saved: &SavedCard,
        purchase: &Purchase,
        state: &AppState,
    ) -> Result<Option<Box<RawValue>>, ApiError> {
        let catalog = &self.snapshot.catalog;
        let selection = saved.selection(catalog);
        let (moment, rounding) = (state.moment(), state.settings.pricing.rounding);
        let listing = listing::list_only(catalog, purchase, moment, rounding, Some(&selection));
        let lowest = listing::lowest(&listing);
        let plan = lowest.map(|one| self.fragments.plan(&one.card, &one.plan, purchase.amount));
        plan.transpose().map_err(internal)
    }
}

fn internal(error: serde_json::Error) -> ApiError {
    ApiError::new(Problem::Internal).because(error)
}
