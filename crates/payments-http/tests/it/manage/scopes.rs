//! What each token may do, its lifetime, and rejected tokens.

use std::collections::BTreeSet;

use payments_http::manage::PREFIX;
use payments_http::manage::access::{Needs, ROUTES};
use payments_http::scope::Scope;
use reqwest::Method;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::running::{Answer, Service, TOKEN, method_of};
use crate::openapi::document;

/// A service with a token for each scope, named after the scope: `SCOPE-token`.
pub(crate) async fn with_scopes(over: &[(&str, &str)]) -> Service {
    let mut settings: Vec<(String, String)> = Vec::new();
    for scope in Scope::ALL.map(Scope::as_str) {
        let key = format!("manage.tokens.{scope}_only");
        settings.push((format!("{key}.sha256"), sha256(&format!("{scope}-token"))));
        settings.push((format!("{key}.scopes"), scope.to_owned()));
    }
    let settings = settings.iter().map(|(key, value)| (&**key, &**value));
    let settings: Vec<(&str, &str)> = settings.chain(over.iter().copied()).collect();
    Service::demo_with(&settings).await
}

pub(crate) fn sha256(token: &str) -> String {
    hex::encode(Sha256::digest(token.as_bytes()))
}

pub(super) async fn send(
    service: &Service,
    scope: Scope,
    method: &Method,
    path: &str,
    body: &str,
) -> Answer {
    let request = service.anonymous(method.clone(), path);
    let request = request
        .bearer_auth(format!("{}-token", scope.as_str()))
        .header("Content-Type", "application/json")
        .body(body.to_owned());
    Answer::of(request).await
}

#[test]
fn every_described_operation_has_its_scope_and_parameters_and_every_scope_its_operation() {
    let document = document();
    let mut described = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            if !path.starts_with(PREFIX) {
                continue;
            }
            let parameters = operation["parameters"].as_array().unwrap().iter();
            let in_query = parameters.filter(|one| one["in"] == "query");
            let mut names: Vec<&str> = in_query.map(|one| one["name"].as_str().unwrap()).collect();
            names.sort_unstable();
            described.insert((method.to_uppercase(), path.clone(), names.join(" ")));
        }
    }
    let routes: BTreeSet<(String, String, String)> = ROUTES
        .iter()
        .map(|route| {
            let mut names = route.parameters.clone();
            names.sort_unstable();
            let path = route.path.clone();
            (route.method.to_string(), path, names.join(" "))
        })
        .collect();
    assert_eq!(described, routes);
}

#[tokio::test]
async fn a_token_without_the_scope_of_a_route_gets_the_name_of_the_scope() {
    let service = with_scopes(&[]).await;
    let before = service.export().await;
    let mut refused = 0;
    for route in ROUTES.iter() {
        let path = route
            .path
            .replace("{pk}", "7")
            .replace("{card}", "1")
            .replace("{slug}", "gold")
            .replace("{id}", "some_session_000000000000000001");
        for scope in Scope::ALL {
            let Needs::Scope(needed) = route.needs else {
                continue;
            };
            let is_allowed = scope == needed
                || scope == Scope::Admin
                || (scope, needed) == (Scope::Catalog, Scope::Read);
            if is_allowed {
                continue;
            }
            let answer = send(&service, scope, &method_of(route), &path, "{}").await;
            assert_eq!(answer.status, 403, "{} {path} {scope:?}", route.method);
            assert_eq!(
                answer.json()["errors"],
                json!({"scope": [needed.as_str()]}),
                "{} {path} {scope:?}",
                route.method
            );
            refused += 1;
        }
    }
    assert!(refused > 200, "{refused}");
    assert_eq!(service.export().await, before);
}

#[tokio::test]
async fn a_token_with_the_scope_does_what_it_is_for_and_nothing_else() {
    let service = with_scopes(&[]).await;
    let bank = r#"{"name": "B", "slug": "b-901"}"#;
    let customer = r#"{"segments": []}"#;
    let pos = r#"{"name": "P", "slug": "p-901", "gateway": "sandbox"}"#;
    let (get, put) = (&Method::GET, &Method::PUT);
    for (scope, method, path, body, status) in [
        (Scope::Read, get, "banks/", "", 200),
        (Scope::Read, get, "rules/?is_active=true", "", 200),
        (Scope::Read, get, "status/", "", 200),
        (Scope::Read, get, "customers/", "", 403),
        (Scope::Read, get, "pos/", "", 403),
        (Scope::Read, put, "banks/901/", bank, 403),
        (Scope::Catalog, get, "banks/", "", 200),
        (Scope::Catalog, put, "banks/901/", bank, 201),
        (Scope::Catalog, put, "pos/901/", pos, 403),
        (Scope::Catalog, get, "sessions/", "", 403),
        (Scope::Purchases, put, "customers/901/", customer, 201),
        (
            Scope::Purchases,
            get,
            "explain/?context=product&pk=1",
            "",
            200,
        ),
        (Scope::Purchases, get, "customers/7/saved-cards/", "", 403),
        (Scope::Support, get, "customers/7/saved-cards/", "", 200),
        (Scope::Support, get, "customers/7/", "", 403),
        (Scope::Support, get, "status/", "", 403),
        (Scope::Quotes, get, "banks/", "", 403),
        (Scope::Instrument, get, "customers/7/saved-cards/", "", 403),
        (Scope::Admin, put, "pos/901/", pos, 201),
        (Scope::Admin, get, "audit/", "", 200),
        (Scope::Admin, get, "export/", "", 200),
    ] {
        let path = format!("{PREFIX}/{path}");
        let answer = send(&service, scope, method, &path, body).await;
        assert_eq!(
            answer.status, status,
            "{scope:?} {method} {path}: {answer:?}"
        );
    }
}

#[tokio::test]
async fn an_import_needs_the_scope_of_every_part_it_has() {
    let service = with_scopes(&[]).await;
    let import = async |scope, document: Value| {
        let path = format!("{PREFIX}/import/");
        let answer = send(&service, scope, &Method::POST, &path, &document.to_string()).await;
        (answer.status, answer.json()["errors"].clone())
    };
    let bank = json!({"pk": 901, "name": "B", "slug": "b-901"});
    let product = json!({"pk": 901, "name": "P", "price": "1", "currency": "TRY"});
    let pos = json!({"pk": 901, "name": "P", "slug": "p-901", "gateway": "sandbox"});
    let needs = |scope: &str| json!({"scope": [scope]});
    let before = service.export().await;
    for (scope, document, needed) in [
        (Scope::Read, json!({}), "catalog"),
        (Scope::Support, json!({"banks": [bank]}), "catalog"),
        (
            Scope::Catalog,
            json!({"banks": [bank], "pos": [pos]}),
            "admin",
        ),
        // Also if the object has errors.
        (Scope::Catalog, json!({"pos": [{"pk": 1}]}), "admin"),
        (Scope::Catalog, json!({"products": [product]}), "purchases"),
        (Scope::Purchases, json!({"banks": [bank]}), "catalog"),
    ] {
        let answer = import(scope, document.clone()).await;
        assert_eq!(answer, (403, needs(needed)), "{scope:?} {document}");
    }
    assert_eq!(service.export().await, before);
    assert_eq!(
        import(Scope::Catalog, json!({"banks": [bank]})).await.0,
        200
    );
    let products = json!({"products": [product]});
    assert_eq!(import(Scope::Purchases, products).await.0, 200);
    let all = json!({"banks": [bank], "products": [product], "pos": [pos]});
    assert_eq!(import(Scope::Admin, all).await.0, 200);
}

#[tokio::test]
async fn an_expired_token_is_none() {
    let (past, future) = (sha256("past-token"), sha256("future-token"));
    let service = Service::demo_with(&[
        ("manage.tokens.past.sha256", &past),
        ("manage.tokens.past.scopes", "admin"),
        ("manage.tokens.past.expires_at", "2026-01-01T00:00:00+03:00"),
        ("manage.tokens.future.sha256", &future),
        ("manage.tokens.future.scopes", "admin"),
        ("manage.tokens.future.expires_at", "2199-01-01T00:00:00Z"),
    ])
    .await;
    let status = async |token: &str| {
        let request = service.anonymous(Method::GET, "/manage/v1/banks/");
        Answer::of(request.bearer_auth(token)).await.status
    };
    assert_eq!(status("past-token").await, 401);
    assert_eq!(status("future-token").await, 200);
    let metrics = Answer::of(service.anonymous(Method::GET, "/metrics")).await;
    let counted = "payments_manage_logins_failed_total{why=\"expired\"} 1";
    assert!(metrics.body.contains(counted), "{}", metrics.body);
}

#[tokio::test]
async fn wrong_tokens_are_limited_and_a_valid_one_from_the_same_address_works() {
    let service = Service::demo_with(&[("manage.wrong_tokens_per_minute", "3")]).await;
    let attempt = async |token: &str| {
        let request = service.anonymous(Method::GET, "/manage/v1/banks/");
        Answer::of(request.bearer_auth(token)).await
    };
    for _ in 0..3 {
        assert_eq!(attempt("wrong").await.status, 401);
    }
    let limited = attempt("wrong").await;
    assert_eq!(limited.status, 429, "{limited:?}");
    let seconds: u32 = limited.header("retry-after").parse().unwrap();
    assert!((1..=60).contains(&seconds));
    assert_eq!(attempt(TOKEN).await.status, 200);
    assert_eq!(attempt("wrong").await.status, 429);
    let without = Answer::of(service.anonymous(Method::GET, "/manage/v1/banks/")).await;
    assert_eq!(without.status, 401);
    let metrics = Answer::of(service.anonymous(Method::GET, "/metrics"))
        .await
        .body;
    for (why, count) in [("wrong", 3), ("limited", 2), ("missing", 1)] {
        let line = format!("payments_manage_logins_failed_total{{why=\"{why}\"}} {count}\n");
        assert!(metrics.contains(&line), "{line} {metrics}");
    }
}
