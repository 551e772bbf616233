//! The deployment: two processes, and the stores and providers that they share.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use anyhow::Result;
use chrono::{DateTime, TimeDelta, Utc};
use payments_core::card_storage::{CardStorage, Ports, Settings};
use payments_core::catalog::GatewayAccount;
use payments_core::ports::{
    Actions, AuditLog, Clock, CodeTries, Entropy, Erasure, HeldCards, Intents, SavedCards,
    SmsLimits, Tokenizers,
};
use payments_core::testkit::fakes::{
    FakeClock, FakeDatabase, FakeDestinations, FakeFlows, FakeGateway, FakeHeldCards,
    FaultInjection, PlainWording, SeededEntropy,
};
use payments_core::testkit::world::Fakes;

use super::network::Network;
use super::profile::Profile;
use super::remote::Remote;
use super::remote_gateway::RemoteGateway;
use super::remote_sms::{Phones, RemoteSms};
use super::request::Server;
use super::shop::{self, Edition, Shop};
use super::variants::{Holes, Variant};
use super::watched_intents::WatchedIntents;

/// What all processes share.
pub(super) struct Deployment {
    /// The real time, and that of the database.
    pub(super) clock: Arc<FakeClock>,
    pub(super) network: Network,
    pub(super) database: Arc<FakeDatabase>,
    pub(super) flows: Arc<FakeFlows>,
    pub(super) held_cards: Arc<FakeHeldCards>,
    pub(super) gateway: Arc<FakeGateway>,
    /// Whether the gateway accepts every card from now on.
    pub(super) is_gateway_kind: Arc<Mutex<bool>>,
    pub(super) repeats_tokens: bool,
    pub(super) phones: Arc<Mutex<Phones>>,
    pub(super) settings: Settings,
    pub(super) variant: Option<Variant>,
    /// The present account of the first point of sale.
    pub(super) account: Arc<Mutex<GatewayAccount>>,
    entropy: Arc<dyn Entropy>,
}

/// A process. A request that it has begun keeps what it was begun with.
pub(super) struct Process {
    storage: Arc<CardStorage>,
    erasure: Arc<dyn Erasure>,
    pub(super) clock: Arc<SkewedClock>,
    /// The edition of the store that it has read.
    pub(super) edition: Edition,
    /// Its step of the key rotation.
    pub(super) ring: usize,
}

/// The clock of a process.
pub(super) struct SkewedClock {
    real: Arc<FakeClock>,
    ahead: AtomicI64,
}

impl SkewedClock {
    fn new(real: &Arc<FakeClock>, ahead: i64) -> Arc<Self> {
        Arc::new(Self {
            real: Arc::clone(real),
            ahead: AtomicI64::new(ahead),
        })
    }

    /// Sets it this many seconds ahead of the real time.
    pub(super) fn set_ahead(&self, seconds: i64) {
        self.ahead.store(seconds, Ordering::Relaxed);
    }
}

impl Clock for SkewedClock {
    fn now(&self) -> DateTime<Utc> {
        self.real.now() + TimeDelta::seconds(self.ahead.load(Ordering::Relaxed))
    }
}

impl Deployment {
    pub(super) fn new(
        (clock, network): (Arc<FakeClock>, Network),
        profile: &Profile,
        account: GatewayAccount,
        (seed, variant): (u64, Option<Variant>),
    ) -> Self {
        let faultless = FaultInjection::default;
        let database = FakeDatabase::new(faultless()).on_clock(Arc::clone(&clock));
        if let Some(variant) = variant {
            variant.weaken(&database);
        }
        Self {
            clock,
            network,
            database: Arc::new(database),
            flows: Arc::new(FakeFlows::new(faultless())),
            held_cards: Arc::new(FakeHeldCards::new(faultless())),
            gateway: Arc::new(FakeGateway::new(faultless(), profile.needs_cvv)),
            is_gateway_kind: Arc::new(Mutex::new(profile.is_gateway_kind)),
            repeats_tokens: profile.repeats_tokens,
            phones: Arc::default(),
            settings: profile.settings.clone(),
            variant,
            account: Arc::new(Mutex::new(account)),
            entropy: Arc::new(SeededEntropy::new(seed)),
        }
    }

    pub(super) fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    pub(super) fn fakes(&self) -> Fakes<'_> {
        Fakes {
            database: &self.database,
            flows: &self.flows,
            held_cards: &self.held_cards,
            gateway: &self.gateway,
        }
    }

    /// Starts a process.
    pub(super) fn start(&self, ahead: i64, edition: Edition, ring: usize) -> Result<Process> {
        let clock = SkewedClock::new(&self.clock, ahead);
        let database: Arc<dyn Erasure> = self.database.clone();
        Ok(Process {
            storage: self.storage(&clock, ring)?,
            erasure: Remote::new(&self.network, database),
            clock,
            edition,
            ring,
        })
    }

    /// Starts a process again with other keys. Its requests go on with the former ones.
    pub(super) fn set_ring(&self, process: &mut Process, ring: usize) -> Result<()> {
        process.storage = self.storage(&process.clock, ring)?;
        process.ring = ring;
        Ok(())
    }

    fn storage(&self, clock: &Arc<SkewedClock>, ring: usize) -> Result<Arc<CardStorage>> {
        let ports = self.ports(clock);
        let storage = CardStorage::new(ports, shop::keys(ring), self.settings.clone())?;
        Ok(Arc::new(storage))
    }

    fn ports(&self, clock: &Arc<SkewedClock>) -> Ports {
        let network = &self.network;
        let mut flows: Arc<dyn payments_core::ports::FlowStore> = self.flows.clone();
        if let Some(variant) = self.variant {
            flows = variant.flows(flows);
        }
        let held_cards: Arc<dyn HeldCards> = self.held_cards.clone();
        let actions: Arc<dyn Actions> = self.database.clone();
        let saved_cards: Arc<dyn SavedCards> = self.database.clone();
        let code_tries: Arc<dyn CodeTries> = self.database.clone();
        let sms_limits: Arc<dyn SmsLimits> = self.database.clone();
        let audit: Arc<dyn AuditLog> = self.database.clone();
        let gateway = Arc::new(RemoteGateway {
            network: network.clone(),
            gateway: Arc::clone(&self.gateway),
            is_kind: Arc::clone(&self.is_gateway_kind),
            repeats_tokens: self.repeats_tokens,
        });
        let sms = RemoteSms {
            network: network.clone(),
            phones: Arc::clone(&self.phones),
        };
        Ports {
            flows: Remote::new(network, flows),
            held_cards: Remote::new(network, held_cards),
            intents: Remote::new(network, self.intents()),
            actions: Remote::new(network, actions),
            saved_cards: Remote::new(network, saved_cards),
            stored_tokens: self.database.clone(),
            code_tries: Remote::new(network, code_tries),
            destinations: Arc::new(FakeDestinations),
            sms_limits: Remote::new(network, sms_limits),
            audit: Remote::new(network, audit),
            sms: Arc::new(sms),
            tokenizers: Tokenizers::default()
                .with("fake", gateway.clone())
                .with("another", gateway),
            clock: clock.clone(),
            entropy: Arc::clone(&self.entropy),
            wording: Arc::new(PlainWording),
        }
    }

    fn intents(&self) -> Arc<dyn Intents> {
        let holes = Holes {
            database: Arc::clone(&self.database),
            account: Arc::clone(&self.account),
        };
        let altered = self.variant.map(|variant| variant.altered(&holes));
        Arc::new(WatchedIntents {
            network: self.network.clone(),
            intents: self.database.clone(),
            altered: altered.unwrap_or_default(),
        })
    }
}

impl Process {
    /// The process as a request sees it.
    pub(super) fn server(&self, shop: &Shop) -> Server {
        Server {
            storage: Arc::clone(&self.storage),
            catalog: shop.catalog(self.edition),
            erasure: Arc::clone(&self.erasure),
        }
    }
}
