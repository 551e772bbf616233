//! Signing in to the console by OpenID Connect. The provider is another site than the console.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;

use payments_gateways::fakes::{FakeOpenIdProvider, FakeServer};
use serde_json::json;

use crate::browser::{DESKTOP, turn};
use crate::console::LANGUAGES;
use crate::shop::{Shop, Visit};

const CALLBACK: &str = "/console/openid-connect/callback/";

fn free_address() -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    listener.local_addr().expect("an address")
}

async fn signs_in_by_the_provider(language: &str) {
    let own = free_address();
    let redirect = format!("http://{own}{CALLBACK}");
    let person = json!({"sub": "anna", "roles": ["campaigns"]});
    let provider = FakeOpenIdProvider::new("payments", "", &redirect, person);
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let server = FakeServer::start(address, Arc::clone(&provider) as _).await;
    let server = server.expect("a provider");
    let issuer = server.base_url().replace("127.0.0.1", "localhost");
    let bind = own.to_string();
    let settings = [
        ("HTTP__BIND", &*bind),
        ("CONSOLE__OPENID_CONNECT__ISSUER", &issuer),
        ("CONSOLE__OPENID_CONNECT__CLIENT_ID", "payments"),
        ("CONSOLE__OPENID_CONNECT__REDIRECT_URL", &redirect),
        (
            "CONSOLE__OPENID_CONNECT__ROLES__CAMPAIGNS",
            "catalog,purchases",
        ),
        ("CONSOLE__OPENID_CONNECT__ROLES__SUPPORT", "support"),
    ];
    let shop = Shop::open_with(&settings).await;
    let visit = Visit::begin_in(turn().await, shop, language, DESKTOP).await;
    let browser = &visit.browser;
    visit
        .go(&format!("/console/language/?code={language}"))
        .await;
    visit.go("/console/rules/").await;
    visit.says("#provider", "sign-in-with-account").await;
    visit.look("signing in by a provider").await;
    browser.click("#provider").await;
    // The page that was asked for, with the session: a redirect from the provider would not have it.
    browser
        .until("document.querySelector('#rules .change')")
        .await;
    visit.says("h1", "rules").await;
    let name = browser
        .run("return document.querySelector('#principal').textContent;")
        .await;
    assert_eq!(name, json!("anna"));

    browser.click("#sign-out").await;
    visit.says("h1", "sign-in").await;
    provider.identify(json!({"sub": "ben"}));
    browser.click("#provider").await;
    visit.says(".problem", "sign-in-no-rights").await;
    visit.look("a person without a role").await;
    // The form on that page works.
    browser.keys("#token", "demo").await;
    browser.click("form button").await;
    browser.until("document.querySelector('#sign-out')").await;
    visit.browser.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_signs_in_with_their_account() {
    for language in LANGUAGES {
        signs_in_by_the_provider(language).await;
    }
}
