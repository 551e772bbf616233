//! The service's static files.

use crate::app::TestApp;

#[tokio::test]
async fn logos_are_served_with_a_tag_and_nothing_beside_them() {
    let app = TestApp::start().await;
    let logo = app
        .get("/static/logos/bonus.svg")
        .send()
        .await
        .expect("an answer");
    assert_eq!(logo.status(), 200);
    assert_eq!(logo.headers()["content-type"], "image/svg+xml");
    let tag = logo.headers()["etag"].clone();
    assert!(logo.text().await.expect("a body").contains("<svg"));
    let again = app
        .get("/static/logos/bonus.svg")
        .header("if-none-match", tag);
    assert_eq!(again.send().await.expect("an answer").status(), 304);
    for path in [
        "/static/logos",
        "/static/logos/",
        "/static/nothing.svg",
        "/static/..%2fCargo.toml",
        "/static/%2e%2e/Cargo.toml",
        "/static/logos/..%2f..%2fCargo.toml",
        "/static//etc/passwd",
        "/static/logos/bonus.svg%00",
    ] {
        assert_eq!(
            app.get(path).send().await.expect("an answer").status(),
            404,
            "{path}"
        );
    }
}

#[tokio::test]
async fn every_logo_a_listing_names_is_there() {
    let app = TestApp::start_with(&[("demo.enabled", "true")]).await;
    let listing = app
        .get("/payments/cards/product/1/")
        .send()
        .await
        .expect("an answer");
    let listing = crate::app::json(listing).await;
    for card in listing["results"].as_array().expect("cards") {
        for part in ["card_type", "bank"] {
            let Some(url) = card[part]["logo"]
                .as_str()
                .filter(|url| url.starts_with(&app.url))
            else {
                continue;
            };
            let logo = app.client.get(url).send().await.expect("an answer");
            assert_eq!(logo.status(), 200, "{url}");
        }
    }
}

#[tokio::test]
async fn below_a_path_of_the_proxy_the_documentation_asks_for_its_parts_there() {
    let app =
        TestApp::start_with(&[("http.public_url", "https://shop.example/payments-api/")]).await;
    for page in ["/docs/", "/docs/plain/"] {
        let page = app.get(page).send().await.expect("an answer");
        let page = page.text().await.expect("a page");
        assert!(page.contains("\"/payments-api/openapi.json\""), "{page}");
        let elsewhere = page.split("=\"/").skip(1);
        for link in elsewhere {
            assert!(link.starts_with("payments-api/"), "{link}");
        }
    }
    let description = app.get("/openapi.json").send().await.expect("an answer");
    let servers = crate::app::json(description).await["servers"].clone();
    assert_eq!(servers, serde_json::json!([{"url": "/payments-api"}]));
}
