//! In-memory fakes of the stateful ports, for tests of the core, of embedders and of the HTTP service.
//!
//! They meet the ports' obligations: they pass the contract suites in [`super::contract`]. A [`FaultInjection`] shared
//! by several fakes makes their calls yield to each other, and fail before or after they did their work.

mod clock;
mod database;
mod destinations;
mod entropy;
mod fault_injection;
mod flows;
mod gateway;
mod held_cards;
mod later_intents;
mod sms;
mod wording;

use std::sync::{Mutex, MutexGuard, PoisonError};

pub use clock::FakeClock;
pub use database::{CardRow, FakeDatabase, IntentRow, Weakness};
pub use destinations::FakeDestinations;
pub use entropy::SeededEntropy;
pub use fault_injection::{Fault, FaultInjection};
pub use flows::{FakeFlows, FlowsBackup};
pub use gateway::{FakeGateway, GatewayAct, LedgerEntry, SearchBy};
pub use held_cards::{FakeHeldCards, HeldCardsBackup};
pub use later_intents::LaterIntents;
pub use sms::{FakeSms, SentSms};
pub use wording::PlainWording;

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
