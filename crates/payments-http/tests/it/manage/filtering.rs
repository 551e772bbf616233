//! Filters of lists, and unknown parameters.

use payments_http::manage::access::ROUTES;
use reqwest::Method;
use serde_json::{Value, json};

use super::running::{Answer, Service, method_of};

/// A route's path with keys in it.
fn filled(path: &str) -> String {
    path.replace("{pk}", "7")
        .replace("{card}", "1")
        .replace("{slug}", "gold")
        .replace("{id}", "some_session_000000000000000001")
}

#[tokio::test]
async fn lists_are_filtered_by_the_fields_of_their_objects() {
    let service = Service::demo().await;
    let all = service.export().await;
    for (part, name) in [
        ("banks", "slug"),
        ("card-types", "slug"),
        ("pos", "slug"),
        ("pos", "gateway"),
        ("pos", "is_active"),
        ("cards", "slug"),
        ("cards", "bank"),
        ("cards", "card_type"),
        ("cards", "pos"),
        ("cards", "card_payment_type"),
        ("cards", "is_active"),
        ("payment-options", "slug"),
        ("payment-options", "payment_type"),
        ("payment-options", "pos"),
        ("payment-options", "is_active"),
        ("rules", "is_active"),
        ("products", "is_active"),
        ("customers", "is_active"),
        ("baskets", "customer"),
        ("pre-orders", "basket"),
    ] {
        let objects = all[part.replace('-', "_")].as_array().unwrap();
        let mut value = objects.iter().map(|object| &object[name]);
        let value = value.rfind(|value| !value.is_null()).unwrap();
        let expected: Vec<&Value> = objects.iter().filter(|one| one[name] == *value).collect();
        let text = value.as_str().map_or(value.to_string(), str::to_owned);
        let path = format!("/manage/v1/{part}/?{name}={text}&page_size=1000");
        let page = service.get(&path).await.json();
        assert_eq!(page["results"], json!(expected), "{path}");
        assert_eq!(page["count"], json!(expected.len()), "{path}");
    }
    let sessions = service.get("/manage/v1/sessions/?customer=7").await.json();
    let sessions = sessions["results"].as_array().unwrap();
    assert!(!sessions.is_empty());
    assert!(sessions.iter().all(|one| one["customer"] == json!(7)));
}

#[tokio::test]
async fn the_next_page_keeps_the_filters() {
    let service = Service::demo().await;
    let mut path =
        "/manage/v1/cards/?is_active=true&card_payment_type=credit&page_size=5".to_owned();
    let count = service.get(&path).await.json()["count"].as_u64().unwrap();
    let mut seen = 0;
    loop {
        let page = service.get(&path).await.json();
        seen += page["results"].as_array().unwrap().len() as u64;
        let Some(next) = page["next"].as_str() else {
            break;
        };
        assert!(next.contains("card_payment_type=credit") && next.contains("is_active=true"));
        path = next.strip_prefix(&service.url).unwrap().to_owned();
    }
    assert!(count > 5);
    assert_eq!(seen, count);
}

#[tokio::test]
async fn a_parameter_that_is_unknown_or_wrong_is_refused_by_name() {
    let service = Service::demo().await;
    let refused = async |path: &str| {
        let answer = service.get(path).await;
        assert_eq!(answer.status, 400, "{path}");
        answer.json()["errors"].clone()
    };
    let allowed = "this is not a parameter here; use page, page_size, after, count, slug";
    assert_eq!(
        refused("/manage/v1/banks/?name=Akbank").await,
        json!({"name": [allowed]})
    );
    assert_eq!(
        refused("/manage/v1/export/?since=1").await,
        json!({"since": ["this takes no parameters"]})
    );
    // An unknown name is not repeated in the response.
    let odd = refused("/manage/v1/export/?4111111111111111=1").await;
    assert_eq!(odd, json!({"?": ["this takes no parameters"]}));
    for (path, name) in [
        ("cards/?bank=x", "bank"),
        ("cards/?bank=", "bank"),
        ("cards/?is_active=1", "is_active"),
        ("cards/?card_payment_type=prepaid", "card_payment_type"),
        ("banks/?slug=A%20B", "slug"),
        ("baskets/?customer=0", "customer"),
    ] {
        let errors = refused(&format!("/manage/v1/{path}")).await;
        assert!(errors.get(name).is_some(), "{path}: {errors}");
    }
    for route in ROUTES.iter() {
        let path = format!("{}?unknown=1", filled(&route.path));
        let answer = service.send(method_of(route), &path, &json!({})).await;
        assert_eq!(answer.status, 400, "{} {path}", route.method);
        assert!(
            answer.json()["errors"].get("unknown").is_some(),
            "{answer:?}"
        );
    }
}

#[tokio::test]
async fn a_repeated_parameter_of_any_route_is_refused_by_name() {
    let service = Service::demo().await;
    let mut refused = 0;
    for route in ROUTES.iter() {
        for name in &route.parameters {
            // Three times, and percent-encoded, with another one in between.
            let encoded = format!("%{:02x}{}", name.as_bytes()[0], &name[1..]);
            let path = format!("{}?{name}=1&{encoded}=1&x=1&{name}=2", filled(&route.path));
            let answer = service.send(method_of(route), &path, &json!({})).await;
            assert_eq!(answer.status, 400, "{} {path}", route.method);
            let errors = &answer.json()["errors"];
            assert_eq!(errors[*name], json!(["use this once"]), "{path}: {errors}");
            refused += 1;
        }
    }
    assert!(refused > 50, "{refused}");
    let question = "/manage/v1/explain/?context=product&pk=1";
    assert_eq!(service.get(question).await.status, 200);
    for repeated in ["bin=552879&bin=552879", "context=product"] {
        let answer = service.get(&format!("{question}&{repeated}")).await;
        assert_eq!(answer.status, 400, "{repeated}");
        assert!(!answer.body.contains("5528"), "{answer:?}");
    }
}

#[tokio::test]
async fn customers_operations_ignore_parameters_they_do_not_know() {
    let service = Service::demo().await;
    for path in [
        "/payments/cards/product/1/",
        "/masterpass-js/",
        "/csrf_token/",
    ] {
        let request = service.anonymous(Method::GET, &format!("{path}?utm_source=mail"));
        assert_eq!(Answer::of(request).await.status, 200, "{path}");
    }
}
