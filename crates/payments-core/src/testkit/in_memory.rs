//! A whole set of ports in memory.

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
    /// Fakes that share one clock, which shows [`sample::now`]. The one gateway is a [`FakeGateway`] named
    /// [`sample::GATEWAY`]; the randomness is the same in every run. For tests only.
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

/// For tests that exchange a part half-way; nothing is checked.
impl CardStorage {
    /// The ports.
    pub fn ports_mut(&mut self) -> &mut Ports {
        &mut self.ports
    }

    /// The keys.
    pub fn keys_mut(&mut self) -> &mut Keys {
        &mut self.keys
    }

    /// The settings.
    pub fn settings_mut(&mut self) -> &mut Settings {
        &mut self.settings
    }
}
