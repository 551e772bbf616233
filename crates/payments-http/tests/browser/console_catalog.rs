//! The pages of the catalog and the calendar.

use serde_json::json;

use crate::browser::DESKTOP;
use crate::console::LANGUAGES;
use crate::keyboard::ENTER;
use crate::shop::Visit;

const CATALOG_IS_SHOWN: &str = "document.querySelector('#objects .change')";

impl Visit {
    /// The stored card with this primary key.
    async fn stored_card(&self, pk: u64) -> serde_json::Value {
        let cards = self.shop.export().await["cards"].take();
        let mut cards = cards.as_array().expect("cards").clone().into_iter();
        cards.find(|card| card["pk"] == pk).expect("the card")
    }
}

async fn edits_the_catalog(language: &str) {
    let visit = Visit::at_the_console(language, DESKTOP).await;
    let browser = &visit.browser;
    visit.becomes("demo").await;
    visit.go("/console/catalog/").await;
    browser.until(CATALOG_IS_SHOWN).await;
    visit.look("the catalog").await;
    browser.keys("#words", "axess").await;
    browser
        .until("document.querySelectorAll('#objects .change').length === 1")
        .await;
    browser.click("#objects .link").await;
    browser
        .until("document.querySelector('#json').value.includes('axess-card')")
        .await;
    browser
        .run("const json = document.querySelector('#json'); json.value = json.value.replace('\"Axess\"', '\"Axess Plus\"');")
        .await;
    browser.click("#save").await;
    visit.says("#saved", "object-saved").await;
    let document = json!({"rules": [{"slug": "typo", "name": "Typo", "when": {"category": ["phnes"]}, "then": {"exclude": true}}]});
    browser.keys("#document", &document.to_string()).await;
    browser.click("#import form button").await;
    visit
        .says("#import .findings", "finding-unknown_value")
        .await;
    visit.look("the preview of an import").await;
    assert_eq!(visit.rule("typo").await, None);
    browser.click("#import .danger").await;
    visit.says("#import .done", "imported").await;
    assert!(visit.rule("typo").await.is_some());
    browser.keys("#document", "{").await;
    browser.click("#import form button").await;
    browser
        .until("document.querySelector('#import .problem [lang=en], #import .problem p')?.textContent !== ''")
        .await;
    let exported = visit.shop.export().await;
    let mut cards = exported["cards"].as_array().expect("cards").iter();
    assert!(cards.any(|card| card["name"] == "Axess Plus"));
    visit.end().await;
}

/// Fields and JSON are one object: an edit of either is seen in the other, and what only the JSON has stays.
async fn edits_a_card_by_its_fields(language: &str) {
    let visit = Visit::at_the_console(language, DESKTOP).await;
    let browser = &visit.browser;
    visit.becomes("demo").await;
    let before = visit.stored_card(1).await;
    visit.go("/console/catalog/").await;
    browser.until(CATALOG_IS_SHOWN).await;
    browser.click("#objects .change:first-child .link").await;
    browser
        .until("document.querySelector('#field-name')?.value === 'Bonus'")
        .await;
    visit.look("the fields of a card").await;
    browser.keys("#field-name", " Plus").await;
    browser.keys("#field-bins", ", 979299").await;
    browser.run("const rate = document.querySelector('#fields td input'); rate.value = ''; rate.focus();").await;
    browser.keys("#fields td input", "0.5").await;
    browser
        .until("JSON.parse(document.querySelector('#json').value).name === 'Bonus Plus'")
        .await;
    browser.click("#save").await;
    visit.says("#saved", "object-saved").await;
    let mut expected = before.clone();
    expected["name"] = json!("Bonus Plus");
    expected["installments"][0]["interest_rate"] = json!("0.5");
    let bins = expected["bins"].as_array_mut().expect("BINs");
    bins.push(json!("979299"));
    assert_eq!(visit.stored_card(1).await, expected);
    browser
        .run(
            "const json = document.querySelector('#json'); json.value = json.value.replace('Bonus Plus', 'Bonus Gold');
             json.dispatchEvent(new Event('input'));",
        )
        .await;
    assert_eq!(browser.value("#field-name").await, "Bonus Gold");
    // Fields of what was typed before would replace what is being typed.
    browser
        .run("const json = document.querySelector('#json'); json.value += ','; json.dispatchEvent(new Event('input'));")
        .await;
    browser
        .until("document.querySelector('#fields').children.length === 0")
        .await;
    browser.click("#new").await;
    browser
        .until("document.querySelector('#field-name')?.value === ''")
        .await;
    assert_eq!(
        browser
            .run("return document.querySelector('#field-installments');")
            .await,
        json!(null)
    );
    browser.keys("#field-pk", "9007199254740993").await;
    let typed = browser
        .run("return JSON.parse(document.querySelector('#json').value).pk;")
        .await;
    assert!(
        typed.is_string(),
        "a number that scripts cannot hold stays as typed: {typed}"
    );
    visit.end().await;
}

async fn needs_no_mouse(language: &str) {
    let visit = Visit::at_the_console(language, DESKTOP).await;
    let browser = &visit.browser;
    visit.becomes("demo").await;
    visit.go("/console/catalog/").await;
    browser.until(CATALOG_IS_SHOWN).await;
    visit.tab_to("#words").await;
    visit.write("axess").await;
    browser
        .until("document.querySelectorAll('#objects .change').length === 1")
        .await;
    visit.enter("#objects .link").await;
    visit.is_at("#object-title").await;
    visit.tab_to("#field-name").await;
    visit.write(" Keys").await;
    browser.press(ENTER).await;
    visit.says("#saved", "object-saved").await;
    let cards = visit.shop.export().await["cards"].take();
    let mut cards = cards.as_array().expect("cards").iter();
    assert!(cards.any(|card| {
        card["name"]
            .as_str()
            .is_some_and(|name| name.contains("Keys"))
    }));

    visit.go("/console/calendar/").await;
    browser.until("document.querySelector('.lane')").await;
    let span = browser
        .run("return document.querySelector('#span').textContent;")
        .await;
    visit.enter("#later").await;
    browser
        .until(&format!(
            "document.querySelector('#span').textContent !== {span}"
        ))
        .await;
    visit.enter("#today").await;
    browser
        .until(&format!(
            "document.querySelector('#span').textContent === {span}"
        ))
        .await;
    visit.enter("#in-force form button").await;
    browser
        .until("document.querySelector('#in-force .change')")
        .await;
    visit.enter(".lane a").await;
    browser
        .until("document.querySelector('#editor') && !document.querySelector('#editor').hidden")
        .await;
    visit.end().await;
}

/// On Monday, 30 November 2026, at noon.
async fn shows_what_is_in_force(language: &str) {
    let visit = Visit::at_the_console(language, DESKTOP).await;
    let rule = |slug: &str, when: serde_json::Value| json!({"slug": slug, "name": slug, "when": when, "then": {"cap_installments": 3}});
    let rules = [
        rule("on-mondays", json!({"weekday": ["mon"]})),
        rule("on-sundays", json!({"weekday": ["sun"]})),
        rule("at-noon", json!({"hour": {"from": 12, "until": 13}})),
        rule("at-night", json!({"hour": {"from": 0, "until": 12}})),
        rule(
            "in-december",
            json!({"date": {"from": "2026-12-01", "until": "2026-12-31"}}),
        ),
    ];
    visit.shop.import(&json!({ "rules": rules })).await;
    let browser = &visit.browser;
    visit.becomes("demo").await;
    visit.go("/console/calendar/").await;
    browser.until("document.querySelector('.lane')").await;
    browser
        .run("document.querySelector('#moment').value = '2026-11-30T12:00';")
        .await;
    browser.click("#in-force form button").await;
    browser
        .until("document.querySelector('#in-force .change')")
        .await;
    let shown = browser
        .run("return document.querySelector('#in-force').textContent;")
        .await;
    let shown = shown.as_str().expect("a text");
    for (slug, holds) in [
        ("on-mondays", true),
        ("on-sundays", false),
        ("at-noon", true),
        ("at-night", false),
        ("in-december", false),
    ] {
        assert_eq!(shown.contains(slug), holds, "{slug}: {shown}");
    }
    // The stretch in which a rule collides with another is marked on its lane.
    browser.until("document.querySelector('.lane .bad') && document.querySelector('.lane .collision').clientWidth > 0").await;
    visit.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_catalog_is_edited_and_imported_after_a_preview() {
    for language in LANGUAGES {
        edits_the_catalog(language).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_card_is_edited_by_its_fields() {
    for language in LANGUAGES {
        edits_a_card_by_its_fields(language).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_mouse_a_card_is_edited_and_the_calendar_read() {
    for language in LANGUAGES {
        needs_no_mouse(language).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_in_force_depends_on_weekday_and_hour() {
    shows_what_is_in_force("en").await;
}
