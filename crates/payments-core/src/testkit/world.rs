//! The joint state of a deployment and its providers as plain data, and the one oracle that judges it: [`check_world`].
//!
//! Whatever runs the service (in-memory fakes, a simulation, processes with real servers) reads the state afterwards
//! into a [`World`]. The invariants are I1 to I10 of the service's security model.

mod check;
mod controls;
mod of_fakes;

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use chrono::{DateTime, NaiveDate, Utc};

use crate::audit::AuditOutcome;

pub use check::check_world;
pub use controls::{Control, controls};
pub use of_fakes::Fakes;

/// A promise that holds after every scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Invariant {
    /// I1: one submission makes at most one row and one live token.
    OneEffect,
    /// I2: after a 200, the row is committed and its token lives.
    AnswersAreTrue,
    /// I3: at rest, the live tokens are exactly those of the rows.
    TokensAreRows,
    /// I4: at most 5 distinct wrong tries for a code until it is accepted, 15 for a customer and day, and a code is accepted
    /// for one effect.
    TriesAreLimited,
    /// I5: no card number, CVV, code or full phone is stored outside the sealed entry.
    NoSecrets,
    /// I6: nothing crosses customers, sessions or points of sale.
    NoCrossing,
    /// I7: the number of messages is within the limits.
    MessagesAreLimited,
    /// I8: every request is answered within its deadline, and no input alone makes a 5xx.
    EveryRequestIsAnswered,
    /// I9: every terminal path has exactly one audit record.
    OneAuditRecord,
    /// I10: after a flow nothing of it is left but its answer.
    NothingIsLeft,
}

impl Invariant {
    /// All, in order.
    pub const ALL: [Self; 10] = [
        Self::OneEffect,
        Self::AnswersAreTrue,
        Self::TokensAreRows,
        Self::TriesAreLimited,
        Self::NoSecrets,
        Self::NoCrossing,
        Self::MessagesAreLimited,
        Self::EveryRequestIsAnswered,
        Self::OneAuditRecord,
        Self::NothingIsLeft,
    ];

    /// `I1` to `I10`.
    pub const fn number(self) -> &'static str {
        match self {
            Self::OneEffect => "I1",
            Self::AnswersAreTrue => "I2",
            Self::TokensAreRows => "I3",
            Self::TriesAreLimited => "I4",
            Self::NoSecrets => "I5",
            Self::NoCrossing => "I6",
            Self::MessagesAreLimited => "I7",
            Self::EveryRequestIsAnswered => "I8",
            Self::OneAuditRecord => "I9",
            Self::NothingIsLeft => "I10",
        }
    }
}

/// A broken invariant, and where it is broken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// What is broken.
    pub invariant: Invariant,
    /// Where. Contains no secret: secrets are named, not quoted.
    pub text: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: {}", self.invariant.number(), self.text)
    }
}

/// Everything that [`check_world`] judges. A reader that cannot see a part leaves it empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct World {
    /// The rows of saved cards.
    pub rows: Vec<Row>,
    /// Every token that a gateway ever made.
    pub tokens: Vec<GatewayToken>,
    /// The recorded intents.
    pub intents: Vec<IntentState>,
    /// The audit records that name a flow.
    pub audit: Vec<Ending>,
    /// The number of tokens that wait for their deletion.
    pub queued_deletions: u64,
    /// What the flow store still has, without answers that are kept for repeated requests.
    pub leftovers: Vec<String>,
    /// The 200s of saving a card.
    pub saved_answers: Vec<SavedAnswer>,
    /// Entered codes that were compared.
    pub comparisons: Vec<Comparison>,
    /// The cards that were listed to customers.
    pub listed: Vec<Listed>,
    /// The sent messages.
    pub messages: Vec<Message>,
    /// How many messages one phone may receive, by the length of the window in seconds.
    pub message_limits: Vec<(i64, usize)>,
    /// The answered requests, and those that were not.
    pub requests: Vec<Request>,
    /// Everything that was written outside the sealed entries and the gateway's requests, by its place.
    pub written: Vec<(String, String)>,
    /// The secrets to look for in [`World::written`], by name.
    pub secrets: Vec<(String, String)>,
}

/// A row of saved cards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The customer.
    pub customer: i64,
    /// The point of sale.
    pub pos: i64,
    /// The token.
    pub token: String,
    /// The keyed fingerprint of the number.
    pub fingerprint: String,
    /// The masked number.
    pub masked_number: String,
}

/// A token in a gateway's ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GatewayToken {
    /// The token.
    pub token: String,
    /// The customer in the request; `None` if the gateway is not told.
    pub customer: Option<i64>,
    /// The point of sale in the request.
    pub pos: i64,
    /// The reference that it was made under.
    pub reference: String,
    /// Whether it can still be charged.
    pub live: bool,
}

/// A recorded intent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IntentState {
    /// Its id.
    pub id: String,
    /// How it was closed; `None` while it is open.
    pub closed: Option<Closed>,
}

/// How an intent was closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closed {
    /// With the card's row.
    Saved,
    /// The gateway made no token.
    Refused,
    /// By the reconciler.
    Reconciled,
}

impl Closed {
    /// The audit record that belongs to it.
    pub const fn record(self) -> AuditOutcome {
        match self {
            Self::Saved => AuditOutcome::Saved,
            Self::Refused => AuditOutcome::Refused,
            Self::Reconciled => AuditOutcome::Reconciled,
        }
    }
}

/// An audit record about a flow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ending {
    /// The flow's intent id.
    pub flow: String,
    /// What happened.
    pub outcome: AuditOutcome,
}

/// A 200 of saving a card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedAnswer {
    /// The customer.
    pub customer: i64,
    /// The masked number of the card.
    pub masked_number: String,
    /// Whether the customer asked to delete the card afterwards, or was erased.
    pub is_deleted: bool,
}

/// An entered code that was compared with a sent one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// The customer.
    pub customer: i64,
    /// The day (UTC).
    pub day: NaiveDate,
    /// Names the sent code.
    pub code: String,
    /// Names the entered code.
    pub attempt: String,
}

/// A saved card that was listed to a customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// To whom.
    pub customer: i64,
    /// Whose it is.
    pub owner: i64,
}

/// A sent message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Names the phone.
    pub phone: String,
    /// When it was sent.
    pub at: DateTime<Utc>,
}

/// A request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Method and path.
    pub what: String,
    /// The status; `None` if there was no answer within the deadline.
    pub status: Option<u16>,
    /// Whether a fault was injected during it: then 503 is an answer, and so is a lost connection.
    pub is_disturbed: bool,
}
