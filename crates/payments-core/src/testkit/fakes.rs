//! In-memory fakes of the stateful ports, for tests of the core, of embedders and of the HTTP service.
//!
//! All of them keep their obligations (the contract suites in [`super::contract`] run on them). A [`Weather`] shared by
//! the fakes of one world makes their calls yield to each other, and lets them fail before or after they did their work.

mod clock;
mod database;
mod destinations;
mod entropy;
mod flows;
mod gateway;
mod held_cards;
mod later_intents;
mod sms;
mod weather;
mod wording;

use std::sync::{Mutex, MutexGuard, PoisonError};

pub use clock::FakeClock;
pub use database::{CardRow, FakeDatabase, IntentRow};
pub use destinations::FakeDestinations;
pub use entropy::SeededEntropy;
pub use flows::{FakeFlows, FlowsBackup};
pub use gateway::{FakeGateway, GatewayAct, LedgerEntry, SearchBy};
pub use held_cards::{FakeHeldCards, HeldCardsBackup};
pub use later_intents::LaterIntents;
pub use sms::{FakeSms, SentSms};
pub use weather::{Fault, Weather};
pub use wording::PlainWording;

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
