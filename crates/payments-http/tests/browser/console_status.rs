//! Every part of the status on the console's page: what the API's description has as its examples.

use serde_json::{Value, json};

use crate::browser::DESKTOP;
use crate::console::LANGUAGES;
use crate::shop::Visit;

const STATUS: &str = "/manage/v1/status/";
const CHECK: &str = "/manage/v1/status/check-providers/";

impl Visit {
    /// The example of a response with status 200.
    async fn example(&self, path: &str, method: &str) -> Value {
        let url = format!("{}/openapi.json", self.shop.url);
        let text = reqwest::get(url).await.expect("an answer").text().await;
        let document: Value = serde_json::from_str(&text.expect("a body")).expect("JSON");
        let answer = &document["paths"][path][method]["responses"]["200"];
        let example = answer["content"]["application/json"]["example"].clone();
        assert!(example.is_object(), "{path}: {answer}");
        example
    }

    /// From now on the page gets this response for a path.
    async fn answers(&self, path: &str, body: &Value) {
        let body = body.to_string();
        let script = format!(
            "const before = window.fetch;
            window.fetch = (url, options) => url.endsWith({path:?}) ? Promise.resolve(new Response({body:?})) : before(url, options);"
        );
        self.browser.run(&script).await;
    }

    /// Waits until a row of a section has these texts.
    pub(crate) async fn has_row(&self, section: &str, texts: &[&str]) {
        let texts = json!(texts);
        let is_shown = format!(
            "[...document.querySelectorAll('#{section} tr')].some((row) => {texts}.every((text) => row.textContent.includes(text)))"
        );
        self.browser.until(&is_shown).await;
    }
}

async fn shows_the_example(language: &str) {
    let visit = Visit::at_the_console(language, DESKTOP).await;
    visit.signs_in("demo").await;
    let mut status = visit.example(STATUS, "get").await;
    visit.answers(STATUS, &status).await;
    visit.browser.click("#refresh").await;
    let percent = if language == "tr" { "%21,8" } else { "21.8%" };
    visit.has_row("providers", &["iyzico", percent, "41"]).await;
    visit.says("#providers .bad", "breaker-open").await;
    visit.says("#stores .good", "replica-used").await;
    visit
        .has_row(
            "backlog",
            &["00112233445566778899aabbccddeeff", "iyzico (main)"],
        )
        .await;
    visit
        .says("#backlog td", "reason-gateway_unavailable")
        .await;
    visit.has_row("sms", &["netgsm", "310", "301", "5"]).await;
    visit.says("#sms .bad", "paused").await;
    visit
        .has_row("processes", &["5f2b91c4d0e6a718", "42"])
        .await;
    visit.says("#processes td", "unreadable-report").await;
    let bars = "document.querySelectorAll('#activity figure:first-child rect').length === 3";
    visit.browser.until(bars).await;
    visit.browser.click("#activity summary").await;
    let separator = if language == "tr" { "1.204" } else { "1,204" };
    visit.has_row("activity", &[separator]).await;
    visit.look("the example of the status").await;

    let checked = visit.example(CHECK, "post").await;
    visit.answers(CHECK, &checked).await;
    visit.browser.click("#check").await;
    visit.has_row("checked", &["netgsm", "no connection"]).await;
    visit.says("#checked .bad", "not-ok").await;

    // While stores are down, the rest is shown.
    for part in ["backlog", "sms"] {
        status[part] = Value::Null;
    }
    status["unavailable"] = json!(["processes", "backlog", "sms"]);
    status["stores"]["flows"]["is_reachable"] = json!(false);
    visit.answers(STATUS, &status).await;
    visit.browser.click("#refresh").await;
    visit.says("#stores .bad", "unreachable").await;
    visit.says("#backlog .hint", "unavailable").await;
    visit.says("#sms .hint", "unavailable").await;
    visit
        .says("#processes .hint", "other-processes-unavailable")
        .await;
    visit.look("the status while stores are down").await;
    visit.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_part_of_the_status_is_shown() {
    for language in LANGUAGES {
        shows_the_example(language).await;
    }
}
