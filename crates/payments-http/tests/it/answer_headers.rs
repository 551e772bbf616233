//! Headers that depend on the deployment or the language.

use reqwest::Response;

use crate::app::{CUSTOMER, TestApp};

fn header<'a>(response: &'a Response, name: &str) -> Option<&'a str> {
    let value = response.headers().get(name)?;
    Some(value.to_str().expect("text"))
}

#[tokio::test]
async fn browsers_get_hsts_if_customers_use_tls() {
    for (url, expected) in [
        ("https://shop.example.com/pay", Some("max-age=31536000")),
        ("http://shop.example.com", None),
        ("", None),
    ] {
        let app = TestApp::start_with(&[("http.public_url", url)]).await;
        for path in ["/health/live", "/nothing/", "/payments/cards/product/1/"] {
            let answer = app.get(path).send().await.expect("an answer");
            let hsts = header(&answer, "strict-transport-security");
            assert_eq!(hsts, expected, "{url} {path}");
        }
    }
}

#[tokio::test]
async fn a_response_with_text_names_its_language() {
    let app = TestApp::start().await;
    for (asked, given) in [("de-AT", "de"), ("ja", "tr"), ("ar", "ar")] {
        for path in [
            "/payments/cards/product/1/",
            "/payments/cards/basket/",
            "/payments/stored-cards/",
            "/nothing/",
        ] {
            let request = app.get(path).header("accept-language", asked);
            let request = request.header("cookie", format!("osessionid={CUSTOMER}"));
            let answer = request.send().await.expect("an answer");
            assert_eq!(
                header(&answer, "content-language"),
                Some(given),
                "{asked} {path}"
            );
        }
    }
    let live = app.get("/health/live").send().await.expect("an answer");
    assert_eq!(header(&live, "content-language"), None);
}
