//! 3-D Secure over real HTTP on both sides, against the fake Stripe.

mod bank;

use payments_core::ports::Clock as _;
use payments_gateways::fakes::FaultMode;
use payments_http::clock::SystemClock;
use reqwest::Method;
use serde_json::json;

use self::bank::{Bank, header};
use crate::app::{NEIGHBOUR, client};
use crate::manage::status::last_hour;
use crate::provider_harness::SECRET;

const ASKING: &str = "4000002500003155";

#[tokio::test]
async fn a_card_is_saved_once_the_customer_came_back_from_the_bank() {
    let bank = Bank::open().await;
    let path = bank.asked().await;
    let (status, again) = bank.code_again().await;
    assert_eq!((status, bank.path(&again)), (400, path.clone()), "the same");

    let away = bank.ask(Method::GET, &path).await;
    assert_eq!(away.status().as_u16(), 303);
    assert_eq!(header(&away, "cache-control"), "no-store");
    assert_eq!(header(&away, "referrer-policy"), "no-referrer");
    let page = header(&away, "location").to_owned();
    assert!(
        page.starts_with(&bank.harness.gateway.server.base_url()),
        "{page}"
    );

    let (status, waiting) = bank.back(&path).await;
    assert_eq!(status, 200);
    assert!(waiting.contains("not saved yet"), "{waiting}");
    assert!(bank.harness.saved().await.is_empty());
    assert_eq!(bank.step().await, "action");

    let approval = client()
        .post(&page)
        .header("content-type", "application/x-www-form-urlencoded");
    let approved = approval
        .body("outcome=approve")
        .send()
        .await
        .expect("an answer");
    let home = header(&approved, "location").to_owned();
    assert!(home.starts_with(&format!(
        "{}{path}return/?setup_intent=",
        bank.harness.app.url
    )));
    for _ in 0..2 {
        let answer = client()
            .get(&home)
            .header("accept-language", "en")
            .send()
            .await;
        let text = answer.expect("an answer").text().await.expect("a page");
        assert!(text.contains("<h1>Your card is saved</h1>"), "{text}");
    }
    assert_eq!(bank.harness.saved().await.len(), 1);
    assert_eq!(bank.harness.gateway.live().len(), 1);
    assert_eq!(bank.step().await, "saved", "without the code");
    assert_eq!(bank.code_again().await.0, 200, "and the code says so");
    assert_eq!(bank.ask(Method::GET, &path).await.status().as_u16(), 404);
    let id = path.split('/').nth(4).expect("an id");
    assert!(!bank.harness.database_holds(id).await, "its digest only");
    bank.harness.come_to_rest().await;
    assert_eq!(bank.harness.saved().await.len(), 1);
}

#[tokio::test]
async fn a_card_counts_as_saved_when_its_customer_is_back_and_as_refused_if_the_bank_refuses() {
    for (is_approved, saved, refused) in [(true, 1, 0), (false, 0, 1)] {
        let bank = Bank::open().await;
        let path = bank.asked().await;
        bank.back(&path).await;
        let before = last_hour(&bank.harness.app).await;
        assert_eq!(
            (&before["cards_saved"], &before["steps_refused"]),
            (&json!(0), &json!(0))
        );
        bank.stripe
            .authenticate(&bank.reference().await, is_approved);
        bank.back(&path).await;
        let after = last_hour(&bank.harness.app).await;
        assert_eq!(after["cards_saved"], saved, "{after}");
        assert_eq!(after["steps_refused"], refused, "{after}");
    }
}

#[tokio::test]
async fn without_the_setting_the_card_is_refused_as_ever() {
    let bank = Bank::open_with(&[]).await;
    let (status, answer) = bank.harness.save(ASKING).await;
    assert_eq!(status, 400);
    let detail = answer["detail"].as_str().expect("a detail");
    assert!(detail.contains("This card cannot be saved"), "{detail}");
    assert_eq!(
        answer.as_object().map(serde_json::Map::len),
        Some(2),
        "{answer}"
    );
}

#[tokio::test]
async fn a_gateway_may_post_the_customer_back_without_any_cookie() {
    let bank = Bank::open().await;
    let path = bank.asked().await;
    let reference = bank.reference().await;
    bank.stripe.authenticate(&reference, true);
    let request = bank
        .harness
        .app
        .request(Method::POST, &format!("{path}return/"));
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    let request = request.header("origin", "https://hooks.stripe.com");
    let answer = request.body("redirect_status=failed").send().await;
    assert_eq!(answer.expect("an answer").status().as_u16(), 200);
    assert_eq!(
        bank.harness.saved().await.len(),
        1,
        "what it says is not believed"
    );
}

#[tokio::test]
async fn a_success_reported_by_the_browser_is_not_trusted_either() {
    let bank = Bank::open().await;
    let path = bank.asked().await;
    let said = format!("{path}return/?redirect_status=succeeded&setup_intent=seti_other");
    let answer = bank.ask(Method::GET, &said).await;
    let text = answer.text().await.expect("a page");
    assert!(text.contains("not saved yet"), "{text}");
    let reference = bank.reference().await;
    bank.stripe.authenticate(&reference, false);
    for _ in 0..2 {
        let (status, text) = bank.back(&path).await;
        assert_eq!(status, 200);
        assert!(text.contains("Your card is not saved"), "{text}");
        assert!(text.contains("Your bank declined the card"), "{text}");
    }
    let (status, answer) = bank.code_again().await;
    assert_eq!(status, 400);
    assert!(
        answer["detail"]
            .as_str()
            .expect("a detail")
            .contains("declined")
    );
    assert!(bank.harness.saved().await.is_empty());
}

#[tokio::test]
async fn a_forged_id_leads_nowhere_and_names_nothing() {
    let bank = Bank::open().await;
    let path = bank.asked().await;
    let id = path.split('/').nth(4).expect("an id");
    let forged = [
        "0".repeat(64),
        id.to_uppercase(),
        id[..63].to_owned(),
        "..%2f..".to_owned(),
    ];
    for forged in forged {
        let path = format!("/payments/stored-cards/actions/{forged}/");
        assert_eq!(
            bank.ask(Method::GET, &path).await.status().as_u16(),
            404,
            "{path}"
        );
        let (status, text) = bank.back(&path).await;
        assert_eq!(status, 404);
        assert!(
            text.contains("not valid any more") && !text.contains(&forged),
            "{text}"
        );
    }
}

#[tokio::test]
async fn a_customer_is_sent_to_the_gateways_hosts_only() {
    let bank = Bank::open().await;
    let path = bank.asked().await;
    // The point of sale uses the real Stripe now, so the URL of the fake is of another host.
    let secret = crate::provider_harness::secret_file(bank.harness.secrets.path(), SECRET);
    let mut document = bank.harness.gateway.document(&secret);
    document["pos"][0]["config"]["base_url"] = "https://api.stripe.com".into();
    bank.harness.put(&document).await;
    let answer = bank.ask(Method::GET, &path).await;
    assert_eq!(answer.status().as_u16(), 404);
    assert!(answer.headers().get("location").is_none());
}

#[tokio::test]
async fn an_unreachable_gateway_leaves_the_customer_waiting_not_refused() {
    let bank = Bank::open().await;
    let path = bank.asked().await;
    let reference = bank.reference().await;
    bank.stripe.authenticate(&reference, true);
    bank.harness.gateway.server.put(FaultMode::ServerError);
    let (status, text) = bank.back(&path).await;
    assert_eq!(status, 200);
    assert!(text.contains("not saved yet"), "{text}");
    bank.harness.gateway.server.put(FaultMode::Well);
    assert!(bank.back(&path).await.1.contains("Your card is saved"));
}

#[tokio::test]
async fn an_abandoned_card_is_cancelled_at_the_gateway() {
    let bank = Bank::open().await;
    let path = bank.asked().await;
    let reference = bank.reference().await;
    bank.harness.come_to_rest().await;
    assert_eq!(bank.ask(Method::GET, &path).await.status().as_u16(), 404);
    assert!(
        !bank.stripe.authenticate(&reference, true),
        "it is cancelled"
    );
    assert!(bank.back(&path).await.1.contains("Your card is not saved"));
    assert_eq!(
        (
            bank.harness.saved().await.len(),
            bank.harness.gateway.live().len()
        ),
        (0, 0)
    );
}

#[tokio::test]
async fn the_stores_own_front_end_is_told_the_outcome() {
    let bank = Bank::open_with(&[
        ("gateways.three_d_secure", "true"),
        (
            "gateways.three_d_secure_return_url",
            "https://shop.example/cards?from=bank",
        ),
    ])
    .await;
    let path = bank.asked().await;
    let reference = bank.reference().await;
    let to = async || {
        let answer = bank.ask(Method::GET, &format!("{path}return/")).await;
        assert_eq!(answer.status().as_u16(), 303);
        header(&answer, "location").to_owned()
    };
    assert_eq!(
        to().await,
        "https://shop.example/cards?from=bank&card=pending"
    );
    bank.stripe.authenticate(&reference, true);
    assert_eq!(
        to().await,
        "https://shop.example/cards?from=bank&card=saved"
    );
}

#[tokio::test]
async fn a_signed_webhook_saves_the_card_and_any_other_is_refused() {
    let bank = Bank::open().await;
    let path = bank.asked().await;
    let reference = bank.reference().await;
    let secret = crate::provider_harness::secret_file(bank.harness.secrets.path(), SECRET);
    let mut document = bank.harness.gateway.document(&secret);
    document["pos"][0]["config"]["webhook_secret"] = secret.into();
    bank.harness.put(&document).await;
    bank.stripe.authenticate(&reference, true);

    let now = SystemClock.now().timestamp();
    let event = |secret: &str, at| bank.stripe.event(&reference, secret, at).expect("an event");
    let post = async |pk: u32, signature: Option<&str>, body: String| {
        let path = format!("/payments/stored-cards/webhooks/{pk}/");
        let mut request = bank.harness.app.request(Method::POST, &path);
        if let Some(signature) = signature {
            request = request.header("stripe-signature", signature);
        }
        let request = request.header("content-type", "application/json; charset=utf-8");
        let answer = request.body(body).send().await.expect("an answer");
        answer.status().as_u16()
    };
    let (signature, body) = event(SECRET, now);
    assert_eq!(post(1, None, body.clone()).await, 403);
    let (forged, _) = event("another", now);
    assert_eq!(post(1, Some(&forged), body.clone()).await, 403);
    let (old, old_body) = event(SECRET, now - 400);
    assert_eq!(post(1, Some(&old), old_body).await, 403);
    assert_eq!(post(99, Some(&signature), body.clone()).await, 404);
    assert_eq!(post(1, Some(&signature), "x".repeat(70_000)).await, 413);
    assert!(bank.harness.saved().await.is_empty());
    for _ in 0..2 {
        assert_eq!(post(1, Some(&signature), body.clone()).await, 204);
    }
    assert_eq!(bank.harness.saved().await.len(), 1);
    assert!(bank.back(&path).await.1.contains("Your card is saved"));
    assert_eq!(bank.code_again().await.0, 200);
}

#[tokio::test]
async fn the_card_belongs_to_the_customer_who_entered_it_no_matter_who_returns() {
    let bank = Bank::open().await;
    let path = bank.asked().await;
    let reference = bank.reference().await;
    bank.stripe.authenticate(&reference, true);
    let return_path = format!("{path}return/");
    let request = bank
        .harness
        .app
        .as_session(NEIGHBOUR, Method::GET, &return_path);
    request.await.send().await.expect("an answer");
    assert_eq!(bank.harness.saved().await.len(), 1);
    let list = bank
        .harness
        .app
        .as_session(NEIGHBOUR, Method::GET, "/payments/stored-cards/");
    let theirs = crate::app::json(list.await.send().await.expect("an answer")).await;
    assert_eq!(theirs["count"], 0);
}

#[tokio::test]
async fn the_page_speaks_the_language_in_which_the_code_was_answered() {
    let bank = Bank::open().await;
    let path = bank.asked().await;
    let away = bank.ask(Method::GET, &format!("{path}?lang=de")).await;
    let cookie = header(&away, "set-cookie").to_owned();
    let scope = format!("payments_language=de; Path={path}; ");
    assert!(cookie.starts_with(&scope), "{cookie}");
    let request = bank.harness.app.get(&format!("{path}return/"));
    let request = request
        .header("accept-language", "en")
        .header("cookie", "payments_language=de");
    let text = request.send().await.expect("an answer").text().await;
    assert!(text.expect("a page").contains("<html lang=\"de\""));
    let made_up = bank.ask(Method::GET, &format!("{path}?lang=../x")).await;
    assert!(header(&made_up, "set-cookie").starts_with("payments_language=en; "));
}
