//! At the highest log level, nothing that is sent to providers or received from them is logged.

use futures_util::future::join_all;
use payments_gateways::fakes::FaultMode;
use reqwest::Method;
use serde_json::json;
use tempfile::TempDir;

use crate::app::{GOOD_NUMBER, client, json as json_of};
use crate::program::Program;
use crate::provider_harness::{
    GATEWAYS, Gateway, SECRET, SENDERS, Sender, THEIR_WORDS, secret_file, senders_secret,
};
use crate::setup::Fixture;

const SESSION: &str = "demo_customer_0000000000000000001";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_secret_is_logged_at_the_highest_level() {
    join_all(
        GATEWAYS
            .into_iter()
            .zip(SENDERS)
            .map(|(gateway, sender)| walk(gateway, sender)),
    )
    .await;
}

/// A card saved, one declined, one timed out; then with both providers failing.
const NUMBERS: [&str; 4] = [
    GOOD_NUMBER,
    "4111111111111129",
    "4124111111111116",
    "374427000000003",
];

async fn walk(gateway: &'static str, sender: &'static str) {
    let (gateway, sender) = (Gateway::start(gateway).await, Sender::start(sender).await);
    let folder = TempDir::new().expect("a folder");
    let secret = secret_file(folder.path(), SECRET);
    let hosts = [gateway.server.authority(), sender.server.authority()].join(",");
    let mut settings = vec![
        ("log.filter".to_owned(), "trace".to_owned()),
        ("sms.providers".to_owned(), sender.name.to_owned()),
        ("gateways.enabled".to_owned(), gateway.name.to_owned()),
        ("gateways.extra_hosts".to_owned(), hosts),
        (
            "gateways.total_timeout_milliseconds".to_owned(),
            "700".to_owned(),
        ),
    ];
    settings.extend(sender.settings(&senders_secret(folder.path())));
    settings.push((
        "gateways.secret_folders".to_owned(),
        folder.path().display().to_string(),
    ));
    let settings: Vec<_> = settings
        .iter()
        .map(|(key, value)| (key.as_str(), value.as_str()))
        .collect();
    let fixture = Fixture::new().await;
    let program = Program::start(&fixture.settings(&settings));

    let client = client();
    let request = |method: Method, path: &str| {
        let request = client.request(method, format!("{}{path}", program.url));
        request
            .header("cookie", format!("osessionid={SESSION}"))
            .header("content-type", "application/json")
    };
    let imported = request(Method::POST, "/manage/v1/import/")
        .header("authorization", "Bearer demo")
        .body(gateway.document(&secret).to_string())
        .send()
        .await;
    assert_eq!(imported.expect("an answer").status(), 200);
    let asked = request(Method::GET, "/csrf_token/").send().await;
    let token = json_of(asked.expect("an answer")).await;
    let token = token["csrf_token"].as_str().expect("a token").to_owned();
    let post = async |path: &str, body: serde_json::Value| {
        let request = request(Method::POST, path).header("x-csrftoken", &token);
        let answer = request.body(body.to_string()).send().await;
        answer.expect("an answer").status().as_u16()
    };
    let card = |number: &str| {
        json!({"card_holder": "Ayse Gizli", "card_number": number, "card_month": "12", "card_year": "2035",
            "card_cvv": "7373", "consent": true})
    };
    let mut codes = Vec::new();
    for number in NUMBERS {
        assert_eq!(
            post("/payments/stored-cards/card/", card(number)).await,
            204
        );
        let phone = json!({"phone_number": "05559876543"});
        assert_eq!(
            post("/payments/stored-cards/phone-number/", phone).await,
            204
        );
        codes.push(sender.newest_code());
        if number.starts_with('3') {
            gateway.server.put(FaultMode::WebPage);
        }
        post(
            "/payments/stored-cards/otp/",
            json!({"otp": codes[codes.len() - 1]}),
        )
        .await;
    }
    sender.server.put(FaultMode::ServerError);
    post(
        "/payments/stored-cards/phone-number/",
        json!({"phone_number": "05559876543"}),
    )
    .await;
    let live = gateway.live();
    assert!(!live.is_empty());
    drop(client);
    let log = program.stop().concat();
    let fixed = [
        "7373",
        "5559876543",
        "Gizli",
        SECRET,
        SESSION,
        &token,
        THEIR_WORDS,
    ];
    let texts = codes.iter().chain(&live).map(String::as_str);
    for secret in NUMBERS.into_iter().chain(fixed).chain(texts) {
        let around = logged(&log, secret);
        assert_eq!(around, None, "{}, {}: {secret}", gateway.name, sender.name);
    }
    assert!(log.contains("provider called"), "the calls themselves are");
}

/// Finds a secret in a log. Short digits may be part of a time or an id, so they must be a whole word.
pub(crate) fn logged<'a>(log: &'a str, secret: &str) -> Option<&'a str> {
    let is_short = secret.len() < 9;
    let stands_alone = |at: usize| {
        let before = log[..at].chars().next_back();
        let after = log[at + secret.len()..].chars().next();
        let joins = |one: Option<char>| one.is_some_and(|one| one.is_ascii_alphanumeric());
        !joins(before) && before != Some('.') && !joins(after)
    };
    let mut found = log.match_indices(secret);
    let (at, _) = found.find(|(at, _)| !is_short || stands_alone(*at))?;
    log.get(at.saturating_sub(200)..(at + 60).min(log.len()))
        .or(Some("beside other letters"))
}
