//! Saving a card with each gateway and each sender, over real HTTP on both sides.

use futures_util::future::join_all;
use payments_gateways::fakes::FaultMode;
use reqwest::Method;
use serde_json::{Value, json};

use crate::app::{CUSTOMER, GOOD_NUMBER};
use crate::provider_harness::{
    GATEWAYS, Gateway, Harness, SENDERS, Sender, THEIR_WORDS, secret_file,
};

/// The fields that a saved card shows.
fn stated(card: &Value) -> Value {
    let of = |key: &str| card[key].clone();
    json!([
        of("brand"),
        of("family"),
        of("bank"),
        of("card_month"),
        of("card_year")
    ])
}

/// What a gateway's fake returns; the submitted expiry if it returns none.
fn facts(gateway: &str) -> Value {
    match gateway {
        "iyzico" => json!(["mastercard", "Paraf", "Halk Bankası", 12, 2035]),
        "craftgate" => json!([
            "mastercard",
            "World",
            "YAPI VE KREDİ BANKASI A.Ş.",
            12,
            2035
        ]),
        _ => json!(["mastercard", null, null, 1, 2031]),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_card_is_saved_and_removed_with_every_gateway_and_sender() {
    let pairs = GATEWAYS.map(|gateway| SENDERS.map(|sender| (gateway, sender)));
    let walks = pairs
        .into_iter()
        .flatten()
        .map(|(gateway, sender)| async move {
            let harness = Harness::start(gateway, sender).await;
            assert_eq!(
                harness.save(GOOD_NUMBER).await.0,
                200,
                "{gateway}, {sender}"
            );
            let saved = harness.saved().await;
            assert_eq!(saved.len(), 1, "{gateway}, {sender}");
            assert_eq!(saved[0]["masked_card_number"], "552879******0008");
            assert_eq!(stated(&saved[0]), facts(gateway), "{gateway}, {sender}");
            assert_eq!(harness.gateway.live().len(), 1, "{gateway}, {sender}");
            assert_eq!(harness.senders[0].sent().len(), 1, "{gateway}, {sender}");
            let path = format!("/payments/stored-cards/{}/", saved[0]["pk"]);
            let removal = harness
                .app
                .as_session(CUSTOMER, Method::DELETE, &path)
                .await;
            assert_eq!(removal.send().await.expect("an answer").status(), 204);
            assert_eq!(harness.gateway.live().len(), 0, "{gateway}, {sender}");
        });
    join_all(walks).await;
}

#[tokio::test]
async fn a_refusal_is_reported_in_our_words_and_its_code_is_stored() {
    let declined = ("4111111111111129", "Your bank declined the card");
    for (gateway, (number, words), code) in [
        ("iyzico", declined, "10051"),
        ("craftgate", declined, "10051"),
        ("stripe", declined, "insufficient_funds"),
        (
            "stripe",
            ("4000002500003155", "This card cannot be saved"),
            "requires_action",
        ),
    ] {
        let harness = Harness::start(gateway, "netgsm").await;
        let (status, answer) = harness.save(number).await;
        assert_eq!(status, 400, "{gateway}: {answer}");
        let detail = answer["detail"].as_str().expect("a detail");
        assert!(detail.contains(words), "{gateway}: {detail}");
        assert!(
            harness.database_holds(code).await,
            "{gateway}: the audit record has {code}"
        );
        assert!(!harness.database_holds(THEIR_WORDS).await, "{gateway}");
        assert_eq!(
            (harness.saved().await.len(), harness.gateway.live().len()),
            (0, 0),
            "{gateway}"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lost_answers_leave_no_orphan_at_any_gateway() {
    let walks = GATEWAYS.map(|gateway| async move {
        let harness = Harness::start(gateway, "netgsm").await;
        assert_eq!(harness.save(GOOD_NUMBER).await.0, 200, "{gateway}");
        // No reply without a token, no reply after one was made, and garbage.
        for number in ["4125111111111115", "4124111111111116", "4128111111111112"] {
            let (status, answer) = harness.save(number).await;
            assert_eq!(status, 400, "{gateway}, {number}: {answer}");
            let detail = answer["detail"].as_str().expect("a detail");
            assert!(
                detail.contains("not saved"),
                "{gateway}, {number}: {detail}"
            );
        }
        harness.come_to_rest().await;
        assert_eq!(harness.saved().await.len(), 1, "{gateway}");
        assert_eq!(
            harness.gateway.live().len(),
            1,
            "{gateway}: {:?}",
            harness.gateway.live()
        );
    });
    join_all(walks).await;
}

/// Fault modes in which no card is saved.
const BAD_DAYS: [FaultMode; 9] = [
    FaultMode::ServerError,
    FaultMode::Throttling,
    FaultMode::Redirect,
    FaultMode::WebPage,
    FaultMode::Truncated,
    FaultMode::Cut,
    FaultMode::HangsUp,
    FaultMode::TenMegabytes,
    FaultMode::Silent,
];

/// Keeps the circuit breaker closed.
const PATIENT: [(&str, &str); 1] = [("gateways.breaker_failing_percent", "100")];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_gateway_whose_bad_days_are_over_has_no_orphans_either() {
    let walks = GATEWAYS.map(|gateway| async move {
        let senders = vec![Sender::start("netgsm").await];
        let harness = Harness::start_with(Gateway::start(gateway).await, senders, &PATIENT).await;
        assert_eq!(harness.save(GOOD_NUMBER).await.0, 200, "{gateway}");
        for mode in BAD_DAYS {
            harness.gateway.server.put(mode);
            let (status, answer) = harness.save("374427000000003").await;
            assert_eq!(status, 400, "{gateway}, {mode:?}: {answer}");
            let detail = answer["detail"].as_str().expect("a detail");
            assert!(
                detail.contains("not saved"),
                "{gateway}, {mode:?}: {detail}"
            );
        }
        harness.gateway.server.put(FaultMode::Well);
        harness.come_to_rest().await;
        assert_eq!(harness.saved().await.len(), 1, "{gateway}");
        assert_eq!(harness.gateway.live().len(), 1, "{gateway}");
    });
    join_all(walks).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_fault_of_a_sender_sends_a_code_twice() {
    let walks = SENDERS.map(|sender| async move {
        let senders = vec![Sender::start(sender).await];
        let harness = Harness::start_with(Gateway::start("iyzico").await, senders, &PATIENT).await;
        for mode in BAD_DAYS {
            harness.senders[0].server.put(mode);
            let before = harness.senders[0].sent().len();
            let answer = harness.ask_for_code("05551234567").await;
            // If it is unknown, the customer is asked to check the phone.
            let expected = if mode == FaultMode::Throttling {
                503
            } else {
                204
            };
            assert_eq!(answer.status(), expected, "{sender}, {mode:?}");
            let sent = harness.senders[0].sent().len() - before;
            assert!(sent <= 1, "{sender}, {mode:?}");
        }
    });
    join_all(walks).await;
}

#[tokio::test]
async fn a_code_is_resent_by_a_second_sender_after_a_timeout_only_if_the_settings_allow_it() {
    for (resend, expected) in [("false", (1, 0)), ("true", (1, 1))] {
        let senders = vec![Sender::start("netgsm").await, Sender::start("twilio").await];
        let settings = [("sms.resend_when_unknown", resend)];
        let harness = Harness::start_with(Gateway::start("iyzico").await, senders, &settings).await;
        let counts = || {
            (
                harness.senders[0].sent().len(),
                harness.senders[1].sent().len(),
            )
        };
        let refused = harness.ask_for_code("5559999041").await;
        assert_eq!(refused.status(), 400);
        assert_eq!(counts(), (0, 0), "the number is at fault, not the sender");
        harness.senders[0].server.put(FaultMode::HangsUp);
        let answer = harness.ask_for_code("05551234567").await;
        assert_eq!(answer.status(), 204, "{resend}");
        assert_eq!(counts(), expected, "{resend}");
    }
}

#[tokio::test]
async fn the_next_sender_of_the_settings_sends_where_the_first_cannot() {
    let senders = vec![Sender::start("netgsm").await, Sender::start("twilio").await];
    let abroad = [("sms.allowed_countries", "TR,DE")];
    let harness = Harness::start_with(Gateway::start("iyzico").await, senders, &abroad).await;
    let ask = async |phone: &'static str| harness.ask_for_code(phone).await.status().as_u16();
    let counts = || {
        (
            harness.senders[0].sent().len(),
            harness.senders[1].sent().len(),
        )
    };
    assert_eq!(ask("05551234567").await, 204);
    assert_eq!(counts(), (1, 0));
    harness.senders[0].server.put(FaultMode::Throttling);
    assert_eq!(ask("05551234567").await, 204);
    assert_eq!(counts(), (1, 1), "it did not send");
    harness.senders[0].server.put(FaultMode::HangsUp);
    assert_eq!(ask("05551234567").await, 204);
    assert_eq!(
        counts(),
        (2, 1),
        "it may have been sent: the code is not sent twice"
    );
    assert_eq!(ask("4915112345678").await, 204);
    assert_eq!(counts(), (2, 2), "a number that is not the first one's");
}

#[tokio::test]
async fn a_number_that_the_provider_calls_invalid_is_reported_as_invalid() {
    for sender in SENDERS {
        let harness = Harness::start("iyzico", sender).await;
        let refused = harness.ask_for_code("5559999041").await;
        assert_eq!(refused.status(), 400, "{sender}");
        let answer = crate::app::json(refused).await;
        assert!(
            answer["errors"]["phone_number"].is_array(),
            "{sender}: {answer}"
        );
        assert!(
            !answer.to_string().contains(THEIR_WORDS),
            "{sender}: {answer}"
        );
        assert!(harness.senders[0].sent().is_empty(), "{sender}");
    }
}

#[tokio::test]
async fn wrong_credentials_send_and_save_nothing_until_they_are_right() {
    for (gateway, sender) in GATEWAYS.into_iter().zip(SENDERS) {
        let harness = Harness::start(gateway, sender).await;
        let right = std::fs::read_to_string(harness.secrets.path().join("secret")).expect("it");
        assert_eq!(harness.hold(GOOD_NUMBER).await.status(), 204);

        secret_file(harness.secrets.path(), "another");
        let away = harness.ask_for_code("05551234567").await;
        assert_eq!(away.status(), 503, "{sender}");
        assert!(away.headers().contains_key("retry-after"), "{sender}");
        assert!(harness.senders[0].sent().is_empty(), "{sender}");

        // Secrets are read when they are used: after a correction the held card can be saved without a restart.
        secret_file(harness.secrets.path(), right.trim_end());
        assert_eq!(
            harness.ask_for_code("05551234567").await.status(),
            204,
            "{sender}"
        );
        secret_file(harness.secrets.path(), "another");
        let otp = json!({ "otp": harness.senders[0].newest_code() });
        let failed = harness
            .app
            .post(CUSTOMER, "/payments/stored-cards/otp/", otp)
            .await;
        assert_eq!(failed.status(), 400, "{gateway}");
        assert_eq!(
            (harness.saved().await.len(), harness.gateway.live().len()),
            (0, 0),
            "{gateway}"
        );

        secret_file(harness.secrets.path(), right.trim_end());
        assert_eq!(harness.save(GOOD_NUMBER).await.0, 200, "{gateway}");
    }
}

#[tokio::test]
async fn calls_are_counted_by_provider_and_outcome() {
    let harness = Harness::start("iyzico", "twilio").await;
    assert_eq!(harness.save(GOOD_NUMBER).await.0, 200);
    assert_eq!(harness.save("4111111111111129").await.0, 400);
    let answer = harness.app.get("/metrics").send().await.expect("an answer");
    let metrics = answer.text().await.expect("a body");
    for (provider, operation, outcome, count) in [
        ("iyzico", "tokenize", "done", 1),
        ("iyzico", "tokenize", "refused", 1),
        ("twilio", "send", "done", 2),
    ] {
        let line = format!(
            "payments_provider_calls_total{{provider=\"{provider}\",operation=\"{operation}\",outcome=\"{outcome}\"}} {count}\n"
        );
        assert!(metrics.contains(&line), "{line} in {metrics}");
    }
}

#[tokio::test]
async fn a_number_that_no_sender_of_the_settings_reaches_is_refused() {
    let senders = vec![
        Sender::start("netgsm").await,
        Sender::start("iletimerkezi").await,
    ];
    let abroad = [("sms.allowed_countries", "TR,DE")];
    let harness = Harness::start_with(Gateway::start("iyzico").await, senders, &abroad).await;
    let refused = harness.ask_for_code("4915112345678").await;
    assert_eq!(refused.status(), 400);
    let text = refused.text().await.expect("a body");
    assert!(text.contains("phone_number"), "{text}");
    assert!(
        harness
            .senders
            .iter()
            .all(|sender| sender.sent().is_empty())
    );
}
