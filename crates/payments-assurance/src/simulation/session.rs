//! A customer's session, and what the customer knows.

use std::collections::BTreeSet;

use payments_core::action::ActionId;
use payments_core::card_storage::FlowOwner;
use payments_core::flow::IntentId;
use payments_core::id::CustomerId;
use payments_core::session::{SessionDigest, SessionId};

use super::network::TaskId;

/// A code that arrived on the customer's phone.
#[derive(Clone, Debug)]
pub(super) struct KnownCode {
    pub(super) digits: String,
    /// The card that was surely held when it was sent.
    pub(super) card: Option<&'static str>,
    /// The intent that it started.
    pub(super) intent: Option<IntentId>,
}

/// What a customer without doubts does next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    Card,
    Code,
    Enter,
    /// Go to the gateway.
    Url,
    /// Act at the gateway.
    Act,
    /// Return from the gateway.
    Return,
}

/// A session of a customer.
pub(super) struct Session {
    /// Its number among all sessions of the simulation.
    pub(super) serial: usize,
    id: SessionId,
    pub(super) customer: CustomerId,
    pub(super) phone: String,
    /// The number of requests that are still to come.
    pub(super) budget: u64,
    pub(super) stage: Stage,
    pub(super) codes: Vec<KnownCode>,
    /// Codes of the customer's earlier sessions.
    pub(super) former_codes: Vec<String>,
    /// The card that is surely held.
    pub(super) held: Option<&'static str>,
    /// The code that surely is the current one.
    pub(super) current: Option<String>,
    /// When a card was last submitted.
    pub(super) submitted_at: i64,
    /// The action at the gateway, and its intent.
    pub(super) action: Option<(ActionId, IntentId)>,
    /// Where the gateway asks the customer.
    pub(super) url: Option<String>,
    pub(super) running: BTreeSet<TaskId>,
    /// Whether a store, a provider or a process failed one of its requests.
    pub(super) is_disturbed: bool,
    /// Whether there is a reason why its card may be lost.
    pub(super) may_lose_its_card: bool,
}

impl Session {
    #[expect(clippy::expect_used, reason = "digits are letters of a session id")]
    pub(super) fn new(serial: usize, customer: CustomerId, phone: String, budget: u64) -> Self {
        Self {
            serial,
            id: SessionId::parse(&format!("session_{serial:0>24}")).expect("a session id"),
            customer,
            phone,
            budget,
            stage: Stage::Card,
            codes: Vec::new(),
            former_codes: Vec::new(),
            held: None,
            current: None,
            submitted_at: 0,
            action: None,
            url: None,
            running: BTreeSet::new(),
            is_disturbed: false,
            may_lose_its_card: false,
        }
    }

    /// The same customer in a new session. The running requests belong to the former one.
    pub(super) fn renewed(&self, serial: usize) -> Self {
        let codes = self.codes.iter().map(|code| code.digits.clone());
        Self {
            former_codes: codes.chain(self.former_codes.clone()).collect(),
            is_disturbed: self.is_disturbed,
            may_lose_its_card: self.may_lose_its_card,
            ..Self::new(serial, self.customer, self.phone.clone(), self.budget)
        }
    }

    pub(super) fn owner(&self) -> FlowOwner {
        FlowOwner {
            session: self.id.clone(),
            customer: self.customer,
        }
    }

    pub(super) fn digest(&self) -> SessionDigest {
        self.id.digest()
    }

    pub(super) fn code_mut(&mut self, digits: &str) -> Option<&mut KnownCode> {
        self.codes
            .iter_mut()
            .rev()
            .find(|code| code.digits == digits)
    }

    /// A failure that may have changed what is stored of the session.
    pub(super) fn disturb(&mut self) {
        self.is_disturbed = true;
        self.may_lose_its_card = true;
        self.held = None;
        self.current = None;
    }
}
