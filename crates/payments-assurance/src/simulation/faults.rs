//! What can happen to a call between a process and what it calls.

use super::rng::Rng;

/// What happens to a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// It does its work, and its reply arrives.
    Answered,
    /// It never arrives.
    RequestLost,
    /// It does its work, and its reply is lost.
    ReplyLost,
    /// The caller gives up before the call arrives. It does its work later.
    Late,
    /// It arrives twice.
    Twice,
    /// It does its work after the caller has given up.
    Landing,
}

impl Fate {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Answered => "is answered",
            Self::RequestLost => "is lost",
            Self::ReplyLost => "loses its reply",
            Self::Late => "is given up",
            Self::Twice => "is answered, and repeated",
            Self::Landing => "lands late",
        }
    }
}

/// How often calls fail.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Faults {
    /// In how many of 1,000 cases any call fails.
    pub(super) rate: u64,
    /// A call that fails in [`FOCUS_RATE`] of 1,000 cases.
    pub(super) focus: Option<&'static str>,
    /// Whether the gateway often makes a token after its caller gave up.
    pub(super) is_gateway_slow: bool,
}

const FOCUS_RATE: u64 = 350;

/// The calls that a simulation may focus on.
pub(super) const CALLS: [&str; 26] = [
    "flows.load",
    "flows.reload",
    "flows.save",
    "held_cards.put",
    "held_cards.take",
    "held_cards.discard",
    "intents.record",
    "intents.outcome",
    "intents.status",
    "intents.save_card",
    "intents.refuse",
    "intents.reconcile",
    "intents.looked",
    "intents.deletion_done",
    "actions.begin",
    "actions.of_intent",
    "actions.refuse",
    "saved_cards.remove",
    "code_tries.reserve",
    "code_tries.mark_right",
    "audit.append",
    "sms.send",
    "gateway.tokenize",
    "gateway.find",
    "gateway.delete",
    "gateway.cancel_action",
];

impl Faults {
    /// The fate of a call.
    pub(super) fn fate(&self, call: &'static str, rng: &mut Rng) -> Fate {
        if self.is_gateway_slow && call == "gateway.tokenize" && rng.one_in(6) {
            return Fate::Late;
        }
        let rate = if self.focus == Some(call) {
            FOCUS_RATE
        } else {
            self.rate
        };
        if !rng.per_mille(rate) {
            return Fate::Answered;
        }
        let fates = [Fate::RequestLost, Fate::ReplyLost, Fate::Late, Fate::Twice];
        let count = if may_repeat(call) { 4 } else { 3 };
        rng.pick(&fates[..count])
    }
}

/// HTTP requests that have the same effect when they are repeated. A repeated `tokenize` is answered from the first one
/// by its idempotency key, which no caller can tell from one request.
fn may_repeat(call: &str) -> bool {
    let is_http = call.starts_with("gateway.") || call == "sms.send";
    is_http && call != "gateway.tokenize"
}

/// How long a call takes at most until it arrives, in seconds; `is_late` after its caller gave up. A gateway finishes
/// within the horizon, a database within the timeout of its statements.
pub(super) fn longest(call: &str, is_late: bool) -> i64 {
    match (is_late, call.starts_with("gateway.")) {
        (false, _) => 8,
        (true, false) => 30,
        (true, true) => 600,
    }
}
