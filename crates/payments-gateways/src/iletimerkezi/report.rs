//! İleti Merkezi's delivery reports, which have to be polled.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use payments_core::ports::Unavailable;
use reqwest::Method;
use serde::Deserialize;

use super::message::{GetReport, Status};
use super::{Account, IletiMerkeziSms, NAME, reason};
use crate::http::{Call, json_body};
use crate::outcome::{Code, ProviderError};
use crate::sms::{DeliveryReports, DeliveryState};

/// The maximum number of orders per poll, each of which needs a call.
pub const ORDERS_AT_A_TIME: usize = 20;

#[derive(Deserialize)]
struct Report {
    response: Response,
}

#[derive(Deserialize)]
struct Response {
    status: Status,
    order: Option<Order>,
}

#[derive(Deserialize)]
struct Order {
    status: Option<Code>,
    message: Option<Messages>,
}

/// A single message may come without the list around it.
#[derive(Deserialize)]
#[serde(untagged)]
enum Messages {
    Many(Vec<Message>),
    One(Message),
}

#[derive(Deserialize)]
struct Message {
    status: Code,
}

impl IletiMerkeziSms {
    /// Fetches the state of a message by the id of its receipt; `None` if there is no report yet.
    ///
    /// # Errors
    /// [`Unavailable`] if İleti Merkezi does not respond, or our rate is limited.
    pub async fn delivery(&self, message_id: &str) -> Result<Option<DeliveryState>, Unavailable> {
        let polled = self
            .context
            .metered(NAME, "report", self.fetch_report(message_id))
            .await;
        polled.map_err(|error| error.unavailable(NAME))
    }

    async fn fetch_report(&self, message_id: &str) -> Result<Option<DeliveryState>, ProviderError> {
        let account = Account::read(&self.config, self.context.config_scope())?;
        let request = GetReport::of(&account.key, &account.hash, message_id);
        let call = Call::new(Method::POST, account.base.join("/v1/get-report/json"))
            .body("application/json", json_body(&request));
        let answer = self.context.http.send(NAME, call).await?;
        let report: Report = answer.json()?;
        match report.response.status.code.text().as_str() {
            "200" => Ok(report.response.order.as_ref().map(Order::state)),
            // No such order, or not sent yet.
            "455" | "456" => Ok(None),
            code => Err(reason::error_of(code)),
        }
    }
}

#[async_trait]
impl DeliveryReports for IletiMerkeziSms {
    fn max_batch(&self) -> usize {
        1
    }

    fn max_requests(&self) -> usize {
        ORDERS_AT_A_TIME
    }

    async fn poll(
        &self,
        message_ids: &[String],
        _since: DateTime<Utc>,
    ) -> Result<Vec<(String, DeliveryState)>, Unavailable> {
        let mut states = Vec::new();
        for id in message_ids.iter().take(self.max_batch()) {
            let state = self.delivery(id).await?;
            states.extend(state.map(|state| (id.clone(), state)));
        }
        Ok(states)
    }
}

impl Order {
    /// The state of the message, or of the order if it lists no message.
    fn state(&self) -> DeliveryState {
        let message = match &self.message {
            Some(Messages::Many(messages)) => messages.first(),
            Some(Messages::One(message)) => Some(message),
            None => None,
        };
        let status = message
            .map(|message| &message.status)
            .or(self.status.as_ref());
        match status.map(Code::text).as_deref() {
            Some("111") => DeliveryState::Delivered,
            // The message failed; the order was cancelled.
            Some("112" | "115") => DeliveryState::Failed,
            _ => DeliveryState::OnItsWay,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{DeliveryState, Report};

    #[test]
    fn the_state_is_that_of_the_message() {
        for (order, expected) in [
            (
                r#"{"message":[{"number":"+905551234567","status":"111"}]}"#,
                DeliveryState::Delivered,
            ),
            (
                r#"{"message":{"number":"+905551234567","status":112}}"#,
                DeliveryState::Failed,
            ),
            (
                r#"{"status":"114","message":[{"status":"110"}]}"#,
                DeliveryState::OnItsWay,
            ),
            (r#"{"status":"114","message":[]}"#, DeliveryState::OnItsWay),
            (r#"{"status":115}"#, DeliveryState::Failed),
            ("{}", DeliveryState::OnItsWay),
        ] {
            let body = format!(r#"{{"response":{{"status":{{"code":"200"}},"order":{order}}}}}"#);
            let report: Report = serde_json::from_str(&body).unwrap();
            assert_eq!(report.response.order.unwrap().state(), expected, "{order}");
        }
    }
}
