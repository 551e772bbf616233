//! The whole protocol of saving a card, with the fakes of each gateway and each sender: in every case the gateway ends
//! up with exactly the tokens of the saved cards.

use std::sync::Arc;

use futures_util::future::join_all;
use payments_core::card::SubmittedCard;
use payments_core::card_storage::{
    CardStorage, CodeRequest, FlowOwner, Ports, Settings, StorageRefusal, Verdict,
};
use payments_core::catalog::{
    Catalog, CatalogParts, CatalogVersion, PaymentOption, PaymentType, Pos,
};
use payments_core::id::{CustomerId, PaymentOptionId};
use payments_core::keys::{KeyId, Keys, LastingKey, MasterKey};
use payments_core::language::Language;
use payments_core::otp::OtpCode;
use payments_core::ports::{Clock, SmsFailure, Tokenizers};
use payments_core::session::SessionId;
use payments_core::slug::Slug;
use payments_core::testkit::fakes::{
    FakeClock, FakeDatabase, FakeDestinations, FakeFlows, FakeHeldCards, FaultInjection,
    PlainWording, SeededEntropy,
};
use payments_core::tokenization::RefusalReason;
use payments_gateways::context::Unmetered;
use payments_gateways::fakes::{FaultMode, IyzicoBehavior};
use payments_gateways::providers::sms_chain;
use payments_gateways::sms::NumberPlan;
use serde_json::Value;

use crate::gateways::{self, craftgate, iyzico, iyzico_with, stripe};
use crate::harness::{StoppedClock, card, code_text, context, phone};
use crate::senders::{self, iletimerkezi, netgsm, twilio};
use crate::sms_contract::{self, Bench as _};
use crate::tokenizer_contract::{
    Bench as _, DECLINED, GARBAGE, GOOD, OTHER_GOOD, SILENT, SILENT_BUT_MADE,
};

const PHONE: &str = "5551234567";

/// One deployment with a gateway and a sender.
struct Shop {
    storage: CardStorage,
    catalog: Catalog,
    clock: Arc<FakeClock>,
    database: Arc<FakeDatabase>,
    gateway: gateways::Bench,
    sender: senders::Bench,
}

fn catalog(pos: Pos) -> Catalog {
    let (pk, slug) = (
        PaymentOptionId::new(1).unwrap(),
        Slug::parse("credit-card").unwrap(),
    );
    let option = PaymentOption::new(pk, "Card", slug, PaymentType::CreditCard, pos.pk);
    let parts = CatalogParts {
        banks: Vec::new(),
        card_types: Vec::new(),
        pos: vec![pos],
        cards: Vec::new(),
        payment_options: vec![option],
        rules: Vec::new(),
    };
    Catalog::build(CatalogVersion(1), parts).unwrap()
}

fn keys() -> Keys {
    let master = MasterKey::new(KeyId(1), &[1; 32]).unwrap();
    Keys::new(vec![master], &LastingKey::new(&[2; 32]).unwrap()).unwrap()
}

impl Shop {
    fn open(gateway: gateways::Bench, sender: senders::Bench) -> Self {
        let clear = FaultInjection::default();
        let clock = Arc::new(FakeClock::new(StoppedClock.now()));
        let database = Arc::new(FakeDatabase::new(clear.clone()).on_clock(clock.clone()));
        let pos = gateway.pos(1);
        let ports = Ports {
            flows: Arc::new(FakeFlows::new(clear.clone())),
            held_cards: Arc::new(FakeHeldCards::new(clear.clone())),
            intents: database.clone(),
            actions: database.clone(),
            saved_cards: database.clone(),
            stored_tokens: database.clone(),
            code_tries: database.clone(),
            destinations: Arc::new(FakeDestinations),
            sms_limits: database.clone(),
            audit: database.clone(),
            sms: sender.sender(),
            tokenizers: Tokenizers::default().with(pos.gateway.as_str(), gateway.tokenizer()),
            clock: clock.clone(),
            entropy: Arc::new(SeededEntropy::new(7)),
            wording: Arc::new(PlainWording),
        };
        let storage = CardStorage::new(ports, keys(), Settings::default()).unwrap();
        Self {
            storage,
            catalog: catalog(pos),
            clock,
            database,
            gateway,
            sender,
        }
    }

    /// A customer saves a card, from the form to the code.
    async fn save(&self, number: &str) -> Result<Verdict, StorageRefusal> {
        let owner = FlowOwner {
            session: SessionId::parse("session_00000000000000000000000001").unwrap(),
            customer: CustomerId::new(7).unwrap(),
        };
        let consented_at = self.clock.now();
        let submitted = SubmittedCard {
            details: card(number),
            name: None,
            consented_at,
            consent_version: None,
        };
        self.storage
            .submit_card(&self.catalog, &owner, submitted)
            .await?;
        let request = CodeRequest {
            phone: phone(PHONE),
            language: Language::Tr,
            address: None,
        };
        self.storage.send_code(&owner, request).await?;
        let texts = self.sender.sent_to(PHONE).await;
        let code = texts.last().unwrap().replace("code: ", "");
        let code = OtpCode::parse(&code).unwrap();
        self.storage.submit_code(&self.catalog, &owner, &code).await
    }

    /// Advances the clock and runs the reconciler.
    async fn come_to_rest(&self) {
        for _ in 0..4 {
            self.clock.advance(1_000);
            self.storage.reconcile(&self.catalog, 100).await.unwrap();
        }
    }

    fn open_intents(&self) -> usize {
        let intents = self.database.intents();
        intents.iter().filter(|row| row.outcome.is_none()).count()
    }

    /// Asserts that the live tokens are those of the saved cards; returns their number.
    async fn check(&self) -> usize {
        let rows = self.database.cards().into_iter();
        let mut saved: Vec<_> = rows.map(|row| row.card.token.as_str().to_owned()).collect();
        let mut live = self.gateway.live_tokens().await;
        saved.sort();
        live.sort();
        assert_eq!(live, saved, "live tokens and saved cards");
        saved.len()
    }
}

/// Opens a shop for every pair, and runs the journey in all of them concurrently.
async fn every_pair(journey: impl AsyncFn(Shop)) {
    let mut shops = Vec::new();
    for sender in 0..3 {
        for gateway in [iyzico().await, craftgate().await, stripe().await] {
            let sender = match sender {
                0 => netgsm().await,
                1 => iletimerkezi().await,
                _ => twilio().await,
            };
            shops.push(Shop::open(gateway, sender));
        }
    }
    join_all(shops.into_iter().map(|shop| journey(shop))).await;
}

#[tokio::test]
async fn cards_are_saved_and_removed_by_every_gateway_and_sender() {
    every_pair(async |shop| {
        assert!(matches!(shop.save(GOOD).await, Ok(Verdict::Saved)));
        assert!(matches!(shop.save(OTHER_GOOD).await, Ok(Verdict::Saved)));
        assert_eq!(shop.check().await, 2);
        let rows = shop.database.cards();
        let keys: Vec<_> = rows
            .iter()
            .map(|row| row.card.provider_customer_key.clone())
            .collect();
        assert!(
            keys[0].is_some() && keys[0] == keys[1],
            "one customer at the gateway"
        );
        assert_eq!(rows[0].card.masked_number.as_str(), "552879******0008");

        let customer = CustomerId::new(7).unwrap();
        assert!(
            shop.storage
                .remove_card(&shop.catalog, customer, rows[0].pk)
                .await
                .unwrap()
        );
        assert_eq!(shop.check().await, 1);
    })
    .await;
}

#[tokio::test]
async fn the_same_card_saved_again_leaves_one_token() {
    every_pair(async |shop| {
        shop.save(GOOD).await.unwrap();
        shop.save(GOOD).await.unwrap();
        shop.come_to_rest().await;
        assert_eq!(shop.check().await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_declined_card_ends_in_our_reason() {
    every_pair(async |shop| {
        let declined = shop.save(DECLINED).await;
        let reason = RefusalReason::Declined;
        assert!(
            matches!(declined, Err(StorageRefusal::GatewayRefused(refused)) if refused == reason)
        );
        assert_eq!(shop.check().await, 0);
    })
    .await;
}

#[tokio::test]
async fn lost_answers_end_without_an_orphan() {
    every_pair(async |shop| {
        // With a first card saved, iyzico's customer key is known, and every gateway can look for what was lost.
        shop.save(GOOD).await.unwrap();
        shop.clock.advance(1);
        for number in [SILENT_BUT_MADE, SILENT, GARBAGE] {
            let lost = shop.save(number).await;
            assert!(
                matches!(lost, Err(StorageRefusal::OutcomeUnknown)),
                "{lost:?}"
            );
        }
        shop.come_to_rest().await;
        assert_eq!(shop.check().await, 1);
        assert_eq!(shop.open_intents(), 0, "every intent is closed");
    })
    .await;
}

/// A first card at iyzico all of whose answers were lost, and then another one of the customer.
async fn first_card_lost(behavior: IyzicoBehavior) -> Shop {
    let shop = Shop::open(iyzico_with(behavior).await, netgsm().await);
    shop.gateway.server.put(FaultMode::HangsUp);
    let lost = shop.save(GOOD).await;
    assert!(matches!(lost, Err(StorageRefusal::OutcomeUnknown)));
    shop.gateway.server.put(FaultMode::Well);
    shop.come_to_rest().await;
    assert_eq!(shop.open_intents(), 1, "there is no key to look by");
    assert!(matches!(shop.save(OTHER_GOOD).await, Ok(Verdict::Saved)));
    shop.come_to_rest().await;
    shop
}

#[tokio::test]
async fn a_lost_first_card_at_iyzico_is_deleted_once_the_next_card_brings_the_customers_key() {
    for keeps_external_ids in [true, false] {
        let shop = first_card_lost(IyzicoBehavior {
            keeps_external_ids,
            keeps_emails: true,
        });
        let shop = shop.await;
        assert_eq!(shop.check().await, 1);
        assert_eq!(shop.open_intents(), 0);
    }
}

#[tokio::test]
async fn a_lost_first_card_under_another_customer_key_stays_open_for_an_operator() {
    let shop = first_card_lost(IyzicoBehavior {
        keeps_external_ids: true,
        keeps_emails: false,
    });
    let shop = shop.await;
    assert_eq!(shop.gateway.live_tokens().await.len(), 2);
    assert_eq!(
        shop.open_intents(),
        1,
        "an empty result for another key proves nothing"
    );
}

#[tokio::test]
async fn a_card_that_was_never_stored_is_closed_by_the_key_the_customer_had() {
    let shop = Shop::open(iyzico().await, netgsm().await);
    assert!(matches!(shop.save(GOOD).await, Ok(Verdict::Saved)));
    shop.clock.advance(1);
    let lost = shop.save(SILENT).await;
    assert!(matches!(lost, Err(StorageRefusal::OutcomeUnknown)));
    shop.come_to_rest().await;
    assert_eq!((shop.check().await, shop.open_intents()), (1, 0));
}

#[tokio::test]
async fn the_next_sender_sends_when_the_first_is_out_of_order_and_only_then() {
    let (first, second) = (netgsm().await, twilio().await);
    let hosts = [first.server.authority(), second.server.authority()];
    let named = |name: &str, mut config: Value, bench: &senders::Bench| {
        config["base_url"] = bench.server.base_url().into();
        (name.to_owned(), config.as_object().cloned().unwrap())
    };
    let chain = [
        named("netgsm", senders::netgsm_config(), &first),
        named("twilio", senders::twilio_config(), &second),
    ];
    let context = context(&hosts, Arc::new(Unmetered));
    let chain = sms_chain(&chain, &NumberPlan::default(), false, &context).unwrap();

    let receipt = chain
        .send(&phone(sms_contract::OUT_OF_ORDER), &code_text())
        .await;
    assert!(receipt.is_err(), "both are out of order for this number");
    assert_eq!(
        chain
            .send(&phone(PHONE), &code_text())
            .await
            .unwrap()
            .sender,
        "netgsm"
    );
    first.server.put(FaultMode::Throttling);
    assert_eq!(
        chain
            .send(&phone(PHONE), &code_text())
            .await
            .unwrap()
            .sender,
        "twilio"
    );
    first.server.put(FaultMode::HangsUp);
    let unknown = chain.send(&phone(PHONE), &code_text()).await;
    assert!(matches!(unknown, Err(SmsFailure::Unknown)));
    assert_eq!(
        second.sent_to(PHONE).await.len(),
        1,
        "never twice by two senders"
    );

    let abroad = chain.send(&phone("4915112345678"), &code_text()).await;
    assert_eq!(abroad.unwrap().sender, "twilio");
}
