//! Netgsm's delivery reports, which have to be polled.

use async_trait::async_trait;
use chrono::{DateTime, FixedOffset, Offset, TimeDelta, Utc};
use payments_core::ports::Unavailable;
use reqwest::Method;
use serde::{Deserialize, Serialize};

use super::{Account, NAME, NetgsmSms, reason};
use crate::http::{Call, json_body};
use crate::outcome::{Code, ProviderError};
use crate::sms::{DeliveryReports, DeliveryState};

/// The maximum number of messages per report. Netgsm allows ten requests a minute.
pub const MESSAGES_PER_REPORT: usize = 50;

/// The body of `POST /sms/rest/v2/report`.
#[derive(Serialize)]
struct ReportRequest<'a> {
    jobids: &'a [String],
    startdate: String,
    stopdate: String,
    /// The first page is 0.
    pagenumber: u8,
    pagesize: usize,
}

/// `jobs` is `null` or absent if there are none; so is the code on success, by the official client's types.
#[derive(Deserialize)]
struct Report {
    code: Option<Code>,
    jobs: Option<Vec<Job>>,
}

#[derive(Deserialize)]
struct Job {
    jobid: Code,
    status: Code,
}

/// The format of the report's dates, in the time zone of Türkiye.
const DATE_FORMAT: &str = "%d.%m.%Y %H:%M:%S";
const HOURS_AHEAD_OF_UTC: i32 = 3;
/// Hours by which the requested interval is extended, as clocks differ.
const MARGIN_HOURS: i64 = 1;

/// Formats an instant for Netgsm.
fn date(instant: DateTime<Utc>) -> String {
    let local = FixedOffset::east_opt(HOURS_AHEAD_OF_UTC * 3_600);
    let local = local.unwrap_or(Utc.fix());
    instant
        .with_timezone(&local)
        .format(DATE_FORMAT)
        .to_string()
}

impl NetgsmSms {
    /// Fetches the states of messages sent after `since`, by the ids of their receipts. Messages without a report are
    /// left out.
    ///
    /// # Errors
    /// [`Unavailable`] if Netgsm does not respond, or our rate is limited.
    pub async fn deliveries(
        &self,
        message_ids: &[String],
        since: DateTime<Utc>,
    ) -> Result<Vec<(String, DeliveryState)>, Unavailable> {
        let polled = self.fetch_report(message_ids, since);
        let polled = self.context.metered(NAME, "report", polled).await;
        polled.map_err(|error| error.unavailable(NAME))
    }

    async fn fetch_report(
        &self,
        message_ids: &[String],
        since: DateTime<Utc>,
    ) -> Result<Vec<(String, DeliveryState)>, ProviderError> {
        let account = Account::read(&self.config, self.context.config_scope())?;
        let margin = TimeDelta::hours(MARGIN_HOURS);
        let request = ReportRequest {
            jobids: &message_ids[..message_ids.len().min(MESSAGES_PER_REPORT)],
            startdate: date(since - margin),
            stopdate: date(self.context.clock.now() + margin),
            pagenumber: 0,
            pagesize: MESSAGES_PER_REPORT,
        };
        let call = Call::new(Method::POST, account.base.join("/sms/rest/v2/report"))
            .basic(&account.usercode, &account.password)
            .body("application/json", json_body(&request));
        let answer = self.context.http.send(NAME, call).await?;
        let report: Report = answer.json()?;
        let states = || report.jobs.iter().flatten().map(Job::state).collect();
        match (
            report.code.as_ref().map(Code::text).as_deref(),
            &report.jobs,
        ) {
            (Some("00" | "0"), _) | (None, Some(_)) => Ok(states()),
            // On this route: no such messages.
            (Some("60"), _) => Ok(Vec::new()),
            (Some(code), _) => Err(reason::error_of(code)),
            (None, None) => Err(ProviderError::Unknown {
                what: "the response has neither a code nor jobs",
            }),
        }
    }
}

#[async_trait]
impl DeliveryReports for NetgsmSms {
    fn max_batch(&self) -> usize {
        MESSAGES_PER_REPORT
    }

    /// Half of the ten that Netgsm allows per minute.
    fn max_requests(&self) -> usize {
        5
    }

    async fn poll(
        &self,
        message_ids: &[String],
        since: DateTime<Utc>,
    ) -> Result<Vec<(String, DeliveryState)>, Unavailable> {
        self.deliveries(message_ids, since).await
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

#[cfg(test)]
mod tests {
    use chrono::{TimeZone, Utc};

    use super::date;

    #[test]
    fn a_date_is_written_in_the_time_of_turkiye() {
        let before_midnight = Utc.with_ymd_and_hms(2026, 11, 30, 21, 5, 9).unwrap();
        assert_eq!(date(before_midnight), "01.12.2026 00:05:09");
    }
}
