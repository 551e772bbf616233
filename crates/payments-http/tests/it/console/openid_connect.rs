//! Signing in by OpenID Connect, with a fake provider.

mod refusals;

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use payments_gateways::fakes::{FakeOpenIdProvider, FakeServer};
use reqwest::Method;
use reqwest::header::SET_COOKIE;
use serde_json::{Value, json};

use super::{Browser, COOKIE};
use crate::manage::running::{Answer, Service, settings_with};
use crate::manage::scopes::sha256;
use crate::setup::Fixture;

const BEGIN: &str = "/console/openid-connect/";
const CALLBACK: &str = "/console/openid-connect/callback/";
/// As browsers reach the console; the tests send what comes there to the service.
const REDIRECT: &str = "https://payments.example/console/openid-connect/callback/";
const PENDING: &str = "payments_sign_in";
/// A management token of the person "anna".
const ANNAS_TOKEN: &str = "annas-token";

fn anna() -> Value {
    json!({"sub": "anna", "roles": ["campaigns", "cooks"]})
}

/// The provider and the service that it is configured in.
struct Store {
    provider: Arc<FakeOpenIdProvider>,
    server: FakeServer,
    service: Service,
    data: Fixture,
}

impl Store {
    async fn open(over: &[(&str, &str)]) -> Self {
        let secret = "it's a secret: ünlü & long";
        let provider = FakeOpenIdProvider::new("payments", secret, REDIRECT, anna());
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let server = FakeServer::start(address, Arc::clone(&provider) as _).await;
        let server = server.unwrap();
        let data = Fixture::new().await;
        let service = Self::service(&data, &server.base_url(), secret, over).await;
        Self {
            provider,
            server,
            service,
            data,
        }
    }

    async fn service(data: &Fixture, issuer: &str, secret: &str, over: &[(&str, &str)]) -> Service {
        let token = sha256(ANNAS_TOKEN);
        let own = [
            ("console.openid_connect.issuer", issuer),
            ("console.openid_connect.client_id", "payments"),
            ("console.openid_connect.client_secret", secret),
            ("console.openid_connect.redirect_url", REDIRECT),
            (
                "console.openid_connect.roles.campaigns",
                "catalog,purchases",
            ),
            ("console.openid_connect.roles.support", "support"),
            ("gateways.total_timeout_milliseconds", "1500"),
            ("manage.tokens.annas_laptop.sha256", &token),
            ("manage.tokens.annas_laptop.scopes", "catalog"),
            ("manage.tokens.annas_laptop.person", "anna"),
        ];
        Service::over(settings_with(data, true, &[&own[..], over].concat())).await
    }

    /// Begins to sign in; returns the cookie, and the callback's path with what the provider returned.
    async fn at_the_provider(&self, begin: &str) -> (String, String) {
        let redirect = Answer::of(self.service.anonymous(Method::GET, begin)).await;
        assert_eq!(redirect.status, 303, "{redirect:?}");
        let location = redirect.header("location");
        assert!(location.starts_with(&self.server.base_url()), "{location}");
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
        let sent = client.build().unwrap().get(location).send().await.unwrap();
        let back = sent.headers()["location"].to_str().unwrap().to_owned();
        let back = back
            .strip_prefix("https://payments.example")
            .unwrap()
            .to_owned();
        let cookie = redirect.header("set-cookie").split(';').next().unwrap();
        (cookie.to_owned(), back)
    }

    async fn comes_back(&self, cookie: &str, path: &str) -> Answer {
        let request = self.service.anonymous(Method::GET, path);
        Answer::of(request.header("Cookie", cookie)).await
    }

    async fn sign_in(&self) -> Answer {
        let (cookie, path) = self.at_the_provider(BEGIN).await;
        self.comes_back(&cookie, &path).await
    }

    async fn signed_in(&self) -> Browser<'_> {
        let answer = self.sign_in().await;
        assert_eq!(answer.status, 200, "{answer:?}");
        Browser::with(&self.service, &cookie(&answer, COOKIE).unwrap())
    }
}

/// The value of a cookie that a response sets.
fn cookie(answer: &Answer, name: &str) -> Option<String> {
    let cookies = answer.headers.get_all(SET_COOKIE).iter();
    let mut pairs = cookies.filter_map(|cookie| {
        let pair = cookie.to_str().ok()?.split(';').next()?;
        pair.split_once('=')
    });
    let found = pairs.find(|(found, _)| *found == name);
    found.map(|(_, value)| value.to_owned())
}

#[tokio::test]
async fn a_person_signs_in_by_the_provider_with_the_scopes_of_their_roles() {
    let store = Store::open(&[]).await;
    let form = Answer::of(
        store
            .service
            .anonymous(Method::GET, "/console/sign-in/?next=rules"),
    )
    .await;
    assert!(
        form.body
            .contains(r#"href="/console/openid-connect/?next=rules""#),
        "{}",
        form.body
    );
    let (pending, path) = store
        .at_the_provider("/console/openid-connect/?next=rules")
        .await;
    let answer = store.comes_back(&pending, &path).await;
    // A page of our own goes on, so that the browser sends the cookie, which is strict.
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.header("refresh"), "0; url=/console/rules/");
    assert!(answer.body.contains(r#"href="/console/rules/""#));
    assert_eq!(answer.header("referrer-policy"), "no-referrer");
    assert_eq!(answer.header("cache-control"), "no-store");
    let set: Vec<_> = answer
        .headers
        .get_all(SET_COOKIE)
        .iter()
        .map(|one| one.to_str().unwrap())
        .collect();
    assert!(
        set[0].starts_with("payments_console=")
            && set[0].ends_with("; Path=/; HttpOnly; SameSite=Strict"),
        "{set:?}"
    );
    assert_eq!(
        set[1],
        "payments_sign_in=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax"
    );

    let browser = Browser::with(&store.service, &cookie(&answer, COOKIE).unwrap());
    let session = browser.get("/console/session/").await.json();
    assert_eq!(
        (&session["principal"], &session["scopes"]),
        (&json!("anna"), &json!(["catalog", "purchases"]))
    );
    let rules = browser.get("/console/rules/").await;
    assert_eq!(rules.status, 200);
    assert!(
        !rules.body.contains("/console/customers/"),
        "not in the menu"
    );
    assert_eq!(
        browser
            .get("/manage/v1/customers/7/saved-cards/")
            .await
            .json()["code"],
        "scope_missing"
    );
    let change = browser
        .with_csrf(Method::PATCH, "/manage/v1/banks/1/")
        .await;
    let change = change
        .header("Content-Type", "application/json")
        .body(r#"{"name": "Renamed"}"#);
    assert_eq!(Answer::of(change).await.status, 200);
    let history = browser.get("/manage/v1/history/?part=banks&key=1").await;
    assert_eq!(history.json()["results"][0]["principal"], "anna");
}

#[tokio::test]
async fn a_sign_in_begins_with_secrets_that_only_its_browser_has() {
    let store = Store::open(&[]).await;
    let begun = Answer::of(store.service.anonymous(Method::GET, BEGIN)).await;
    let set = begun.header("set-cookie");
    assert!(
        set.ends_with("; Max-Age=600; Path=/; HttpOnly; SameSite=Lax"),
        "{set}"
    );
    let url = begun.header("location");
    for part in [
        "response_type=code",
        "client_id=payments",
        "scope=openid+profile",
        "code_challenge_method=S256",
        "state=",
        "nonce=",
        "code_challenge=",
    ] {
        assert!(url.contains(part), "{part}: {url}");
    }
    let verifier = set.split('.').nth(4).unwrap();
    assert!(!url.contains(verifier), "only its digest is sent");
    let (mine, _) = store.at_the_provider(BEGIN).await;
    let (_, theirs) = store.at_the_provider(BEGIN).await;
    for stolen in [
        store.comes_back(&mine, &theirs).await,
        store.comes_back("a=b", &theirs).await,
        store
            .comes_back(
                &mine.replace("payments_sign_in=sign", "payments_sign_in=Sign"),
                &theirs,
            )
            .await,
        store.comes_back(&mine, CALLBACK).await,
        store
            .comes_back(
                &mine,
                "/console/openid-connect/callback/?code=code-1&state=",
            )
            .await,
    ] {
        assert_eq!(stolen.status, 400, "{stolen:?}");
        assert!(stolen.body.contains("began in another browser"));
        assert!(cookie(&stolen, COOKIE).is_none());
    }
}

#[tokio::test]
async fn a_sign_in_is_completed_once() {
    let store = Store::open(&[]).await;
    let (pending, path) = store.at_the_provider(BEGIN).await;
    assert_eq!(store.comes_back(&pending, &path).await.status, 200);
    let again = store.comes_back(&pending, &path).await;
    assert_eq!(again.status, 403, "{again:?}");
    assert!(cookie(&again, COOKIE).is_none());
}

#[tokio::test]
async fn two_sign_ins_of_one_person_are_one_principal() {
    let store = Store::open(&[("console.four_eyes", "true")]).await;
    let rule = r#"{"name": "New", "when": {}, "then": {"cap_installments": 3}}"#;
    let request = store
        .service
        .anonymous(Method::PUT, "/manage/v1/rules/new/");
    let request = request
        .bearer_auth(ANNAS_TOKEN)
        .header("Content-Type", "application/json");
    let waiting = Answer::of(request.body(rule)).await;
    assert_eq!(waiting.json()["code"], "approval_required", "{waiting:?}");
    let browser = store.signed_in().await;
    let proposal = browser.get("/manage/v1/proposals/").await.json()["results"][0].take();
    assert_eq!(proposal["principal"], "anna");
    let approve = format!("/manage/v1/proposals/{}/approve/", proposal["pk"]);
    let own = Answer::of(browser.with_csrf(Method::POST, &approve).await).await;
    assert_eq!(own.json()["code"], "own_proposal", "{own:?}");
    // The provider may spell the name otherwise.
    store
        .provider
        .identify(json!({"sub": "Anna", "roles": "campaigns"}));
    let anna = store.signed_in().await;
    let own = Answer::of(anna.with_csrf(Method::POST, &approve).await).await;
    assert_eq!(own.json()["code"], "own_proposal", "{own:?}");
    store
        .provider
        .identify(json!({"sub": "ben", "roles": "campaigns"}));
    let ben = store.signed_in().await;
    let approved = Answer::of(ben.with_csrf(Method::POST, &approve).await).await;
    assert_eq!(approved.status, 200, "{approved:?}");
    let history = ben.get("/manage/v1/history/?part=rules&key=new").await;
    assert_eq!(
        history.json()["results"][0]["principal"],
        "anna (approved by ben)"
    );
}

#[tokio::test]
async fn a_session_follows_the_settings_of_roles_and_ends_with_the_provider() {
    let store = Store::open(&[]).await;
    let signed_in = cookie(&store.sign_in().await, COOKIE).unwrap();
    let Store {
        server,
        service,
        data,
        ..
    } = store;
    service.stop().await;
    let secret = "it's a secret: ünlü & long";
    let issuer = server.base_url();
    let smaller = Store::service(
        &data,
        &issuer,
        secret,
        &[("console.openid_connect.roles.campaigns", "read")],
    )
    .await;
    let browser = Browser::with(&smaller, &signed_in);
    assert_eq!(browser.get("/manage/v1/banks/").await.status, 200);
    let scopes = browser.get("/console/session/").await.json()["scopes"].take();
    assert_eq!(scopes, json!(["read"]));
    smaller.stop().await;
    for other in [
        ("console.openid_connect.client_id", "other"),
        ("console.openid_connect.issuer", ""),
    ] {
        let service = Store::service(&data, &issuer, secret, &[other]).await;
        let browser = Browser::with(&service, &signed_in);
        assert_eq!(
            browser.get("/manage/v1/banks/").await.status,
            401,
            "{other:?}"
        );
        service.stop().await;
    }
}

#[tokio::test]
async fn without_a_provider_there_is_nothing_to_begin() {
    let service = Service::demo().await;
    for path in [BEGIN, CALLBACK] {
        let answer = Answer::of(service.anonymous(Method::GET, path)).await;
        assert_eq!(answer.status, 404, "{path}");
    }
    let form = Answer::of(service.anonymous(Method::GET, "/console/sign-in/")).await;
    assert!(!form.body.contains("openid-connect"));
}
