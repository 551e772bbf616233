//! The model makes the same calls as the production driver, whichever one of them is lost.
//!
//! A script of requests runs in the model and, with the fakes of `payments-core`, in production; once without faults, and once
//! for each call that is lost before or after it did its work. Both must make the same calls in the same order.

mod production;

use anyhow::{Result, ensure};
use payments_core::testkit::fakes::{Fault, GatewayAct};
use payments_core::tokenization::RefusalReason;

use super::begin::begin;
use super::ids::{Card, Code, seconds};
use super::request::{Request, Running};
use super::scene::{Call, CallOutcome, Port, Scene};
use super::setup::{Kind, Planned, SESSION, Setup};
use production::Production;

/// What the model leaves out because it changes nothing, or merges with the call before; and the message, without which the
/// customer has no code to enter.
const LEFT_OUT: [&str; 9] = [
    "actions.named",
    "actions.of_intent",
    "intents.deletion_stuck",
    "intents.intent_stuck",
    "intents.now",
    "sms.send",
    "sms_limits.give_back",
    "sms_limits.note_sent",
    "sms_limits.take",
];

/// A step of the script.
#[derive(Clone, Copy)]
enum Deed {
    /// The request of this place in [`REQUESTS`].
    Request(usize),
    /// The customer completes an action at the gateway, if there is one.
    Approve,
    /// Time passes, until the reconciler has something to do.
    Wait,
}

const fn one(kind: Kind) -> Planned {
    Planned {
        kind,
        session: SESSION,
        process: 0,
    }
}

const REQUESTS: &[Planned] = &[
    one(Kind::SubmitCard(Card(1))),
    one(Kind::SendCode(Code(1))),
    one(Kind::SubmitCode(Code(1))),
    one(Kind::SubmitCode(Code(1))),
    one(Kind::FinishAction),
    one(Kind::Reconcile),
    one(Kind::Reconcile),
    one(Kind::RemoveCard(Card(1))),
    one(Kind::Reconcile),
];

const SCRIPT: &[Deed] = &[
    Deed::Request(0),
    Deed::Request(1),
    Deed::Request(2),
    Deed::Request(3),
    Deed::Approve,
    Deed::Request(4),
    Deed::Wait,
    Deed::Request(5),
    Deed::Wait,
    Deed::Request(6),
    Deed::Request(7),
    Deed::Wait,
    Deed::Request(8),
];

/// What the gateway does with the card, in production and in the model.
const ACTS: [(GatewayAct, CallOutcome); 6] = [
    (GatewayAct::Succeed, CallOutcome::Works),
    (
        GatewayAct::Refuse(RefusalReason::Declined),
        CallOutcome::Refused,
    ),
    (GatewayAct::BeUnavailable, CallOutcome::Unavailable),
    (GatewayAct::TimeOut, CallOutcome::Lost),
    (GatewayAct::MakeAndTimeOut, CallOutcome::ReplyLost),
    (GatewayAct::AskCustomer, CallOutcome::Asks),
];

/// A call that is lost.
#[derive(Clone, Copy, Debug)]
struct Loss {
    place: usize,
    fault: Fault,
}

/// Compares the calls of all scripts. Returns the number of scripts.
pub(super) fn compare() -> Result<u64> {
    let mut compared = 0;
    for (act, call_outcome) in ACTS {
        let undisturbed = Modelled::calls(call_outcome, None);
        same(&Production::calls(act, None)?, &undisturbed, act, None)?;
        compared += 1;
        for place in 0..undisturbed.len() {
            let name = undisturbed[place];
            // In the model, an action that the process does not learn of is never completed.
            if name == "gateway.tokenize" && call_outcome == CallOutcome::Asks {
                continue;
            }
            let before = undisturbed[..place].iter();
            let passed = before.filter(|one| **one == name).count();
            for fault in [Fault::Before, Fault::After] {
                let production = Production::calls(act, Some((name, passed, fault)))?;
                let loss = Some(Loss { place, fault });
                same(&production, &Modelled::calls(call_outcome, loss), act, loss)?;
                compared += 1;
            }
        }
    }
    Ok(compared)
}

fn same(
    production: &[&'static str],
    model: &[&'static str],
    act: GatewayAct,
    loss: Option<Loss>,
) -> Result<()> {
    ensure!(
        production == model,
        "{act:?}, {loss:?}: the driver calls\n{production:?}\nand the model\n{model:?}"
    );
    Ok(())
}

/// The script in the model.
struct Modelled {
    setup: Setup,
    scene: Scene,
    act: CallOutcome,
    loss: Option<Loss>,
    /// The number of calls so far, and the names of those that were not lost before they did their work.
    place: usize,
    made: Vec<&'static str>,
}

impl Modelled {
    fn calls(act: CallOutcome, loss: Option<Loss>) -> Vec<&'static str> {
        let setup = Setup {
            requests: REQUESTS,
            waiting: &[],
            ..Setup::BASE
        };
        let mut model = Self {
            setup,
            scene: begin(&setup),
            act,
            loss,
            place: 0,
            made: Vec::new(),
        };
        for deed in SCRIPT {
            model.act(*deed);
        }
        model.made
    }

    fn act(&mut self, deed: Deed) {
        match deed {
            Deed::Request(request) => self.request(request),
            Deed::Approve => self.scene.gateway.act(true, self.setup.repeats),
            Deed::Wait => {
                self.scene.now += seconds(500);
                self.scene.flows.expire(self.scene.now);
            }
        }
    }

    fn request(&mut self, request: usize) {
        let kind = REQUESTS[request].kind;
        let has_row = !self.scene.database.rows.is_empty();
        let mut running = match kind {
            Kind::RemoveCard(_) if !has_row => Request::Over,
            Kind::SubmitCard(_)
            | Kind::SendCode(_)
            | Kind::SubmitCode(_)
            | Kind::RemoveCard(_)
            | Kind::FinishAction
            | Kind::Reconcile => Request::Running(Box::new(Running::new(kind))),
        };
        while let Request::Running(one) = &running {
            let call_outcome = self.call_outcome(one.next());
            running = running.after_call(&mut self.scene, &self.setup, request, call_outcome);
        }
    }

    /// How a call goes.
    fn call_outcome(&mut self, call: Call) -> CallOutcome {
        if LEFT_OUT.contains(&call.name) {
            return CallOutcome::Works;
        }
        let lost = self.loss.filter(|loss| loss.place == self.place);
        self.place += 1;
        match lost.map(|loss| loss.fault) {
            Some(Fault::Before) => return CallOutcome::Lost,
            Some(Fault::After) | None => self.made.push(call.name),
        }
        match (call.port, lost) {
            (Port::Tokenize, None) => self.act,
            (Port::Tokenize, Some(_)) if !makes_a_token(self.act) => CallOutcome::Lost,
            (_, Some(_)) => CallOutcome::ReplyLost,
            (_, None) => CallOutcome::Works,
        }
    }
}

fn makes_a_token(act: CallOutcome) -> bool {
    matches!(act, CallOutcome::Works | CallOutcome::ReplyLost)
}
