//! The demo store's pages for unknown paths and for browsers without scripts.

use reqwest::{Method, StatusCode};

use crate::app::json;
use crate::shop::{header, shop};
use crate::shop_payment::at_the_checkout;

#[tokio::test]
async fn an_unknown_path_is_a_page_for_browsers_and_json_for_clients() {
    let app = shop().await;
    for path in ["/nope", "/shop/nope"] {
        let page = app.get(path).header("accept", "text/html,*/*;q=0.8");
        let page = page.header("accept-language", "de").send().await.unwrap();
        assert_eq!(page.status(), StatusCode::NOT_FOUND);
        assert_eq!(header(&page, "content-language"), "de");
        let text = page.text().await.unwrap();
        assert!(text.contains("<h1>Seite nicht gefunden</h1>"), "{text}");
        for (method, accept) in [
            (Method::GET, "*/*"),
            (Method::GET, "application/json"),
            (Method::POST, "text/html"),
        ] {
            let request = app.request(method, path).header("accept", accept);
            let answer = request.send().await.unwrap();
            assert_eq!(answer.status(), StatusCode::NOT_FOUND);
            assert_eq!(json(answer).await["code"], "not_found", "{accept}");
        }
    }
}

#[tokio::test]
async fn without_scripts_the_pages_say_what_needs_them() {
    let app = shop().await;
    let session = at_the_checkout(&app).await;
    for path in ["/shop/product/21/", "/shop/checkout/", "/shop/cards/"] {
        let page = app
            .get(path)
            .header("cookie", format!("osessionid={session}"));
        let page = page.header("accept-language", "en").send().await.unwrap();
        let text = page.text().await.unwrap();
        let sentence = "<noscript><p class=\"note\">Installment plans and payment need JavaScript.";
        assert!(text.contains(sentence), "{path}: {text}");
    }
}
