//! The console: signing in, its sessions at the management API, and its pages.

#![expect(
    clippy::unwrap_used,
    reason = "a helper of a test fails the test, like the test itself"
)]

mod openid_connect;
mod origins;
mod pages;
mod sessions;
mod sign_in;

use reqwest::{Method, RequestBuilder};

use crate::manage::running::{Answer, Service};

/// The cookie's name in development.
const COOKIE: &str = "payments_console";
const SIGN_IN: &str = "/console/sign-in/";
/// A request that changes something, and needs the scope `admin`.
const CHECK: &str = "/manage/v1/status/check-providers/";

/// Sends the form to sign in.
async fn send_token(service: &Service, token: &str) -> Answer {
    let request = service.anonymous(Method::POST, SIGN_IN);
    let request = request.header("Content-Type", "application/x-www-form-urlencoded");
    Answer::of(request.body(format!("token={}", token.replace(' ', "+")))).await
}

/// A browser that signed in.
struct Browser<'s> {
    service: &'s Service,
    cookie: String,
}

impl<'s> Browser<'s> {
    async fn signed_in(service: &'s Service, token: &str) -> Self {
        let answer = send_token(service, token).await;
        assert_eq!(answer.status, 303, "{answer:?}");
        Self::with(service, &cookie_of(&answer))
    }

    fn with(service: &'s Service, cookie: &str) -> Self {
        Self {
            service,
            cookie: format!("{COOKIE}={cookie}"),
        }
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.service.anonymous(method, path);
        request.header("Cookie", &self.cookie)
    }

    async fn get(&self, path: &str) -> Answer {
        Answer::of(self.request(Method::GET, path)).await
    }

    async fn csrf_token(&self) -> String {
        let session = self.get("/console/session/").await;
        assert_eq!(session.status, 200, "{session:?}");
        session.json()["csrf_token"].as_str().unwrap().to_owned()
    }

    /// A request with the session's CSRF token.
    async fn with_csrf(&self, method: Method, path: &str) -> RequestBuilder {
        let token = self.csrf_token().await;
        self.request(method, path).header("X-CSRFToken", token)
    }
}

/// The value of the session's cookie that a response sets.
fn cookie_of(answer: &Answer) -> String {
    let pair = answer.header("set-cookie").split(';').next().unwrap();
    let (name, value) = pair.split_once('=').unwrap();
    assert!(name.ends_with(COOKIE), "{answer:?}");
    value.to_owned()
}
