//! Planted faults: holes that were closed earlier, each put back in one port. The simulation has to find each of them.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use payments_core::card_storage::FlowState;
use payments_core::catalog::GatewayAccount;
use payments_core::flow::FlowKey;
use payments_core::intent::OpenIntent;
use payments_core::ports::{FlowStore, SaveFlowError, Unavailable, Version};
use payments_core::testkit::fakes::{FakeDatabase, Weakness};
use payments_core::tokenization::CalledWith;

use super::network::lock;
use super::shop;
use super::watched_intents::AlteredAnswers;

/// A planted fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Variant {
    /// A token whose deletion was leased or done is committed.
    DyingToken,
    /// Tokens are searched and deleted at the present account of their point of sale.
    PresentAccount,
    /// The reconciler takes the oldest entries first, however often they failed.
    Starvation,
    /// The reconciler does not know the card, and so does not find its number in a token.
    UnknownCard,
    /// A flow does not say with which key its card was sealed.
    UnreportedKey,
    /// The flow store saves a state although another one was saved since.
    BlindSave,
    /// The reconciler does not wait until gateways have finished.
    NoHorizon,
    /// The reconciler searches with the customer's present key at the gateway, not with that of the call.
    PresentKey,
}

/// What a planted fault knows.
pub(super) struct Holes {
    pub(super) database: Arc<FakeDatabase>,
    /// The present account of the first point of sale.
    pub(super) account: Arc<Mutex<GatewayAccount>>,
}

impl Variant {
    /// All, with a name for reports.
    pub(super) const ALL: [(Self, &'static str); 8] = [
        (Self::DyingToken, "a dying token is committed"),
        (Self::PresentAccount, "the present account is asked"),
        (Self::Starvation, "the reconciler starves"),
        (Self::UnknownCard, "a number in a token is not seen"),
        (Self::UnreportedKey, "the key of a card is not reported"),
        (Self::BlindSave, "no compare-and-set"),
        (Self::NoHorizon, "no horizon"),
        (Self::PresentKey, "the present customer key is used"),
    ];

    /// Plants the fault in the database.
    pub(super) fn weaken(self, database: &FakeDatabase) {
        match self {
            Self::DyingToken => database.weaken(Weakness::CommitsDyingTokens),
            Self::Starvation => database.weaken(Weakness::LeasesOldestFirst),
            Self::PresentAccount
            | Self::UnknownCard
            | Self::UnreportedKey
            | Self::BlindSave
            | Self::NoHorizon
            | Self::PresentKey => {}
        }
    }

    /// What the reconciler is told.
    pub(super) fn altered(self, holes: &Holes) -> AlteredAnswers {
        match self {
            Self::PresentAccount => present_account(holes),
            Self::UnknownCard => AlteredAnswers {
                open: Box::new(|mut open| {
                    open.intent.card = None;
                    open
                }),
                ..AlteredAnswers::default()
            },
            Self::NoHorizon => AlteredAnswers {
                ignores_horizon: true,
                ..AlteredAnswers::default()
            },
            Self::PresentKey => {
                let database = Arc::clone(&holes.database);
                AlteredAnswers {
                    open: Box::new(move |open| with_present_key(open, &database)),
                    ..AlteredAnswers::default()
                }
            }
            Self::DyingToken | Self::Starvation | Self::UnreportedKey | Self::BlindSave => {
                AlteredAnswers::default()
            }
        }
    }

    /// Plants the fault in the flow store.
    pub(super) fn flows(self, flows: Arc<dyn FlowStore>) -> Arc<dyn FlowStore> {
        match self {
            Self::UnreportedKey => Arc::new(KeylessFlows(flows)),
            Self::BlindSave => Arc::new(BlindFlows(flows)),
            Self::DyingToken
            | Self::PresentAccount
            | Self::Starvation
            | Self::UnknownCard
            | Self::NoHorizon
            | Self::PresentKey => flows,
        }
    }
}

fn present_account(holes: &Holes) -> AlteredAnswers {
    let (of_open, of_deletion) = (Arc::clone(&holes.account), Arc::clone(&holes.account));
    AlteredAnswers {
        open: Box::new(move |mut open| {
            if open.intent.pos == shop::pos(1) {
                open.intent.account = lock(&of_open).clone();
            }
            open
        }),
        deletion: Box::new(move |mut deletion| {
            if deletion.pos == shop::pos(1) {
                deletion.account = lock(&of_deletion).clone();
            }
            deletion
        }),
        ignores_horizon: false,
    }
}

fn with_present_key(open: OpenIntent, database: &FakeDatabase) -> OpenIntent {
    let intent = &open.intent;
    let rows = database.cards().into_iter().rev().map(|row| row.card);
    let mut own = rows.filter(|card| {
        let place = (card.customer, card.pos, &card.account);
        place == (intent.customer, intent.pos, &intent.account)
    });
    let key = own.find_map(|card| card.provider_customer_key);
    OpenIntent {
        called_with: key.map_or(CalledWith::NoKey, CalledWith::Key),
        later_customer_key: None,
        ..open
    }
}

/// A flow store that forgets with which key a card was sealed.
struct KeylessFlows(Arc<dyn FlowStore>);

type Loaded = Option<(FlowState, Version)>;

fn without_key(loaded: Loaded) -> Loaded {
    loaded.map(|(mut state, version)| {
        if let FlowState::CodeSent(sent) = &mut state
            && let Some(card) = &mut sent.card
        {
            card.key = None;
        }
        (state, version)
    })
}

#[async_trait]
impl FlowStore for KeylessFlows {
    async fn load(&self, key: &FlowKey, now: DateTime<Utc>) -> Result<Loaded, Unavailable> {
        self.0.load(key, now).await.map(without_key)
    }

    async fn reload(&self, key: &FlowKey, now: DateTime<Utc>) -> Result<Loaded, Unavailable> {
        self.0.reload(key, now).await.map(without_key)
    }

    async fn save(
        &self,
        key: &FlowKey,
        expected: Option<Version>,
        state: &FlowState,
        deadline: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<Version, SaveFlowError> {
        self.0.save(key, expected, state, deadline, now).await
    }
}

/// A flow store whose saves replace whatever is there.
struct BlindFlows(Arc<dyn FlowStore>);

#[async_trait]
impl FlowStore for BlindFlows {
    async fn load(&self, key: &FlowKey, now: DateTime<Utc>) -> Result<Loaded, Unavailable> {
        self.0.load(key, now).await
    }

    async fn reload(&self, key: &FlowKey, now: DateTime<Utc>) -> Result<Loaded, Unavailable> {
        self.0.reload(key, now).await
    }

    async fn save(
        &self,
        key: &FlowKey,
        _: Option<Version>,
        state: &FlowState,
        deadline: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<Version, SaveFlowError> {
        let present = self.0.load(key, now).await?;
        let expected = present.map(|(_, version)| version);
        self.0.save(key, expected, state, deadline, now).await
    }
}
