//! One driver with fakes for all ports, and the checks of their joint state.

use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use chrono::{DateTime, TimeDelta, Utc};
use futures_executor::block_on;
use payments_core::audit::AuditOutcome;
use payments_core::card::{CardDetails, CardHolder, CardName, Cvv, Expiry, Pan, SubmittedCard};
use payments_core::card_storage::{
    CardStorage, CodeRequest, FlowOwner, Ports, Settings, StorageRefusal, Verdict,
};
use payments_core::catalog::{Catalog, CatalogParts, PaymentType};
use payments_core::consent::ConsentVersion;
use payments_core::id::{CustomerId, PosId};
use payments_core::keys::{KeyId, Keys, LastingKey, MasterKey};
use payments_core::language::Language;
use payments_core::otp::OtpCode;
use payments_core::phone::Phone;
use payments_core::ports::{Clock, Tokenizers};
use payments_core::session::SessionId;
use payments_core::testkit::fakes::{
    FakeClock, FakeDatabase, FakeDestinations, FakeFlows, FakeGateway, FakeHeldCards, FakeSms,
    FaultInjection, PlainWording, SeededEntropy,
};

use payments_core::testkit::world::{self, Fakes, Invariant, check_world};

use crate::shop;

pub(crate) const NUMBER: &str = "5528790000000008";
pub(crate) const OTHER_NUMBER: &str = "4111111111111111";
pub(crate) const TROY_NUMBER: &str = "9792000000000003";
pub(crate) const CVV: &str = "739";
pub(crate) const PHONE: &str = "5551234567";

/// One deployment with all its surroundings.
pub(crate) struct World {
    pub(crate) storage: CardStorage,
    pub(crate) catalog: Catalog,
    pub(crate) faults: FaultInjection,
    pub(crate) clock: Arc<FakeClock>,
    pub(crate) flows: Arc<FakeFlows>,
    pub(crate) held_cards: Arc<FakeHeldCards>,
    pub(crate) database: Arc<FakeDatabase>,
    pub(crate) gateway: Arc<FakeGateway>,
    pub(crate) sms: Arc<FakeSms>,
}

pub(crate) fn start() -> DateTime<Utc> {
    "2026-11-22T11:30:00Z".parse().unwrap()
}

pub(crate) fn keys(ring: &[u32]) -> Keys {
    let master = |id: &u32| MasterKey::new(KeyId(*id), &[u8::try_from(*id).unwrap(); 32]).unwrap();
    let lasting = LastingKey::new(&[0xaa; 32]).unwrap();
    Keys::new(ring.iter().map(master).collect(), &lasting).unwrap()
}

pub(crate) fn owner(customer: i64, session: u8) -> FlowOwner {
    let session = SessionId::parse(&format!("session_{session:0>24}")).unwrap();
    FlowOwner {
        session,
        customer: CustomerId::new(customer).unwrap(),
    }
}

pub(crate) fn card(number: &str) -> SubmittedCard {
    let details = CardDetails {
        pan: Pan::parse(number).unwrap(),
        expiry: Expiry::new(12, 2030).unwrap(),
        holder: CardHolder::parse("Ayşe Yılmaz").unwrap(),
        cvv: Cvv::parse(CVV).ok(),
    };
    SubmittedCard {
        details,
        name: CardName::parse("Maaş").ok(),
        consented_at: start(),
        consent_version: ConsentVersion::parse("2026-11").ok(),
    }
}

pub(crate) fn pos(pk: i64) -> PosId {
    PosId::new(pk).unwrap()
}

/// POS 1 for all cards except Troy's, which use POS 2.
pub(crate) fn catalog() -> Catalog {
    let mut troy = shop::card(1, "troy", 1, 1, 2);
    troy.bins = shop::bins(&["979200"]);
    let option = shop::payment_option(1, "credit-card", PaymentType::CreditCard, 1);
    shop::catalog(CatalogParts {
        banks: vec![shop::bank(1, "bank")],
        card_types: vec![shop::card_type(1, "troy")],
        pos: vec![shop::pos(1, "fake"), shop::pos(2, "fake")],
        cards: vec![troy],
        payment_options: vec![option],
        rules: Vec::new(),
    })
}

impl World {
    pub(crate) fn new() -> Self {
        Self::with_faults(FaultInjection::default(), 1)
    }

    pub(crate) fn interleaved(seed: u64) -> Self {
        Self::with_faults(
            FaultInjection::interleaved(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15)),
            seed,
        )
    }

    fn with_faults(faults: FaultInjection, seed: u64) -> Self {
        let clock = Arc::new(FakeClock::new(start()));
        let flows = Arc::new(FakeFlows::new(faults.clone()));
        let held_cards = Arc::new(FakeHeldCards::new(faults.clone()));
        let database = Arc::new(FakeDatabase::new(faults.clone()).on_clock(clock.clone()));
        let gateway = Arc::new(FakeGateway::new(faults.clone(), true));
        let sms = Arc::new(FakeSms::new(faults.clone()));
        let ports = Ports {
            flows: flows.clone(),
            held_cards: held_cards.clone(),
            intents: database.clone(),
            actions: database.clone(),
            saved_cards: database.clone(),
            stored_tokens: database.clone(),
            code_tries: database.clone(),
            destinations: Arc::new(FakeDestinations),
            sms_limits: database.clone(),
            audit: database.clone(),
            sms: sms.clone(),
            tokenizers: Tokenizers::default().with("fake", gateway.clone()),
            clock: clock.clone(),
            entropy: Arc::new(SeededEntropy::new(seed)),
            wording: Arc::new(PlainWording),
        };
        let storage = CardStorage::new(ports, keys(&[1]), Settings::default()).unwrap();
        let catalog = catalog();
        Self {
            storage,
            catalog,
            faults,
            clock,
            flows,
            held_cards,
            database,
            gateway,
            sms,
        }
    }

    pub(crate) fn submit(&self, owner: &FlowOwner, number: &str) -> Result<(), StorageRefusal> {
        block_on(self.storage.submit_card(&self.catalog, owner, card(number)))
    }

    pub(crate) fn send(&self, owner: &FlowOwner) -> Result<String, StorageRefusal> {
        block_on(self.send_async(owner))?;
        Ok(self.sms.last_code().unwrap())
    }

    pub(crate) async fn send_async(&self, owner: &FlowOwner) -> Result<(), StorageRefusal> {
        let request = CodeRequest {
            phone: Phone::parse(PHONE).unwrap(),
            language: Language::En,
            address: None,
        };
        self.storage.send_code(owner, request).await
    }

    pub(crate) fn enter(&self, owner: &FlowOwner, code: &str) -> Result<Verdict, StorageRefusal> {
        block_on(self.enter_async(owner, code))
    }

    pub(crate) async fn enter_async(
        &self,
        owner: &FlowOwner,
        code: &str,
    ) -> Result<Verdict, StorageRefusal> {
        let code = OtpCode::parse(code).unwrap();
        self.storage.submit_code(&self.catalog, owner, &code).await
    }

    /// Holds a card and sends a code; returns the code.
    pub(crate) fn ready(&self, owner: &FlowOwner, number: &str) -> String {
        self.submit(owner, number).unwrap();
        self.send(owner).unwrap()
    }

    /// Advances the clock and runs reconcilers until nothing is left to do.
    pub(crate) fn run_until_idle(&self) {
        self.faults.clear();
        for _ in 0..6 {
            self.clock.advance(1_000);
            block_on(self.storage.reconcile(&self.catalog, 100)).unwrap();
        }
    }

    pub(crate) fn audit_outcomes(&self) -> Vec<AuditOutcome> {
        self.database
            .audit()
            .into_iter()
            .map(|record| record.outcome)
            .collect()
    }

    /// Checks everything that must hold once nothing is left to do.
    pub(crate) fn check(&self) {
        let broken = check_world(&self.read());
        assert!(broken.is_empty(), "{broken:#?}");
    }

    /// Checks one invariant, also while something is left to do.
    pub(crate) fn check_only(&self, invariant: Invariant) {
        let mut broken = check_world(&self.read());
        broken.retain(|one| one.invariant == invariant);
        assert!(broken.is_empty(), "{broken:#?}");
    }

    fn read(&self) -> world::World {
        let fakes = Fakes {
            database: &self.database,
            flows: &self.flows,
            held_cards: &self.held_cards,
            gateway: &self.gateway,
        };
        let numbers = [NUMBER, OTHER_NUMBER, TROY_NUMBER].map(str::to_owned);
        let numbers = numbers.map(|number| ("a card number", number));
        // Quoted: six digits may be part of a random identifier.
        let codes = self.sms.outbox().into_iter();
        let codes = codes.map(|sms| ("a code", format!("{:?}", sms.text.replace("code: ", ""))));
        let phone = ("the phone", PHONE.to_owned());
        let secrets = numbers.into_iter().chain([phone]).chain(codes);
        world::World {
            secrets: secrets
                .map(|(name, text)| (name.to_owned(), text))
                .collect(),
            ..world::World::of_fakes(fakes, self.clock.now())
        }
    }
}

/// Polls a future `polls` times and drops it, like a crash. Returns its output if it was done before.
pub(crate) fn cut<F: Future>(future: F, polls: usize) -> Option<F::Output> {
    let mut left = 0..polls;
    poll_until(&mut pin!(future), || left.next().is_none())
}

/// Polls a future until it is done or `enough` returns `true`.
pub(crate) fn poll_until<F: Future>(
    future: &mut Pin<&mut F>,
    mut enough: impl FnMut() -> bool,
) -> Option<F::Output> {
    let mut context = Context::from_waker(Waker::noop());
    while !enough() {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return Some(output);
        }
    }
    None
}

/// A code that differs from `code`; `number` distinguishes such codes.
pub(crate) fn wrong(code: &str, number: u32) -> String {
    let right: u32 = code.parse().unwrap();
    format!("{:06}", (right + 1 + number) % 1_000_000)
}

pub(crate) fn later(seconds: i64) -> DateTime<Utc> {
    start() + TimeDelta::seconds(seconds)
}
