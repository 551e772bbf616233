//! The script in production, with fakes of all ports.

use std::sync::Arc;

use anyhow::Result;
use futures_executor::block_on;
use payments_core::card_storage::{
    ActionSettings, CardStorage, CodeRequest, FlowOwner, Ports, Settings,
};
use payments_core::catalog::Catalog;
use payments_core::language::Language;
use payments_core::otp::OtpCode;
use payments_core::ports::Tokenizers;
use payments_core::testkit::fakes::{
    FakeClock, FakeDatabase, FakeFlows, FakeGateway, FakeHeldCards, FakeSms, Fault, FaultInjection,
    GatewayAct,
};
use payments_core::testkit::sample;

use super::super::setup::Kind;
use super::{Deed, LEFT_OUT, REQUESTS, SCRIPT};

/// A code that was not sent.
const NO_CODE: &str = "000000";

pub(super) struct Production {
    storage: CardStorage,
    catalog: Catalog,
    owner: FlowOwner,
    faults: FaultInjection,
    clock: Arc<FakeClock>,
    database: Arc<FakeDatabase>,
    gateway: Arc<FakeGateway>,
    sms: Arc<FakeSms>,
}

impl Production {
    /// The calls of the script; one may be lost: its name, how many of this name are not lost before it, and how.
    pub(super) fn calls(
        act: GatewayAct,
        loss: Option<(&'static str, usize, Fault)>,
    ) -> Result<Vec<&'static str>> {
        let production = Self::new()?;
        production.gateway.next(act);
        if let Some((name, passed, fault)) = loss {
            for _ in 0..passed {
                production.faults.pass(name);
            }
            production.faults.fail(name, fault);
        }
        for deed in SCRIPT {
            production.act(*deed)?;
        }
        let mut calls = production.faults.calls();
        calls.retain(|name| !LEFT_OUT.contains(name));
        Ok(calls)
    }

    fn new() -> Result<Self> {
        let faults = FaultInjection::default();
        let clock = Arc::new(FakeClock::new(sample::now()));
        let database = Arc::new(FakeDatabase::new(faults.clone()).on_clock(Arc::clone(&clock)));
        let gateway = Arc::new(FakeGateway::new(faults.clone(), true));
        let sms = Arc::new(FakeSms::new(faults.clone()));
        let tokenizers = Tokenizers::default().with(sample::GATEWAY, gateway.clone());
        let ports = Ports {
            flows: Arc::new(FakeFlows::new(faults.clone())),
            held_cards: Arc::new(FakeHeldCards::new(faults.clone())),
            intents: database.clone(),
            actions: database.clone(),
            saved_cards: database.clone(),
            stored_tokens: database.clone(),
            code_tries: database.clone(),
            sms_limits: database.clone(),
            audit: database.clone(),
            sms: sms.clone(),
            tokenizers,
            clock: clock.clone(),
            ..Ports::in_memory()
        };
        let mut settings = Settings::default();
        settings.require_held_card = true;
        settings.actions = Some(ActionSettings {
            base_url: "https://shop.example/a/".to_owned(),
            lifetime_seconds: 900,
        });
        Ok(Self {
            storage: CardStorage::new(ports, sample::keys(), settings)?,
            catalog: sample::catalog(),
            owner: sample::owner(),
            faults,
            clock,
            database,
            gateway,
            sms,
        })
    }

    fn act(&self, deed: Deed) -> Result<()> {
        match deed {
            Deed::Request(request) => block_on(self.request(REQUESTS[request].kind)),
            Deed::Approve => {
                self.gateway.approve();
                Ok(())
            }
            Deed::Wait => {
                self.clock.advance(2_000);
                Ok(())
            }
        }
    }

    /// What the customer is answered does not matter here.
    async fn request(&self, kind: Kind) -> Result<()> {
        let (storage, catalog, owner) = (&self.storage, &self.catalog, &self.owner);
        match kind {
            Kind::SubmitCard(_) => {
                let _ = storage.submit_card(catalog, owner, sample::card()).await;
            }
            Kind::SendCode(_) => {
                let request = CodeRequest {
                    phone: sample::phone(),
                    language: Language::En,
                    address: None,
                };
                let _ = storage.send_code(owner, request).await;
            }
            Kind::SubmitCode(_) => {
                let text = self.sms.last_code();
                let code = OtpCode::parse(text.as_deref().unwrap_or(NO_CODE))?;
                let _ = storage.submit_code(catalog, owner, &code).await;
            }
            Kind::RemoveCard(_) => {
                if let Some(row) = self.database.cards().first() {
                    let _ = storage.remove_card(catalog, owner.customer, row.pk).await;
                }
            }
            Kind::FinishAction => {
                if let Some(row) = self.database.intents().first() {
                    let (pos, id) = (row.intent.pos, &row.intent.id);
                    let _ = storage.finish_action_of(catalog, pos, id).await;
                }
            }
            Kind::Reconcile => {
                let _ = storage.reconcile(catalog, 100).await;
            }
        }
        Ok(())
    }
}
