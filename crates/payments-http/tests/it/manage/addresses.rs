//! The addresses of the management API, and that its responses are not stored.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::Command;
use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::Value;

use super::running::{Answer, Service, TOKEN};
use crate::app::client;
use crate::openapi::document;
use crate::program::Program;

async fn get(url: &str, path: &str) -> Answer {
    let request = client().get(format!("{url}{path}")).bearer_auth(TOKEN);
    Answer::of(request).await
}

#[tokio::test]
async fn an_address_of_its_own_has_the_management_api_and_customers_do_not() {
    let service = Service::demo_with(&[("manage.bind", "127.0.0.1:0")]).await;
    let own = service.manage_url.clone().unwrap();
    for path in [
        "/manage/v1/banks/",
        "/manage/v1/export/",
        "/manage/v1/banks/1/",
    ] {
        let of_customers = get(&service.url, path).await;
        assert_eq!(of_customers.status, 404, "{path}");
        let anonymous = Answer::of(service.anonymous(Method::PUT, path)).await;
        assert_eq!(anonymous.status, 404, "{path}");
        assert_eq!(get(&own, path).await.status, 200, "{path}");
    }
    for path in [
        "/payments/cards/product/1/",
        "/csrf_token/",
        "/shop/",
        "/metrics",
    ] {
        assert_eq!(get(&own, path).await.status, 404, "{path}");
    }
    assert_eq!(get(&own, "/health/live").await.status, 200);
    let paths = |description: &Answer| {
        let paths = description.json()["paths"].clone();
        let names = paths.as_object().unwrap().keys().cloned();
        names.collect::<Vec<String>>()
    };
    let whole = get(&own, "/openapi.json").await;
    assert_eq!(whole.json(), document());
    let of_customers = get(&service.url, "/openapi.json").await;
    assert!(
        paths(&of_customers)
            .iter()
            .all(|path| !path.starts_with("/manage/"))
    );
    assert!(paths(&of_customers).contains(&"/payments/cards/product/{pk}/".to_owned()));
    for word in ["/manage/", "\"manage\"", "\"Pos\"", "\"Erasure\""] {
        assert!(!of_customers.body.contains(word), "{word}");
    }
    assert_all_references_resolve(&of_customers.json());
    for page in ["/docs/plain/", "/docs/"] {
        assert_eq!(get(&own, page).await.status, 200, "{page}");
        assert!(!get(&service.url, page).await.body.contains("/manage/"));
    }
}

fn assert_all_references_resolve(document: &Value) {
    let text = document.to_string();
    for reference in text.split("\"$ref\":\"#").skip(1) {
        let pointer = reference.split('"').next().unwrap();
        assert!(document.pointer(pointer).is_some(), "{pointer}");
    }
}

#[tokio::test]
async fn links_follow_the_address_that_the_caller_used() {
    let public = ("http.public_url", "https://shop.example.com/pay");
    let service = Service::demo_with(&[("manage.bind", "127.0.0.1:0"), public]).await;
    let own = service.manage_url.clone().unwrap();
    for path in [
        "/manage/v1/banks/?page_size=1",
        "/manage/v1/audit/?page_size=1",
    ] {
        let next = get(&own, path).await.json()["next"].clone();
        let next = next.as_str().unwrap();
        assert!(next.starts_with(&format!("{own}/manage/v1/")), "{next}");
        assert_eq!(get("", next).await.status, 200);
    }
    let through_proxy = client()
        .get(format!("{own}/manage/v1/banks/?page_size=1"))
        .bearer_auth(TOKEN)
        .header("Host", "payments.internal")
        .header("X-Forwarded-Proto", "https");
    let next = Answer::of(through_proxy).await.json()["next"].clone();
    let expected = "https://payments.internal/manage/v1/banks/?page=2&page_size=1";
    assert_eq!(next, expected);
}

#[tokio::test]
async fn links_of_the_customers_address_begin_with_its_public_url_whatever_host_is_named() {
    let public = ("http.public_url", "https://shop.example.com/pay");
    let service = Service::demo_with(&[public]).await;
    for path in [
        "/manage/v1/banks/?page_size=1",
        "/manage/v1/audit/?page_size=1",
    ] {
        let request = service
            .request(Method::GET, path)
            .header("Host", "evil.example")
            .header("X-Forwarded-Proto", "http");
        let next = Answer::of(request).await.json()["next"].clone();
        let next = next.as_str().unwrap();
        let expected = "https://shop.example.com/pay/manage/v1/";
        assert!(next.starts_with(expected), "{next}");
    }
}

#[tokio::test]
async fn personal_responses_are_never_stored_by_caches() {
    let service = Service::demo().await;
    for (path, item) in document()["paths"].as_object().unwrap() {
        for method in item.as_object().unwrap().keys() {
            let is_personal = path.starts_with("/manage/")
                || path.starts_with("/payments/stored-cards")
                || path.starts_with("/csrf_token")
                || path.starts_with("/payments/cards/basket")
                || path.starts_with("/payments/cards/pre-order");
            if !is_personal {
                continue;
            }
            let path = path
                .replace("{pk}", "1")
                .replace("{card}", "1")
                .replace("{slug}", "gold")
                .replace("{id}", "some_session_000000000000000001");
            let query = if path.ends_with("/explain/") {
                "?context=product&pk=1"
            } else {
                ""
            };
            let method: Method = method.to_uppercase().parse().unwrap();
            let path = format!("{path}{query}");
            let cookie = format!("osessionid={}", payments_demo::CUSTOMER_SESSION);
            let request = service.json(method.clone(), &path, &serde_json::json!({}));
            let answer = Answer::of(request.header("Cookie", cookie)).await;
            let caching = answer.header("cache-control");
            assert!(caching.contains("no-store"), "{method} {path} {answer:?}");
        }
    }
}

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "no runtime runs here, and the wait ends when the service stops listening"
)]
fn stopping_waits_for_requests_on_the_management_address_too() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    let own = free.local_addr().unwrap();
    drop(free);
    let program = Program::start(&[("manage.bind", &own.to_string())]);
    let customers = program.url.strip_prefix("http://").unwrap().to_owned();
    let body = r#"{"name": "B", "slug": "b-901"}"#;
    let mut connection = TcpStream::connect(own).unwrap();
    write!(
        connection,
        "PUT /manage/v1/banks/901/ HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer demo\r\n\
         Content-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: {}\r\n\r\n",
        body.len()
    )
    .unwrap();
    // The handler is reading the body: the request is in progress.
    let mut going_on = [0; 25];
    connection.read_exact(&mut going_on).unwrap();
    assert!(going_on.starts_with(b"HTTP/1.1 100 Continue"));
    let mut kill = Command::new("kill");
    let asked = kill.arg("-TERM").arg(program.id().to_string()).status();
    assert!(asked.unwrap().success());
    let began = Instant::now();
    while TcpStream::connect(&customers).is_ok() || TcpStream::connect(own).is_ok() {
        assert!(
            began.elapsed() < Duration::from_secs(30),
            "it still listens"
        );
        // Without a pause the service would only accept these.
        std::thread::sleep(Duration::from_millis(20));
    }
    connection.write_all(body.as_bytes()).unwrap();
    let mut answer = String::new();
    connection.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 201 "), "{answer}");
    program.stop();
}
