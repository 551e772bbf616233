//! A tokenization gateway with a ledger.

use std::collections::VecDeque;
use std::sync::Mutex;

use async_trait::async_trait;
use serde_json::Value;

use super::{Weather, lock};
use crate::card::{CardFacts, CardToken, MaskedPan, ProviderCustomerKey};
use crate::card_storage::IntentId;
use crate::catalog::{ACCOUNT, ACCOUNTS, Pos};
use crate::id::{CustomerId, PosId};
use crate::ports::{
    GatewayRefusal, IssuedToken, RefusalReason, TokenizeFailure, TokenizeRequest, Tokenizer,
    Unavailable,
};

/// What a gateway does with a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GatewayAct {
    /// Makes a token.
    Succeed,
    /// Says no.
    Refuse(RefusalReason),
    /// Is away; nothing was sent.
    BeAway,
    /// Does not answer, and makes no token.
    TimeOut,
    /// Makes a token and does not answer.
    MakeAndTimeOut,
    /// Does not answer, and makes the token so late that it is found only when asked the second time.
    MakeLate,
    /// Answers with a token that has the card's number in it.
    RevealNumber,
    /// Answers with a customer's key that has the card's number in it.
    RevealNumberInKey,
    /// Answers with the token it gave this number before, if it did.
    RepeatToken,
}

/// A token in the gateway's books.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerEntry {
    /// The token.
    pub token: CardToken,
    /// Whose.
    pub customer: CustomerId,
    /// At which point of sale.
    pub pos: PosId,
    /// The merchant whose credentials made it: `merchant` in the configuration of the point of sale.
    pub merchant: String,
    /// The reference it was made under.
    pub reference: IntentId,
    /// The card.
    pub masked_number: MaskedPan,
    /// Whether the gateway was given a CVV.
    pub had_cvv: bool,
    /// False once it was deleted.
    pub live: bool,
    /// So many times it is not found yet.
    hidden: u32,
}

/// A gateway that does as it is told, and keeps books.
#[derive(Default)]
pub struct FakeGateway {
    weather: Weather,
    needs_cvv: bool,
    books: Mutex<Books>,
}

#[derive(Default)]
struct Books {
    acts: VecDeque<GatewayAct>,
    ledger: Vec<LedgerEntry>,
    calls: u32,
    facts: CardFacts,
}

impl FakeGateway {
    /// A gateway without tokens, which makes one for every card until it is told otherwise.
    pub fn new(weather: Weather, needs_cvv: bool) -> Self {
        Self {
            weather,
            needs_cvv,
            books: Mutex::default(),
        }
    }

    /// What it does with the next card for which nothing is decided yet.
    pub fn next(&self, act: GatewayAct) {
        lock(&self.books).acts.push_back(act);
    }

    /// What it states about every card from now on; nothing until it is told.
    pub fn state(&self, facts: CardFacts) {
        lock(&self.books).facts = facts;
    }

    /// Every token it ever made.
    pub fn ledger(&self) -> Vec<LedgerEntry> {
        lock(&self.books).ledger.clone()
    }

    /// How often it was asked to make a token.
    pub fn tokenize_calls(&self) -> u32 {
        lock(&self.books).calls
    }
}

impl Books {
    fn tokenize(
        &mut self,
        pos: &Pos,
        request: &TokenizeRequest,
    ) -> Result<IssuedToken, TokenizeFailure> {
        self.calls += 1;
        let act = self.acts.pop_front().unwrap_or(GatewayAct::Succeed);
        match act {
            GatewayAct::Succeed
            | GatewayAct::RepeatToken
            | GatewayAct::RevealNumber
            | GatewayAct::RevealNumberInKey => self.make(pos, request, act, 0),
            GatewayAct::Refuse(reason) => {
                let gateway_code = Some("51".to_owned());
                Err(TokenizeFailure::Refused(GatewayRefusal {
                    reason,
                    gateway_code,
                }))
            }
            GatewayAct::BeAway => Err(TokenizeFailure::Unavailable(Unavailable {
                what: "gateway",
                source: None,
            })),
            GatewayAct::TimeOut => Err(TokenizeFailure::Unknown),
            GatewayAct::MakeAndTimeOut => {
                self.make(pos, request, act, 0)?;
                Err(TokenizeFailure::Unknown)
            }
            GatewayAct::MakeLate => {
                self.make(pos, request, act, 1)?;
                Err(TokenizeFailure::Unknown)
            }
        }
    }

    fn make(
        &mut self,
        pos: &Pos,
        request: &TokenizeRequest,
        act: GatewayAct,
        hidden: u32,
    ) -> Result<IssuedToken, TokenizeFailure> {
        let masked_number = request.card.pan.mask();
        let number = self.ledger.len() + 1;
        let former = self.ledger.iter().find(|one| {
            one.live && one.masked_number == masked_number && one.customer == request.customer
        });
        let text = match (act, former) {
            (GatewayAct::RepeatToken, Some(former)) => former.token.as_str().to_owned(),
            (GatewayAct::RevealNumber, _) => request
                .card
                .pan
                .expose(|digits| format!("card-{digits}-{number}")),
            _ => format!("token-{number}"),
        };
        let token = CardToken::parse(&text).map_err(|_| TokenizeFailure::Unknown)?;
        self.ledger.push(LedgerEntry {
            token: token.clone(),
            customer: request.customer,
            pos: pos.pk,
            merchant: merchant(pos),
            reference: request.reference.clone(),
            masked_number,
            had_cvv: request.card.cvv.is_some(),
            live: true,
            hidden,
        });
        let revealing = |digits: &str| ProviderCustomerKey::parse(&format!("user-{digits}")).ok();
        let provider_customer_key = if act == GatewayAct::RevealNumberInKey {
            request.card.pan.expose(revealing)
        } else {
            key_of(request.customer)
        };
        Ok(IssuedToken {
            token,
            provider_customer_key,
            facts: self.facts.clone(),
        })
    }

    fn find(&mut self, pos: &Pos, reference: &IntentId) -> Vec<IssuedToken> {
        let asked =
            |one: &&mut LedgerEntry| one.belongs_to(pos) && one.reference == *reference && one.live;
        let mut found = Vec::new();
        for entry in self.ledger.iter_mut().filter(asked) {
            if entry.hidden > 0 {
                entry.hidden -= 1;
            } else {
                let provider_customer_key = key_of(entry.customer);
                found.push(IssuedToken {
                    token: entry.token.clone(),
                    provider_customer_key,
                    facts: self.facts.clone(),
                });
            }
        }
        found
    }

    fn delete(&mut self, pos: &Pos, token: &CardToken) {
        for entry in self
            .ledger
            .iter_mut()
            .filter(|one| one.belongs_to(pos) && one.token == *token)
        {
            entry.live = false;
        }
    }
}

impl LedgerEntry {
    /// A merchant sees and deletes its own tokens only.
    fn belongs_to(&self, pos: &Pos) -> bool {
        self.pos == pos.pk && self.merchant == merchant(pos)
    }
}

/// Whose account a point of sale calls with.
fn merchant(pos: &Pos) -> String {
    let is_foreign = |key: &&str| pos.config.contains_key(*key);
    assert_eq!(
        [ACCOUNT, ACCOUNTS].iter().find(|key| is_foreign(key)),
        None,
        "an adapter is given one account's configuration only"
    );
    let named = pos.config.get("merchant").and_then(Value::as_str);
    named.unwrap_or_default().to_owned()
}

fn key_of(customer: CustomerId) -> Option<ProviderCustomerKey> {
    ProviderCustomerKey::parse(&format!("user-{customer}")).ok()
}

#[async_trait]
impl Tokenizer for FakeGateway {
    fn needs_cvv(&self, _pos: &Pos) -> bool {
        self.needs_cvv
    }

    async fn tokenize(
        &self,
        pos: &Pos,
        request: TokenizeRequest,
    ) -> Result<IssuedToken, TokenizeFailure> {
        let work = || lock(&self.books).tokenize(pos, &request);
        self.weather
            .call("gateway.tokenize", work)
            .await
            .unwrap_or(Err(TokenizeFailure::Unknown))
    }

    async fn find(
        &self,
        pos: &Pos,
        reference: &IntentId,
        _provider_customer_key: Option<ProviderCustomerKey>,
    ) -> Result<Vec<IssuedToken>, Unavailable> {
        let work = || lock(&self.books).find(pos, reference);
        self.weather.call("gateway.find", work).await
    }

    async fn delete(&self, pos: &Pos, token: &IssuedToken) -> Result<(), Unavailable> {
        let work = || lock(&self.books).delete(pos, &token.token);
        self.weather.call("gateway.delete", work).await
    }
}
