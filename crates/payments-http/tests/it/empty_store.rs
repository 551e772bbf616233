//! An empty store says what is missing: on the console and in a browser.

use std::io::{BufRead as _, BufReader};
use std::process::Stdio;

use payments_core::language::Language;
use reqwest::{Client, Method};
use serde_json::json;
use tempfile::TempDir;

use crate::manage::running::{Answer, Service};
use crate::program::{Program, command};

/// The `Accept` of Chromium.
const BROWSER: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8";

async fn root(service: &Service, method: Method, accept: &str, language: &str) -> Answer {
    let url = format!("{}/", service.url);
    let request = Client::new().request(method, url).header("accept", accept);
    Answer::of(request.header("accept-language", language)).await
}

#[tokio::test]
async fn a_browser_is_shown_the_first_steps_in_its_language_until_there_is_a_card() {
    let service = Service::empty().await;
    for language in Language::ALL.map(Language::code) {
        let page = root(&service, Method::GET, BROWSER, language).await;
        assert_eq!(page.status, 200, "{language}");
        assert_eq!(page.headers["content-type"], "text/html; charset=utf-8");
        assert_eq!(page.headers["content-language"], language);
        assert_eq!(page.headers["vary"], "Accept, Accept-Language");
        assert_eq!(
            page.headers["content-security-policy"],
            "default-src 'none'; frame-ancestors 'none'"
        );
        assert!(page.body.contains("docs/first-store.md"), "{}", page.body);
    }
    let page = root(&service, Method::GET, BROWSER, "en").await;
    assert!(page.body.contains("<h1>This store is empty</h1>"));
    assert!(!page.body.contains("no management token"), "it has one");

    for (method, accept) in [
        (Method::GET, "application/json"),
        (Method::GET, "*/*"),
        (Method::POST, BROWSER),
    ] {
        let answer = root(&service, method, accept, "en").await;
        assert_eq!(answer.status, 404, "{accept}");
        assert_eq!(answer.json()["code"], "not_found");
    }

    let document = json!({
        "pos": [{"pk": 1, "name": "P", "slug": "p", "gateway": "sandbox"}],
        "banks": [{"pk": 1, "name": "B", "slug": "b"}],
        "card_types": [{"pk": 1, "name": "T", "slug": "t"}],
        "cards": [{"pk": 1, "name": "C", "slug": "c", "card_payment_type": "credit", "bank": 1, "card_type": 1, "pos": 1}],
    });
    let imported = service.import(&document).await;
    assert_eq!(imported.status, 200, "{}", imported.body);
    let answer = root(&service, Method::GET, BROWSER, "en").await;
    assert_eq!(answer.status, 404, "the store is no longer empty");
}

/// What `serve` prints about an empty store, up to the name of the page.
fn printed(settings: &[(&str, &str)]) -> String {
    let folder = TempDir::new().expect("a folder");
    let mut command = command(&folder, &["serve"], settings);
    command.stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().expect("the program");
    let lines = BufReader::new(child.stdout.take().expect("its output")).lines();
    let mut printed = String::new();
    for line in lines.map_while(Result::ok) {
        printed.push_str(&line);
        printed.push('\n');
        if line.contains("docs/first-store.md") {
            break;
        }
    }
    child.kill().expect("an end");
    child.wait().expect("an end");
    printed
}

#[tokio::test]
async fn without_a_language_a_request_is_answered_in_the_settings_default() {
    let service = Service::demo_with(&[("language.default", "de")]).await;
    for (path, method) in [
        ("/nothing/", Method::GET),
        ("/payments/stored-cards/", Method::GET),
        ("/manage/v1/banks/", Method::GET),
    ] {
        let url = format!("{}{path}", service.url);
        let answer = Answer::of(Client::new().request(method, url)).await;
        assert_eq!(answer.headers["content-language"], "de", "{path}");
    }
    let url = format!("{}/nothing/", service.url);
    let french = Client::new().get(url).header("accept-language", "fr");
    assert_eq!(Answer::of(french).await.headers["content-language"], "fr");
}

#[test]
fn an_empty_store_prints_at_its_start_what_is_missing() {
    let without = printed(&[("demo.enabled", "false")]);
    assert!(without.contains("The store is empty"), "{without}");
    assert!(
        without.contains("There is no management token yet"),
        "{without}"
    );
    assert!(without.contains("docs/first-store.md"), "{without}");
    let hash = "c4bbcb1fbec99d65bf59d85c8cb62ee2db963f0fe106f483d9afa73bd4e39a8a";
    let with = printed(&[("demo.enabled", "false"), ("manage.tokens.me", hash)]);
    assert!(with.contains("The store is empty"), "{with}");
    assert!(!with.contains("management token"), "{with}");
}

#[test]
fn a_second_process_on_one_sqlite_file_is_warned_about() {
    let folder = TempDir::new().expect("a folder");
    let url = format!("sqlite:{}", folder.path().join("payments.db").display());
    let first = Program::start(&[("database.url", &url)]);
    let second = Program::start(&[("database.url", &url)]);
    let of_second = second.stop().join("\n");
    assert!(of_second.contains("another process serves"), "{of_second}");
    let of_first = first.stop().join("\n");
    assert!(!of_first.contains("another process"), "{of_first}");
}
