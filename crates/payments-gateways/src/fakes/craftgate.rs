//! A fake of Craftgate's card storage, and of charging its cards.

mod payment;

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::charge::FakeCharge;
use super::form;
use super::ledger::{FakeToken, Ledger, shown_digits};
use super::reply::Reply;
use super::server::{Fake, Received};
use payment::Answered;

/// Craftgate, with the accounts it knows (API key → secret key).
#[derive(Default)]
pub struct FakeCraftgate {
    accounts: BTreeMap<String, String>,
    /// The URL it is known by, where a proxy is in front of it; otherwise the one that is called.
    own_url: Option<String>,
    tokens: Ledger<FakeToken>,
    charges: Ledger<FakeCharge>,
    answered: Ledger<Answered>,
}

/// The most cards on a page of a search.
const MOST_CARDS: usize = 100;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Store {
    card_holder_name: String,
    card_number: String,
    expire_year: String,
    expire_month: String,
    card_alias: Option<String>,
    card_user_key: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Delete {
    card_user_key: String,
    card_token: String,
}

impl FakeCraftgate {
    /// A fake that knows these accounts (API key, secret key).
    pub fn with_accounts(accounts: &[(&str, &str)]) -> Arc<Self> {
        let owned = |(key, secret): &(&str, &str)| ((*key).to_owned(), (*secret).to_owned());
        Arc::new(Self {
            accounts: accounts.iter().map(owned).collect(),
            ..Self::default()
        })
    }

    /// A fake with one account, called through a proxy: it takes requests to be sent to its own URL.
    pub fn behind_a_proxy((key, secret): (&str, &str), own_url: &str) -> Arc<Self> {
        Arc::new(Self {
            accounts: BTreeMap::from([(key.to_owned(), secret.to_owned())]),
            own_url: Some(own_url.to_owned()),
            ..Self::default()
        })
    }

    /// The issued tokens.
    pub fn tokens(&self) -> &Ledger<FakeToken> {
        &self.tokens
    }

    /// The account whose signature the request has.
    fn account(&self, request: &Received) -> Option<&str> {
        let (account, secret) = self.accounts.get_key_value(request.header("x-api-key"))?;
        let query = if request.query.is_empty() {
            String::new()
        } else {
            format!("?{}", request.query)
        };
        let origin = self.own_url.as_ref().unwrap_or(&request.origin);
        let url = form::decode(&format!("{origin}{}{query}", request.path))?;
        let mut hash = Sha256::new();
        for part in [url.as_str(), account, secret, request.header("x-rnd-key")] {
            hash.update(part);
        }
        hash.update(&request.body);
        let signature = STANDARD.encode(hash.finalize());
        let is_signed = signature == request.header("x-signature");
        // The official clients disagree about how they write it.
        let is_version = matches!(request.header("x-auth-version"), "1" | "v1");
        (is_signed && is_version).then_some(account)
    }

    fn store(&self, account: &str, store: &Store) -> Reply {
        if store.expire_year.len() != 4
            || store.expire_month.len() != 2
            || !is_holder(&store.card_holder_name)
        {
            return error(422, "4152", None);
        }
        match store.card_number.as_str() {
            // Refused by Craftgate itself, before the bank.
            "4012888888881881" => error(422, "4152", None),
            "4111111111111129" => error(422, "10051", Some("NOT_SUFFICIENT_FUNDS")),
            "4130111111111118" => error(422, "10000", Some("GENERAL_ERROR")),
            "4125111111111115" => Reply::Silence,
            "4128111111111112" => Reply::text(200, "application/json", "{\"data\": {\"cardTo"),
            number => match self.make(account, store) {
                Ok(_) if number == "4124111111111116" => Reply::Silence,
                Ok(made) => Reply::json(200, &json!({"data": card(&made)})),
                Err(reply) => reply,
            },
        }
    }

    fn make(&self, account: &str, store: &Store) -> Result<FakeToken, Reply> {
        self.tokens.with(|tokens| {
            let is_known = |key: &String| {
                tokens
                    .iter()
                    .any(|token| token.account == account && token.customer_key == *key)
            };
            if store
                .card_user_key
                .as_ref()
                .is_some_and(|key| !is_known(key))
            {
                // A code below 10000 comes without a group.
                return Err(error(422, "2008", None));
            }
            let count = tokens.len();
            let made = FakeToken {
                account: account.to_owned(),
                customer_key: store
                    .card_user_key
                    .clone()
                    .unwrap_or_else(|| format!("fac377f2-{account}-{count}")),
                token: format!("11a078c4-{account}-{count}"),
                reference: store.card_alias.clone().unwrap_or_default(),
                shown_digits: shown_digits(&store.card_number),
                live: true,
            };
            tokens.push(made.clone());
            Ok(made)
        })
    }

    fn search(&self, account: &str, query: &str) -> Option<Reply> {
        let by = form::parse(query)?;
        let known = ["cardAlias", "cardToken", "cardUserKey", "page", "size"];
        if by.keys().any(|name| !known.contains(&name.as_str())) {
            return None;
        }
        let number = |name: &str| by.get(name)?.parse::<usize>().ok();
        let (page, size) = (number("page")?, number("size")?);
        if !(1..=MOST_CARDS).contains(&size) {
            return None;
        }
        let holds = |name: &str, value: &str| by.get(name).is_none_or(|wanted| wanted == value);
        let found = self.tokens.live_where(|token| {
            token.account == account
                && holds("cardAlias", &token.reference)
                && holds("cardToken", &token.token)
                && holds("cardUserKey", &token.customer_key)
        });
        let of_page = found.iter().skip(page * size).take(size);
        let items: Vec<Value> = of_page.map(card).collect();
        let data = json!({"page": page, "size": size, "totalSize": found.len(), "items": items});
        Some(Reply::json(200, &json!({"data": data})))
    }

    fn delete(&self, account: &str, delete: &Delete) -> Reply {
        let killed = self.tokens.kill_where(|token| {
            token.account == account
                && token.customer_key == delete.card_user_key
                && token.token == delete.card_token
        });
        if killed == 0 {
            error(404, "404", None)
        } else {
            Reply::text(200, "application/json", "")
        }
    }
}

/// A holder's name as Craftgate takes it.
fn is_holder(name: &str) -> bool {
    let digits = name.chars().filter(char::is_ascii_digit).count();
    !name.is_empty() && digits <= 5 && !name.contains(|sign| "<>\"%;&+()|=!".contains(sign))
}

fn card(token: &FakeToken) -> Value {
    json!({
        "binNumber": format!("{}00", &token.shown_digits[..6]), "lastFourDigits": &token.shown_digits[6..],
        "cardUserKey": token.customer_key, "cardToken": token.token, "cardHolderName": "Haluk Demir",
        "cardAlias": token.reference, "cardType": "CREDIT_CARD", "cardAssociation": "MASTER_CARD",
        "cardBrand": "World", "cardBankName": "YAPI VE KREDİ BANKASI A.Ş.", "cardBankId": 67,
        "isCommercial": false, "cardExpiryStatus": "NOT_EXPIRED", "createdAt": "2026-11-22T12:00:00",
    })
}

fn error(status: u16, code: &str, group: Option<&str>) -> Reply {
    let errors = json!({"errorCode": code, "errorDescription": "the provider's own words", "errorGroup": group});
    Reply::json(status, &json!({"errors": errors}))
}

#[async_trait]
impl Fake for FakeCraftgate {
    async fn answer(&self, request: Received) -> Reply {
        let Some(account) = self.account(&request) else {
            return error(401, "1", None);
        };
        let refused = || error(400, "4000", None);
        match request.operation() {
            ("POST", "/payment/v1/cards") => request
                .json::<Store>()
                .map_or_else(refused, |store| self.store(account, &store)),
            ("POST", "/payment/v1/card-payments") => self.pay(account, &request),
            ("GET", "/payment-reporting/v1/payments") => self
                .search_payments(account, &request.query)
                .unwrap_or_else(refused),
            ("GET", "/payment/v1/cards") => {
                self.search(account, &request.query).unwrap_or_else(refused)
            }
            ("POST", "/payment/v1/cards/delete") => request
                .json::<Delete>()
                .map_or_else(refused, |delete| self.delete(account, &delete)),
            _ => refused(),
        }
    }
}
