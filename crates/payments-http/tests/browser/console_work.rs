//! The main job in the console: find out why a plan is missing, write a rule, let a second person approve it, and take it
//! back.

use serde_json::json;

use crate::browser::{DESKTOP, turn};
use crate::console::LANGUAGES;
use crate::keyboard::ENTER;
use crate::shop::{Shop, Visit};

/// A phone, whose 12 installments a rule of the demo store leaves out.
pub(crate) const PHONE: &str = "/console/matrix/?context=product&pk=5";
pub(crate) const MATRIX_IS_SHOWN: &str = "document.querySelector('.matrix tbody tr')";
pub(crate) const RULES_ARE_SHOWN: &str = "document.querySelector('#rules .change')";

impl Visit {
    /// Signs in to the console of a store where a second person approves changes.
    async fn at_a_store_with_approvals(language: &str, token: &str) -> Self {
        let shop = Shop::open_with(&[("CONSOLE__FOUR_EYES", "true")]).await;
        let visit = Self::begin_in(turn().await, shop, language, DESKTOP).await;
        visit.becomes(token).await;
        visit
    }

    /// Signs in with a token, and first signs out if there is a session.
    pub(crate) async fn becomes(&self, token: &str) {
        let is_signed_in = self
            .browser
            .run("return !!document.querySelector('#sign-out');");
        if is_signed_in.await == json!(true) {
            self.browser.click("#sign-out").await;
            self.says("h1", "sign-in").await;
        } else {
            let chosen = format!("/console/language/?code={}", self.language);
            self.go(&chosen).await;
        }
        self.browser.keys("#token", token).await;
        self.browser.click("form button").await;
        let is_signed_in =
            format!("document.querySelector('#principal')?.textContent === {token:?}");
        self.browser.until(&is_signed_in).await;
    }

    /// Types into a field of the rule.
    /// The restoration became a proposal, which this principal opens.
    async fn restoration_waits_for(&self, token: &str) {
        let waits = "document.querySelector('#restore .problem code')?.textContent === 'proposal'";
        self.browser.until(waits).await;
        self.becomes(token).await;
        self.go("/console/approvals/").await;
        self.says("#list button", "approve").await;
    }

    async fn types(&self, field: &str, text: &str) {
        self.browser
            .keys(&format!("#rule [name={field}]"), text)
            .await;
    }

    pub(crate) async fn rule(&self, slug: &str) -> Option<serde_json::Value> {
        let exported = self.shop.export().await;
        let mut rules = exported["rules"].as_array().expect("rules").iter();
        rules.find(|rule| rule["slug"] == slug).cloned()
    }
}

async fn does_the_main_job(language: &str) {
    let visit = Visit::at_a_store_with_approvals(language, "demo").await;
    let browser = &visit.browser;
    visit.go(PHONE).await;
    browser.until(MATRIX_IS_SHOWN).await;
    visit.look("the matrix").await;
    browser
        .click("#result tbody tr:first-child td:nth-last-child(2) .why")
        .await;
    browser
        .until("document.querySelector('#why a')?.href.includes('/console/rules/?rule=')")
        .await;
    visit.look("why a plan is missing").await;
    browser.click("#why button").await;

    visit.go("/console/rules/").await;
    browser.until(RULES_ARE_SHOWN).await;
    browser.click("#new").await;
    visit.types("slug", "black-friday").await;
    visit.types("name", "Black Friday").await;
    visit.types("when-category", "electronics").await;
    visit.types("then-cap_installments", "3").await;
    browser
        .run(
            "const day = document.querySelector('#when-date-from'); day.value = '2026-11-24'; \
              day.dispatchEvent(new Event('input', { bubbles: true }));",
        )
        .await;
    // It makes caps of other rules superfluous.
    browser
        .until("[...document.querySelectorAll('#lint a')].some((one) => one.textContent.startsWith('bddk-'))")
        .await;
    let sentence = browser.text("#sentence").await;
    assert!(
        sentence.contains("electronics") && sentence.contains('3'),
        "{sentence}"
    );
    browser.click("#compare").await;
    browser
        .until("document.querySelectorAll('#comparison details').length > 0")
        .await;
    browser.click("#comparison details summary").await;
    visit.look("what a rule would change").await;
    browser.click("#save").await;
    browser
        .until("document.querySelector('#saved a')?.checkVisibility()")
        .await;
    assert_eq!(visit.rule("black-friday").await, None);

    visit.becomes("demo-approver").await;
    visit.go("/console/approvals/").await;
    visit.says("#list button", "approve").await;
    visit.look("a change that waits").await;
    browser.click("#list .primary").await;
    visit.says("#decided", "was-approve").await;
    let written = visit.rule("black-friday").await.expect("the rule");
    assert_eq!(written["then"], json!({"cap_installments": 3}));

    visit.go("/console/calendar/").await;
    browser
        .until("[...document.querySelectorAll('.lane a')].some((one) => one.textContent === 'Black Friday')")
        .await;
    visit.look("the calendar").await;

    visit
        .go("/console/history/?part=rules&key=black-friday")
        .await;
    browser
        .until("document.querySelector('.change .hint')?.textContent.includes('demo (approved by demo-approver)')")
        .await;
    browser
        .click("#list .change .buttons button:nth-of-type(2)")
        .await;
    visit.says("#restore h3", "would-be-deleted-one").await;
    browser.click("#restore .danger").await;
    visit.restoration_waits_for("demo").await;
    browser.click("#list .primary").await;
    visit.says("#decided", "was-approve").await;
    assert_eq!(visit.rule("black-friday").await, None);
    visit.end().await;
}

/// Two people edit one rule, and one types broken JSON: both texts stay.
async fn keeps_both_texts(language: &str) {
    let visit = Visit::at_the_console(language, DESKTOP).await;
    let browser = &visit.browser;
    visit.becomes("demo").await;
    visit.go("/console/rules/?rule=bddk-computers").await;
    browser
        .until("document.querySelector('#json').value.includes('bddk-computers')")
        .await;
    let mut other = visit.rule("bddk-computers").await.expect("the rule");
    other["name"] = json!("Written by another person");
    visit.shop.import(&json!({"rules": [other]})).await;
    visit.types("name", ", mine").await;
    browser.click("#save").await;
    visit.says("#conflict .problem", "changed-meanwhile").await;
    let shown = browser.text("#conflict").await;
    assert!(shown.contains("Written by another person"), "{shown}");
    assert!(shown.contains(", mine"), "{shown}");
    visit.look("a conflict").await;
    browser.click("#conflict .buttons button:last-child").await;
    browser.click("#save").await;
    browser
        .until("!document.querySelector('#saved').hidden")
        .await;
    let written = visit.rule("bddk-computers").await.expect("the rule");
    let name = written["name"].as_str().expect("a name");
    assert!(name.ends_with(", mine"), "{name}");

    browser.keys("#json", "{").await;
    visit.says("#json-problem", "json-broken").await;
    browser
        .until("document.querySelector('#save').disabled && document.querySelector('#json').value.includes('bddk')")
        .await;
    visit.end().await;
}

async fn does_the_main_job_without_a_mouse(language: &str) {
    let visit = Visit::at_a_store_with_approvals(language, "demo").await;
    let browser = &visit.browser;
    visit.go(PHONE).await;
    browser.until(MATRIX_IS_SHOWN).await;
    visit
        .enter("#result tbody tr:first-child td:nth-last-child(2) .why")
        .await;
    browser.until("document.querySelector('#why').open").await;
    visit.enter("#why button").await;
    browser.until("!document.querySelector('#why').open").await;
    visit.go("/console/rules/").await;
    browser.until(RULES_ARE_SHOWN).await;
    visit.enter("#new").await;
    visit.is_at("#rule-title").await;
    for (field, text) in [
        ("slug", "keys-only"),
        ("name", "Keys only"),
        ("then-cap_installments", "3"),
        ("when-category", "electronics"),
        ("when-date-from", "11242026"),
    ] {
        visit.tab_to(&format!("#rule [name={field}]")).await;
        visit.write(text).await;
    }
    assert_eq!(browser.value("#when-date-from").await, "2026-11-24");
    browser
        .until("[...document.querySelectorAll('#lint a')].some((one) => one.textContent.startsWith('bddk-'))")
        .await;
    visit.enter("#compare").await;
    browser
        .until("document.querySelector('#comparison details')")
        .await;
    visit.tab_to("#rule [name=slug]").await;
    browser.press(ENTER).await;
    browser
        .until("document.querySelector('#saved a')?.checkVisibility()")
        .await;
    visit.becomes("demo-approver").await;
    visit.go("/console/approvals/").await;
    visit.says("#list button", "approve").await;
    visit.enter("#list .primary").await;
    visit.says("#decided", "was-approve").await;
    assert!(visit.rule("keys-only").await.is_some());
    visit.go("/console/calendar/").await;
    browser
        .until("[...document.querySelectorAll('.lane a')].some((one) => one.textContent === 'Keys only')")
        .await;
    visit.go("/console/history/?part=rules&key=keys-only").await;
    browser
        .until("document.querySelector('#list .change')")
        .await;
    visit
        .enter("#list .change .buttons button:nth-of-type(2)")
        .await;
    visit.is_at("#restore-title").await;
    visit.says("#restore h3", "would-be-deleted-one").await;
    visit.enter("#restore .danger").await;
    visit.restoration_waits_for("demo").await;
    visit.enter("#list .primary").await;
    visit.says("#decided", "was-approve").await;
    assert_eq!(visit.rule("keys-only").await, None);
    visit.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_campaign_is_written_approved_and_taken_back() {
    for language in LANGUAGES {
        does_the_main_job(language).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_people_who_edit_one_rule_lose_nothing() {
    for language in LANGUAGES {
        keeps_both_texts(language).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_mouse_a_campaign_is_written_approved_and_taken_back() {
    for language in LANGUAGES {
        does_the_main_job_without_a_mouse(language).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn digits_that_no_card_has_are_listed() {
    let visit = Visit::at_the_console("en", DESKTOP).await;
    visit.becomes("demo").await;
    let typed = "fetch('/payments/cards/product/1/?bin=979299').then((answer) => answer.status)";
    assert_eq!(visit.browser.promised(typed).await, json!(200));
    visit.go("/console/catalog/").await;
    visit
        .browser
        .until("document.querySelector('#coverage tbody th')?.textContent === '979299'")
        .await;
    visit.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_amount_is_shown_with_every_digit_of_its_currency() {
    let visit = Visit::at_the_console("en", DESKTOP).await;
    visit.becomes("demo").await;
    visit
        .go("/console/matrix/?context=product&amount=1000.555&currency=IQD")
        .await;
    visit
        .browser
        .until("document.querySelector('.matrix strong')?.textContent === '1,000.555'")
        .await;
    let about = visit.browser.text("#about").await;
    assert!(about.contains("1,000.555"), "{about}");
    visit.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_is_not_written_as_another_principal_than_the_page_shows() {
    let visit = Visit::at_the_console("en", DESKTOP).await;
    let browser = &visit.browser;
    visit.becomes("demo").await;
    visit.go("/console/rules/").await;
    browser.until(RULES_ARE_SHOWN).await;
    browser.click("#new").await;
    visit.types("slug", "mine").await;
    visit.types("name", "Mine").await;
    browser
        .until("document.querySelector('#sentence').textContent !== ''")
        .await;
    let signed_in = "fetch('/console/sign-in/', { method: 'POST', body: new URLSearchParams({ token: 'demo-approver' }) })\
                     .then((answer) => answer.ok)";
    assert_eq!(browser.promised(signed_in).await, json!(true));
    browser.click("#save").await;
    visit.says("#rule .problem", "error-other-principal").await;
    assert_eq!(browser.text("#principal").await, "demo-approver");
    assert_eq!(visit.rule("mine").await, None);
    browser.click("#save").await;
    browser
        .until("!document.querySelector('#saved').hidden")
        .await;
    assert!(visit.rule("mine").await.is_some());
    visit.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_condition_of_a_rule_has_its_field() {
    let visit = Visit::at_the_console("en", DESKTOP).await;
    let browser = &visit.browser;
    visit.becomes("demo").await;
    visit.go("/console/rules/").await;
    browser.until(RULES_ARE_SHOWN).await;
    browser.click("#new").await;
    for (field, text) in [
        ("slug", "of-items"),
        ("name", "Of items"),
        ("then-cap_installments", "3"),
        ("when-attribute", "brand = acme, other; used = true"),
        ("when-item-category", "electronics/phones, books"),
        ("when-item-attribute", "refurbished = false"),
        ("when-item_count-min", "2"),
        ("when-item_count-max", "5"),
    ] {
        browser.keys(&format!("#rule [name={field}]"), text).await;
    }
    browser.click("#save").await;
    visit.says("#saved", "rule-saved").await;
    let rule = visit.rule("of-items").await.expect("the rule");
    let expected = json!({
        "attribute": {"brand": ["acme", "other"], "used": ["true"]},
        "item": {"category": ["electronics/phones", "books"], "attribute": {"refurbished": ["false"]}},
        "item_count": {"min": 2, "max": 5},
    });
    assert_eq!(rule["when"], expected);
    let value = browser.value("#rule [name=when-attribute]").await;
    assert_eq!(value, "brand = acme, other; used = true");
    // A value that the field cannot show is left to the JSON.
    browser
        .run("const json = document.querySelector('#json'); json.value = json.value.replace('acme', 'acme; inc'); json.dispatchEvent(new Event('input'));")
        .await;
    browser
        .until("document.querySelector('#rule [name=when-attribute]').disabled")
        .await;
    visit.end().await;
}
