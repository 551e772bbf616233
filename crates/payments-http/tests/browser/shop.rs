//! A demo store on a random port, and a visitor's first steps.

use payments_http::Application;
use payments_http::settings::{Sources, load};
use reqwest::{Client, Method, RequestBuilder};
use serde_json::Value;
use tempfile::TempDir;

use crate::axe;
use crate::browser::{Browser, DESKTOP, PHONE, Screen, Turn, turn};
use crate::words;

/// Each language once, on a desktop or a phone: what happens does not depend on the screen, and `themes` looks at every
/// page on each.
const IN_TURN: [(&str, Screen); 3] = [("tr", PHONE), ("en", DESKTOP), ("ar", PHONE)];

/// Set by `cargo xtask test --require-all`.
const EVERY_LANGUAGE: &str = "PAYMENTS_TEST_EVERY_LANGUAGE";

/// Each of [`IN_TURN`], or one that the test's name chooses: a journey takes the same steps in each, and `themes` looks
/// at the pages in all languages.
#[expect(
    clippy::disallowed_methods,
    reason = "the environment says how much is tested"
)]
pub(crate) fn languages() -> &'static [(&'static str, Screen)] {
    if std::env::var_os(EVERY_LANGUAGE).is_some() {
        return &IN_TURN;
    }
    let thread = std::thread::current();
    let test = thread.name().expect("the test's name");
    let chosen = test.bytes().map(usize::from).sum::<usize>() % IN_TURN.len();
    &IN_TURN[chosen..=chosen]
}

/// Runs a journey in each of [`languages`].
pub(crate) async fn in_turn(journey: impl AsyncFn(&'static str, Screen)) {
    for &(language, screen) in languages() {
        Box::pin(journey(language, screen)).await;
    }
}

pub(crate) struct Shop {
    pub(crate) url: String,
    _folder: TempDir,
}

impl Shop {
    pub(crate) async fn open() -> Self {
        Self::open_with(&[]).await
    }

    /// A shop with these settings in addition to the usual ones.
    pub(crate) async fn open_with(own: &[(&str, &str)]) -> Self {
        let folder = TempDir::new().expect("a folder");
        let path = |name: &str| folder.path().join(name).display().to_string();
        let settings = [
            ("HTTP__BIND", "127.0.0.1:0".to_owned()),
            ("HTTP__WORKERS", "2".to_owned()),
            ("DATABASE__URL", format!("sqlite:{}", path("payments.db"))),
            ("SECURITY__KEY_FOLDER", path("keys")),
            ("GATEWAYS__SANDBOX_LEDGER_FILE", String::new()),
        ];
        let own = own.iter().map(|(key, value)| (*key, (*value).to_owned()));
        let environment = settings
            .into_iter()
            .chain(own)
            .map(|(key, value)| (format!("PAYMENTS__{key}"), value))
            .collect();
        let loaded = load(&Sources {
            files: Vec::new(),
            environment,
        })
        .expect("settings");
        let application = Application::build(loaded.settings)
            .await
            .expect("a service");
        let url = format!("http://127.0.0.1:{}", application.port());
        tokio::spawn(application.run());
        Self {
            url,
            _folder: folder,
        }
    }

    /// All data, as the management API exports it.
    pub(crate) async fn export(&self) -> Value {
        let exported = self.manage(Method::GET, "export").send().await;
        let exported = exported.expect("an answer").text().await;
        serde_json::from_str(&exported.expect("a document")).expect("JSON")
    }

    /// Imports a document, as the commerce system does.
    pub(crate) async fn import(&self, document: &Value) {
        let request = self.manage(Method::POST, "import");
        let request = request.header("content-type", "application/json");
        let written = request.body(document.to_string()).send().await;
        let written = written.expect("an answer");
        assert!(written.status().is_success(), "{:?}", written.text().await);
    }

    fn manage(&self, method: Method, what: &str) -> RequestBuilder {
        // The client needs a TLS provider although it never uses TLS here; another test may have installed it.
        drop(rustls::crypto::ring::default_provider().install_default());
        let url = format!("{}/manage/v1/{what}/", self.url);
        Client::new().request(method, url).bearer_auth("demo")
    }
}

pub(crate) struct Visit {
    pub(crate) shop: Shop,
    pub(crate) browser: Browser,
    pub(crate) language: String,
}

impl Visit {
    pub(crate) async fn begin(language: &str, screen: Screen) -> Self {
        Self::begin_in(turn().await, Shop::open().await, language, screen).await
    }

    /// Visits an existing shop, with one of the test's browsers.
    pub(crate) async fn begin_in(turn: Turn, shop: Shop, language: &str, screen: Screen) -> Self {
        let visit = Self {
            shop,
            browser: Browser::open_in(turn, screen).await,
            language: language.to_owned(),
        };
        visit.speak(language).await;
        visit
    }

    /// Opens the first page in a language.
    async fn speak(&self, language: &str) {
        self.go(&format!("/shop/language/?code={language}&back=/"))
            .await;
        self.browser
            .until(&format!("document.documentElement.lang === '{language}'"))
            .await;
    }

    pub(crate) async fn go(&self, path: &str) {
        self.browser.go(&format!("{}{path}", self.shop.url)).await;
        self.browser
            .until("document.readyState === 'complete'")
            .await;
    }

    /// Opens a product's page and adds the product to the basket.
    pub(crate) async fn add(&self, product: u32) {
        self.go(&format!("/shop/product/{product}/")).await;
        let count = self.browser.text("#basket-count").await;
        self.browser.click("#add").await;
        let has_changed =
            format!("document.querySelector('#basket-count').textContent !== {count:?}");
        self.browser.until(&has_changed).await;
    }

    /// Opens the list of cards at the checkout, and chooses the first one.
    pub(crate) async fn choose_listed_card(&self) {
        self.browser.click("#all-cards summary").await;
        self.browser.click(".offers label:first-of-type").await;
    }

    /// Presses "Pay", and waits for the result of the order. Returns the amount that the checkout and the result show.
    pub(crate) async fn pay(&self) -> String {
        let total = self.browser.text("#summary-lines strong").await;
        self.browser.click("#pay").await;
        self.is_paid(&total).await;
        total
    }

    /// Waits for the result of an order with this amount.
    pub(crate) async fn is_paid(&self, total: &str) {
        let has_amount = format!("document.querySelector('#paid data')?.textContent === {total:?}");
        self.browser.until(&has_amount).await;
        self.shows_text("#result-title", "result-title").await;
        self.browser
            .until("document.querySelector('#basket-count').hidden")
            .await;
    }

    /// Waits until an element shows a sentence in the visit's language.
    pub(crate) async fn shows_text(&self, selector: &str, sentence: &str) {
        let expected = words::sentence(&self.language, sentence);
        self.browser
            .until(&format!(
                "document.querySelector({selector:?})?.checkVisibility() \
                 && document.querySelector({selector:?}).textContent.includes({expected:?})"
            ))
            .await;
    }

    /// Asserts that axe has no finding worse than moderate and that nothing overflows the page's width.
    pub(crate) async fn look(&self, page: &str) {
        let language = &self.language;
        // During the transition between themes the contrast is too low.
        self.browser
            .until(
                "!document.getAnimations().some((one) => one instanceof CSSTransition && one.playState === 'running')",
            )
            .await;
        let findings = axe::findings(&self.browser).await;
        assert!(
            findings.is_empty(),
            "{page} in {language}:\n{}",
            findings.join("\n")
        );
        let wide = self.browser.run(
            "return document.documentElement.scrollWidth - document.documentElement.clientWidth;",
        );
        assert_eq!(
            wide.await,
            0,
            "{page} in {language} is wider than the screen"
        );
    }

    /// Ends the visit: no errors in the console, and no requests to other hosts.
    pub(crate) async fn end(self) {
        let complaints = self.browser.complaints().await;
        assert!(complaints.is_empty(), "{complaints:#?}");
        self.leave().await;
    }

    /// Ends a visit whose console errors are expected.
    pub(crate) async fn leave(self) {
        let requests = self.browser.requests().await;
        self.browser.close().await;
        assert!(!requests.is_empty());
        let is_ours = |url: &String| {
            url.starts_with(&self.shop.url) || url.starts_with("data:") || url.starts_with("chrome")
        };
        let foreign: Vec<&String> = requests.iter().filter(|url| !is_ours(url)).collect();
        assert!(foreign.is_empty(), "{foreign:#?}");
    }
}
