//! A fake of İleti Merkezi.

use std::sync::Arc;

use async_trait::async_trait;
use serde::Deserialize;
use serde_json::json;

use super::ledger::{FakeSms, Ledger};
use super::reply::Reply;
use super::server::{Fake, Received};

/// İleti Merkezi, with one account.
pub struct FakeIletiMerkezi {
    key: String,
    hash: String,
    sender: String,
    sent: Ledger<FakeSms>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Envelope {
    request: Request,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Request {
    authentication: Authentication,
    order: Option<Action>,
}

/// An order, or a question about one.
#[derive(Deserialize)]
#[serde(untagged)]
enum Action {
    ToSend(Order),
    ToReport(ReportOrder),
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ReportOrder {
    id: String,
    page: u32,
    row_count: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Authentication {
    key: String,
    hash: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Order {
    sender: String,
    iys: String,
    send_date_time: Vec<String>,
    message: Message,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Message {
    text: String,
    receipents: Numbers,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Numbers {
    number: Vec<String>,
}

impl FakeIletiMerkezi {
    /// A fake that knows this account and approved this sender name.
    pub fn new(key: &str, hash: &str, sender: &str) -> Arc<Self> {
        let (key, hash, sender) = (key.to_owned(), hash.to_owned(), sender.to_owned());
        Arc::new(Self {
            key,
            hash,
            sender,
            sent: Ledger::default(),
        })
    }

    /// The sent messages.
    pub fn sent(&self) -> &Ledger<FakeSms> {
        &self.sent
    }

    /// Reports every sent message as delivered.
    fn report(&self, asked: &ReportOrder) -> Reply {
        let sent = self.sent.all();
        match sent.iter().find(|sms| sms.id == asked.id) {
            Some(sms) if asked.page == 1 && asked.row_count > 0 => {
                let ok = json!({"code": "200", "message": "the provider's own words"});
                let message = json!([{"number": format!("+{}", sms.to), "status": "111"}]);
                let order = json!({
                    "id": sms.id, "status": "114", "total": "1", "delivered": "1", "undelivered": "0", "waiting": "0",
                    "message": message,
                });
                Reply::json(200, &json!({"response": {"status": ok, "order": order}}))
            }
            Some(_) => status(422),
            None => status(455),
        }
    }

    fn send(&self, order: &Order) -> Reply {
        let [number] = order.message.receipents.number.as_slice() else {
            return status(452);
        };
        match number.as_str() {
            number if !number.starts_with("905") || number.len() != 12 => status(452),
            _ if order.sender != self.sender => status(450),
            _ if order.iys != "0" || !order.send_date_time.is_empty() => status(468),
            _ if order.message.text.is_empty() => status(454),
            "905559999041" => status(466),
            "905559999042" => status(500),
            number => {
                let id = self.sent.with(|sent| {
                    let id = format!("{}", 4_000 + sent.len());
                    let text = order.message.text.clone();
                    sent.push(FakeSms {
                        to: number.to_owned(),
                        text,
                        id: id.clone(),
                    });
                    id
                });
                if number == "905559999043" {
                    return Reply::Silence;
                }
                let ok = json!({"code": "200", "message": "the provider's own words"});
                Reply::json(
                    200,
                    &json!({"response": {"status": ok, "order": {"id": id}}}),
                )
            }
        }
    }
}

fn status(code: u16) -> Reply {
    let status = json!({"code": code.to_string(), "message": "the provider's own words"});
    Reply::json(code, &json!({"response": {"status": status}}))
}

#[async_trait]
impl Fake for FakeIletiMerkezi {
    async fn answer(&self, request: Received) -> Reply {
        let Some(Envelope { request: asked }) = request.json::<Envelope>() else {
            return status(422);
        };
        if asked.authentication.key != self.key || asked.authentication.hash != self.hash {
            return status(401);
        }
        match (request.operation(), asked.order) {
            (("POST", "/v1/send-sms/json"), Some(Action::ToSend(order))) => self.send(&order),
            (("POST", "/v1/get-report/json"), Some(Action::ToReport(order))) => self.report(&order),
            (("POST", "/v1/get-balance/json"), None) => {
                let ok = json!({"code": 200, "message": "the provider's own words"});
                let balance = json!({"amount": "12.5", "sms": "250"});
                Reply::json(
                    200,
                    &json!({"response": {"status": ok, "balance": balance}}),
                )
            }
            _ => status(422),
        }
    }
}
