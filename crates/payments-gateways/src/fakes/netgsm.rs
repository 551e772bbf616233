//! A fake of Netgsm's OTP route.

use std::sync::Arc;

use async_trait::async_trait;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::NaiveDateTime;
use serde::Deserialize;
use serde_json::json;

use super::ledger::{FakeSms, Ledger};
use super::reply::Reply;
use super::server::{Fake, Received};

/// Netgsm, with one account.
pub struct FakeNetgsm {
    authorization: String,
    header: String,
    sent: Ledger<FakeSms>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Otp {
    msgheader: String,
    #[serde(default)]
    #[expect(dead_code, reason = "it is optional, and the fake ignores it")]
    appname: Option<String>,
    msg: String,
    no: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Ask {
    jobids: Vec<String>,
    startdate: String,
    stopdate: String,
    pagenumber: usize,
    pagesize: usize,
}

impl Ask {
    /// Whether its dates are valid and in order, and it requests the first page.
    fn is_dated(&self) -> bool {
        let date = |text: &str| NaiveDateTime::parse_from_str(text, "%d.%m.%Y %H:%M:%S").ok();
        let dates = (date(&self.startdate), date(&self.stopdate));
        let is_written_out = self.startdate.len() == 19 && self.stopdate.len() == 19;
        let has_page = self.pagenumber == 0 && (1..=100).contains(&self.pagesize);
        is_written_out && has_page && matches!(dates, (Some(start), Some(stop)) if start < stop)
    }
}

impl FakeNetgsm {
    /// A fake that knows this account and approved this sender name.
    pub fn new(usercode: &str, password: &str, header: &str) -> Arc<Self> {
        let authorization = format!(
            "Basic {}",
            STANDARD.encode(format!("{usercode}:{password}"))
        );
        Arc::new(Self {
            authorization,
            header: header.to_owned(),
            sent: Ledger::default(),
        })
    }

    /// The sent messages.
    pub fn sent(&self) -> &Ledger<FakeSms> {
        &self.sent
    }

    /// Reports every sent message as delivered.
    fn report(&self, ask: &Ask) -> Reply {
        let sent = self.sent.all();
        let asked_for = sent.iter().filter(|sms| ask.jobids.contains(&sms.id));
        let jobs: Vec<_> = asked_for
            .take(ask.pagesize)
            .map(|sms| json!({"jobid": sms.id, "telno": sms.to, "status": 1, "errorCode": 0}))
            .collect();
        if jobs.is_empty() {
            return Reply::json(
                200,
                &json!({"code": "60", "jobs": null, "description": "the provider's own words"}),
            );
        }
        Reply::json(
            200,
            &json!({"code": "00", "jobs": jobs, "description": "success"}),
        )
    }

    fn send(&self, otp: &Otp) -> Reply {
        let is_number = otp.no.len() == 10
            && otp.no.starts_with('5')
            && otp.no.bytes().all(|byte| byte.is_ascii_digit());
        match otp.no.as_str() {
            _ if otp.msgheader != self.header => error("41"),
            _ if !otp.msg.is_ascii() || otp.msg.len() > 160 => error("20"),
            _ if !is_number => error("50"),
            "5559999041" => error("51"),
            "5559999042" => error("100"),
            number => {
                let id = self.sent.with(|sent| {
                    let id = format!("17377215342605050417149{:03}", sent.len());
                    sent.push(FakeSms {
                        to: number.to_owned(),
                        text: otp.msg.clone(),
                        id: id.clone(),
                    });
                    id
                });
                if number == "5559999043" {
                    return Reply::Silence;
                }
                Reply::json(
                    200,
                    &json!({"code": "00", "jobid": id, "description": "queued"}),
                )
            }
        }
    }
}

fn error(code: &str) -> Reply {
    Reply::json(
        406,
        &json!({"code": code, "description": "the provider's own words"}),
    )
}

#[async_trait]
impl Fake for FakeNetgsm {
    async fn answer(&self, request: Received) -> Reply {
        if request.header("authorization") != self.authorization {
            return error("30");
        }
        match request.operation() {
            ("POST", "/sms/rest/v2/otp") => request
                .json::<Otp>()
                .map_or_else(|| error("70"), |otp| self.send(&otp)),
            ("POST", "/sms/rest/v2/report") => request
                .json::<Ask>()
                .filter(Ask::is_dated)
                .map_or_else(|| error("70"), |ask| self.report(&ask)),
            ("GET", "/sms/rest/v2/msgheader") => {
                Reply::json(200, &json!({"code": "00", "msgheaders": [self.header]}))
            }
            _ => error("70"),
        }
    }
}
