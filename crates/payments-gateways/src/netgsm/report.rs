//! Netgsm's delivery reports, which have to be asked for.

use payments_core::ports::Unavailable;
use reqwest::Method;
use serde::{Deserialize, Serialize};

use super::{Account, NAME, NetgsmSms, reason};
use crate::http::{Call, json_body};
use crate::outcome::{Code, Trouble};
use crate::sms::DeliveryState;

/// Most messages Netgsm reports on at once. It may be asked ten times a minute.
pub const MESSAGES_PER_REPORT: usize = 50;

/// `POST /sms/rest/v2/report`.
#[derive(Serialize)]
struct Ask<'a> {
    jobids: &'a [String],
}

#[derive(Deserialize)]
struct Report {
    code: Code,
    #[serde(default)]
    jobs: Vec<Job>,
}

#[derive(Deserialize)]
struct Job {
    jobid: Code,
    status: Code,
}

impl NetgsmSms {
    /// What became of messages, by the ids of their receipts. A message Netgsm says nothing about is left out.
    ///
    /// # Errors
    /// [`Unavailable`] when Netgsm does not answer, or was asked too often.
    pub async fn deliveries(
        &self,
        message_ids: &[String],
    ) -> Result<Vec<(String, DeliveryState)>, Unavailable> {
        let asked = self
            .wiring
            .metered(NAME, "report", self.ask(message_ids))
            .await;
        asked.map_err(|trouble| trouble.unavailable(NAME))
    }

    async fn ask(&self, message_ids: &[String]) -> Result<Vec<(String, DeliveryState)>, Trouble> {
        let account = Account::read(&self.config, &self.wiring)?;
        let jobids = &message_ids[..message_ids.len().min(MESSAGES_PER_REPORT)];
        let call = Call::new(Method::POST, account.base.join("/sms/rest/v2/report"))
            .basic(&account.usercode, &account.password)
            .body("application/json", json_body(&Ask { jobids }));
        let answer = self.wiring.http.send(NAME, call).await?;
        let report: Report = answer.json()?;
        match report.code.text().as_str() {
            "00" | "0" => Ok(report.jobs.iter().map(Job::state).collect()),
            // On this route: no such messages.
            "60" => Ok(Vec::new()),
            code => Err(reason::trouble(code)),
        }
    }
}

impl Job {
    fn state(&self) -> (String, DeliveryState) {
        let state = match self.status.text().as_str() {
            "1" => DeliveryState::Delivered,
            "2" | "3" | "4" | "11" | "12" | "13" | "14" | "15" | "16" | "17" => {
                DeliveryState::Failed
            }
            _ => DeliveryState::OnItsWay,
        };
        (self.jobid.text(), state)
    }
}
