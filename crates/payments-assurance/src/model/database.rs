//! The database: intents, saved cards, the queue of deletions, tries and the endings in the audit log. Each function is one
//! transaction, and does what the ports of `payments-core` demand of it unless a defect is planted.

mod saved_cards;

use std::collections::{BTreeMap, BTreeSet};

use payments_core::audit::AuditOutcome;
use payments_core::chrono::{DateTime, Utc};
use payments_core::flow::FlowId;
use payments_core::intent::LeaseTerms;

use super::defect::Defect;
use super::gateway::Issued;
use super::ids::{Account, Card, CustomerKey, Token};
use super::tries::Tries;
pub(super) use saved_cards::{Deletion, Row};

/// An intent.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Intent {
    pub(super) card: Card,
    pub(super) account: Account,
    /// The customer key that the gateway is called with.
    pub(super) key: Option<CustomerKey>,
    recorded_at: DateTime<Utc>,
    /// How it ended; `None` while it is open.
    pub(super) closed: Option<AuditOutcome>,
    looks: u8,
    /// Tokens that were deleted while it was open.
    dead: BTreeSet<Token>,
    leased_until: Option<DateTime<Utc>>,
    attempts: u32,
    pub(super) action: Option<Action>,
}

/// An action that the gateway requires of the customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Action {
    pub(super) deadline: DateTime<Utc>,
    /// Whether the gateway stated why it is over.
    pub(super) has_reason: bool,
}

/// The result of recording an intent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Recorded {
    /// Committed, with the customer key to call the gateway with.
    New(Option<CustomerKey>),
    Exists,
    AccountChanged,
}

/// The status of an intent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Status {
    Unknown,
    Open,
    Closed(AuditOutcome),
}

/// An intent that was leased to a reconciler.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Opened {
    pub(super) flow: FlowId,
    pub(super) account: Account,
    pub(super) called_with: Option<CustomerKey>,
    pub(super) later_key: Option<CustomerKey>,
    pub(super) looks: u8,
}

impl Intent {
    const fn new(
        card: Card,
        account: Account,
        key: Option<CustomerKey>,
        recorded_at: DateTime<Utc>,
    ) -> Self {
        Self {
            card,
            account,
            key,
            recorded_at,
            closed: None,
            looks: 0,
            dead: BTreeSet::new(),
            leased_until: None,
            attempts: 0,
            action: None,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Database {
    pub(super) intents: BTreeMap<FlowId, Intent>,
    pub(super) rows: Vec<Row>,
    pub(super) deletions: Vec<Deletion>,
    pub(super) tries: Tries,
    /// The endings in the audit log.
    pub(super) endings: BTreeSet<(FlowId, AuditOutcome)>,
    /// The account at which the point of sale saves new cards.
    pub(super) account: Account,
    /// An intent whose transaction is carried out after its process has given up.
    late: Option<(FlowId, Card, Account)>,
    last_pk: u8,
}

impl Database {
    pub(super) const fn new(account: Account) -> Self {
        Self {
            intents: BTreeMap::new(),
            rows: Vec::new(),
            deletions: Vec::new(),
            tries: Tries::new(),
            endings: BTreeSet::new(),
            account,
            late: None,
            last_pk: 0,
        }
    }

    fn next_pk(&mut self) -> u8 {
        self.last_pk += 1;
        self.last_pk
    }

    pub(super) fn has_ended(&self, flow: FlowId) -> bool {
        self.endings.iter().any(|(one, _)| *one == flow)
    }

    /// Appends an ending to the audit log, unless the flow has one.
    pub(super) fn append(&mut self, flow: FlowId, outcome: AuditOutcome) {
        if !self.has_ended(flow) {
            self.endings.insert((flow, outcome));
        }
    }

    /// Appends an ending, unless the flow's intent was recorded, which then gets its own.
    pub(super) fn append_without_intent(
        &mut self,
        flow: FlowId,
        outcome: AuditOutcome,
        defect: Option<Defect>,
    ) {
        if !self.intents.contains_key(&flow) || defect == Some(Defect::EndingDespiteIntent) {
            self.append(flow, outcome);
        }
    }

    pub(super) fn status(&self, flow: FlowId) -> Status {
        let intent = self.intents.get(&flow);
        intent.map_or(Status::Unknown, |intent| {
            intent.closed.map_or(Status::Open, Status::Closed)
        })
    }

    pub(super) fn record(
        &mut self,
        flow: FlowId,
        (card, account): (Card, Account),
        now: DateTime<Utc>,
        defect: Option<Defect>,
    ) -> Recorded {
        let is_known = self.intents.contains_key(&flow) || self.has_ended(flow);
        if is_known && defect != Some(Defect::IntentsNotUnique) {
            return Recorded::Exists;
        }
        if account != self.account {
            return Recorded::AccountChanged;
        }
        let key = self.key_at(account);
        if defect != Some(Defect::NoIntent) {
            self.intents
                .insert(flow, Intent::new(card, account, key, now));
        }
        Recorded::New(key)
    }

    /// Receives an intent whose transaction is carried out later.
    pub(super) const fn record_late(&mut self, flow: FlowId, card: Card, account: Account) {
        self.late = Some((flow, card, account));
    }

    pub(super) const fn has_late_intent(&self) -> bool {
        self.late.is_some()
    }

    /// Commits the late transaction, whose caller has given up.
    pub(super) fn finish_late(&mut self, now: DateTime<Utc>) {
        if let Some((flow, card, account)) = self.late.take() {
            self.record(flow, (card, account), now, None);
        }
    }

    fn close(&mut self, flow: FlowId, outcome: AuditOutcome) -> AuditOutcome {
        if let Some(intent) = self.intents.get_mut(&flow) {
            intent.closed = Some(outcome);
            intent.dead.clear();
            (intent.leased_until, intent.attempts) = (None, 0);
        }
        self.append(flow, outcome);
        outcome
    }

    fn is_open(&self, flow: FlowId) -> bool {
        self.status(flow) == Status::Open
    }

    pub(super) fn refuse(&mut self, flow: FlowId) {
        if self.is_open(flow) {
            self.close(flow, AuditOutcome::Refused);
        }
    }

    /// Closes an intent as reconciled, and queues the tokens found for it. Returns how it ended, now or earlier.
    pub(super) fn reconcile(&mut self, flow: FlowId, found: Vec<Issued>) -> AuditOutcome {
        let account = self
            .intents
            .get(&flow)
            .map_or(self.account, |one| one.account);
        for issued in found {
            self.queue(account, issued, None);
        }
        match self.status(flow) {
            Status::Closed(outcome) => outcome,
            Status::Open | Status::Unknown => self.close(flow, AuditOutcome::Reconciled),
        }
    }

    pub(super) fn lease_open(
        &mut self,
        recorded_before: DateTime<Utc>,
        terms: &LeaseTerms,
        defect: Option<Defect>,
    ) -> Vec<Opened> {
        let account_keys: BTreeMap<Account, Option<CustomerKey>> = [Account(0), Account(1)]
            .into_iter()
            .map(|account| (account, self.key_at(account)))
            .collect();
        let is_due = |until: Option<DateTime<Utc>>| until.is_none_or(|until| until <= terms.now);
        let mut leased = Vec::new();
        for (flow, intent) in &mut self.intents {
            let is_old = intent.recorded_at < recorded_before;
            if intent.closed.is_some() || !is_old || !is_due(intent.leased_until) {
                continue;
            }
            intent.leased_until = Some(terms.lease_until(intent.attempts));
            intent.attempts += 1;
            let today = account_keys.get(&intent.account).copied().flatten();
            let is_of_today = defect == Some(Defect::KeyOfToday);
            leased.push(Opened {
                flow: *flow,
                account: intent.account,
                called_with: if is_of_today { today } else { intent.key },
                later_key: today.filter(|key| intent.key != Some(*key)),
                looks: intent.looks,
            });
        }
        leased
    }

    /// Notes an answer of the gateway about an intent, which is not leased before `not_before`.
    pub(super) fn answered(&mut self, flow: FlowId, not_before: DateTime<Utc>, looks: u8) {
        let intent = self.intents.get_mut(&flow);
        if let Some(intent) = intent.filter(|intent| intent.closed.is_none()) {
            intent.looks += looks;
            intent.attempts = 0;
            intent.leased_until = Some(not_before);
        }
    }

    /// Stores the action of an open intent. Returns whether the customer may be sent to the gateway.
    pub(super) fn begin_action(
        &mut self,
        flow: FlowId,
        deadline: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> bool {
        let intent = self.intents.get_mut(&flow);
        let can_begin = |intent: &&mut Intent| intent.closed.is_none() && intent.is_on_time(now);
        let Some(intent) = intent.filter(can_begin) else {
            return false;
        };
        intent.action.get_or_insert(Action {
            deadline,
            has_reason: false,
        });
        true
    }

    /// Closes an intent as refused, with the reason of its action.
    pub(super) fn refuse_action(&mut self, flow: FlowId) {
        if !self.is_open(flow) {
            return;
        }
        let intent = self.intents.get_mut(&flow);
        if let Some(action) = intent.and_then(|intent| intent.action.as_mut()) {
            action.has_reason = true;
        }
        self.close(flow, AuditOutcome::Refused);
    }

    /// Ends the flows whose code was used before `until`, and which have neither an intent nor an ending.
    pub(super) fn end_unrecorded(&mut self, until: DateTime<Utc>) {
        let used: Vec<_> = self.tries.used().collect();
        for (flow, used_at) in used {
            if used_at < until && self.status(flow) == Status::Unknown {
                self.append(flow, AuditOutcome::CardLost);
            }
        }
    }

    /// The flows whose code was used, and which have no ending.
    pub(super) fn without_ending(&self) -> impl Iterator<Item = FlowId> {
        let used = self.tries.used().map(|(flow, _)| flow);
        used.filter(|flow| !self.has_ended(*flow))
    }
}
