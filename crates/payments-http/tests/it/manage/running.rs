//! The whole service on a free port, with its own database.

use payments_http::Application;
use payments_http::manage::access::Route;
use payments_http::settings::{Settings, Sources, load};
use reqwest::{Client, Method, RequestBuilder};
use serde_json::Value;
use tokio::task::JoinHandle;

use crate::setup::Fixture;

/// A running service; dropping it deletes its data.
pub(crate) struct Service {
    pub(crate) url: String,
    /// The URL of the management API, if it has its own address.
    pub(crate) manage_url: Option<String>,
    client: Client,
    running: JoinHandle<std::io::Result<()>>,
    _data: Option<Fixture>,
}

/// A response that was read completely.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) body: String,
}

/// The token of the settings below.
pub(crate) const TOKEN: &str = "correct horse battery staple";

/// Settings for a service with its data in this fixture.
pub(crate) fn settings(fixture: &Fixture, demo: bool) -> Settings {
    settings_with(fixture, demo, &[])
}

/// The same, with these changes.
pub(crate) fn settings_with(fixture: &Fixture, demo: bool, over: &[(&str, &str)]) -> Settings {
    let own = [
        (
            "gateways.sandbox_ledger_file",
            &*fixture.path("ledger.json"),
        ),
        ("demo.enabled", if demo { "true" } else { "false" }),
        // SHA-256 of TOKEN.
        (
            "manage.tokens.back_office",
            "c4bbcb1fbec99d65bf59d85c8cb62ee2db963f0fe106f483d9afa73bd4e39a8a",
        ),
        ("manage.wrong_tokens_per_minute", "1000"),
    ];
    load(&Sources {
        files: Vec::new(),
        environment: fixture.variables(&[&own[..], over].concat()),
    })
    .unwrap()
    .settings
}

impl Service {
    /// A service with the demo store.
    pub(crate) async fn demo() -> Self {
        let data = Fixture::new().await;
        Self::start(settings(&data, true), Some(data)).await
    }

    /// A service without any objects.
    pub(crate) async fn empty() -> Self {
        let data = Fixture::new().await;
        Self::start(settings(&data, false), Some(data)).await
    }

    /// A service with the demo store, and with these changes to the usual settings.
    pub(crate) async fn demo_with(over: &[(&str, &str)]) -> Self {
        let data = Fixture::new().await;
        Self::start(settings_with(&data, true, over), Some(data)).await
    }

    /// A service with these settings.
    pub(crate) async fn over(settings: Settings) -> Self {
        Self::start(settings, None).await
    }

    async fn start(settings: Settings, data: Option<Fixture>) -> Self {
        let application = Application::build(settings).await.unwrap();
        let url = format!("http://127.0.0.1:{}", application.port());
        let manage_url = application.manage_port();
        let manage_url = manage_url.map(|port| format!("http://127.0.0.1:{port}"));
        let running = tokio::spawn(application.run());
        Self {
            url,
            manage_url,
            client: crate::app::client(),
            running,
            _data: data,
        }
    }

    /// Stops the service and keeps its data.
    pub(crate) async fn stop(mut self) {
        self.running.abort();
        drop((&mut self.running).await);
    }

    /// A request without a token.
    pub(crate) fn anonymous(&self, method: Method, path: &str) -> RequestBuilder {
        self.client
            .request(method, format!("{}{path}", self.url))
            .header("Accept-Language", "en")
    }

    /// A request with the token of the settings.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.anonymous(method, path).bearer_auth(TOKEN)
    }

    /// `GET` with the token.
    pub(crate) async fn get(&self, path: &str) -> Answer {
        Answer::of(self.request(Method::GET, path)).await
    }

    /// `DELETE` with the token.
    pub(crate) async fn delete(&self, path: &str) -> Answer {
        Answer::of(self.request(Method::DELETE, path)).await
    }

    /// A request with the token and a JSON body.
    pub(crate) fn json(&self, method: Method, path: &str, body: &Value) -> RequestBuilder {
        self.request(method, path)
            .header("Content-Type", "application/json")
            .body(body.to_string())
    }

    /// A JSON body with the token.
    pub(crate) async fn send(&self, method: Method, path: &str, body: &Value) -> Answer {
        Answer::of(self.json(method, path, body)).await
    }

    /// `PUT` with the token.
    pub(crate) async fn put(&self, path: &str, body: &Value) -> Answer {
        self.send(Method::PUT, path, body).await
    }

    /// An import with the token.
    pub(crate) async fn import(&self, document: &Value) -> Answer {
        self.send(Method::POST, "/manage/v1/import/", document)
            .await
    }

    /// The export: everything that is stored.
    pub(crate) async fn export(&self) -> Value {
        let answer = self.get("/manage/v1/export/").await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()
    }
}

/// The client's type for a route's method.
pub(crate) fn method_of(route: &Route) -> Method {
    route.method.as_str().parse().unwrap()
}

impl Drop for Service {
    fn drop(&mut self) {
        self.running.abort();
    }
}

impl Answer {
    pub(crate) async fn of(request: RequestBuilder) -> Self {
        let answer = request.send().await.unwrap();
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        Self {
            status,
            headers,
            body: answer.text().await.unwrap(),
        }
    }

    /// The body as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("JSON, not {self:?}"))
    }

    /// A header's text, or an empty one.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    /// Status, relevant headers, and body, for snapshots.
    pub(crate) fn shown(&self) -> String {
        let mut shown = format!("{}\n", self.status);
        for name in [
            "content-type",
            "www-authenticate",
            "allow",
            "retry-after",
            "cache-control",
        ] {
            if self.headers.contains_key(name) {
                shown.push_str(name);
                shown.push_str(": ");
                shown.push_str(self.header(name));
                shown.push('\n');
            }
        }
        shown + &self.body
    }
}
