//! The gateway, called over the network.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use payments_core::card::StatedToken;
use payments_core::catalog::Pos;
use payments_core::flow::IntentId;
use payments_core::ports::{TokenizeFailure, Tokenizer, Unavailable};
use payments_core::testkit::fakes::{FakeGateway, GatewayAct};
use payments_core::tokenization::{
    ActionHandle, ActionOutcome, ActionUrl, Found, ListCursor, ListOf, Listed, Notice,
    NoticeRefused, RefusalReason, TokenSearch, TokenizeRequest, Tokenized,
};

use super::network::{Network, lock};
use super::remote::{at_once, no_reply};

/// A gateway that does with each card what the seed says.
pub(super) struct RemoteGateway {
    pub(super) network: Network,
    pub(super) gateway: Arc<FakeGateway>,
    /// Whether every card is accepted from now on.
    pub(super) is_kind: Arc<Mutex<bool>>,
    /// Whether a card that it knows gets the same token again.
    pub(super) repeats_tokens: bool,
}

/// What the gateway does with a card, with weights.
const ACTS: [(u64, GatewayAct); 13] = [
    (55, GatewayAct::Succeed),
    (4, GatewayAct::Refuse(RefusalReason::Declined)),
    (2, GatewayAct::Refuse(RefusalReason::ExpiredCard)),
    (3, GatewayAct::BeUnavailable),
    (3, GatewayAct::TimeOut),
    (5, GatewayAct::MakeAndTimeOut),
    (4, GatewayAct::MakeLate),
    (3, GatewayAct::RevealNumber),
    (2, GatewayAct::RevealNumberInKey),
    (2, GatewayAct::GiveNumberAsToken),
    (4, GatewayAct::RepeatToken),
    (18, GatewayAct::AskCustomer),
    (2, GatewayAct::AskCustomerAndReveal),
];

const fn name(act: GatewayAct) -> &'static str {
    match act {
        GatewayAct::Succeed => "gateway makes a token",
        GatewayAct::Refuse(_) => "gateway refuses",
        GatewayAct::BeUnavailable => "gateway is unavailable",
        GatewayAct::TimeOut => "gateway times out",
        GatewayAct::MakeAndTimeOut => "gateway makes a token and times out",
        GatewayAct::MakeLate => "gateway makes a token late",
        GatewayAct::RevealNumber => "gateway reveals the number in the token",
        GatewayAct::RevealNumberInKey => "gateway reveals the number in the key",
        GatewayAct::GiveNumberAsToken => "gateway gives the number as the token",
        GatewayAct::GiveNumericToken => "gateway gives a numeric token",
        GatewayAct::RepeatToken => "gateway repeats a token",
        GatewayAct::AskCustomer => "gateway asks the customer",
        GatewayAct::AskCustomerAndReveal => "gateway asks and reveals the number",
    }
}

impl RemoteGateway {
    fn draw_act(&self) -> GatewayAct {
        let accept = if self.repeats_tokens {
            GatewayAct::RepeatToken
        } else {
            GatewayAct::Succeed
        };
        if *lock(&self.is_kind) {
            return accept;
        }
        let mut traffic = self.network.traffic();
        let is_numeric = traffic.choose(|rng| rng.per_mille(15));
        let act = if is_numeric {
            GatewayAct::GiveNumericToken
        } else {
            traffic.choose(|rng| rng.weighted(&ACTS))
        };
        let act = if act == GatewayAct::Succeed {
            accept
        } else {
            act
        };
        traffic.count(name(act));
        let task = traffic.current();
        let now = traffic.now();
        let text = || format!("{now}     the {}", name(act));
        traffic.history.note(&[name(act)], task, text);
        traffic.tasks[task].is_disturbed |= act != accept;
        act
    }
}

#[async_trait]
impl Tokenizer for RemoteGateway {
    fn needs_cvv(&self, pos: &Pos) -> bool {
        self.gateway.needs_cvv(pos)
    }

    async fn tokenize(
        &self,
        pos: &Pos,
        request: TokenizeRequest,
    ) -> Result<Tokenized, TokenizeFailure> {
        let act = self.draw_act();
        let (gateway, pos, mut request) = (Arc::clone(&self.gateway), pos.clone(), Some(request));
        let work = move || {
            // It arrives once.
            let request = request.take().ok_or(TokenizeFailure::Unknown)?;
            gateway.next(act);
            at_once(gateway.tokenize(&pos, request))
        };
        let reply = self.network.call("gateway.tokenize", work).await;
        reply.unwrap_or(Err(TokenizeFailure::Unknown))
    }

    async fn find(&self, pos: &Pos, search: &TokenSearch) -> Result<Found, Unavailable> {
        let (gateway, pos, search) = (Arc::clone(&self.gateway), pos.clone(), search.clone());
        let work = move || at_once(gateway.find(&pos, &search));
        let reply = self.network.call("gateway.find", work).await;
        reply.unwrap_or(Err(no_reply("gateway.find")))
    }

    async fn list(
        &self,
        pos: &Pos,
        of: &ListOf,
        after: Option<ListCursor>,
    ) -> Result<Listed, Unavailable> {
        let (gateway, pos, of) = (Arc::clone(&self.gateway), pos.clone(), of.clone());
        let work = move || at_once(gateway.list(&pos, &of, after.clone()));
        let reply = self.network.call("gateway.list", work).await;
        reply.unwrap_or(Err(no_reply("gateway.list")))
    }

    fn is_own_url(&self, pos: &Pos, url: &ActionUrl) -> bool {
        self.gateway.is_own_url(pos, url)
    }

    async fn action(&self, pos: &Pos, handle: &ActionHandle) -> Result<ActionOutcome, Unavailable> {
        let (gateway, pos, handle) = (Arc::clone(&self.gateway), pos.clone(), handle.clone());
        let work = move || at_once(gateway.action(&pos, &handle));
        let reply = self.network.call("gateway.action", work).await;
        reply.unwrap_or(Err(no_reply("gateway.action")))
    }

    async fn cancel_action(
        &self,
        pos: &Pos,
        handle: &ActionHandle,
    ) -> Result<ActionOutcome, Unavailable> {
        let (gateway, pos, handle) = (Arc::clone(&self.gateway), pos.clone(), handle.clone());
        let work = move || at_once(gateway.cancel_action(&pos, &handle));
        let reply = self.network.call("gateway.cancel_action", work).await;
        reply.unwrap_or(Err(no_reply("gateway.cancel_action")))
    }

    fn read_notice(&self, pos: &Pos, notice: &Notice) -> Result<Option<IntentId>, NoticeRefused> {
        self.gateway.read_notice(pos, notice)
    }

    async fn delete(&self, pos: &Pos, token: &StatedToken) -> Result<(), Unavailable> {
        let (gateway, pos, token) = (Arc::clone(&self.gateway), pos.clone(), token.clone());
        let work = move || at_once(gateway.delete(&pos, &token));
        let reply = self.network.call("gateway.delete", work).await;
        reply.unwrap_or(Err(no_reply("gateway.delete")))
    }
}
