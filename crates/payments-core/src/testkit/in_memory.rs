//! A complete set of ports in memory.

use alloc::sync::Arc;

use crate::card_storage::{CardStorage, Ports, Settings};
use crate::keys::Keys;
use crate::ports::Tokenizers;

use super::fakes::{
    FakeClock, FakeDatabase, FakeDestinations, FakeFlows, FakeGateway, FakeHeldCards, FakeSms,
    PlainWording, SeededEntropy,
};
use super::sample;

impl Ports {
    /// Fakes that share one clock, set to [`sample::now`]. The only gateway is a [`FakeGateway`] named
    /// [`sample::GATEWAY`]; the random bytes are the same in every run. For tests only.
    pub fn in_memory() -> Self {
        let clock = Arc::new(FakeClock::new(sample::now()));
        let database = Arc::new(FakeDatabase::default().on_clock(Arc::clone(&clock)));
        let gateway = Arc::new(FakeGateway::default());
        Self {
            flows: Arc::new(FakeFlows::default()),
            held_cards: Arc::new(FakeHeldCards::default()),
            intents: database.clone(),
            actions: database.clone(),
            saved_cards: database.clone(),
            stored_tokens: database.clone(),
            code_tries: database.clone(),
            destinations: Arc::new(FakeDestinations),
            sms_limits: database.clone(),
            audit: database,
            sms: Arc::new(FakeSms::default()),
            tokenizers: Tokenizers::default().with(sample::GATEWAY, gateway),
            clock,
            entropy: Arc::new(SeededEntropy::new(1)),
            wording: Arc::new(PlainWording),
        }
    }
}

/// Changes a part without a check, for tests.
impl CardStorage {
    /// The ports, to be replaced.
    pub fn ports_mut(&mut self) -> &mut Ports {
        &mut self.ports
    }

    /// The keys, to be replaced.
    pub fn keys_mut(&mut self) -> &mut Keys {
        &mut self.keys
    }

    /// The settings, to be changed.
    pub fn settings_mut(&mut self) -> &mut Settings {
        &mut self.settings
    }
}
