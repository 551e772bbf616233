//! A bot that wants as many codes sent as it can, and the customers beside it.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use futures_util::stream::{self, StreamExt as _};
use payments_core::address_block::AddressBlock;
use payments_core::card_storage::{
    CardStorage, CodeRequest, FlowOwner, HourAndDay, Ports, SendingLimits, Settings, StorageRefusal,
};
use payments_core::id::CustomerId;
use payments_core::keys::{KeyId, Keys, LastingKey, MasterKey};
use payments_core::language::Language;
use payments_core::otp::{AttemptTag, CodeTag, CodeTry};
use payments_core::phone::Phone;
use payments_core::ports::Tokenizers;
use payments_core::session::SessionId;
use payments_core::sms::SmsLimit;
use payments_core::testkit::fakes::{
    FakeClock, FakeDatabase, FakeDestinations, FakeFlows, FakeHeldCards, FakeSms, PlainWording,
    SeededEntropy,
};
use payments_store::Store;

use crate::fixture::now;

const BUDGET: u32 = 600;
const ACCOUNTS: u32 = 10_000;
/// Requests at a time, on several connections.
const AT_ONCE: usize = 16;
/// From here on keys are those of customers who have verified a code.
const KNOWN: u32 = 1_000_000;

struct Shop {
    storage: CardStorage,
    sms: Arc<FakeSms>,
}

impl Shop {
    /// The limits are the real ones; everything else is in memory.
    fn on(store: &Store) -> Self {
        let (database, sms) = (
            Arc::new(FakeDatabase::default()),
            Arc::new(FakeSms::default()),
        );
        let ports = Ports {
            flows: Arc::new(FakeFlows::default()),
            held_cards: Arc::new(FakeHeldCards::default()),
            intents: database.clone(),
            actions: database.clone(),
            saved_cards: database.clone(),
            stored_tokens: database.clone(),
            code_tries: Arc::clone(&store.code_tries),
            destinations: Arc::new(FakeDestinations),
            sms_limits: Arc::clone(&store.sms_limits),
            audit: database,
            sms: sms.clone(),
            tokenizers: Tokenizers::default(),
            clock: Arc::new(FakeClock::new(now())),
            entropy: Arc::new(SeededEntropy::new(1)),
            wording: Arc::new(PlainWording),
        };
        let sending = SendingLimits {
            cooldown_seconds: 60,
            per_customer: HourAndDay { hour: 5, day: 10 },
            per_phone: HourAndDay { hour: 5, day: 10 },
            per_address_block: HourAndDay { hour: 50, day: 100 },
            daily_budget: BUDGET,
            breaker: None,
        };
        let master = MasterKey::new(KeyId(1), &[1; 32]).expect("a key");
        let lasting = LastingKey::new(&[2; 32]).expect("a key");
        let keys = Keys::new(vec![master], &lasting).expect("keys");
        let mut settings = Settings::default();
        settings.sending = sending;
        let storage = CardStorage::new(ports, keys, settings).expect("a card storage");
        Self { storage, sms }
    }

    /// Every customer with a session, a phone and an address block of their own.
    async fn ask(&self, number: u32) -> Result<(), StorageRefusal> {
        let owner = FlowOwner {
            session: SessionId::parse(&format!("session_{number:0>24}")).expect("a session"),
            customer: CustomerId::new(i64::from(number) + 1).expect("a key"),
        };
        let phone = Phone::parse(&format!("5{number:0>9}")).expect("a phone");
        let address = IpAddr::V4(Ipv4Addr::from_bits((20 << 24) + (number << 8)));
        let request = CodeRequest {
            phone,
            language: Language::En,
            address: AddressBlock::of(address),
        };
        self.storage.send_code(&owner, request).await
    }

    /// How many of these customers get a code; the others are refused by the budget.
    async fn granted(&self, numbers: impl Iterator<Item = u32>) -> usize {
        let asked = stream::iter(numbers).map(|number| self.ask(number));
        let answers: Vec<_> = asked.buffer_unordered(AT_ONCE).collect().await;
        let refused = |answer: &&Result<(), StorageRefusal>| match answer {
            Ok(()) => false,
            Err(StorageRefusal::TooManyCodes {
                limit: SmsLimit::DailyBudget,
                ..
            }) => true,
            Err(other) => panic!("{other}"),
        };
        answers.len() - answers.iter().filter(refused).count()
    }
}

async fn verify(store: &Store, numbers: impl Iterator<Item = u32>) {
    for number in numbers {
        let mut tag = [0; 8];
        tag[..4].copy_from_slice(&number.to_be_bytes());
        let one = CodeTry {
            customer: CustomerId::new(i64::from(number) + 1).expect("a key"),
            day: now().date_naive(),
            code: CodeTag(tag),
            attempt: AttemptTag(tag),
        };
        let marked = store.code_tries.mark_right(&one, None).await;
        marked.expect("a mark");
    }
}

#[expect(clippy::print_stdout, reason = "the figure of the simulation")]
pub(crate) async fn a_bot_with_ten_thousand_accounts_gets_half_of_the_budget(store: &Store) {
    let shop = Shop::on(store);
    let known = KNOWN..KNOWN + 100;
    verify(store, known.clone()).await;
    let bot = shop.granted(0..ACCOUNTS).await;
    let customers = shop.granted(known).await;
    println!(
        "{ACCOUNTS} accounts with an address block each got {bot} of {BUDGET} messages; \
         100 verified customers after them got {customers}"
    );
    assert_eq!((bot, customers), (300, 100));
    assert_eq!(shop.sms.outbox().len(), 400);
    let usage = shop.storage.sms_usage().await.expect("the usage");
    assert_eq!((usage.left, usage.left_for_unverified), (200, 0));
}

pub(crate) async fn a_crowd_of_verified_customers_gets_the_rest_of_the_budget_and_no_more(
    store: &Store,
) {
    let shop = Shop::on(store);
    let known = KNOWN..KNOWN + 500;
    verify(store, known.clone()).await;
    let strangers = 0..400;
    let (bot, customers) =
        futures_util::future::join(shop.granted(strangers), shop.granted(known)).await;
    assert!(bot <= 300, "{bot}");
    assert_eq!(bot + customers, 600);
    assert_eq!(shop.sms.outbox().len(), 600);
}
