//! The setups of the planted defects: the smallest ones in which each is found.

use super::super::begin::WRONG;
use super::super::defect::Defect;
use super::super::gateway::Repeats;
use super::super::ids::{Card, Code};
use super::super::setup::{Budget, Kind, Setup};
use super::{ENTER, FOUR_WRONG, MISMATCHED, NOTHING, RECONCILE, SEALED_WITH_NEWER, on};

pub(in crate::model) const DEFECTIVE: &[Setup] = &[
    Setup {
        requests: &[
            on(0, Kind::SendCode(Code(2))),
            on(1, Kind::SubmitCard(Card(2))),
        ],
        defect: Some(Defect::NoCompareAndSet),
        ..Setup::BASE
    },
    Setup {
        requests: &[on(0, ENTER)],
        budget: Budget {
            crashes: 1,
            ..NOTHING
        },
        defect: Some(Defect::NoIntent),
        ..Setup::BASE
    },
    Setup {
        requests: &[on(0, ENTER), on(1, ENTER)],
        budget: Budget {
            failovers: 1,
            ..NOTHING
        },
        defect: Some(Defect::IntentsNotUnique),
        ..Setup::BASE
    },
    Setup {
        requests: &[on(0, ENTER), on(1, ENTER)],
        budget: Budget {
            failovers: 1,
            ..NOTHING
        },
        instants: &[6],
        defect: Some(Defect::EndingDespiteIntent),
        ..Setup::BASE
    },
    Setup {
        requests: &[on(0, ENTER), RECONCILE, RECONCILE],
        budget: Budget {
            timeouts: 1,
            ..NOTHING
        },
        instants: &[1],
        defect: Some(Defect::NoHorizon),
        ..Setup::BASE
    },
    Setup {
        requests: &[on(0, ENTER), RECONCILE],
        budget: Budget {
            timeouts: 1,
            ..NOTHING
        },
        instants: &[20, 61],
        defect: Some(Defect::OneLook),
        ..Setup::BASE
    },
    Setup {
        requests: &[on(0, ENTER), on(1, Kind::RemoveCard(Card(2)))],
        saved: &[Card(2)],
        budget: Budget {
            timeouts: 1,
            ..NOTHING
        },
        defect: Some(Defect::KeyOfToday),
        ..Setup::BASE
    },
    Setup {
        requests: &[on(0, Kind::RemoveCard(Card(2)))],
        saved: &[Card(2)],
        budget: Budget {
            moves: 1,
            ..NOTHING
        },
        defect: Some(Defect::PresentAccount),
        ..Setup::BASE
    },
    Setup {
        requests: &[on(0, ENTER), on(1, Kind::RemoveCard(Card(1)))],
        saved: &[Card(1)],
        repeats: Repeats::WhileItLives,
        defect: Some(Defect::CommittedDeadToken),
        ..Setup::BASE
    },
    Setup {
        requests: &[on(0, ENTER), on(1, Kind::RemoveCard(Card(1)))],
        saved: &[Card(1)],
        budget: Budget {
            actions: 1,
            ..NOTHING
        },
        instants: &[4_300],
        repeats: Repeats::WhileItLives,
        defect: Some(Defect::ForgottenDeletion),
        ..Setup::BASE
    },
    Setup {
        requests: &[on(0, ENTER), on(1, Kind::RemoveCard(Card(1)))],
        saved: &[Card(1)],
        instants: &[4_300],
        repeats: Repeats::WhileItLives,
        defect: Some(Defect::LateCommit),
        ..Setup::BASE
    },
    Setup {
        requests: &[on(0, Kind::RemoveCard(Card(2)))],
        saved: &[Card(2)],
        budget: Budget {
            crashes: 1,
            ..NOTHING
        },
        defect: Some(Defect::UnqueuedDeletion),
        ..Setup::BASE
    },
    Setup {
        requests: &[on(1, ENTER)],
        waiting: SEALED_WITH_NEWER,
        processes: MISMATCHED,
        defect: Some(Defect::UnknownKey),
        ..Setup::BASE
    },
    Setup {
        requests: &[
            on(0, Kind::SubmitCode(Code(WRONG + 10))),
            on(1, Kind::SubmitCode(Code(WRONG + 11))),
        ],
        waiting: FOUR_WRONG,
        budget: Budget {
            failovers: 1,
            ..NOTHING
        },
        defect: Some(Defect::UncountedTries),
        ..Setup::BASE
    },
];
