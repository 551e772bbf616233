//! What a run of the model is set up with: the requests, the processes, and how much may go wrong.

use payments_core::keys::KeyId;

use super::defect::Defect;
use super::gateway::Repeats;
use super::ids::{Card, Code, Session};

/// How long a code is valid, in seconds.
pub(super) const CODE_SECONDS: u32 = 30;
/// How long a card is held.
pub(super) const CARD_SECONDS: u32 = 60;
/// The sum of all deadlines of the gateway and the database while a card is saved.
pub(super) const SAVING_SECONDS: u32 = 20;
/// The time after which the gateway has finished any call.
pub(super) const HORIZON_SECONDS: u32 = 60;
/// The lease of an intent or a deletion.
pub(super) const LEASE_SECONDS: u32 = 10;
/// How long an action may take.
pub(super) const ACTION_SECONDS: u32 = 60;

/// A request that may start at any time, once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Planned {
    pub(super) kind: Kind,
    pub(super) session: Session,
    /// The process that runs it.
    pub(super) process: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Submits a card.
    SubmitCard(Card),
    /// Requests a code, which will be this one.
    SendCode(Code),
    /// Enters a code.
    SubmitCode(Code),
    /// Deletes the saved card.
    RemoveCard(Card),
    /// The customer comes back from the gateway, or the gateway notifies.
    FinishAction,
    /// One run of the reconciler.
    Reconcile,
}

/// A process.
#[derive(Clone, Copy, Debug)]
pub(super) struct Process {
    /// Its key ring, that of the sealing key first.
    pub(super) ring: &'static [KeyId],
    /// Whether it does not see that the point of sale changed.
    pub(super) has_stale_catalog: bool,
}

/// A flow that is waiting for its code at the start.
#[derive(Clone, Copy, Debug)]
pub(super) struct Waiting {
    pub(super) session: Session,
    pub(super) card: Card,
    pub(super) code: Code,
    /// Wrong codes that were entered already.
    pub(super) wrong: u8,
    /// The keys that sealed the card and made the code's digest.
    pub(super) keys: (KeyId, KeyId),
}

/// How often each event may still happen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Budget {
    /// A request ends between two calls.
    pub(super) crashes: u8,
    /// A call of the flow store or the database, or its reply, is lost.
    pub(super) lost: u8,
    /// The gateway refuses a card or is unavailable; a code is not sent.
    pub(super) refusals: u8,
    /// A call of the gateway, or its answer, is lost.
    pub(super) timeouts: u8,
    /// The gateway requires an action of the customer.
    pub(super) actions: u8,
    /// The flow store fails over to a stale replica.
    pub(super) failovers: u8,
    /// The flow store loses everything.
    pub(super) losses: u8,
    /// The point of sale moves to another account.
    pub(super) moves: u8,
}

/// A run of the model.
#[derive(Clone, Copy, Debug)]
pub(super) struct Setup {
    pub(super) name: &'static str,
    pub(super) requests: &'static [Planned],
    pub(super) waiting: &'static [Waiting],
    /// Cards that were saved earlier.
    pub(super) saved: &'static [Card],
    pub(super) budget: Budget,
    /// The instants, in seconds, after the first one.
    pub(super) instants: &'static [u32],
    pub(super) processes: [Process; 2],
    /// Whether a process may call the gateway long after it recorded the intent.
    pub(super) may_suspend: bool,
    pub(super) repeats: Repeats,
    pub(super) defect: Option<Defect>,
}

/// The usual ring.
pub(super) const KEY: KeyId = KeyId(1);

/// A process that needs nothing special.
pub(super) const PROCESS: Process = Process {
    ring: &[KEY],
    has_stale_catalog: false,
};

pub(super) const SESSION: Session = Session(0);

impl Setup {
    /// A setup in which one card waits for its code, and nothing happens.
    pub(super) const BASE: Self = Self {
        name: "",
        requests: &[],
        waiting: &[Waiting {
            session: SESSION,
            card: Card(1),
            code: Code(1),
            wrong: 0,
            keys: (KEY, KEY),
        }],
        saved: &[],
        budget: Budget {
            crashes: 0,
            lost: 0,
            refusals: 0,
            timeouts: 0,
            actions: 0,
            failovers: 0,
            losses: 0,
            moves: 0,
        },
        instants: &[],
        processes: [PROCESS; 2],
        may_suspend: false,
        repeats: Repeats::Never,
        defect: None,
    };

    pub(super) fn is(&self, defect: Defect) -> bool {
        self.defect == Some(defect)
    }

    pub(super) fn process(&self, request: usize) -> &Process {
        &self.processes[self.requests[request].process]
    }
}
