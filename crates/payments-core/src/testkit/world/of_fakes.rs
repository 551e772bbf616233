//! Reads the world of the in-memory fakes.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use chrono::{DateTime, Utc};

use crate::intent::IntentOutcome;
use crate::testkit::fakes::{FakeDatabase, FakeFlows, FakeGateway, FakeHeldCards};

use super::{Closed, Ending, GatewayToken, IntentState, Row, World};

/// The fakes of one deployment.
#[derive(Clone, Copy)]
pub struct Fakes<'a> {
    /// The database.
    pub database: &'a FakeDatabase,
    /// The store of flows.
    pub flows: &'a FakeFlows,
    /// The store of held cards.
    pub held_cards: &'a FakeHeldCards,
    /// The gateway.
    pub gateway: &'a FakeGateway,
}

impl World {
    /// What the fakes hold at `now`. What customers were answered is added by the caller.
    pub fn of_fakes(fakes: Fakes<'_>, now: DateTime<Utc>) -> Self {
        let database = fakes.database;
        let rows = database.cards().into_iter().map(|row| Row {
            customer: row.card.customer.get(),
            pos: row.card.pos.get(),
            token: row.card.token.as_str().to_string(),
            fingerprint: row.card.fingerprint.to_hex(),
            masked_number: row.card.masked_number.to_string(),
        });
        let tokens = fakes.gateway.ledger().into_iter().map(|one| GatewayToken {
            token: one.token,
            customer: Some(one.customer.get()),
            pos: one.pos.get(),
            reference: one.reference.0,
            live: one.live,
        });
        let intents = database.intents().into_iter().map(|row| IntentState {
            id: row.intent.id.0,
            closed: row.outcome.map(|outcome| match outcome {
                IntentOutcome::Saved(_) => Closed::Saved,
                IntentOutcome::Refused { .. } => Closed::Refused,
                IntentOutcome::Reconciled => Closed::Reconciled,
            }),
        });
        let audit = database.audit().into_iter().filter_map(|record| {
            let flow = record.intent?.0;
            let outcome = record.outcome;
            Some(Ending { flow, outcome })
        });
        let held = fakes.held_cards.count(now);
        Self {
            rows: rows.collect(),
            tokens: tokens.collect(),
            intents: intents.collect(),
            audit: audit.collect(),
            queued_deletions: u64::try_from(database.deletions().len()).unwrap_or(u64::MAX),
            leftovers: (0..held).map(|_| "a held card".to_string()).collect(),
            written: written(fakes),
            ..Self::default()
        }
    }
}

/// Everything that was ever written, as it is and without what may separate digits.
fn written(fakes: Fakes<'_>) -> Vec<(String, String)> {
    let database = fakes.database;
    let texts = database.ever_written();
    let bare = |text: &String| text.replace(|one: char| !one.is_alphanumeric(), "");
    let bare: Vec<String> = texts.iter().map(bare).collect();
    let place = |name: &str, text| (name.to_string(), text);
    let rows = format!(
        "{:?} {:?} {:?}",
        database.cards(),
        database.intents(),
        database.audit()
    );
    alloc::vec![
        place("the flow store", fakes.flows.dump()),
        place("the SMS counters", format!("{:?}", database.counters())),
        place("the rows", rows),
        place("the rows ever written", format!("{texts:?} {bare:?}")),
    ]
}
