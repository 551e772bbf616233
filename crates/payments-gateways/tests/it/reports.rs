//! Polled delivery reports, and foreign numbers.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::TimeDelta;
use payments_core::ports::{Clock, SmsFailure, SmsSender};
use payments_gateways::fakes::{
    Fake, FakeIletiMerkezi, FakeNetgsm, FakeServer, FakeTwilio, Received, Reply,
};
use payments_gateways::iletimerkezi::IletiMerkeziSms;
use payments_gateways::netgsm::NetgsmSms;
use payments_gateways::sms::{DeliveryReports, DeliveryState, FailoverSms, NumberPlan};
use payments_gateways::twilio::TwilioSms;
use serde_json::{Map, Value};

use crate::harness::{Counted, StoppedClock, code_text, context, phone};
use crate::senders::{iletimerkezi_config, netgsm_config, twilio_config};
use crate::sms_contract::GOOD;

const ABROAD: &str = "4915112345678";

fn german() -> NumberPlan {
    NumberPlan::new("DE", &[]).unwrap()
}

fn fake_netgsm() -> Arc<FakeNetgsm> {
    FakeNetgsm::new("8501234567", "secret-of-PASSWORD", "MAGAZA")
}

fn fake_iletimerkezi() -> Arc<FakeIletiMerkezi> {
    FakeIletiMerkezi::new("secret-of-KEY", "secret-of-HASH", "MAGAZA")
}

async fn serve(fake: Arc<dyn Fake>) -> FakeServer {
    let address = ([127, 0, 0, 1], 0).into();
    FakeServer::start(address, fake).await.unwrap()
}

fn config(mut config: Value, server: &FakeServer) -> Map<String, Value> {
    config["base_url"] = server.base_url().into();
    config.as_object().cloned().unwrap()
}

fn netgsm(server: &FakeServer) -> Arc<NetgsmSms> {
    let context = context(&[server.authority()], Arc::new(Counted::default()));
    let config = config(netgsm_config(), server);
    NetgsmSms::new(config, NumberPlan::default(), context).unwrap()
}

fn iletimerkezi(server: &FakeServer, plan: NumberPlan) -> Arc<IletiMerkeziSms> {
    let context = context(&[server.authority()], Arc::new(Counted::default()));
    let config = config(iletimerkezi_config(), server);
    IletiMerkeziSms::new(config, plan, context).unwrap()
}

#[tokio::test]
async fn netgsm_reports_on_messages_between_two_dates() {
    let server = serve(fake_netgsm()).await;
    let sender = netgsm(&server);
    let receipt = sender.send(&phone(GOOD), &code_text()).await.unwrap();
    let id = receipt.message_id.unwrap();
    let since = StoppedClock.now() - TimeDelta::hours(6);
    let asked = [id.clone(), "unknown".to_owned()];
    let deliveries = sender.poll(&asked, since).await.unwrap();
    assert_eq!(deliveries, [(id, DeliveryState::Delivered)]);
    let none = sender.poll(&["unknown".to_owned()], since).await;
    assert_eq!(
        none.unwrap(),
        [],
        "the answer has null in the place of jobs"
    );
}

/// A Netgsm that returns the same response to every request.
struct Always(&'static str);

#[async_trait]
impl Fake for Always {
    async fn answer(&self, _: Received) -> Reply {
        Reply::text(200, "application/json", self.0)
    }
}

#[tokio::test]
async fn a_report_of_netgsm_may_lack_its_code_or_its_jobs_but_not_both() {
    let jobs = r#"{"jobs":[{"jobid":"17","telno":"5551234567","status":1}]}"#;
    for (answer, reported) in [
        (jobs, Some(1)),
        (r#"{"code":"60","jobs":null}"#, Some(0)),
        (r#"{"code":"60"}"#, Some(0)),
        (r#"{"code":"00","jobs":null}"#, Some(0)),
        ("{}", None),
        (r#"{"code":"80","jobs":null}"#, None),
    ] {
        let server = serve(Arc::new(Always(answer))).await;
        let (sender, ids) = (netgsm(&server), ["17".to_owned()]);
        let asked = sender.poll(&ids, StoppedClock.now()).await;
        let count = asked.ok().map(|deliveries| deliveries.len());
        assert_eq!(count, reported, "{answer}");
    }
}

#[tokio::test]
async fn iletimerkezi_reports_on_a_message() {
    let server = serve(fake_iletimerkezi()).await;
    let sender = iletimerkezi(&server, NumberPlan::default());
    let receipt = sender.send(&phone(GOOD), &code_text()).await.unwrap();
    let id = receipt.message_id.unwrap();
    let delivery = sender.delivery(&id).await.unwrap();
    assert_eq!(delivery, Some(DeliveryState::Delivered));
    assert_eq!(sender.delivery("9999").await.unwrap(), None);
}

#[tokio::test]
async fn a_number_abroad_goes_to_the_sender_after_iletimerkezi() {
    let first = serve(fake_iletimerkezi()).await;
    let fake_twilio = FakeTwilio::new("AC0123", "secret-of-TOKEN", "MAGAZA");
    let second = serve(fake_twilio.clone()).await;
    for plan in [NumberPlan::default(), german()] {
        let context = context(&[second.authority()], Arc::new(Counted::default()));
        let twilio = TwilioSms::new(config(twilio_config(), &second), plan.clone(), context);
        let senders: Vec<Arc<dyn SmsSender>> = vec![iletimerkezi(&first, plan), twilio.unwrap()];
        let chain = FailoverSms::new(senders, false);
        let receipt = chain.send(&phone(ABROAD), &code_text()).await.unwrap();
        assert_eq!(receipt.sender, "twilio");
    }
    let sent = fake_twilio.sent().all();
    assert!(
        sent.iter().all(|sms| sms.to == format!("+{ABROAD}")),
        "{sent:?}"
    );
}

#[tokio::test]
async fn a_turkish_number_of_a_store_abroad_goes_by_iletimerkezi() {
    let fake = fake_iletimerkezi();
    let server = serve(fake.clone()).await;
    let sender = iletimerkezi(&server, german());
    sender
        .send(&phone("905551234567"), &code_text())
        .await
        .unwrap();
    assert_eq!(fake.sent().all()[0].to, "905551234567");
    let national = sender.send(&phone("15112345678"), &code_text()).await;
    assert!(matches!(national, Err(SmsFailure::OutOfReach)));
}

#[tokio::test]
async fn netgsm_is_no_sender_for_a_store_whose_numbers_are_of_another_country() {
    let server = serve(fake_netgsm()).await;
    let context = context(&[server.authority()], Arc::new(Counted::default()));
    let refused = NetgsmSms::new(config(netgsm_config(), &server), german(), context);
    assert_eq!(refused.err().unwrap().key, "country");
}
