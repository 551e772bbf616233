//! `ETag`, `If-Match`, `If-None-Match`, and patches.

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

use super::running::{Answer, Service};
use crate::manage::objects::one_of_each;

/// A conditional request.
async fn send(
    service: &Service,
    method: Method,
    path: &str,
    condition: (&str, &str),
    body: &Value,
) -> Answer {
    let request = service.json(method, path, body);
    Answer::of(request.header(condition.0, condition.1)).await
}

#[tokio::test]
async fn every_object_has_a_tag_that_changes_with_it() {
    let service = Service::empty().await;
    for (part, key, object) in one_of_each() {
        let path = format!("/manage/v1/{part}/{key}/");
        let absent = send(&service, Method::PUT, &path, ("If-Match", "*"), &object).await;
        assert_eq!(absent.status, 412, "{part}");
        let created = ("If-None-Match", "*");
        let created = send(&service, Method::PUT, &path, created, &object).await;
        assert_eq!(created.status, 201, "{part}: {created:?}");
        let tag = created.header("etag").to_owned();
        assert!(tag.len() == 34 && tag.starts_with('"'), "{part} {tag}");
        let again = send(
            &service,
            Method::PUT,
            &path,
            ("If-None-Match", "*"),
            &object,
        )
        .await;
        assert_eq!(again.status, 412, "{part}");
        let read = service.get(&path).await;
        assert_eq!(read.header("etag"), tag, "{part}");
        for known in [tag.clone(), format!("\"x\", W/{tag}"), "*".to_owned()] {
            let known = service
                .request(Method::GET, &path)
                .header("If-None-Match", known);
            let known = Answer::of(known).await;
            let shown = (known.status, known.header("etag"), &*known.body);
            assert_eq!(shown, (304, &*tag, ""), "{part}");
        }
        let other = service
            .request(Method::GET, &path)
            .header("If-None-Match", "\"x\"");
        assert_eq!(Answer::of(other).await.status, 200, "{part}");
        let same = send(&service, Method::PUT, &path, ("If-Match", &tag), &object).await;
        assert_eq!((same.status, same.header("etag")), (200, &*tag), "{part}");
        let weak = format!("W/{tag}");
        let weak = send(&service, Method::PUT, &path, ("If-Match", &weak), &object).await;
        assert_eq!(weak.status, 412, "{part}");
    }
    for (part, key, object) in one_of_each().into_iter().rev() {
        let path = format!("/manage/v1/{part}/{key}/");
        let tag = service.get(&path).await.header("etag").to_owned();
        let change = match part {
            "baskets" | "pre-orders" => json!({"total": "7.5"}),
            "sessions" => json!({"expires_at": "2032-01-01T00:00:00Z"}),
            "customers" => json!({"is_active": false}),
            _ => json!({"name": "Changed"}),
        };
        let patched = send(&service, Method::PATCH, &path, ("If-Match", &tag), &change).await;
        assert_eq!(patched.status, 200, "{part}: {patched:?}");
        let mut expected = object.clone();
        for (name, value) in change.as_object().unwrap() {
            expected[name] = value.clone();
        }
        let mut after = patched.json();
        if expected.get("total") == Some(&json!("7.5")) {
            expected["total"] = json!("7.50");
        }
        for name in ["pk", "slug"] {
            if expected.get(name).is_none() {
                after.as_object_mut().unwrap().remove(name);
            }
        }
        assert_eq!(after, expected, "{part}");
        let new_tag = patched.header("etag").to_owned();
        assert_ne!(new_tag, tag, "{part}");
        assert_eq!(service.get(&path).await.header("etag"), new_tag, "{part}");
        for method in [Method::PUT, Method::PATCH, Method::DELETE] {
            let old = send(&service, method.clone(), &path, ("If-Match", &tag), &object).await;
            assert_eq!(old.status, 412, "{method} {part}");
        }
        assert_eq!(service.get(&path).await.header("etag"), new_tag, "{part}");
        let gone = send(
            &service,
            Method::DELETE,
            &path,
            ("If-Match", &new_tag),
            &Value::Null,
        );
        assert_eq!(gone.await.status, 204, "{part}");
    }
}

#[tokio::test]
async fn of_two_writers_at_once_with_one_tag_one_wins() {
    let service = Service::demo().await;
    for path in [
        "/manage/v1/products/1/",
        "/manage/v1/baskets/9/",
        "/manage/v1/rules/bddk-general/",
    ] {
        for method in [Method::PUT, Method::PATCH] {
            let before = service.get(path).await;
            let tag = before.header("etag");
            let writers = (1..=4).map(|writer| {
                let mut object = before.json();
                let name = if path.contains("baskets") {
                    "total"
                } else {
                    "name"
                };
                object[name] = json!(format!("{writer}"));
                let service = &service;
                let method = method.clone();
                async move {
                    send(service, method, path, ("If-Match", tag), &object)
                        .await
                        .status
                }
            });
            let mut statuses = join_all(writers).await;
            statuses.sort_unstable();
            assert_eq!(statuses, [200, 412, 412, 412], "{method} {path}");
            // A name that no writer uses, so that the next round changes it, too.
            let reset = before.json();
            assert_eq!(service.put(path, &reset).await.status, 200);
        }
    }
}

#[tokio::test]
async fn patches_at_once_all_take_effect() {
    let service = Service::demo().await;
    let path = "/manage/v1/products/1/";
    let patches = (0..4).map(|n| {
        let change = json!({"attributes": {format!("at-{n}"): n}});
        let service = &service;
        async move { service.send(Method::PATCH, path, &change).await.status }
    });
    assert_eq!(join_all(patches).await, [200; 4]);
    let attributes = service.get(path).await.json()["attributes"].clone();
    for n in 0..4 {
        assert_eq!(attributes[format!("at-{n}")], json!(n), "{attributes}");
    }
}

#[tokio::test]
async fn a_patch_is_one_of_its_media_types_and_of_an_object_there_is() {
    let service = Service::demo().await;
    let path = "/manage/v1/banks/1/";
    let send_as = async |content_type: &str, body: &str| {
        let request = service.request(Method::PATCH, path);
        let request = request.header("Content-Type", content_type);
        Answer::of(request.body(body.to_owned())).await
    };
    for content_type in [
        "application/merge-patch+json",
        "application/json; charset=utf-8",
    ] {
        let answer = send_as(content_type, r#"{"logo": null}"#).await;
        assert_eq!(answer.status, 200, "{answer:?}");
    }
    for content_type in ["application/json-patch+json", "text/plain", ""] {
        assert_eq!(
            send_as(content_type, "{}").await.status,
            415,
            "{content_type}"
        );
    }
    let put = service.request(Method::PUT, path);
    let put = put
        .header("Content-Type", "application/merge-patch+json")
        .body("{}");
    assert_eq!(Answer::of(put).await.status, 415);
    let before = service.get(path).await.json();
    for (body, pointer) in [
        (r#"{"slug": "akbank"}"#, "/slug"),
        (r#"{"name": null}"#, "/name"),
        (r#"{"pk": 2}"#, "/pk"),
        ("[]", ""),
    ] {
        let answer = send_as("application/json", body).await;
        assert_eq!(answer.status, 400, "{body}");
        assert!(answer.json()["errors"].get(pointer).is_some(), "{answer:?}");
    }
    assert_eq!(service.get(path).await.json(), before);
    let nothing = json!({});
    let missing = service.send(Method::PATCH, "/manage/v1/banks/999/", &nothing);
    assert_eq!(missing.await.status, 404);
    let missing = ("If-Match", "*");
    let missing = send(
        &service,
        Method::PATCH,
        "/manage/v1/banks/999/",
        missing,
        &nothing,
    );
    assert_eq!(missing.await.status, 412);
}

#[tokio::test]
async fn invalid_preconditions_are_refused_and_nothing_is_written() {
    let service = Service::demo().await;
    let path = "/manage/v1/banks/1/";
    let before = service.get(path).await.json();
    for (name, value) in [
        ("If-Match", "zzz"),
        ("If-Match", "\"a"),
        ("If-None-Match", "*, \"a\""),
        ("If-None-Match", "\"a\" \"b\""),
    ] {
        for method in [Method::PUT, Method::PATCH, Method::DELETE] {
            let body = json!({"name": "New", "slug": "new"});
            let answer = send(&service, method.clone(), path, (name, value), &body).await;
            assert_eq!(answer.status, 400, "{method} {name}: {value}");
            let errors = answer.json()["errors"].clone();
            assert!(errors.get(name.to_lowercase()).is_some(), "{errors}");
        }
    }
    assert_eq!(service.get(path).await.json(), before);
}
