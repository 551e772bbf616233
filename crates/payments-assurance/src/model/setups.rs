//! The setups of the quick and of the long tier, and those of the planted defects.

mod defective;
mod long;
mod quick;

use payments_core::keys::KeyId;

use super::ids::{Card, Code, Session};
use super::setup::{Budget, KEY, Kind, PROCESS, Planned, Process, SESSION, Setup, Waiting};

pub(super) use defective::DEFECTIVE;
use long::LONG_SETUPS;
use quick::QUICK_SETUPS;

/// The number of setups of the quick tier.
pub(super) const QUICK: usize = QUICK_SETUPS.len();

/// The number of all setups.
pub(super) const ALL: usize = QUICK + LONG_SETUPS.len();

/// A setup of one of the tiers: first those of the quick one.
pub(super) fn setup(place: usize) -> Option<&'static Setup> {
    QUICK_SETUPS.iter().chain(LONG_SETUPS).nth(place)
}

const fn on(process: usize, kind: Kind) -> Planned {
    Planned {
        kind,
        session: SESSION,
        process,
    }
}

const ENTER: Kind = Kind::SubmitCode(Code(1));
const RECONCILE: Planned = on(0, Kind::Reconcile);
const NOTHING: Budget = Setup::BASE.budget;
/// A newer key, which a process may lack.
const NEWER: KeyId = KeyId(2);
const MISMATCHED: [Process; 2] = [
    Process {
        ring: &[NEWER, KEY],
        ..PROCESS
    },
    PROCESS,
];
const SEALED_WITH_NEWER: &[Waiting] = &[Waiting {
    keys: (NEWER, KEY),
    ..Setup::BASE.waiting[0]
}];
const FOUR_WRONG: &[Waiting] = &[Waiting {
    wrong: 4,
    ..Setup::BASE.waiting[0]
}];
const OTHER_SESSION: Session = Session(1);
const TWO_SESSIONS: &[Waiting] = &[
    Setup::BASE.waiting[0],
    Waiting {
        session: OTHER_SESSION,
        code: Code(2),
        ..Setup::BASE.waiting[0]
    },
];
const TWO_CARDS: &[Waiting] = &[
    Setup::BASE.waiting[0],
    Waiting {
        session: OTHER_SESSION,
        card: Card(2),
        code: Code(2),
        ..Setup::BASE.waiting[0]
    },
];
const STALE: [Process; 2] = [
    PROCESS,
    Process {
        has_stale_catalog: true,
        ..PROCESS
    },
];
