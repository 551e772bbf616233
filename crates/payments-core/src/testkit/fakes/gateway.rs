//! A tokenization gateway that keeps a ledger.

mod act;
mod asking;
mod listing;
mod searching;

use alloc::collections::VecDeque;
use std::sync::Mutex;

use async_trait::async_trait;
use serde_json::Value;

use crate::card::{CardFacts, CardToken, MaskedPan, ProviderCustomerKey, StatedToken};
use crate::catalog::{ACCOUNT, ACCOUNTS, Pos};
use crate::flow::IntentId;
use crate::id::{CustomerId, PosId};
use crate::ports::{TokenizeFailure, Tokenizer, Unavailable};
use crate::tokenization::{
    ActionHandle, ActionOutcome, ActionUrl, Found, GatewayRefusal, IssuedToken, ListCursor, ListOf,
    Listed, Notice, NoticeRefused, TokenSearch, TokenizeRequest, Tokenized,
};

use super::{FaultInjection, lock};

pub use act::GatewayAct;
pub use searching::SearchBy;

/// The answer of [`GatewayAct::GiveNumericToken`]: passes the Luhn check, but is no test card's number.
const NUMERIC_TOKEN: &str = "7000000000000005";

/// A token in the gateway's ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerEntry {
    /// The token's text.
    pub token: String,
    /// The gateway's key of the customer that the token belongs to.
    pub customer_key: String,
    /// The customer in the request.
    pub customer: CustomerId,
    /// The point of sale in the request.
    pub pos: PosId,
    /// The merchant whose credentials made it: `merchant` in the configuration of the point of sale.
    pub merchant: String,
    /// The reference that it was made under.
    pub reference: IntentId,
    /// The masked number of the card.
    pub masked_number: MaskedPan,
    /// Whether the gateway was given a CVV.
    pub had_cvv: bool,
    /// `false` once it was deleted.
    pub live: bool,
    /// The number of searches that do not find it yet.
    hidden: u32,
}

/// A customer in the gateway's ledger.
struct Customer {
    pos: PosId,
    merchant: String,
    key: String,
    made_under: IntentId,
}

/// A gateway with scripted results and a ledger. As real gateways do, it finds and deletes a token only by the key of
/// the customer it belongs to, and creates a new customer for a key that it does not know.
#[derive(Default)]
pub struct FakeGateway {
    faults: FaultInjection,
    needs_cvv: bool,
    books: Mutex<Books>,
}

#[derive(Default)]
struct Books {
    acts: VecDeque<GatewayAct>,
    ledger: Vec<LedgerEntry>,
    customers: Vec<Customer>,
    search_by: SearchBy,
    calls: u32,
    facts: CardFacts,
    asked: Vec<asking::Asked>,
    return_urls: Vec<String>,
}

impl FakeGateway {
    /// A gateway without tokens. It makes a token for every card unless scripted otherwise.
    pub fn new(faults: FaultInjection, needs_cvv: bool) -> Self {
        Self {
            faults,
            needs_cvv,
            books: Mutex::default(),
        }
    }

    /// Sets the result for the next card that has none yet.
    pub fn next(&self, act: GatewayAct) {
        lock(&self.books).acts.push_back(act);
    }

    /// Sets the facts that the gateway states about every card from now on; none by default.
    pub fn state(&self, facts: CardFacts) {
        lock(&self.books).facts = facts;
    }

    /// Sets how the gateway can be searched from now on.
    pub fn search_by(&self, search_by: SearchBy) {
        lock(&self.books).search_by = search_by;
    }

    /// Deletes a customer and the customer's tokens, as an operator may do in a gateway's panel.
    pub fn forget_customer(&self, key: &str) {
        let mut books = lock(&self.books);
        books.customers.retain(|customer| customer.key != key);
        let tokens = books.ledger.iter_mut();
        tokens
            .filter(|entry| entry.customer_key == key)
            .for_each(|entry| entry.live = false);
    }

    /// Deletes the tokens that were made under a reference, as an operator may do in a gateway's panel.
    pub fn delete_made_under(&self, reference: &IntentId) {
        let ledger = &mut lock(&self.books).ledger;
        let made = ledger.iter().filter(|entry| entry.reference == *reference);
        let made: Vec<LedgerEntry> = made.cloned().collect();
        let is_same = |entry: &LedgerEntry, one: &LedgerEntry| {
            (&entry.token, &entry.customer_key) == (&one.token, &one.customer_key)
        };
        for entry in ledger.iter_mut() {
            entry.live &= !made.iter().any(|one| is_same(entry, one));
        }
    }

    /// All tokens that the gateway ever made.
    pub fn ledger(&self) -> Vec<LedgerEntry> {
        lock(&self.books).ledger.clone()
    }

    /// The number of calls to make a token.
    pub fn tokenize_calls(&self) -> u32 {
        lock(&self.books).calls
    }
}

impl Books {
    fn tokenize(
        &mut self,
        pos: &Pos,
        request: &TokenizeRequest,
    ) -> Result<Tokenized, TokenizeFailure> {
        self.calls += 1;
        let act = self.acts.pop_front().unwrap_or(GatewayAct::Succeed);
        match act {
            GatewayAct::Succeed
            | GatewayAct::RepeatToken
            | GatewayAct::RevealNumber
            | GatewayAct::RevealNumberInKey
            | GatewayAct::GiveNumberAsToken
            | GatewayAct::GiveNumericToken => {
                self.make(pos, request, act, 0).map(Tokenized::Issued)
            }
            GatewayAct::AskCustomer | GatewayAct::AskCustomerAndReveal => {
                self.ask(pos, request, act)
            }
            GatewayAct::Refuse(reason) => {
                let gateway_code = Some("51".to_owned());
                Err(TokenizeFailure::Refused(GatewayRefusal {
                    reason,
                    gateway_code,
                }))
            }
            GatewayAct::BeUnavailable => Err(TokenizeFailure::Unavailable(Unavailable {
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
        let entry = self.prepare(pos, request, act, hidden);
        self.ledger.push(entry.clone());
        self.issued(&entry)
    }

    /// Prepares the ledger entry of a token.
    fn prepare(
        &mut self,
        pos: &Pos,
        request: &TokenizeRequest,
        act: GatewayAct,
        hidden: u32,
    ) -> LedgerEntry {
        let masked_number = request.card.pan.mask();
        let former = self.ledger.iter().find(|one| {
            act == GatewayAct::RepeatToken
                && one.live
                && one.belongs_to(pos)
                && one.masked_number == masked_number
                && one.customer == request.customer
        });
        let former = former.map(|one| (one.token.clone(), one.customer_key.clone()));
        let (text, key) = former.unwrap_or_else(|| {
            let text = self.token_text(request, act);
            (text, self.customer_of(pos, request, act))
        });
        LedgerEntry {
            token: text,
            customer_key: key,
            customer: request.customer,
            pos: pos.pk,
            merchant: merchant(pos),
            reference: request.reference.clone(),
            masked_number,
            had_cvv: request.card.cvv.is_some(),
            live: true,
            hidden,
        }
    }

    fn issued(&self, entry: &LedgerEntry) -> Result<IssuedToken, TokenizeFailure> {
        Ok(IssuedToken {
            token: CardToken::parse(&entry.token).map_err(|_| TokenizeFailure::Unknown)?,
            provider_customer_key: ProviderCustomerKey::parse(&entry.customer_key).ok(),
            facts: self.facts.clone(),
        })
    }

    fn token_text(&self, request: &TokenizeRequest, act: GatewayAct) -> String {
        let number = self.ledger.len() + 1;
        let pan = &request.card.pan;
        match act {
            GatewayAct::RevealNumber | GatewayAct::AskCustomerAndReveal => {
                pan.expose(|digits| format!("card-{digits}-{number}"))
            }
            GatewayAct::GiveNumberAsToken => pan.expose(str::to_owned),
            GatewayAct::GiveNumericToken => NUMERIC_TOKEN.to_owned(),
            GatewayAct::Succeed
            | GatewayAct::Refuse(_)
            | GatewayAct::BeUnavailable
            | GatewayAct::TimeOut
            | GatewayAct::MakeAndTimeOut
            | GatewayAct::MakeLate
            | GatewayAct::RevealNumberInKey
            | GatewayAct::RepeatToken => format!("token-{number}"),
            GatewayAct::AskCustomer => format!("token-asked-{}", self.asked.len() + 1),
        }
    }

    /// The key in the request if it is known, or else that of a new customer.
    fn customer_of(&mut self, pos: &Pos, request: &TokenizeRequest, act: GatewayAct) -> String {
        let named = request.provider_customer_key.as_ref();
        let named = named.map(|key| key.as_str().to_owned());
        if let Some(key) = named.filter(|key| self.knows(pos, key)) {
            return key;
        }
        let number = self.ledger.len() + 1;
        let key = if act == GatewayAct::RevealNumberInKey {
            request.card.pan.expose(|digits| format!("user-{digits}"))
        } else {
            format!("user-{}-{number}", request.customer)
        };
        self.customers.push(Customer {
            pos: pos.pk,
            merchant: merchant(pos),
            key: key.clone(),
            made_under: request.reference.clone(),
        });
        key
    }

    fn knows(&self, pos: &Pos, key: &str) -> bool {
        let mut customers = self.customers.iter();
        customers.any(|customer| customer.belongs_to(pos) && customer.key == key)
    }

    /// Another customer's key does not find the token, which counts as deleted.
    fn delete(&mut self, pos: &Pos, token: &StatedToken) {
        let of = |entry: &&mut LedgerEntry| {
            entry.belongs_to(pos)
                && entry.token == token.token()
                && token.provider_customer_key() == Some(entry.customer_key.as_str())
        };
        for entry in self.ledger.iter_mut().filter(of) {
            entry.live = false;
        }
    }
}

impl LedgerEntry {
    /// A merchant sees and deletes only its own tokens.
    fn belongs_to(&self, pos: &Pos) -> bool {
        self.pos == pos.pk && self.merchant == merchant(pos)
    }
}

impl Customer {
    fn belongs_to(&self, pos: &Pos) -> bool {
        self.pos == pos.pk && self.merchant == merchant(pos)
    }
}

/// The merchant whose account a point of sale uses.
fn merchant(pos: &Pos) -> String {
    let is_foreign = |key: &&str| pos.config.contains_key(*key);
    assert_eq!(
        [ACCOUNT, ACCOUNTS].iter().find(|key| is_foreign(key)),
        None,
        "an adapter gets only one account's configuration"
    );
    let named = pos.config.get("merchant").and_then(Value::as_str);
    named.unwrap_or_default().to_owned()
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
    ) -> Result<Tokenized, TokenizeFailure> {
        let work = || lock(&self.books).tokenize(pos, &request);
        self.faults
            .call("gateway.tokenize", work)
            .await
            .unwrap_or(Err(TokenizeFailure::Unknown))
    }

    async fn action(&self, pos: &Pos, handle: &ActionHandle) -> Result<ActionOutcome, Unavailable> {
        let work = || lock(&self.books).action(pos, handle);
        self.faults.call("gateway.action", work).await
    }

    async fn cancel_action(
        &self,
        pos: &Pos,
        handle: &ActionHandle,
    ) -> Result<ActionOutcome, Unavailable> {
        let work = || lock(&self.books).cancel_action(pos, handle);
        self.faults.call("gateway.cancel_action", work).await
    }

    fn is_own_url(&self, _: &Pos, url: &ActionUrl) -> bool {
        url.as_str().starts_with("https://bank.example/")
    }

    fn read_notice(&self, _: &Pos, _: &Notice) -> Result<Option<IntentId>, NoticeRefused> {
        Err(NoticeRefused)
    }

    async fn find(&self, pos: &Pos, search: &TokenSearch) -> Result<Found, Unavailable> {
        let work = || lock(&self.books).find(pos, search);
        self.faults.call("gateway.find", work).await
    }

    async fn list(
        &self,
        pos: &Pos,
        of: &ListOf,
        after: Option<ListCursor>,
    ) -> Result<Listed, Unavailable> {
        let work = || lock(&self.books).list(pos, of, after.as_ref());
        self.faults.call("gateway.list", work).await
    }

    async fn delete(&self, pos: &Pos, token: &StatedToken) -> Result<(), Unavailable> {
        let work = || lock(&self.books).delete(pos, token);
        self.faults.call("gateway.delete", work).await
    }
}
