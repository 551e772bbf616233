//! A running service with a small store.

use std::sync::{Arc, LazyLock};

use payments_core::audit::Author;
use payments_core::import::Reading;
use payments_http::settings::{Sources, load};
use payments_http::state::AppState;
use payments_http::{Application, manage};
use reqwest::{Client, Method, RequestBuilder, Response, redirect};
use serde_json::Value;

use crate::setup::Fixture;

/// The customer with a basket and a pre-order.
pub(crate) const CUSTOMER: &str = "customer_session_0000000000000001";
/// The same customer's other session.
pub(crate) const CUSTOMER_ELSEWHERE: &str = "customer_session_0000000000000002";
/// The session of another customer.
pub(crate) const NEIGHBOUR: &str = "neighbour_session_000000000000001";
/// An anonymous session with a basket.
pub(crate) const VISITOR: &str = "visitor_session_00000000000000001";
/// The phone in the customer's profile.
pub(crate) const PHONE: &str = "5551234567";
/// A card number that the sandbox saves.
pub(crate) const GOOD_NUMBER: &str = "5528790000000008";

/// The author of direct writes to the database.
pub(crate) fn author() -> &'static Author {
    static AUTHOR: LazyLock<Author> = LazyLock::new(|| Author {
        principal: "test".to_owned(),
        request_id: None,
        at: chrono::DateTime::default(),
    });
    &AUTHOR
}

pub(crate) struct TestApp {
    pub(crate) url: String,
    pub(crate) client: Client,
    /// The URL of the metrics, if they have their own address.
    pub(crate) metrics_port: Option<u16>,
    pub(crate) state: Arc<AppState>,
    fixture: Fixture,
}

impl TestApp {
    pub(crate) async fn start() -> Self {
        Self::start_with(&[]).await
    }

    /// Starts with these settings (`section.key`), and with the demo store if the demo is enabled.
    pub(crate) async fn start_with(settings: &[(&str, &str)]) -> Self {
        Self::start_on(Fixture::new().await, settings).await
    }

    /// Starts on this fixture with these settings.
    pub(crate) async fn start_on(fixture: Fixture, settings: &[(&str, &str)]) -> Self {
        let own = [
            ("gateways.sandbox_ledger_file", ""),
            ("demo.enabled", "false"),
        ];
        let sources = Sources {
            files: Vec::new(),
            environment: fixture.variables(&[&own[..], settings].concat()),
        };
        let loaded = load(&sources).expect("settings");
        let app = Application::build(loaded.settings)
            .await
            .expect("a service");
        let state = Arc::clone(app.state());
        if !state.settings.demo.enabled {
            let store = include_bytes!("store.json");
            let reading = Reading::of_document(store, &manage::policy(&state.settings));
            manage::write(&state, reading, author())
                .await
                .expect("the store");
        }
        let url = format!("http://127.0.0.1:{}", app.port());
        let metrics_port = app.metrics_port();
        tokio::spawn(app.run());
        let client = client();
        Self {
            url,
            client,
            metrics_port,
            state,
            fixture,
        }
    }

    /// The fixture that holds the data.
    pub(crate) const fn fixture(&self) -> &Fixture {
        &self.fixture
    }

    /// The database's whole content, as stored.
    pub(crate) async fn stored_bytes(&self) -> Vec<u8> {
        self.fixture.stored_bytes().await
    }

    /// Changes the database directly; on PostgreSQL only.
    pub(crate) async fn change_database(&self, sql: &str) {
        self.fixture.change_database(sql).await;
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.url))
    }

    pub(crate) fn get(&self, path: &str) -> RequestBuilder {
        self.request(Method::GET, path)
    }

    /// A request of a session with its own CSRF token.
    pub(crate) async fn as_session(
        &self,
        session: &str,
        method: Method,
        path: &str,
    ) -> RequestBuilder {
        let token = self.csrf_token(Some(session)).await;
        self.request(method, path)
            .header("cookie", format!("osessionid={session}"))
            .header("x-csrftoken", token)
            .header("accept-language", "en")
    }

    /// Posts JSON as a session with its own CSRF token.
    pub(crate) async fn post(&self, session: &str, path: &str, body: Value) -> Response {
        let request = self.as_session(session, Method::POST, path).await;
        let request = request
            .header("content-type", "application/json")
            .body(body.to_string());
        request.send().await.expect("an answer")
    }

    /// A CSRF token, bound to a session or to none.
    pub(crate) async fn csrf_token(&self, session: Option<&str>) -> String {
        let mut request = self.get("/csrf_token/");
        if let Some(session) = session {
            request = request.header("cookie", format!("osessionid={session}"));
        }
        let body = json(request.send().await.expect("an answer")).await;
        body["csrf_token"].as_str().expect("a token").to_owned()
    }

    /// The code in the newest message to a phone.
    pub(crate) fn newest_code(&self, phone: &str) -> String {
        let outbox = self.state.sandbox.as_ref().expect("the sandbox").outbox();
        let message = outbox
            .into_iter()
            .find(|message| message.to == phone)
            .expect("a message");
        message.text.chars().filter(char::is_ascii_digit).collect()
    }

    /// The number of sent messages.
    pub(crate) fn messages(&self) -> usize {
        self.state
            .sandbox
            .as_ref()
            .expect("the sandbox")
            .outbox()
            .len()
    }

    /// The sandbox gateway's live tokens.
    pub(crate) async fn live_tokens(&self) -> usize {
        let tokens = self
            .state
            .sandbox
            .as_ref()
            .expect("the sandbox")
            .tokens()
            .await;
        tokens.iter().filter(|token| token.live).count()
    }
}

/// A client that does not follow redirects.
pub(crate) fn client() -> Client {
    // It never uses TLS here, but needs a provider installed; only the first test installs one.
    drop(rustls::crypto::ring::default_provider().install_default());
    Client::builder()
        .redirect(redirect::Policy::none())
        .build()
        .expect("a client")
}

/// The response's body as JSON.
pub(crate) async fn json(response: Response) -> Value {
    let text = response.text().await.expect("a body");
    serde_json::from_str(&text).unwrap_or_else(|_| panic!("not JSON: {text}"))
}

/// A response as text: status, the headers that do not change between runs, body.
pub(crate) async fn whole(app: &TestApp, response: Response) -> String {
    let mut lines = vec![response.status().to_string()];
    // The tag is a digest of the body, which contains the port.
    let changing = ["date", "x-request-id", "content-length", "etag"];
    let mut headers: Vec<String> = response
        .headers()
        .iter()
        .filter(|(name, _)| !changing.contains(&name.as_str()))
        .map(|(name, value)| format!("{name}: {}", value.to_str().expect("a header")))
        .collect();
    headers.sort();
    lines.extend(headers);
    lines.push(String::new());
    let body = response.text().await.expect("a body");
    lines.push(match serde_json::from_str::<Value>(&body) {
        Ok(_) => spread(&body),
        Err(_) => body,
    });
    lines
        .join("\n")
        .replace(&app.url, "http://shop")
        .trim_end()
        .to_owned()
}

/// The same JSON, indented, with numbers and order unchanged.
fn spread(json: &str) -> String {
    let mut out = String::new();
    let (mut depth, mut in_text, mut escaped) = (0_usize, false, false);
    let mut characters = json.chars().peekable();
    while let Some(character) = characters.next() {
        let is_empty = matches!(characters.peek(), Some('}' | ']')) && "{[".contains(character);
        let was_empty = out.ends_with(['{', '[']);
        if !in_text && "}]".contains(character) && !was_empty {
            depth -= 1;
            new_line(&mut out, depth);
        }
        out.push(character);
        if in_text {
            in_text = escaped || character != '"';
            escaped = !escaped && character == '\\';
        } else if "{[".contains(character) && !is_empty {
            depth += 1;
            new_line(&mut out, depth);
        } else if character == ',' {
            new_line(&mut out, depth);
        } else {
            in_text = character == '"';
        }
    }
    out
}

fn new_line(out: &mut String, depth: usize) {
    out.push('\n');
    out.push_str(&"  ".repeat(depth));
}
