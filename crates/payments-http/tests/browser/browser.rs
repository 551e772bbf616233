//! A browser with the part of the `WebDriver` protocol that the tests need.
//!
//! (The maintained clients bring either a library with a license that this project does not accept, or a second HTTP
//! client.)

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};
use tokio::sync::{Mutex, MutexGuard};

use crate::driver::{Driver, shell};
use crate::profile::Profile;

/// Only one test at a time runs browsers: in parallel they time out on a small machine.
static TURN: Mutex<()> = Mutex::const_new(());

/// Held while a test has browsers open.
pub(crate) type Turn = Arc<MutexGuard<'static, ()>>;

pub(crate) async fn turn() -> Turn {
    Arc::new(TURN.lock().await)
}

/// Browsers without a test. Starting one takes longer than many tests, so the next test with the same screen uses it.
static IDLE: std::sync::Mutex<Vec<(Screen, Running)>> = std::sync::Mutex::new(Vec::new());

const TIMEOUT: Duration = Duration::from_mins(1);
/// The timeout of a script in the page.
const SCRIPT_MILLISECONDS: u32 = 300_000;
const GLANCE: Duration = Duration::from_millis(60);

/// How often a click is tried.
const CLICKS: u32 = 5;

/// Width and height of a screen, and whether it is a phone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Screen(pub(crate) u32, pub(crate) u32, pub(crate) bool);

pub(crate) const DESKTOP: Screen = Screen(1280, 860, false);
pub(crate) const PHONE: Screen = Screen(390, 844, true);

/// Fields are dropped in this order: the browser ends with its driver, before its profile is removed.
struct Running {
    session: String,
    _driver: Driver,
    profile: Profile,
}

pub(crate) struct Browser {
    client: Client,
    running: Running,
    screen: Screen,
    /// Whether something was set that the next test must not find.
    is_changed: AtomicBool,
    _turn: Turn,
}

impl Browser {
    pub(crate) async fn open(screen: Screen) -> Self {
        Self::open_in(turn().await, screen).await
    }

    /// Opens one of a test's browsers.
    pub(crate) async fn open_in(turn: Turn, screen: Screen) -> Self {
        // The HTTP client needs a TLS provider although it never uses TLS here; another test may have installed it.
        drop(rustls::crypto::ring::default_provider().install_default());
        let client = Client::new();
        let running = match idle(screen) {
            Some(running) => running,
            None => start(&client, screen).await,
        };
        Self {
            client,
            running,
            screen,
            is_changed: AtomicBool::new(false),
            _turn: turn,
        }
    }

    /// The folder that only this browser's processes name.
    pub(crate) fn folder(&self) -> String {
        self.running.profile.path()
    }

    async fn command(&self, path: &str, body: Value) -> Value {
        post(
            &self.client,
            &format!("{}{path}", self.running.session),
            &body,
        )
        .await
    }

    pub(crate) async fn go(&self, url: &str) {
        self.command("/url", json!({ "url": url })).await;
    }

    /// Runs a script's body in the page and returns its value.
    pub(crate) async fn run(&self, script: &str) -> Value {
        self.command("/execute/sync", json!({ "script": script, "args": [] }))
            .await
    }

    /// The result of a script's promise.
    pub(crate) async fn promised(&self, expression: &str) -> Value {
        let script =
            format!("const done = arguments[arguments.length - 1]; ({expression}).then(done);");
        self.command("/execute/async", json!({ "script": script, "args": [] }))
            .await
    }

    /// Waits until an expression is true in the page.
    pub(crate) async fn until(&self, expression: &str) {
        let script = format!("return Boolean({expression});");
        let mut waited = Duration::ZERO;
        while self.run(&script).await != true {
            tokio::time::sleep(GLANCE).await;
            waited += GLANCE;
            assert!(
                waited < TIMEOUT,
                "never true: {expression}\nThe page shows:\n{}",
                self.shown().await
            );
        }
    }

    /// What a user sees in the page, with the values of its fields.
    async fn shown(&self) -> String {
        let script = "const fields = [...document.querySelectorAll('main input')].filter((field) => field.checkVisibility());
            return [document.querySelector('main')?.innerText, ...fields.map((field) =>
                `${field.id}: ${field.type === 'checkbox' ? field.checked : field.value}`)].join('\\n');";
        self.run(script)
            .await
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }

    pub(crate) async fn text(&self, selector: &str) -> String {
        let found = self
            .run(&format!(
                "return document.querySelector({selector:?})?.textContent ?? '';"
            ))
            .await;
        found.as_str().unwrap_or_default().to_owned()
    }

    pub(crate) async fn value(&self, selector: &str) -> String {
        let found = self
            .run(&format!(
                "return document.querySelector({selector:?}).value;"
            ))
            .await;
        found.as_str().unwrap_or_default().to_owned()
    }

    async fn element(&self, selector: &str) -> String {
        self.until(&format!(
            "document.querySelector({selector:?})?.getClientRects().length"
        ))
        .await;
        let body = json!({ "using": "css selector", "value": selector });
        let found = self.command("/element", body).await;
        let id = found
            .as_object()
            .and_then(|found| found.values().next()?.as_str());
        id.unwrap_or_else(|| panic!("no {selector}: {found}"))
            .to_owned()
    }

    /// Clicks an element like a user, once it is visible. The page may move under the pointer, for example when plans
    /// appear above the element: a click that hit something else is repeated.
    pub(crate) async fn click(&self, selector: &str) {
        let element = self.element(selector).await;
        let prepare = format!(
            "const element = document.querySelector({selector:?});
            window.isMissed = true;
            element.addEventListener('click', () => {{ delete window.isMissed; }}, {{ capture: true, once: true }});
            element.scrollIntoView({{ block: 'center' }});"
        );
        for _ in 0..CLICKS {
            self.run(&prepare).await;
            let answer = self
                .command(&format!("/element/{element}/click"), json!({}))
                .await;
            assert!(answer.is_null(), "{selector} cannot be clicked: {answer}");
            if self.run("return Boolean(window.isMissed);").await != true {
                return;
            }
        }
        panic!("{selector} moved at each of {CLICKS} clicks");
    }

    /// Types like a user.
    pub(crate) async fn keys(&self, selector: &str, text: &str) {
        let element = self.element(selector).await;
        let body = json!({ "text": text });
        let answer = self
            .command(&format!("/element/{element}/value"), body)
            .await;
        assert!(
            answer.is_null(),
            "{selector} cannot be typed into: {answer}"
        );
    }

    /// Presses and releases a key in the focused element.
    pub(crate) async fn press(&self, key: char) {
        let strokes = ["keyDown", "keyUp"].map(|kind| json!({ "type": kind, "value": key }));
        let body = json!({ "actions": [{ "type": "key", "id": "keyboard", "actions": strokes }] });
        let answer = self.command("/actions", body).await;
        assert!(answer.is_null(), "{key:?} cannot be pressed: {answer}");
    }

    /// A command of the Chrome `DevTools` protocol. The browser is not used again.
    pub(crate) async fn devtools(&self, command: &str, parameters: Value) -> Value {
        self.is_changed.store(true, Ordering::Relaxed);
        self.cdp(command, parameters).await
    }

    async fn cdp(&self, command: &str, parameters: Value) -> Value {
        let body = json!({ "cmd": command, "params": parameters });
        self.command("/goog/cdp/execute", body).await
    }

    /// Does something in the tab that the page has opened, and closes it.
    pub(crate) async fn in_the_other_tab(&self, work: impl Future<Output = ()>) {
        let first = self.ask(Method::GET, "/window").await;
        let mut tabs = self.ask(Method::GET, "/window/handles").await;
        let tabs = tabs.as_array_mut().expect("the tabs");
        tabs.retain(|tab| *tab != first);
        let other = tabs.pop().expect("another tab");
        self.command("/window", json!({ "handle": other })).await;
        work.await;
        self.ask(Method::DELETE, "/window").await;
        self.command("/window", json!({ "handle": first })).await;
    }

    /// A command without a body.
    async fn ask(&self, method: Method, path: &str) -> Value {
        let url = format!("{}{path}", self.running.session);
        value_of(self.client.request(method, url)).await
    }

    /// Changes the screen of a phone.
    pub(crate) async fn resize(&self, Screen(width, height, is_phone): Screen) {
        let metrics =
            json!({ "width": width, "height": height, "deviceScaleFactor": 2, "mobile": is_phone });
        self.devtools("Emulation.setDeviceMetricsOverride", metrics)
            .await;
    }

    /// The console's errors since the last call, without refused requests: the pages explain those.
    pub(crate) async fn complaints(&self) -> Vec<String> {
        let entries = self.log("browser").await;
        let is_refusal = |text: &str| text.contains("the server responded with a status of 4");
        let texts = entries
            .iter()
            .filter(|entry| entry["level"] == "SEVERE" || entry["level"] == "WARNING");
        let texts = texts.filter_map(|entry| entry["message"].as_str());
        texts
            .filter(|text| !is_refusal(text))
            .map(str::to_owned)
            .collect()
    }

    /// The URLs requested since the last call.
    pub(crate) async fn requests(&self) -> Vec<String> {
        let entries = self.log("performance").await;
        let messages = entries.iter().filter_map(|entry| entry["message"].as_str());
        let messages = messages.filter_map(|text| serde_json::from_str::<Value>(text).ok());
        messages
            .filter(|entry| entry["message"]["method"] == "Network.requestWillBeSent")
            .filter_map(|entry| {
                Some(
                    entry["message"]["params"]["request"]["url"]
                        .as_str()?
                        .to_owned(),
                )
            })
            .collect()
    }

    async fn log(&self, kind: &str) -> Vec<Value> {
        let entries = self.command("/se/log", json!({ "type": kind })).await;
        entries
            .as_array()
            .cloned()
            .unwrap_or_else(|| panic!("no log of {kind}: {entries}"))
    }

    /// Leaves the browser to the next test without anything of this one, or ends it if it is changed.
    pub(crate) async fn close(self) {
        if self.is_changed.load(Ordering::Relaxed) {
            // The regular way, which also removes its temporary files.
            let _ = self.client.delete(&self.running.session).send().await;
            return;
        }
        self.run("localStorage.clear(); sessionStorage.clear();")
            .await;
        self.go("about:blank").await;
        self.cdp("Network.clearBrowserCookies", json!({})).await;
        self.cdp("Network.clearBrowserCache", json!({})).await;
        self.complaints().await;
        self.requests().await;
        let mut all = IDLE.lock().unwrap_or_else(PoisonError::into_inner);
        all.push((self.screen, self.running));
    }
}

fn idle(screen: Screen) -> Option<Running> {
    let mut all = IDLE.lock().unwrap_or_else(PoisonError::into_inner);
    let place = all.iter().position(|(of, _)| *of == screen)?;
    Some(all.swap_remove(place).1)
}

async fn start(client: &Client, screen: Screen) -> Running {
    let profile = Profile::new();
    let driver = Driver::start(&profile.path());
    let capabilities = capabilities(screen);
    let answer = post(client, &format!("{}/session", driver.url), &capabilities).await;
    let id = answer["sessionId"]
        .as_str()
        .unwrap_or_else(|| panic!("no browser: {answer}"));
    Running {
        session: format!("{}/session/{id}", driver.url),
        _driver: driver,
        profile,
    }
}

fn capabilities(Screen(width, height, is_phone): Screen) -> Value {
    let arguments = [
        // The browser ends when its driver does, also after a failed test.
        "--remote-debugging-pipe",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--disable-dev-shm-usage",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--hide-scrollbars",
        "--lang=tr",
    ];
    let mut arguments: Vec<String> = arguments.map(str::to_owned).into();
    arguments.push(format!("--window-size={width},{height}"));
    let mut options = json!({ "args": arguments, "binary": shell() });
    if is_phone {
        options["mobileEmulation"] = json!({
            "deviceMetrics": { "width": width, "height": height, "pixelRatio": 2.0, "touch": true },
        });
    }
    json!({ "capabilities": { "alwaysMatch": {
        "browserName": "chrome",
        "goog:chromeOptions": options,
        // By default, half a minute: less than axe takes on a busy machine.
        "timeouts": { "script": SCRIPT_MILLISECONDS },
        "goog:loggingPrefs": { "browser": "ALL", "performance": "ALL" },
    } } })
}

/// The value of a command's response; panics with its error.
async fn post(client: &Client, url: &str, body: &Value) -> Value {
    value_of(client.post(url).body(body.to_string())).await
}

async fn value_of(request: RequestBuilder) -> Value {
    let answer = request.send().await.expect("an answer of the driver");
    let text = answer.text().await.expect("a body");
    let mut answer: Value = serde_json::from_str(&text).expect("JSON");
    answer["value"].take()
}
