//! A fake of iyzico's card storage, and of charging its cards.

mod payment;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::Sha256;

use super::charge::FakeCharge;
use super::ledger::{FakeToken, Ledger, shown_digits};
use super::reply::Reply;
use super::server::{Fake, Received};
use payment::Requested;

/// iyzico, with the accounts it knows (API key → secret key).
#[derive(Default)]
pub struct FakeIyzico {
    accounts: BTreeMap<String, String>,
    behavior: IyzicoBehavior,
    tokens: Ledger<FakeToken>,
    charges: Ledger<FakeCharge>,
    payments: Ledger<Requested>,
    /// Customers by account and e-mail address.
    customers: Mutex<BTreeMap<(String, String), String>>,
    /// The keys of deleted customers.
    forgotten: Mutex<BTreeSet<String>>,
    /// The `conversationId` of each deletion.
    deletions: Mutex<Vec<String>>,
}

/// The behaviours of iyzico that are not verified; tests cover each combination.
#[derive(Clone, Copy, Debug)]
pub struct IyzicoBehavior {
    /// Whether a repeated `externalId` returns the existing card.
    pub keeps_external_ids: bool,
    /// Whether a repeated `email` returns the existing customer.
    pub keeps_emails: bool,
}

impl Default for IyzicoBehavior {
    fn default() -> Self {
        Self {
            keeps_external_ids: true,
            keeps_emails: false,
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Store {
    locale: String,
    conversation_id: String,
    external_id: Option<String>,
    email: Option<String>,
    card_user_key: Option<String>,
    card: Details,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Details {
    card_alias: String,
    card_number: String,
    expire_year: String,
    expire_month: String,
    card_holder_name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct OfCustomer {
    locale: String,
    conversation_id: String,
    card_user_key: String,
    card_token: Option<String>,
}

impl FakeIyzico {
    /// A fake that knows these accounts (API key, secret key).
    pub fn with_accounts(accounts: &[(&str, &str)]) -> Arc<Self> {
        let owned = |(key, secret): &(&str, &str)| ((*key).to_owned(), (*secret).to_owned());
        Arc::new(Self {
            accounts: accounts.iter().map(owned).collect(),
            ..Self::default()
        })
    }

    /// A fake that knows this account and behaves like this.
    pub fn with_behavior(account: (&str, &str), behavior: IyzicoBehavior) -> Arc<Self> {
        let (key, secret) = account;
        Arc::new(Self {
            accounts: BTreeMap::from([(key.to_owned(), secret.to_owned())]),
            behavior,
            ..Self::default()
        })
    }

    /// The issued tokens.
    pub fn tokens(&self) -> &Ledger<FakeToken> {
        &self.tokens
    }

    /// The `conversationId` of each deletion, in order.
    pub fn deletions(&self) -> Vec<String> {
        let deletions = self.deletions.lock();
        deletions.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Deletes a customer with all cards, as an operator can in the panel.
    pub fn forget_customer(&self, key: &str) {
        let of_customer = |token: &FakeToken| token.customer_key == key;
        self.tokens.kill_where(of_customer);
        self.customers
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .retain(|_, known| known != key);
        let mut forgotten = self
            .forgotten
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        forgotten.insert(key.to_owned());
    }

    /// Whether it knows a customer of an account.
    fn knows(&self, account: &str, key: &str) -> bool {
        let forgotten = self
            .forgotten
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let mut all = self.tokens.all().into_iter();
        !forgotten.contains(key)
            && all.any(|token| token.account == account && token.customer_key == key)
    }

    /// The account whose signature the request has.
    fn account(&self, request: &Received) -> Option<&str> {
        let encoded = request.header("authorization").strip_prefix("IYZWSv2 ")?;
        let decoded = String::from_utf8(STANDARD.decode(encoded).ok()?).ok()?;
        let rest = decoded.strip_prefix("apiKey:")?;
        let (api_key, rest) = rest.split_once("&randomKey:")?;
        let (random, signature) = rest.split_once("&signature:")?;
        let (account, secret) = self.accounts.get_key_value(api_key)?;
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).ok()?;
        mac.update(random.as_bytes());
        mac.update(request.path.as_bytes());
        mac.update(&request.body);
        let expected = hex::encode(mac.finalize().into_bytes());
        (expected == signature && request.header("x-iyzi-rnd") == random).then_some(account)
    }

    fn store(&self, account: &str, store: &Store) -> Reply {
        let is_complete =
            store.card_user_key.is_some() || (store.email.is_some() && store.external_id.is_some());
        let card = &store.card;
        let is_dated = card.expire_year.len() == 4 && card.expire_month.len() == 2;
        if !is_complete || !is_dated || !is_locale(&store.locale) {
            return failure("11", &store.conversation_id);
        }
        if card.card_holder_name.is_empty() {
            return failure("16", &store.conversation_id);
        }
        let looks_like_an_address = |email: &String| {
            let parts = email.split_once('@');
            parts.is_some_and(|(local, domain)| !local.is_empty() && domain.contains('.'))
        };
        if !store.email.iter().all(looks_like_an_address) {
            return failure("5", &store.conversation_id);
        }
        match card.card_number.as_str() {
            "4111111111111129" => failure("10051", &store.conversation_id),
            "4130111111111118" => failure("100001", &store.conversation_id),
            "4125111111111115" => Reply::Silence,
            "4128111111111112" => Reply::text(200, "application/json", "{\"status\": \"succ"),
            number => {
                let (made, is_new) = match self.make(account, store) {
                    Ok(made) => made,
                    Err(reply) => return reply,
                };
                let is_silent = number == "4124111111111116" && is_new;
                if is_silent {
                    Reply::Silence
                } else {
                    stored(&made, store)
                }
            }
        }
    }

    /// The token under an external id, issued if there is none.
    fn make(&self, account: &str, store: &Store) -> Result<(FakeToken, bool), Reply> {
        let all = self.tokens.all();
        let named = store.card_user_key.as_ref();
        if named.is_some_and(|key| !self.knows(account, key)) {
            return Err(failure("3005", &store.conversation_id));
        }
        let same = |token: &&FakeToken| {
            self.behavior.keeps_external_ids
                && token.account == account
                && store.external_id.as_ref() == Some(&token.reference)
                && token.live
        };
        if let Some(there) = all.iter().find(same) {
            return Ok((there.clone(), false));
        }
        let count = all.len();
        let made = FakeToken {
            account: account.to_owned(),
            customer_key: store
                .card_user_key
                .clone()
                .unwrap_or_else(|| self.customer(account, store, count)),
            token: format!("ct-{account}-{count}"),
            reference: store.card.card_alias.clone(),
            shown_digits: shown_digits(&store.card.card_number),
            live: true,
        };
        self.tokens.with(|tokens| tokens.push(made.clone()));
        Ok((made, true))
    }

    /// The customer with an e-mail address, or a new one.
    fn customer(&self, account: &str, store: &Store, count: usize) -> String {
        let new = format!("cuk-{account}-{count}");
        let email = store.email.clone().unwrap_or_default();
        let mut customers = self
            .customers
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let known = customers
            .entry((account.to_owned(), email))
            .or_insert_with(|| new.clone());
        if self.behavior.keeps_emails {
            known.clone()
        } else {
            new
        }
    }

    fn list(&self, account: &str, of: &OfCustomer) -> Reply {
        let is_known =
            |token: &FakeToken| token.account == account && token.customer_key == of.card_user_key;
        if !self.knows(account, &of.card_user_key) {
            return failure("3005", &of.conversation_id);
        }
        let cards: Vec<Value> = self
            .tokens
            .live_where(is_known)
            .iter()
            .map(card_details)
            .collect();
        let reply = json!({
            "status": "success", "locale": of.locale, "systemTime": 1_795_348_800_000_u64,
            "conversationId": of.conversation_id, "cardUserKey": of.card_user_key, "cardDetails": cards,
        });
        Reply::json(200, &reply)
    }

    fn delete(&self, account: &str, of: &OfCustomer) -> Reply {
        let deletions = self.deletions.lock();
        let mut deletions = deletions.unwrap_or_else(PoisonError::into_inner);
        deletions.push(of.conversation_id.clone());
        let killed = self.tokens.kill_where(|token| {
            token.account == account
                && token.customer_key == of.card_user_key
                && of.card_token.as_ref() == Some(&token.token)
        });
        if killed == 0 {
            return failure("3006", &of.conversation_id);
        }
        let reply = json!({
            "status": "success", "locale": of.locale, "systemTime": 1_795_348_800_000_u64,
            "conversationId": of.conversation_id,
        });
        Reply::json(200, &reply)
    }
}

fn is_locale(locale: &str) -> bool {
    matches!(locale, "tr" | "en")
}

fn card_details(token: &FakeToken) -> Value {
    json!({
        "cardToken": token.token, "cardAlias": token.reference, "binNumber": &token.shown_digits[..6],
        "lastFourDigits": &token.shown_digits[6..], "cardType": "CREDIT_CARD",
        "cardAssociation": "MASTER_CARD", "cardFamily": "Paraf", "cardBankCode": 12, "cardBankName": "Halk Bankası",
    })
}

fn stored(token: &FakeToken, store: &Store) -> Reply {
    let mut reply = card_details(token);
    reply["status"] = "success".into();
    reply["locale"] = store.locale.clone().into();
    reply["systemTime"] = 1_795_348_800_000_u64.into();
    reply["conversationId"] = store.conversation_id.clone().into();
    reply["externalId"] = store.external_id.clone().into();
    reply["email"] = store.email.clone().into();
    reply["cardUserKey"] = token.customer_key.clone().into();
    Reply::json(200, &reply)
}

fn failure(code: &str, conversation_id: &str) -> Reply {
    let reply = json!({
        "status": "failure", "errorCode": code, "errorMessage": "the provider's own words", "locale": "tr",
        "systemTime": 1_795_348_800_000_u64, "conversationId": conversation_id,
    });
    Reply::json(if code == "10051" { 200 } else { 400 }, &reply)
}

#[async_trait]
impl Fake for FakeIyzico {
    async fn answer(&self, request: Received) -> Reply {
        let Some(account) = self.account(&request) else {
            return failure("1000", "");
        };
        match request.operation() {
            ("POST", "/payment/auth") => return self.pay(account, &request),
            ("POST", "/payment/detail") => return self.find_payment(account, &request),
            _ => {}
        }
        let of_customer = request.json::<OfCustomer>();
        match (request.operation(), of_customer, request.json::<Store>()) {
            (("POST", "/cardstorage/card"), _, Some(store)) => self.store(account, &store),
            (_, Some(of), _) if !is_locale(&of.locale) => failure("11", &of.conversation_id),
            (("POST", "/cardstorage/cards"), Some(of), _) if of.card_token.is_none() => {
                self.list(account, &of)
            }
            (("DELETE", "/cardstorage/card"), Some(of), _) => self.delete(account, &of),
            _ => failure("11", ""),
        }
    }
}
