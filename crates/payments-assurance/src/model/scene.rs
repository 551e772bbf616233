//! What the requests share: the stores, the gateway and the time; and a turn, in which a request makes one call.

use std::collections::BTreeSet;

use payments_core::audit::AuditOutcome;
use payments_core::chrono::{DateTime, Utc};
use payments_core::flow::FlowId;
use payments_core::intent::LeaseTerms;

use super::database::{Database, Deletion, Status};
use super::defect::Defect;
use super::flow_store::FlowStore;
use super::gateway::{Found, Gateway};
use super::ids::{Account, Card, Code, CustomerKey, Session};
use super::setup::{LEASE_SECONDS, Planned, Process, Setup};

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Scene {
    pub(super) now: DateTime<Utc>,
    pub(super) flows: FlowStore,
    pub(super) database: Database,
    pub(super) gateway: Gateway,
    pub(super) seen: Seen,
}

/// What the properties need to know about the past.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Seen {
    /// The cards that were answered with a 200.
    pub(super) saved: BTreeSet<Card>,
    /// The cards whose row was deleted and not committed again.
    pub(super) removed: BTreeSet<Card>,
    /// What is broken already.
    pub(super) breaches: BTreeSet<Breach>,
    /// The wrong codes that were compared, with the sent ones.
    pub(super) wrong: BTreeSet<(Code, Code)>,
    /// A call was lost, a request died, or the flow store lost data.
    pub(super) is_disturbed: bool,
}

/// Something that is wrong whatever happens afterwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Breach {
    /// A 200 was given although the card's row was not committed.
    FalseAnswer,
    /// The gateway was searched, or told to delete, at another account or under another customer's key.
    Crossing,
    /// The token of a row was deleted.
    RowHit,
    /// A process took a card that it cannot open.
    CardWasted,
}

impl Seen {
    pub(super) fn note(&mut self, breach: Breach) {
        self.breaches.insert(breach);
    }
}

/// How a call of a port goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum CallOutcome {
    /// It works.
    Works,
    /// The request is lost.
    Lost,
    /// It works, and the reply is lost.
    ReplyLost,
    /// It is carried out after the caller has given up.
    Late,
    /// The gateway refuses the card; the code is not sent.
    Refused,
    /// The gateway is unavailable, and did nothing.
    Unavailable,
    /// The gateway requires an action of the customer.
    Asks,
}

/// The next call of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Call {
    /// The name of the port and its function, as the fakes of `payments-core` call it.
    pub(super) name: &'static str,
    pub(super) port: Port,
}

impl Call {
    pub(super) const fn read(name: &'static str) -> Self {
        let port = Port::Read;
        Self { name, port }
    }

    pub(super) const fn write(name: &'static str) -> Self {
        let port = Port::Write;
        Self { name, port }
    }

    pub(super) const fn gateway(name: &'static str) -> Self {
        let port = Port::Gateway;
        Self { name, port }
    }
}

/// What kind of port a call is made to, which decides how it can go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Port {
    /// Reads from a store.
    Read,
    /// Writes to a store.
    Write,
    /// Commits an intent.
    Record,
    /// Makes a token.
    Tokenize,
    /// Sends a message.
    Send,
    /// Any other call of the gateway.
    Gateway,
}

/// The call did not answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Lost;

/// Either what comes next, or the result.
pub(super) enum Step<T, R> {
    Next(T),
    Done(R),
}

/// A turn of a request: it makes one call, and goes on until it needs the next.
pub(super) struct Turn<'a> {
    pub(super) scene: &'a mut Scene,
    pub(super) setup: &'a Setup,
    pub(super) request: usize,
    pub(super) call_outcome: CallOutcome,
}

impl Turn<'_> {
    pub(super) const fn now(&self) -> DateTime<Utc> {
        self.scene.now
    }

    pub(super) const fn planned(&self) -> &Planned {
        &self.setup.requests[self.request]
    }

    pub(super) const fn session(&self) -> Session {
        self.planned().session
    }

    pub(super) fn process(&self) -> &Process {
        self.setup.process(self.request)
    }

    pub(super) const fn defect(&self) -> Option<Defect> {
        self.setup.defect
    }

    /// A number for what this request draws.
    pub(super) fn fresh(&self) -> u8 {
        u8::try_from(self.request + 10).unwrap_or(u8::MAX)
    }

    /// Makes the turn's call.
    pub(super) fn call<T>(&mut self, work: impl FnOnce(&mut Scene) -> T) -> Result<T, Lost> {
        match self.call_outcome {
            CallOutcome::Works => Ok(work(self.scene)),
            CallOutcome::ReplyLost => {
                work(self.scene);
                Err(Lost)
            }
            CallOutcome::Lost
            | CallOutcome::Late
            | CallOutcome::Refused
            | CallOutcome::Unavailable
            | CallOutcome::Asks => Err(Lost),
        }
    }

    /// The account at which the process saves new cards.
    pub(super) fn account(&self) -> Account {
        if self.process().has_stale_catalog {
            Account(0)
        } else {
            self.scene.database.account
        }
    }

    pub(super) const fn lease_terms(&self) -> LeaseTerms {
        LeaseTerms {
            limit: u32::MAX,
            first_wait_seconds: LEASE_SECONDS,
            longest_wait_seconds: 4 * 3_600,
            now: self.now(),
        }
    }

    /// The account that a call about an earlier token or intent goes to.
    pub(super) fn place_of(&self, account: Account) -> Account {
        if self.setup.is(Defect::PresentAccount) {
            self.account()
        } else {
            account
        }
    }
}

impl Scene {
    /// Deletes a token at the gateway.
    pub(super) fn delete(&mut self, account: Account, deletion: &Deletion) {
        let (token, key) = (deletion.token, deletion.key);
        if !self.gateway.belongs(account, token, key) {
            self.seen.note(Breach::Crossing);
        }
        let mut rows = self.database.rows.iter();
        if rows.any(|row| (row.account, row.token) == (account, token)) {
            self.seen.note(Breach::RowHit);
        }
        self.gateway.delete(account, token, key);
    }

    /// Searches for the tokens of an intent.
    pub(super) fn find(
        &mut self,
        account: Account,
        flow: FlowId,
        called_with: Option<CustomerKey>,
    ) -> Found {
        let intent = self.database.intents.get(&flow);
        if intent.map(|intent| intent.account) != Some(account) {
            self.seen.note(Breach::Crossing);
        }
        self.gateway.find(account, flow, called_with)
    }

    /// Notes the 200 of a flow.
    pub(super) fn answer_saved(&mut self, flow: FlowId) {
        if self.database.status(flow) != Status::Closed(AuditOutcome::Saved) {
            self.seen.note(Breach::FalseAnswer);
        }
        if let Some(intent) = self.database.intents.get(&flow) {
            self.seen.saved.insert(intent.card);
        }
    }
}
