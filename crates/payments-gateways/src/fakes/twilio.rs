//! A fake of Twilio's messages.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::json;
use sha1::Sha1;

use super::form;
use super::ledger::{FakeSms, Ledger};
use super::reply::Reply;
use super::server::{Fake, Received};

/// Twilio, with one account.
pub struct FakeTwilio {
    account_path: String,
    path: String,
    authorization: String,
    account_sid: String,
    auth_token: String,
    sender: String,
    sent: Ledger<FakeSms>,
}

/// The fields of a message.
const PARAMETERS: [&str; 6] = [
    "To",
    "From",
    "MessagingServiceSid",
    "Body",
    "StatusCallback",
    "ValidityPeriod",
];

impl FakeTwilio {
    /// A fake that knows this account and this sender (a name, a number or a messaging service).
    pub fn new(account_sid: &str, auth_token: &str, sender: &str) -> Arc<Self> {
        let credentials = STANDARD.encode(format!("{account_sid}:{auth_token}"));
        Arc::new(Self {
            account_path: format!("/2010-04-01/Accounts/{account_sid}.json"),
            path: format!("/2010-04-01/Accounts/{account_sid}/Messages.json"),
            authorization: format!("Basic {credentials}"),
            account_sid: account_sid.to_owned(),
            auth_token: auth_token.to_owned(),
            sender: sender.to_owned(),
            sent: Ledger::default(),
        })
    }

    /// The sent messages.
    pub fn sent(&self) -> &Ledger<FakeSms> {
        &self.sent
    }

    /// A delivery report on a message, as Twilio posts it to a URL: the form, and its `X-Twilio-Signature`. A fragment
    /// of the URL is neither sent nor signed.
    pub fn report(&self, url: &str, message: &FakeSms, status: &str) -> (String, String) {
        let (url, _) = url.split_once('#').unwrap_or((url, ""));
        // In the order of their names, in which they are signed.
        let fields = [
            ("AccountSid", self.account_sid.as_str()),
            ("ApiVersion", "2010-04-01"),
            ("From", &self.sender),
            ("MessageSid", &message.id),
            ("MessageStatus", status),
            ("SmsSid", &message.id),
            ("SmsStatus", status),
            ("To", &message.to),
        ];
        let signed = fields
            .map(|(name, value)| format!("{name}{value}"))
            .concat();
        let signature = Hmac::<Sha1>::new_from_slice(self.auth_token.as_bytes()).map(|mac| {
            mac.chain_update(url)
                .chain_update(signed)
                .finalize()
                .into_bytes()
        });
        let form = fields.map(|(name, value)| format!("{name}={}", value.replace('+', "%2B")));
        let signature = signature.map(|bytes| STANDARD.encode(bytes));
        (form.join("&"), signature.unwrap_or_default())
    }

    fn send(&self, fields: &BTreeMap<String, String>) -> Reply {
        let field = |name: &str| fields.get(name).map(String::as_str).unwrap_or_default();
        let sender = [field("From"), field("MessagingServiceSid")].concat();
        let to = field("To");
        match to {
            _ if !fields
                .keys()
                .all(|name| PARAMETERS.contains(&name.as_str())) =>
            {
                error(400, 20001)
            }
            _ if sender != self.sender => error(400, 21212),
            _ if field("Body").is_empty() => error(400, 21602),
            _ if !to.starts_with('+') || to.len() < 11 || to == "+905559999041" => {
                error(400, 21211)
            }
            "+905559999042" => error(400, 30001),
            _ => {
                let id = self.sent.with(|sent| {
                    let id = format!("SM{:032x}", sent.len());
                    sent.push(FakeSms {
                        to: to.to_owned(),
                        text: field("Body").to_owned(),
                        id: id.clone(),
                    });
                    id
                });
                if to == "+905559999043" {
                    return Reply::Silence;
                }
                Reply::json(
                    201,
                    &json!({"sid": id, "status": "queued", "num_segments": "1", "error_code": null}),
                )
            }
        }
    }
}

fn error(status: u16, code: u32) -> Reply {
    let error = json!({"code": code, "message": "the provider's own words", "more_info": "x", "status": status});
    Reply::json(status, &error)
}

#[async_trait]
impl Fake for FakeTwilio {
    async fn answer(&self, request: Received) -> Reply {
        if request.header("authorization") != self.authorization {
            return error(401, 20003);
        }
        if request.operation() == ("GET", &self.account_path) {
            return Reply::json(200, &json!({"sid": "AC", "status": "active"}));
        }
        match (request.operation(), form::fields(&request)) {
            (("POST", path), Some(fields)) if path == self.path => self.send(&fields),
            _ => error(404, 20404),
        }
    }
}
