//! A request: not started, between two of its calls, or over.

use payments_core::chrono::{DateTime, Utc};

use super::reconciling::{FinishAction, Reconcile, RemoveCard};
use super::scene::{Call, CallOutcome, Scene, Step, Turn};
use super::setup::{Kind, Setup};
use super::submit_code::SubmitCode;
use super::submitting::{SendCode, SubmitCard};

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Request {
    Waiting,
    Running(Box<Running>),
    Over,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Running {
    SubmitCard(SubmitCard),
    SendCode(SendCode),
    SubmitCode(SubmitCode),
    RemoveCard(RemoveCard),
    FinishAction(FinishAction),
    Reconcile(Reconcile),
}

impl Running {
    pub(super) const fn new(kind: Kind) -> Self {
        match kind {
            Kind::SubmitCard(_) => Self::SubmitCard(SubmitCard::new()),
            Kind::SendCode(_) => Self::SendCode(SendCode::new()),
            Kind::SubmitCode(_) => Self::SubmitCode(SubmitCode::new()),
            Kind::RemoveCard(_) => Self::RemoveCard(RemoveCard::Remove),
            Kind::FinishAction => Self::FinishAction(FinishAction::Find),
            Kind::Reconcile => Self::Reconcile(Reconcile::LeaseOpen),
        }
    }

    pub(super) const fn next(&self) -> Call {
        match self {
            Self::SubmitCard(running) => running.next(),
            Self::SendCode(running) => running.next(),
            Self::SubmitCode(running) => running.next(),
            Self::RemoveCard(running) => running.next(),
            Self::FinishAction(running) => running.next(),
            Self::Reconcile(running) => running.next(),
        }
    }

    /// By when the request has called the gateway, unless it died.
    pub(super) const fn must_call_by(&self) -> Option<DateTime<Utc>> {
        match self {
            Self::SubmitCode(running) => running.must_call_by(),
            Self::SubmitCard(_)
            | Self::SendCode(_)
            | Self::RemoveCard(_)
            | Self::FinishAction(_)
            | Self::Reconcile(_) => None,
        }
    }

    /// Makes the next call.
    fn turn(self, turn: &mut Turn<'_>) -> Request {
        let kind = turn.planned().kind;
        match (self, kind) {
            (Self::SubmitCard(running), Kind::SubmitCard(card)) => {
                after(running.turn(card, turn), Self::SubmitCard)
            }
            (Self::SendCode(running), Kind::SendCode(code)) => {
                after(running.turn(code, turn), Self::SendCode)
            }
            (Self::SubmitCode(running), Kind::SubmitCode(code)) => {
                after(running.turn(code, turn), Self::SubmitCode)
            }
            (Self::RemoveCard(running), Kind::RemoveCard(card)) => {
                after(running.turn(card, turn), Self::RemoveCard)
            }
            (Self::FinishAction(running), _) => after(running.turn(turn), Self::FinishAction),
            (Self::Reconcile(running), _) => after(running.turn(turn), Self::Reconcile),
            (
                Self::SubmitCard(_) | Self::SendCode(_) | Self::SubmitCode(_) | Self::RemoveCard(_),
                _,
            ) => Request::Over,
        }
    }
}

fn after<T>(step: Step<T, ()>, running: impl FnOnce(T) -> Running) -> Request {
    match step {
        Step::Next(next) => Request::Running(Box::new(running(next))),
        Step::Done(()) => Request::Over,
    }
}

impl Request {
    pub(super) const fn is_running(&self) -> bool {
        matches!(self, Self::Running(_))
    }

    /// The request after its next call.
    pub(super) fn after_call(
        &self,
        scene: &mut Scene,
        setup: &Setup,
        request: usize,
        call_outcome: CallOutcome,
    ) -> Self {
        let kind = setup.requests[request].kind;
        let running = match self {
            Self::Waiting => Running::new(kind),
            Self::Running(running) => (**running).clone(),
            Self::Over => return Self::Over,
        };
        running.turn(&mut Turn {
            scene,
            setup,
            request,
            call_outcome,
        })
    }
}
