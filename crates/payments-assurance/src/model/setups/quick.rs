//! The setups of the quick tier.

use super::super::begin::WRONG;
use super::super::gateway::Repeats;
use super::super::ids::{Card, Code};
use super::super::setup::{Budget, Kind, Setup};
use super::{ENTER, FOUR_WRONG, MISMATCHED, NOTHING, RECONCILE, SEALED_WITH_NEWER, STALE, on};

pub(super) const QUICK_SETUPS: &[Setup] = &[
    Setup {
        name: "a code entered twice, and a crash",
        requests: &[on(0, ENTER), on(1, ENTER)],
        budget: Budget {
            crashes: 1,
            ..NOTHING
        },
        instants: &[6],
        ..Setup::BASE
    },
    Setup {
        name: "a lost call",
        requests: &[on(0, ENTER), on(1, ENTER)],
        budget: Budget { lost: 1, ..NOTHING },
        ..Setup::BASE
    },
    Setup {
        name: "a code sent again while it is entered",
        requests: &[
            on(0, ENTER),
            on(1, Kind::SendCode(Code(2))),
            on(1, Kind::SubmitCode(Code(2))),
        ],
        ..Setup::BASE
    },
    Setup {
        name: "a second card",
        requests: &[on(0, ENTER), on(1, Kind::SubmitCard(Card(2)))],
        budget: Budget {
            crashes: 1,
            ..NOTHING
        },
        instants: &[11],
        ..Setup::BASE
    },
    Setup {
        name: "a slow gateway",
        requests: &[on(0, ENTER), RECONCILE, RECONCILE],
        budget: Budget {
            timeouts: 1,
            refusals: 1,
            ..NOTHING
        },
        instants: &[20, 61, 122],
        ..Setup::BASE
    },
    Setup {
        name: "a failover of the flow store",
        requests: &[on(0, ENTER), on(1, ENTER)],
        budget: Budget {
            failovers: 1,
            ..NOTHING
        },
        ..Setup::BASE
    },
    Setup {
        name: "the same card saved and deleted",
        requests: &[on(0, ENTER), on(1, Kind::RemoveCard(Card(1)))],
        saved: &[Card(1), Card(2)],
        budget: Budget {
            crashes: 1,
            ..NOTHING
        },
        repeats: Repeats::WhileItLives,
        ..Setup::BASE
    },
    Setup {
        name: "a request that is suspended while its card is deleted",
        requests: &[on(0, ENTER), on(1, Kind::RemoveCard(Card(1)))],
        saved: &[Card(1)],
        instants: &[4_300],
        repeats: Repeats::WhileItLives,
        ..Setup::BASE
    },
    Setup {
        name: "a move to another account",
        requests: &[on(0, ENTER), on(1, Kind::RemoveCard(Card(1))), RECONCILE],
        saved: &[Card(1)],
        budget: Budget {
            moves: 1,
            ..NOTHING
        },
        processes: STALE,
        ..Setup::BASE
    },
    Setup {
        name: "key rings that differ",
        requests: &[on(0, ENTER), on(1, ENTER)],
        waiting: SEALED_WITH_NEWER,
        budget: Budget {
            crashes: 1,
            ..NOTHING
        },
        instants: &[6],
        processes: MISMATCHED,
        ..Setup::BASE
    },
    Setup {
        name: "the last try",
        requests: &[
            on(0, ENTER),
            on(1, Kind::SubmitCode(Code(WRONG + 10))),
            on(0, Kind::SubmitCode(Code(WRONG + 11))),
        ],
        waiting: FOUR_WRONG,
        ..Setup::BASE
    },
    Setup {
        name: "an action at the gateway",
        requests: &[on(0, ENTER), on(1, Kind::FinishAction), RECONCILE],
        budget: Budget {
            actions: 1,
            crashes: 1,
            ..NOTHING
        },
        instants: &[61],
        ..Setup::BASE
    },
];
