//! Netgsm's Node and Python clients.

use chrono::{TimeZone, Utc};
use payments_core::ports::SmsSender;
use payments_gateways::fakes::Received;
use payments_gateways::netgsm::NetgsmSms;
use payments_gateways::sms::{DeliveryReports, NumberPlan};
use serde_json::{Value, json};

use crate::inputs::{context, object, phone, text};
use crate::parties::Parties;
use crate::program;
use crate::recorder::{Recorder, assert_same_bytes, assert_same_values, body, operations};

const USERCODE: &str = "8501234567";
const JOB: &str = "17377215342605050417149344";

fn input(base_url: &str, password: &str) -> Value {
    json!({
        "url": base_url, "username": USERCODE, "password": password, "appname": "shop",
        "otp": {"msgheader": "MAGAZA", "msg": text().ascii.as_str(), "no": "5551234567"},
        // In the time of Türkiye, with an hour before and after.
        "report": {"jobids": [JOB], "startdate": "22.11.2026 08:00:00", "stopdate": "22.11.2026 16:00:00"},
        "pagesize": 50,
    })
}

/// A code, a report and the names of senders, by our adapter.
async fn send(recorder: &Recorder, authority: String, password: &str) -> Vec<Received> {
    let base_url = format!("http://{authority}");
    let config = object(json!({
        "base_url": base_url, "usercode": USERCODE, "password": password, "header": "MAGAZA", "app_name": "shop",
    }));
    let context = context(authority);
    let netgsm = payments_gateways::providers::provider("netgsm").unwrap();
    let sender = NetgsmSms::new(config.clone(), NumberPlan::default(), context.clone()).unwrap();
    sender.send(&phone(), &text()).await.unwrap();
    let since = Utc.with_ymd_and_hms(2026, 11, 22, 6, 0, 0).unwrap();
    sender.poll(&[JOB.to_owned()], since).await.unwrap();
    netgsm.check(&config, &context).await;
    recorder.take()
}

/// Requests for a report and for the senders' names have the same credentials and fields as the official clients',
/// except the application's name, which only those send here.
fn assert_same_questions(ours: &[Received], mut theirs: Vec<Received>) {
    assert_eq!(operations(ours), operations(&theirs));
    for (ours, theirs) in ours.iter().zip(&theirs) {
        assert_eq!(ours.header("authorization"), theirs.header("authorization"));
    }
    let mut report = body(&theirs[0]);
    report.as_object_mut().unwrap().remove("appname");
    theirs[0].body = report.to_string().into();
    theirs[1].query = String::new();
    assert_same_values(ours, &theirs);
}

pub(crate) async fn node(parties: Parties) {
    let password = "p@ss:wörd";
    let (recorder, server) = Recorder::start(json!({"code": "00", "jobid": JOB, "jobs": []})).await;
    let ours = send(&recorder, server.authority(), password).await;
    let input = input(&server.base_url(), password);
    program::node(&parties, "netgsm.cjs", &input.to_string()).await;
    let mut theirs = recorder.take();
    let questions = theirs.split_off(1);
    assert_same_bytes(&ours[..1], &theirs);
    for header in ["authorization", "content-type"] {
        assert_eq!(ours[0].header(header), theirs[0].header(header), "{header}");
    }
    assert_same_questions(&ours[1..], questions);
}

pub(crate) async fn python(parties: Parties) {
    // Its client takes passwords of ASCII only.
    let password = "p@ss:word";
    let (recorder, server) = Recorder::start(json!({"code": "00", "jobid": JOB, "jobs": []})).await;
    let ours = send(&recorder, server.authority(), password).await;
    let input = input(&server.base_url(), password);
    program::python(&parties, "netgsm.py", &input.to_string()).await;
    assert_same_questions(&ours[1..], recorder.take());
}
