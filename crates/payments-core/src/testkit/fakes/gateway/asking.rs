//! Actions that the fake gateway requires of customers.

use crate::catalog::Pos;
use crate::ports::TokenizeFailure;
use crate::tokenization::{
    ActionHandle, ActionOutcome, ActionUrl, GatewayAction, GatewayRefusal, IssuedToken,
    RefusalReason, TokenizeRequest, Tokenized,
};

use super::{Books, FakeGateway, GatewayAct, LedgerEntry, lock, merchant};

/// An action that the gateway required.
pub(super) struct Asked {
    handle: String,
    /// The ledger entry that is added when the action is completed.
    entry: LedgerEntry,
    issued: IssuedToken,
    stage: Stage,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Waiting,
    Done,
    Declined,
    Cancelled,
}

impl FakeGateway {
    /// Completes the last required action; the gateway makes the token. Returns whether that was possible.
    pub fn approve(&self) -> bool {
        lock(&self.books).approve(|_| true)
    }

    /// Completes the action with this URL, like [`FakeGateway::approve`].
    pub fn approve_at(&self, url: &str) -> bool {
        lock(&self.books).approve(|one| one.is_at(url))
    }

    /// Fails or abandons the last required action. Returns whether that was possible.
    pub fn decline(&self) -> bool {
        lock(&self.books).decline(|_| true)
    }

    /// Fails or abandons the action with this URL. Returns whether that was possible.
    pub fn decline_at(&self, url: &str) -> bool {
        lock(&self.books).decline(|one| one.is_at(url))
    }

    /// The return URLs of the actions, in order.
    pub fn return_urls(&self) -> Vec<String> {
        lock(&self.books).return_urls.clone()
    }
}

impl Asked {
    fn is_waiting(&self) -> bool {
        self.stage == Stage::Waiting
    }

    fn is_at(&self, url: &str) -> bool {
        url == url_of(&self.handle)
    }
}

fn url_of(handle: &str) -> String {
    format!("https://bank.example/{handle}")
}

impl Books {
    /// Requires an action. Needs a return URL.
    pub(super) fn ask(
        &mut self,
        pos: &Pos,
        request: &TokenizeRequest,
        act: GatewayAct,
    ) -> Result<Tokenized, TokenizeFailure> {
        let Some(return_url) = request.return_url.clone() else {
            return Err(TokenizeFailure::Refused(GatewayRefusal {
                reason: RefusalReason::NotAllowed,
                gateway_code: Some("requires_action".to_owned()),
            }));
        };
        let handle = format!("action-{}", self.asked.len() + 1);
        let entry = self.prepare(pos, request, act, 0);
        let issued = self.issued(&entry)?;
        let action = GatewayAction {
            handle: ActionHandle::parse(&handle).map_err(|_| TokenizeFailure::Unknown)?,
            url: ActionUrl::parse(&url_of(&handle)).map_err(|_| TokenizeFailure::Unknown)?,
        };
        self.return_urls.push(return_url);
        self.asked.push(Asked {
            handle,
            entry,
            issued,
            stage: Stage::Waiting,
        });
        Ok(Tokenized::ActionRequired(action))
    }

    /// The last action that `is_it` accepts, if its customer can still complete it.
    fn waiting(&mut self, is_it: impl Fn(&Asked) -> bool) -> Option<&mut Asked> {
        let last = self.asked.iter_mut().rev().find(|one| is_it(one));
        last.filter(|one| one.is_waiting())
    }

    fn decline(&mut self, is_it: impl Fn(&Asked) -> bool) -> bool {
        let waiting = self.waiting(is_it);
        waiting.map(|one| one.stage = Stage::Declined).is_some()
    }

    fn approve(&mut self, is_it: impl Fn(&Asked) -> bool) -> bool {
        let Some(one) = self.waiting(is_it) else {
            return false;
        };
        one.stage = Stage::Done;
        let entry = one.entry.clone();
        self.ledger.push(entry);
        true
    }

    pub(super) fn action(&self, pos: &Pos, handle: &ActionHandle) -> ActionOutcome {
        let refused = |reason, code: &str| {
            ActionOutcome::Refused(GatewayRefusal {
                reason,
                gateway_code: Some(code.to_owned()),
            })
        };
        let mut own = self.asked.iter().filter(|one| {
            (one.entry.pos, one.entry.merchant.as_str()) == (pos.pk, merchant(pos).as_str())
        });
        let Some(one) = own.find(|one| one.handle == handle.as_str()) else {
            return ActionOutcome::Refused(GatewayRefusal::of_no_action());
        };
        match one.stage {
            Stage::Waiting => ActionOutcome::Pending,
            Stage::Done => ActionOutcome::Issued(one.issued.clone()),
            Stage::Declined => refused(RefusalReason::Declined, "authentication_failed"),
            Stage::Cancelled => refused(RefusalReason::Other, "canceled"),
        }
    }

    /// An action that was completed, declined or cancelled keeps that result.
    pub(super) fn cancel_action(&mut self, pos: &Pos, handle: &ActionHandle) -> ActionOutcome {
        if self.action(pos, handle) == ActionOutcome::Pending {
            let mut asked = self.asked.iter_mut();
            if let Some(one) = asked.find(|one| one.handle == handle.as_str()) {
                one.stage = Stage::Cancelled;
            }
        }
        self.action(pos, handle)
    }
}
