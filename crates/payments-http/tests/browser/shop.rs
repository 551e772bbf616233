//! A demo store on a random port, and a visitor's first steps in it.

use payments_http::Application;
use payments_http::settings::{Sources, load};
use tempfile::TempDir;

use crate::axe;
use crate::browser::{Browser, Screen};

pub(crate) struct Shop {
    pub(crate) url: String,
    _folder: TempDir,
}

impl Shop {
    pub(crate) async fn open() -> Self {
        let folder = TempDir::new().expect("a folder");
        let path = |name: &str| folder.path().join(name).display().to_string();
        let settings = [
            ("HTTP__BIND", "127.0.0.1:0".to_owned()),
            ("HTTP__WORKERS", "2".to_owned()),
            ("DATABASE__URL", format!("sqlite:{}", path("payments.db"))),
            ("SECURITY__KEY_FOLDER", path("keys")),
            ("GATEWAYS__SANDBOX_LEDGER_FILE", String::new()),
        ];
        let environment = settings
            .map(|(key, value)| (format!("PAYMENTS__{key}"), value))
            .into_iter()
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
}

/// A browser in the shop.
pub(crate) struct Visit {
    pub(crate) shop: Shop,
    pub(crate) browser: Browser,
}

impl Visit {
    pub(crate) async fn begin(language: &str, screen: Screen) -> Self {
        let visit = Self {
            shop: Shop::open().await,
            browser: Browser::open(screen).await,
        };
        visit.go("/").await;
        if language != "tr" {
            let choose = format!(
                "document.querySelector('#language').value = '{language}'; \
                 document.querySelector('.languages').submit();"
            );
            visit.browser.run(&choose).await;
            visit
                .browser
                .until(&format!("document.documentElement.lang === '{language}'"))
                .await;
        }
        visit
    }

    pub(crate) async fn go(&self, path: &str) {
        self.browser.go(&format!("{}{path}", self.shop.url)).await;
        self.browser
            .until("document.readyState === 'complete'")
            .await;
    }

    /// Every finding of axe on the page as it stands that is worse than moderate, and whatever does not fit its width.
    pub(crate) async fn look(&self, page: &str) {
        let findings = axe::findings(&self.browser).await;
        assert!(findings.is_empty(), "{page}:\n{}", findings.join("\n"));
        let wide = self.browser.run(
            "return document.documentElement.scrollWidth - document.documentElement.clientWidth;",
        );
        assert_eq!(wide.await, 0, "{page} is wider than the screen");
    }

    /// Ends the visit: nothing complained, and nobody else was asked for anything.
    pub(crate) async fn end(self) {
        let complaints = self.browser.complaints().await;
        let requests = self.browser.requests().await;
        self.browser.close().await;
        assert!(complaints.is_empty(), "{complaints:#?}");
        assert!(!requests.is_empty());
        let is_ours = |url: &String| {
            url.starts_with(&self.shop.url) || url.starts_with("data:") || url.starts_with("chrome")
        };
        let foreign: Vec<&String> = requests.iter().filter(|url| !is_ours(url)).collect();
        assert!(foreign.is_empty(), "{foreign:#?}");
    }
}
