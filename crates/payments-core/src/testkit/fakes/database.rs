//! The SQL side in memory: intents, saved cards, deletions, tries and the audit log, behind one lock, so that a
//! transaction over several of them is possible.

mod actions;
mod backlog;
mod erasure;
mod instruments;
mod intents;
mod saved_cards;
mod sms_limits;
mod stored_tokens;
mod tries;
mod weakness;
mod written;

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::sync::Arc;
use std::sync::Mutex;

use async_trait::async_trait;
use chrono::{DateTime, NaiveDate, Utc};

use crate::audit::{AuditOutcome, AuditRecord};
use crate::card::{CardToken, ProviderCustomerKey};
use crate::catalog::GatewayAccount;
use crate::consent::Consent;
use crate::flow::IntentId;
use crate::id::{CustomerId, PosId, SavedCardId};
use crate::intent::{Intent, IntentOutcome, TokenDeletion};
use crate::order::OrderReference;
use crate::ports::{AuditLog, Clock, Unavailable};
use crate::quote_id::QuoteId;
use crate::saved_card::NewSavedCard;

use super::{FakeClock, FaultInjection, lock};
use backlog::Tries;

pub use weakness::Weakness;

/// A database in memory.
#[derive(Default)]
pub struct FakeDatabase {
    faults: FaultInjection,
    tables: Mutex<Tables>,
    clock: DatabaseClock,
}

/// The database's own clock, which may differ from that of the processes.
struct DatabaseClock(Arc<FakeClock>);

impl Default for DatabaseClock {
    fn default() -> Self {
        Self(Arc::new(FakeClock::new(DateTime::UNIX_EPOCH)))
    }
}

/// A row of the saved cards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardRow {
    /// The card's primary key.
    pub pk: SavedCardId,
    /// The saved card.
    pub card: NewSavedCard,
    /// When the card was first saved.
    pub created_at: DateTime<Utc>,
}

/// A row of the intents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IntentRow {
    /// The recorded intent.
    pub intent: Intent,
    /// The gateway's customer key that the gateway is called with.
    pub provider_customer_key: Option<ProviderCustomerKey>,
    /// How the intent ended; `None` while it is open.
    pub outcome: Option<IntentOutcome>,
    recorded_at: DateTime<Utc>,
    looks: u32,
    /// Tokens that were deleted while it was open.
    dead_tokens: BTreeSet<String>,
    tries: Tries,
    is_of_erased: bool,
    action: Option<actions::ActionRow>,
}

struct DeletionRow {
    customer: Option<CustomerId>,
    deletion: TokenDeletion,
    queued_at: DateTime<Utc>,
    tries: Tries,
}

#[derive(Default)]
struct Tables {
    intents: BTreeMap<IntentId, IntentRow>,
    cards: Vec<CardRow>,
    deletions: Vec<DeletionRow>,
    tries: Vec<tries::TryRow>,
    sms: sms_limits::SmsTables,
    audit: Vec<AuditRecord>,
    erased: BTreeMap<CustomerId, DateTime<Utc>>,
    last_pk: i64,
    /// Every text that was in a row at any time.
    written: BTreeSet<String>,
    /// The current account of each point of sale that [`FakeDatabase::switch`] set. For others, any account is current.
    accounts: BTreeMap<PosId, GatewayAccount>,
    /// Points of sale that [`FakeDatabase::set_pos_active`] switched off.
    inactive_pos: BTreeSet<PosId>,
    /// Customers that [`FakeDatabase::set_customer_active`] deactivated.
    inactive_customers: BTreeSet<CustomerId>,
    quote_uses: BTreeMap<QuoteId, OrderReference>,
    weaknesses: BTreeSet<Weakness>,
}

fn set_active<T: Ord>(inactive: &mut BTreeSet<T>, one: T, is_active: bool) {
    if is_active {
        inactive.remove(&one);
    } else {
        inactive.insert(one);
    }
}

impl FakeDatabase {
    /// An empty database.
    pub fn new(faults: FaultInjection) -> Self {
        Self {
            faults,
            tables: Mutex::default(),
            clock: DatabaseClock::default(),
        }
    }

    /// Uses a clock for leases and horizons. Without one, time does not advance.
    #[must_use]
    pub fn on_clock(mut self, clock: Arc<FakeClock>) -> Self {
        self.clock = DatabaseClock(clock);
        self
    }

    /// Makes a point of sale save cards at this account from now on.
    pub fn switch(&self, pos: PosId, account: GatewayAccount) {
        lock(&self.tables).accounts.insert(pos, account);
    }

    /// Switches a point of sale on or off.
    pub fn set_pos_active(&self, pos: PosId, is_active: bool) {
        set_active(&mut lock(&self.tables).inactive_pos, pos, is_active);
    }

    /// Activates or deactivates a customer.
    pub fn set_customer_active(&self, customer: CustomerId, is_active: bool) {
        let inactive = &mut lock(&self.tables).inactive_customers;
        set_active(inactive, customer, is_active);
    }

    fn now(&self) -> DateTime<Utc> {
        self.clock.0.now()
    }

    /// All rows of saved cards.
    pub fn cards(&self) -> Vec<CardRow> {
        lock(&self.tables).cards.clone()
    }

    /// All rows of intents.
    pub fn intents(&self) -> Vec<IntentRow> {
        lock(&self.tables).intents.values().cloned().collect()
    }

    /// The tokens that are queued for deletion.
    pub fn deletions(&self) -> Vec<TokenDeletion> {
        lock(&self.tables)
            .deletions
            .iter()
            .map(|row| row.deletion.clone())
            .collect()
    }

    /// The audit log, oldest record first.
    pub fn audit(&self) -> Vec<AuditRecord> {
        lock(&self.tables).audit.clone()
    }

    /// Every text from outside that any row ever contained, including deleted rows, which a backup may contain.
    pub fn ever_written(&self) -> Vec<String> {
        lock(&self.tables).written.iter().cloned().collect()
    }

    /// Changes the tables, and notes the texts they contain afterwards.
    fn change<R>(&self, change: impl FnOnce(&mut Tables) -> R) -> R {
        let mut tables = lock(&self.tables);
        let done = change(&mut tables);
        let texts = tables.texts();
        tables.written.extend(texts);
        done
    }

    /// The number of tries that count for a customer on a day.
    pub fn tries(&self, customer: CustomerId, day: NaiveDate) -> usize {
        lock(&self.tables).wrong_tries(customer, day)
    }
}

impl Tables {
    fn next_pk(&mut self) -> i64 {
        self.last_pk += 1;
        self.last_pk
    }

    /// Appends a record, unless the intent has one with the same outcome or has ended.
    fn append(&mut self, record: AuditRecord) {
        let is_second = record.intent.is_some()
            && self
                .audit
                .iter()
                .filter(|one| one.intent == record.intent)
                .any(|one| {
                    let both_end = one.outcome.is_ending() && record.outcome.is_ending();
                    both_end || one.outcome == record.outcome
                });
        if !is_second {
            self.audit.push(record);
        }
    }

    /// Appends a record, unless it ends a flow whose intent was recorded.
    fn append_without_intent(&mut self, record: AuditRecord) {
        let is_recorded = |intent| self.intents.contains_key(intent);
        let has_intent = record.intent.as_ref().is_some_and(is_recorded);
        if !(has_intent && record.outcome.is_ending()) {
            self.append(record);
        }
    }

    fn append_for(
        &mut self,
        intent: &Intent,
        outcome: AuditOutcome,
        gateway_code: Option<String>,
        consent: Option<Consent>,
        at: DateTime<Utc>,
    ) {
        self.append(AuditRecord {
            intent: Some(intent.id.clone()),
            customer: intent.customer,
            pos: Some(intent.pos),
            outcome,
            gateway_code,
            consent,
            instrument: None,
            author: None,
            at,
        });
    }

    /// Whether an account is the current one of a point of sale.
    fn is_present(&self, pos: PosId, account: &GatewayAccount) -> bool {
        self.accounts.get(&pos).is_none_or(|one| one == account)
    }

    /// Queues a token, unless a card row holds it or it is already queued. Returns whether it was queued.
    fn queue(
        &mut self,
        customer: Option<CustomerId>,
        deletion: TokenDeletion,
        tries: Tries,
        queued_at: DateTime<Utc>,
    ) -> bool {
        let valid_at = |pos: PosId, account: &GatewayAccount, token: &CardToken| {
            (pos, account, token) == (deletion.pos, &deletion.account, &deletion.token)
        };
        let is_held = self
            .cards
            .iter()
            .any(|row| valid_at(row.card.pos, &row.card.account, &row.card.token));
        let is_queued = self.deletions.iter().any(|row| {
            let one = &row.deletion;
            valid_at(one.pos, &one.account, &one.token)
        });
        if is_held || is_queued {
            return false;
        }
        self.deletions.push(DeletionRow {
            customer,
            deletion,
            queued_at,
            tries,
        });
        true
    }
}

#[async_trait]
impl AuditLog for FakeDatabase {
    async fn append(&self, record: &AuditRecord) -> Result<(), Unavailable> {
        self.faults
            .call("audit.append", || {
                self.change(|tables| tables.append_without_intent(record.clone()));
            })
            .await
    }
}
