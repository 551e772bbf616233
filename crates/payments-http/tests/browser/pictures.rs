//! The documentation's pictures. Every run takes them into `target/pictures` and compares the text on them with the
//! text on those in `docs/pictures`: outdated pictures are found, while fonts and pixels may differ between machines.
//! `cargo xtask screenshots` replaces them.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use crate::browser::{Browser, PHONE, Screen, turn};
use crate::card_form::{SAVED, fill, to_the_code, to_the_phone};
use crate::console_work::{MATRIX_IS_SHOWN, PHONE as TELEPHONE};
use crate::paying::{choose_plan, type_digits};
use crate::shop::{Shop, Visit};

/// The file with the text on each picture.
const SEEN: &str = "seen.txt";
/// Taller than the others, to show more.
const DESK: Screen = Screen(1280, 1060, false);
const SCREENSHOTS: &str = "run `cargo xtask screenshots`, look at the pictures, and commit them";

fn folder(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .join(path)
}

struct Album {
    folder: PathBuf,
    seen: String,
}

impl Album {
    fn new() -> Self {
        let folder = folder("target/pictures");
        drop(fs::remove_dir_all(&folder));
        fs::create_dir_all(&folder).expect("a folder for pictures");
        Self {
            folder,
            seen: String::new(),
        }
    }

    /// Takes a picture with an element at the top of the screen, and adds the element's text.
    async fn take(&mut self, name: &str, browser: &Browser, element: &str) {
        settle(browser).await;
        browser
            .run(&format!(
                "document.querySelector({element:?}).scrollIntoView();"
            ))
            .await;
        let taken = browser
            .devtools("Page.captureScreenshot", json!({ "format": "png" }))
            .await;
        let data = taken["data"].as_str().expect("a picture");
        let picture = STANDARD.decode(data).expect("base64");
        fs::write(self.folder.join(name), picture).expect("a written picture");
        let read = format!("{READ} return read(document.querySelector({element:?})).join('\\n');");
        let text = browser.run(&read).await;
        let text = text.as_str().expect("a text");
        write!(self.seen, "== {name}\n{text}\n\n").expect("a text");
    }

    fn close(self) {
        fs::write(self.folder.join(SEEN), self.seen).expect("a written text");
    }
}

/// Waits until every component has loaded, and removes focus and messages.
async fn settle(browser: &Browser) {
    browser
        .promised(
            "Promise.all([...document.querySelectorAll('payments-installments')].map((one) => one.refresh()))\
             .then(() => document.fonts.ready).then(() => true)",
        )
        .await;
    browser
        .run(
            "document.activeElement?.blur(); const toast = document.querySelector('#toast'); \
             if (toast) toast.textContent = '';",
        )
        .await;
}

/// The visible text of an element and of the components in it. Values that differ between visits are replaced: times
/// with AM or PM, and the digits of phones and codes.
const READ: &str = r"const read = (root) => [...root.childNodes].flatMap((node) => {
    if (node.nodeType === Node.TEXT_NODE) {
      const text = node.data.replace(/\s+/g, ' ').trim().replace(/\d+(:\d\d)+( [صم])?/g, '…').replace(/\d{6,}/g, '…').replace(/\(\d+\)/g, '(…)');
      return text === '' ? [] : [text];
    }
    if (node.nodeType !== Node.ELEMENT_NODE || ['STYLE', 'SCRIPT'].includes(node.tagName) || !node.checkVisibility()) return [];
    return read(node.shadowRoot ?? node);
  });";

async fn in_theme(theme: &str, language: &str, screen: Screen) -> Visit {
    let shop = Shop::open_with(&[("HTTP__PUBLIC_URL", "https://payments.example.com")]).await;
    let visit = Visit::begin_in(turn().await, shop, language, screen).await;
    let media = json!({ "features": [{ "name": "prefers-color-scheme", "value": theme }] });
    visit
        .browser
        .devtools("Emulation.setEmulatedMedia", media)
        .await;
    visit
}

async fn at_a_desk(album: &mut Album) {
    let visit = in_theme("light", "en", DESK).await;
    let browser = &visit.browser;
    album.take("shop.png", browser, "main").await;
    visit.go("/shop/product/13/").await;
    browser.until("document.querySelector('.matrix')").await;
    album.take("product.png", browser, "main").await;
    visit.add(13).await;
    visit.add(21).await;
    visit.go("/shop/checkout/").await;
    type_digits(&visit, "554960", "Bonus").await;
    choose_plan(&visit, 103).await;
    browser
        .until("document.querySelector('#masterpass dl')")
        .await;
    album.take("checkout.png", browser, "main").await;
    visit.go("/shop/component/").await;
    album.take("component.png", browser, "main").await;
    visit.go("/docs/").await;
    let entry = "document.querySelector('openapi-explorer')?.shadowRoot\
        ?.querySelector('[data-content-id=\"get-/payments/cards/product/-pk-/\"]')";
    browser.until(entry).await;
    browser.run(&format!("{entry}.click();")).await;
    browser
        .until(&format!("{entry}.classList.contains('active')"))
        .await;
    album.take("docs.png", browser, "header").await;
    visit.end().await;
}

async fn in_the_console(album: &mut Album) {
    let visit = in_theme("light", "en", DESK).await;
    let browser = &visit.browser;
    visit.go("/console/language/?code=en").await;
    visit.signs_in("demo").await;
    // The pictures have times.
    let zone = json!({ "timezoneId": "UTC" });
    browser
        .devtools("Emulation.setTimezoneOverride", zone)
        .await;
    let moment = format!("{TELEPHONE}&at=2036-12-01T09:00:00Z");
    visit.go(&moment).await;
    browser.until(MATRIX_IS_SHOWN).await;
    browser
        .click("#result tbody tr:first-child td:nth-last-child(2) .why")
        .await;
    browser.until("document.querySelector('#why').open").await;
    album.take("console-matrix.png", browser, "main").await;
    visit.go("/console/rules/?rule=store-vip-fashion").await;
    browser
        .until("!document.querySelector('#editor').hidden")
        .await;
    album.take("console-rule.png", browser, "main").await;
    visit.end().await;
}

async fn saving_a_card(album: &mut Album) {
    let visit = in_theme("light", "tr", DESK).await;
    let browser = &visit.browser;
    visit.go("/shop/cards/").await;
    browser.keys("#card_number", "4543590000000121").await;
    browser.keys("#card_holder", "Ada Yılmaz").await;
    browser.keys("#card_expiry", "1235").await;
    browser.keys("#card_cvv", "123").await;
    browser.click("#consent").await;
    browser
        .until("document.querySelector('#card-plans table')")
        .await;
    album.take("card.png", browser, "#saving").await;
    visit.end().await;
}

async fn on_a_phone(album: &mut Album) {
    let visit = in_theme("dark", "ar", PHONE).await;
    let browser = &visit.browser;
    visit.go("/shop/product/21/").await;
    browser.until("document.querySelector('.matrix')").await;
    album.take("product-ar.png", browser, "main").await;
    fill(&visit, SAVED).await;
    to_the_phone(&visit).await;
    to_the_code(&visit).await;
    visit.shows_text("#phone-messages", "fill-code").await;
    album.take("code-ar.png", browser, "#phone").await;
    visit.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_documentations_pictures_show_what_there_is() {
    let mut album = Album::new();
    at_a_desk(&mut album).await;
    in_the_console(&mut album).await;
    saving_a_card(&mut album).await;
    on_a_phone(&mut album).await;
    let (names, seen) = (names(&album.seen), album.seen.clone());
    album.close();

    let committed = folder("docs/pictures");
    let text = fs::read_to_string(committed.join(SEEN)).unwrap_or_default();
    assert!(
        text == seen,
        "the pictures in docs show something else now: {SCREENSHOTS}. First difference:\n{:#?}",
        text.lines().zip(seen.lines()).find(|(old, new)| old != new)
    );
    for name in &names {
        let picture = fs::read(committed.join(name)).unwrap_or_default();
        assert!(
            picture.starts_with(b"\x89PNG"),
            "docs/pictures/{name} is not a picture: {SCREENSHOTS}"
        );
    }
    let mut kept = Vec::new();
    for entry in fs::read_dir(&committed).expect("the pictures") {
        kept.push(entry.expect("a file").file_name().into_string());
    }
    let is_known = |name: &String| name == SEEN || names.contains(name);
    kept.retain(|name| !name.as_ref().is_ok_and(is_known));
    assert!(kept.is_empty(), "nothing takes {kept:?} any more");
}

fn names(seen: &str) -> Vec<String> {
    let names = seen.lines().filter_map(|line| line.strip_prefix("== "));
    names.map(str::to_owned).collect()
}
