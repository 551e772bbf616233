//! `<payments-installments>` in a page of another origin, under a strict Content-Security-Policy.

use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use crate::axe;
use crate::browser::{Browser, DESKTOP};
use crate::shop::Shop;

/// Serves one page, with a policy that only allows loading the component.
async fn foreign_page(shop: &str, body: &str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let page = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Elsewhere</title>\
         <link rel=\"icon\" href=\"{shop}/static/logos/bonus.svg\">\
         <script type=\"module\" src=\"{shop}/static/component/payments-installments.js\"></script></head>\
         <body><main><h1>Elsewhere</h1>{body}</main></body></html>"
    );
    let answer = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: text/html; charset=utf-8\r\ncontent-length: {}\r\nconnection: close\r\n\
         content-security-policy: default-src 'none'; script-src {shop}; connect-src {shop}; img-src {shop}\r\n\r\n{page}",
        page.len()
    );
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = [0; 4096];
            let _ = stream.read(&mut request).await;
            let _ = stream.write_all(answer.as_bytes()).await;
            let _ = stream.shutdown().await;
        }
    });
    url
}

async fn show(body: &str) -> (Shop, Browser) {
    let shop = Shop::open().await;
    let browser = Browser::open(DESKTOP).await;
    browser.go(&foreign_page(&shop.url, body).await).await;
    (shop, browser)
}

fn inside(selector: &str) -> String {
    format!(
        "document.querySelector('payments-installments').shadowRoot.querySelector({selector:?})"
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_a_foreign_page_with_a_strict_policy_it_shows_a_products_plans() {
    let (_shop, browser) =
        show("<payments-installments product=\"21\" filter></payments-installments>").await;
    browser.until(&inside("table caption")).await;
    let text = browser
        .run(&format!("return {}.textContent;", inside(".grid")))
        .await;
    assert!(
        text.as_str()
            .is_some_and(|text| text.contains("2 installments")),
        "{text}"
    );
    let colour = browser
        .run(&format!(
            "return getComputedStyle({}).borderCollapse;",
            inside("table")
        ))
        .await;
    assert_eq!(colour, "collapse", "its style is in force");
    let logo = format!("{}?.naturalWidth > 0", inside("img"));
    browser.until(&logo).await;
    let choose = format!(
        "const list = {}; list.value = 'akbank'; list.dispatchEvent(new Event('change'));",
        inside("select")
    );
    browser.run(&choose).await;
    let tables = "document.querySelector('payments-installments').shadowRoot.querySelectorAll('table').length";
    browser.until(&format!("{tables} === 1")).await;
    let findings = axe::findings(&browser).await;
    assert!(findings.is_empty(), "{findings:#?}");
    assert_eq!(browser.complaints().await, Vec::<String>::new());
    for url in browser.requests().await {
        // URLs that begin with `chrome` are the browser's own first page.
        let is_known = ["http://127.0.0.1:", "chrome", "data:"]
            .iter()
            .any(|known| url.starts_with(known));
        assert!(is_known, "{url}");
    }
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_card_too_narrow_for_its_table_can_be_scrolled_with_the_keyboard() {
    let (_shop, browser) = show(
        "<div><payments-installments product=\"21\" limit=\"1\"></payments-installments></div>",
    )
    .await;
    browser.until(&inside("table caption")).await;
    let card = inside(".card");
    assert_eq!(
        browser
            .run(&format!("return {card}.hasAttribute('tabindex');"))
            .await,
        false,
        "what does not scroll is no stop of the keyboard"
    );
    browser
        .run("document.querySelector('div').style.inlineSize = '9rem';")
        .await;
    browser
        .until(&format!("{card}.scrollWidth > {card}.clientWidth"))
        .await;
    browser.until(&format!("{card}.tabIndex === 0")).await;
    let findings = axe::findings(&browser).await;
    assert!(findings.is_empty(), "{findings:#?}");
    browser.close().await;
}

/// The cards' widths, as far as their tables are wider: empty if all tables fit.
const CUT: &str = "[...document.querySelector('payments-installments').shadowRoot.querySelectorAll('.card')].filter((card) => card.scrollWidth > card.clientWidth).map((card) => card.scrollWidth)";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn six_figure_amounts_fit_a_phone_of_360_pixels_in_every_language() {
    let (shop, browser) = show("<div></div>").await;
    let price = json!({ "products": [{
        "pk": 13, "name": "A", "price": "987654.99", "currency": "TRY", "categories": ["white-goods/refrigerators"],
        "attributes": {}, "is_active": true,
    }] });
    shop.import(&price).await;
    for language in ["tr", "en", "ar", "ru", "de", "fr"] {
        // 360 pixels without a page's usual padding.
        let place = format!(
            "const place = document.querySelector('div'); place.style.inlineSize = '326px'; \
             place.innerHTML = '<payments-installments product=\"13\" lang=\"{language}\" limit=\"0\"></payments-installments>';"
        );
        browser.run(&place).await;
        browser.until(&inside(".free")).await;
        let cut = browser.run(&format!("return {CUT};")).await;
        assert_eq!(cut, json!([]), "{language}");
        browser
            .run("document.querySelector('div').style.inlineSize = '180px';")
            .await;
        browser.until(&format!("{CUT}.length > 0")).await;
    }
    browser.close().await;
}

/// Puts `window.currency` into every listing, as the service sends it, or removes it.
const WITH_CURRENCY: &str = "const ask = window.fetch; \
    window.fetch = async (...request) => { \
      const listing = { ...await (await ask(...request)).json(), currency: window.currency }; \
      return { ok: true, status: 200, json: async () => listing }; };";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn amounts_have_the_listings_currency_and_never_a_guessed_one() {
    let (_shop, browser) =
        show("<payments-installments product=\"27\" limit=\"1\"></payments-installments>").await;
    browser.until(&inside("td")).await;
    browser.run(WITH_CURRENCY).await;
    let shows = async |currency: &str, attribute: &str, expected: &str| {
        let script = format!(
            "window.currency = {currency}; \
             document.querySelector('payments-installments').setAttribute('currency', '{attribute}');"
        );
        browser.run(&script).await;
        let refreshed =
            "document.querySelector('payments-installments').refresh().then(() => true)";
        browser.promised(refreshed).await;
        let text = format!("return {}.textContent;", inside("td"));
        let text = browser.run(&text).await;
        assert_eq!(text, expected, "{currency} {attribute}");
    };
    shows("'EUR'", "", "€24.90").await;
    shows("'KWD'", "", "KWD\u{a0}24.900").await;
    shows("'EUR'", "usd", "$24.90").await;
    shows("'EUR'", "lira", "€24.90").await;
    shows("undefined", "", "24.90").await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn compact_it_is_one_line_in_its_own_language() {
    let (_shop, browser) = show(
        "<payments-installments product=\"21\" layout=\"compact\" lang=\"de\"></payments-installments>",
    )
    .await;
    browser
        .until(&format!(
            "{}.textContent.startsWith('ab ')",
            inside(".compact")
        ))
        .await;
    browser
        .run("document.querySelector('payments-installments').lang = 'fr';")
        .await;
    browser
        .until(&format!(
            "{}.textContent.startsWith('à partir de')",
            inside(".compact")
        ))
        .await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn missing_things_are_reported_and_an_outage_can_be_retried() {
    let (shop, browser) =
        show("<payments-installments product=\"424242\"></payments-installments>").await;
    browser
        .until(&format!(
            "{}.textContent.includes('No installments were found')",
            inside(".state")
        ))
        .await;
    browser
        .run("document.querySelector('payments-installments').setAttribute('src', '/nowhere/');")
        .await;
    browser.until(&inside("[part=retry]")).await;
    let mend = format!(
        "const one = document.querySelector('payments-installments'); \
         one.setAttribute('src', '{}/payments/cards/product/21/');",
        shop.url
    );
    browser.run(&mend).await;
    browser.until(&inside("table")).await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_shows_only_the_cards_that_typed_digits_can_mean_and_never_sends_a_number() {
    let (shop, browser) =
        show("<payments-installments product=\"21\" bin=\"552879\"></payments-installments>").await;
    let tables =
        "document.querySelector('payments-installments').shadowRoot.querySelectorAll('table')";
    browser.until(&format!("{tables}.length === 1")).await;
    assert_eq!(
        browser
            .run(&format!("return {}.textContent;", inside("caption .name")))
            .await,
        "Paraf"
    );
    assert_eq!(browser.complaints().await, Vec::<String>::new());
    let set = |name: &str, value: &str| {
        format!(
            "document.querySelector('payments-installments').setAttribute('{name}', '{value}');"
        )
    };
    for number in ["5528790000000008", "552879000", "55287"] {
        browser.run(&set("bin", number)).await;
        browser.until(&format!("{tables}.length > 1")).await;
    }
    let warnings = browser.complaints().await;
    assert_eq!(warnings.len(), 1, "{warnings:#?}");
    assert!(!warnings[0].contains("55287"), "{warnings:#?}");
    browser.run(&set("bin", "55260800")).await;
    browser
        .until(&format!(
            "{tables}.length === 1 && {}.textContent === 'Axess'",
            inside("caption .name")
        ))
        .await;
    browser.run(&set("saved-card", "7")).await;
    // The page has no session.
    browser.until(&inside("[part=retry]")).await;

    let asked = browser.requests().await;
    let listings: Vec<&String> = asked
        .iter()
        .filter(|url| url.contains("/payments/cards/product/"))
        .collect();
    let own = |query: &str| format!("{}/payments/cards/product/21/{query}", shop.url);
    let known = [
        own("?bin=552879"),
        own(""),
        own("?bin=55260800"),
        own("?saved_card=7"),
    ];
    assert!(
        listings.iter().all(|url| known.contains(url)),
        "{listings:#?}"
    );
    assert!(listings.contains(&&known[3]), "{listings:#?}");
    browser.close().await;
}
