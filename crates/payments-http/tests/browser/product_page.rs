//! A product's page: all plans in one table, the lowest one named and linked, and the reasons why there are no more.

use serde_json::json;

use crate::browser::{DESKTOP, PHONE, Screen};
use crate::shop::{Visit, in_turn, languages};

const RIGHT: char = '\u{e014}';
const LEFT: char = '\u{e012}';
/// The narrowest phone.
const NARROW: Screen = Screen(320, 640, true);

/// The lowest installment of a listing, formatted as the page does.
const LOWEST: &str = "fetch('/payments/cards/product/13/').then((answer) => answer.json()).then(({ results }) => { \
    const amounts = results.flatMap((card) => card.installments.map((plan) => plan.single_installment_amount)); \
    return new Intl.NumberFormat(document.documentElement.lang, { style: 'currency', currency: 'TRY', currencyDisplay: 'narrowSymbol' }) \
      .format(Math.min(...amounts)); })";

async fn open(visit: &Visit, product: u32) {
    visit.go(&format!("/shop/product/{product}/")).await;
    visit
        .browser
        .until("document.querySelector('#matrix table, #matrix .single')")
        .await;
}

async fn leads_to_the_lowest_installment(language: &str, screen: Screen) {
    let visit = Visit::begin(language, screen).await;
    let browser = &visit.browser;
    open(&visit, 13).await;
    let lowest = browser.promised(LOWEST).await;
    let lowest = lowest.as_str().expect("an amount");
    let headline = browser.text("#headline").await;
    assert!(
        headline.contains(lowest) && headline.contains("VakıfBank Worldcard"),
        "{headline}"
    );
    if screen == PHONE {
        browser.click("#matrix-tabs label:nth-of-type(4)").await;
        browser
            .until("!document.querySelector('#lowest').checkVisibility()")
            .await;
    }
    browser.click("#headline a").await;
    browser
        .until(
            "(({ top, bottom, left, right }) => top >= 0 && bottom <= innerHeight && left >= 0 && right <= innerWidth)\
             (document.querySelector('#lowest:target').getBoundingClientRect())",
        )
        .await;
    assert!(browser.text("#lowest").await.contains(lowest));
    visit.shows_text("#lowest .lowest", "matrix-lowest").await;
    visit.look("the lowest installment").await;
    visit.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_lowest_installment_names_its_card_and_leads_to_its_plan() {
    in_turn(leads_to_the_lowest_installment).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_table_has_every_plan_and_marks_the_cheapest_and_those_without_interest() {
    let visit = Visit::begin("en", DESKTOP).await;
    let browser = &visit.browser;
    open(&visit, 13).await;
    let table = browser
        .run(
            "const all = (selector) => [...document.querySelectorAll(selector)]; \
             const heads = all('.matrix thead th'); \
             const axess = heads.findIndex((head) => head.textContent.startsWith('Axess')); \
             const rows = all('.matrix tbody tr'); \
             return { cols: heads.every((head) => head.scope === 'col'), \
               rows: rows.every((row) => row.cells[0].tagName === 'TH' && row.cells[0].scope === 'row'), \
               wide: heads.length, counts: rows.map((row) => parseInt(row.cells[0].textContent) || 1), \
               free: rows.filter((row) => row.cells[axess].querySelector('.free')).map((row) => row.rowIndex), \
               stars: rows.map((row) => row.querySelectorAll('.best').length) };",
        )
        .await;
    assert_eq!(
        table,
        json!({
            "cols": true, "rows": true, "wide": 15, "counts": [1, 2, 3, 4, 5, 6, 9],
            // Axess has no interest up to 6 installments, and no plans with 4 and 5.
            "free": [2, 3, 6],
            // Two cards have no interest at 2 and 3; a single offer is not the cheapest of several.
            "stars": [0, 2, 2, 0, 0, 1, 1],
        })
    );
    visit.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_table_scrolls_with_the_keyboard_and_keeps_its_counts_in_sight() {
    for (language, key) in [("tr", RIGHT), ("ar", LEFT)] {
        let visit = Visit::begin(language, DESKTOP).await;
        let browser = &visit.browser;
        open(&visit, 13).await;
        browser
            .until("document.querySelector('.matrix-place').tabIndex === 0")
            .await;
        let count = "document.querySelector('.matrix tbody th').getBoundingClientRect().left";
        let before = browser.run(&format!("return {count};")).await;
        browser
            .run("document.querySelector('.matrix-place').focus();")
            .await;
        for _ in 0..5 {
            browser.press(key).await;
        }
        browser
            .until("Math.abs(document.querySelector('.matrix-place').scrollLeft) > 40")
            .await;
        assert_eq!(browser.run(&format!("return {count};")).await, before);
        visit.look("the scrolled table").await;
        visit.end().await;
    }
}

async fn shows_one_card_at_a_time(language: &str, screen: Screen) {
    let visit = Visit::begin(language, screen).await;
    let browser = &visit.browser;
    open(&visit, 13).await;
    let shown = "[...document.querySelectorAll('.matrix thead [data-column]')].filter((head) => head.checkVisibility())\
        .map((head) => head.querySelector('.offer-name').textContent).join()";
    browser
        .until(&format!("{shown} === 'VakıfBank Worldcard'"))
        .await;
    browser
        .run("document.querySelector('#matrix-tabs input').focus();")
        .await;
    browser.press(RIGHT).await;
    browser.until(&format!("{shown} === 'Bonus'")).await;
    browser.click("#matrix-tabs label:last-of-type").await;
    browser
        .until(&format!("{shown} === 'Şekerbank Bonus'"))
        .await;
    visit.look("one card's plans").await;
    visit.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_a_phone_tabs_show_the_plans_of_one_card() {
    for (language, screen) in [("tr", PHONE), ("de", NARROW), ("ru", NARROW)] {
        Box::pin(shows_one_card_at_a_time(language, screen)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_product_without_installments_has_one_sentence_and_its_reason() {
    for &(language, screen) in languages() {
        let visit = Visit::begin(language, screen).await;
        open(&visit, 2).await;
        visit.shows_text("#matrix .single", "matrix-single").await;
        visit.shows_text("#why", "why-single").await;
        visit.look("a product without installments").await;
        visit.end().await;
    }
}

async fn explains_a_cap(language: &str, screen: Screen) {
    let visit = Visit::begin(language, screen).await;
    let browser = &visit.browser;
    open(&visit, 12).await;
    visit.shows_text("#why", "why-cap").await;
    let why = browser.text("#why").await;
    assert!(why.contains("(BDDK)") && why.contains('3'), "{why}");
    assert!(
        !why.contains("12"),
        "only the lowest cap is a reason: {why}"
    );
    browser.click("#rules summary").await;
    visit
        .shows_text("[data-rule=bddk-jewellery]", "rule-limits")
        .await;
    visit
        .shows_text("[data-rule=bddk-education]", "rule-on")
        .await;
    for over in ["store-weekend-toys-2025", "store-draft-large-baskets"] {
        visit
            .shows_text(&format!("[data-rule={over}]"), "rule-off")
            .await;
    }
    visit.look("the reasons").await;

    let rule = json!({
        "slug": "bddk-jewellery", "name": "Two for jewels", "when": { "category": ["jewellery"] },
        "then": { "cap_installments": 2 }, "is_active": true, "valid_from": null, "valid_until": null,
    });
    visit.shop.import(&json!({ "rules": [rule] })).await;
    open(&visit, 12).await;
    let why = browser.text("#why").await;
    assert!(
        why.contains("Two for jewels") && why.contains('2'),
        "a changed rule has its own name: {why}"
    );
    visit.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_page_says_which_rule_caps_the_installments() {
    in_turn(explains_a_cap).await;
}
