//! The setups of the long tier.

use super::super::begin::WRONG;
use super::super::gateway::Repeats;
use super::super::ids::{Card, Code};
use super::super::setup::{Budget, Kind, Planned, Setup};
use super::{
    ENTER, FOUR_WRONG, NOTHING, OTHER_SESSION, RECONCILE, STALE, TWO_CARDS, TWO_SESSIONS, on,
};

pub(super) const LONG_SETUPS: &[Setup] = &[
    Setup {
        name: "two codes, a crash and a lost call",
        requests: &[on(0, ENTER), on(1, ENTER), RECONCILE],
        budget: Budget {
            crashes: 1,
            lost: 1,
            ..NOTHING
        },
        instants: &[6, 61],
        ..Setup::BASE
    },
    Setup {
        name: "a code sent again, a crash and a lost call",
        requests: &[
            on(0, ENTER),
            on(1, Kind::SendCode(Code(2))),
            on(1, Kind::SubmitCode(Code(2))),
        ],
        budget: Budget {
            crashes: 1,
            lost: 1,
            refusals: 1,
            ..NOTHING
        },
        instants: &[6],
        ..Setup::BASE
    },
    Setup {
        name: "a second card, its code and a crash",
        requests: &[
            on(0, ENTER),
            on(1, Kind::SubmitCard(Card(2))),
            on(0, Kind::SendCode(Code(2))),
            on(1, Kind::SubmitCode(Code(2))),
        ],
        budget: Budget {
            crashes: 1,
            ..NOTHING
        },
        instants: &[11],
        ..Setup::BASE
    },
    Setup {
        name: "a gateway that is slow twice, two reconcilers and a crash",
        requests: &[on(0, ENTER), RECONCILE, RECONCILE, on(1, Kind::Reconcile)],
        budget: Budget {
            timeouts: 2,
            refusals: 1,
            crashes: 1,
            ..NOTHING
        },
        instants: &[20, 61, 122],
        ..Setup::BASE
    },
    Setup {
        name: "a failover, a crash and a lost call",
        requests: &[on(0, ENTER), on(1, ENTER)],
        budget: Budget {
            failovers: 1,
            crashes: 1,
            lost: 1,
            ..NOTHING
        },
        instants: &[6],
        ..Setup::BASE
    },
    Setup {
        name: "a failover and a second card",
        requests: &[on(0, ENTER), on(1, Kind::SubmitCard(Card(2))), on(1, ENTER)],
        budget: Budget {
            failovers: 1,
            ..NOTHING
        },
        instants: &[11],
        ..Setup::BASE
    },
    Setup {
        name: "a flow store that loses everything",
        requests: &[on(0, ENTER), on(1, ENTER), on(1, Kind::SubmitCard(Card(2)))],
        budget: Budget {
            losses: 1,
            crashes: 1,
            ..NOTHING
        },
        instants: &[6],
        ..Setup::BASE
    },
    Setup {
        name: "the same card saved in two sessions and deleted",
        requests: &[
            on(0, ENTER),
            Planned {
                session: OTHER_SESSION,
                ..on(1, Kind::SubmitCode(Code(2)))
            },
            on(1, Kind::RemoveCard(Card(1))),
        ],
        waiting: TWO_SESSIONS,
        saved: &[Card(1)],
        budget: Budget {
            timeouts: 1,
            ..NOTHING
        },
        repeats: Repeats::WhileItLives,
        ..Setup::BASE
    },
    Setup {
        name: "the same card saved in two sessions, a deletion and a reconciler",
        requests: &[
            on(0, ENTER),
            Planned {
                session: OTHER_SESSION,
                ..on(1, Kind::SubmitCode(Code(2)))
            },
            on(1, Kind::RemoveCard(Card(1))),
            RECONCILE,
        ],
        waiting: TWO_SESSIONS,
        saved: &[Card(1)],
        budget: Budget {
            crashes: 1,
            ..NOTHING
        },
        instants: &[61],
        repeats: Repeats::WhileItLives,
        ..Setup::BASE
    },
    Setup {
        name: "a process that is suspended beyond every deadline",
        requests: &[on(0, ENTER), on(1, ENTER), RECONCILE, RECONCILE],
        instants: &[6, 61, 122, 183],
        may_suspend: true,
        ..Setup::BASE
    },
    Setup {
        name: "two cards of two sessions, a deletion and a reconciler",
        requests: &[
            on(0, ENTER),
            Planned {
                session: OTHER_SESSION,
                ..on(1, Kind::SubmitCode(Code(2)))
            },
            on(1, Kind::RemoveCard(Card(3))),
            RECONCILE,
        ],
        waiting: TWO_CARDS,
        saved: &[Card(3)],
        budget: Budget {
            timeouts: 1,
            ..NOTHING
        },
        instants: &[61],
        ..Setup::BASE
    },
    Setup {
        name: "a move, a deletion, a slow gateway and a crash",
        requests: &[on(0, ENTER), on(1, Kind::RemoveCard(Card(1))), RECONCILE],
        saved: &[Card(1)],
        budget: Budget {
            moves: 1,
            timeouts: 1,
            crashes: 1,
            ..NOTHING
        },
        instants: &[61],
        processes: STALE,
        ..Setup::BASE
    },
    Setup {
        name: "the last try, and a failover",
        requests: &[
            on(0, ENTER),
            on(1, Kind::SubmitCode(Code(WRONG + 10))),
            on(0, Kind::SubmitCode(Code(WRONG + 11))),
        ],
        waiting: FOUR_WRONG,
        budget: Budget {
            failovers: 1,
            crashes: 1,
            ..NOTHING
        },
        ..Setup::BASE
    },
    Setup {
        name: "an action, a lost call and a crash",
        requests: &[
            on(0, ENTER),
            on(1, ENTER),
            on(1, Kind::FinishAction),
            RECONCILE,
        ],
        budget: Budget {
            actions: 1,
            crashes: 1,
            lost: 1,
            ..NOTHING
        },
        instants: &[61],
        ..Setup::BASE
    },
    Setup {
        name: "an action for a card that is deleted more than an hour later",
        requests: &[
            on(0, ENTER),
            on(1, Kind::RemoveCard(Card(1))),
            on(1, Kind::FinishAction),
            RECONCILE,
        ],
        saved: &[Card(1)],
        budget: Budget {
            actions: 1,
            timeouts: 1,
            ..NOTHING
        },
        instants: &[61, 4_300],
        repeats: Repeats::WhileItLives,
        ..Setup::BASE
    },
    Setup {
        name: "an action and a failover",
        requests: &[on(0, ENTER), on(1, ENTER), on(1, Kind::FinishAction)],
        budget: Budget {
            actions: 2,
            failovers: 1,
            lost: 1,
            ..NOTHING
        },
        instants: &[6],
        ..Setup::BASE
    },
    Setup {
        name: "a flow from its first card",
        requests: &[
            on(0, Kind::SubmitCard(Card(1))),
            on(0, Kind::SendCode(Code(1))),
            on(1, Kind::SendCode(Code(2))),
            on(1, Kind::SubmitCode(Code(2))),
        ],
        waiting: &[],
        budget: Budget {
            crashes: 1,
            refusals: 1,
            ..NOTHING
        },
        instants: &[6],
        ..Setup::BASE
    },
];
