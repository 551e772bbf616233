//! The API description: compatible with the contract, and correct.

#![expect(
    clippy::unwrap_used,
    reason = "a helper of a test fails the test, like the test itself"
)]

use payments_http::openapi;
use reqwest::Method;
use serde_json::{Value, json};

use crate::manage::running::{Answer, Service};

fn contract() -> Value {
    serde_json::from_str(include_str!("contract.json")).unwrap()
}

pub(crate) fn document() -> Value {
    serde_json::to_value(openapi::document()).unwrap()
}

/// Resolves a reference; other schemas are returned as they are.
fn resolved<'d>(document: &'d Value, schema: &'d Value) -> &'d Value {
    match schema["$ref"].as_str() {
        Some(reference) => document
            .pointer(reference.strip_prefix('#').unwrap())
            .unwrap(),
        None => schema,
    }
}

/// The types that a schema allows; OpenAPI 3.1 writes a nullable text as `["string", "null"]`.
fn types(schema: &Value) -> Vec<&str> {
    match &schema["type"] {
        Value::String(one) => vec![one],
        Value::Array(several) => several.iter().filter_map(Value::as_str).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => Vec::new(),
    }
}

/// Where a schema deviates from the contract.
fn check_schema(document: &Value, at: &str, contract: &Value, ours: &Value) {
    if let Some(name) = contract["schema"].as_str() {
        let reference = format!("#/components/schemas/{name}");
        assert_eq!(ours["$ref"], json!(reference), "{at}");
        return;
    }
    let ours = resolved(document, ours);
    let mut expected = vec![contract["type"].as_str().unwrap()];
    if contract["nullable"] == json!(true) {
        expected.push("null");
    }
    assert_eq!(types(ours), expected, "{at}");
    for (contracts, keyword) in [
        ("values", "enum"),
        ("default", "default"),
        ("min_length", "minLength"),
        ("max_length", "maxLength"),
    ] {
        if !contract[contracts].is_null() {
            assert_eq!(ours[keyword], contract[contracts], "{at} {keyword}");
        }
    }
    // An integer may state its width; every other format must equal the contract's.
    if !contract["format"].is_null() {
        assert_eq!(ours["format"], contract["format"], "{at} format");
    }
    if !contract["items"].is_null() {
        check_schema(
            document,
            &format!("{at}[]"),
            &contract["items"],
            &ours["items"],
        );
    }
    if !contract["each"].is_null() {
        check_schema(
            document,
            &format!("{at}.*"),
            &contract["each"],
            &ours["additionalProperties"],
        );
    }
}

#[test]
fn every_operation_of_the_contract_is_there_compatibly() {
    let (contract, document) = (contract(), document());
    for operation in contract["operations"].as_array().unwrap() {
        let (path, method) = (
            operation["path"].as_str().unwrap(),
            operation["method"].as_str().unwrap(),
        );
        let at = format!("{method} {path}");
        let ours = &document["paths"][path][method];
        assert_eq!(ours["operationId"], operation["id"], "{at}");
        for parameter in operation["parameters"].as_array().unwrap() {
            let same = |other: &&Value| {
                other["name"] == parameter["name"] && other["in"] == parameter["in"]
            };
            let found = ours["parameters"].as_array().unwrap().iter().find(same);
            let found = found.unwrap_or_else(|| panic!("{at} has no {}", parameter["name"]));
            assert_eq!(
                found["required"], parameter["required"],
                "{at} {}",
                parameter["name"]
            );
            let place = format!("{at} {}", parameter["name"]);
            check_schema(&document, &place, parameter, &found["schema"]);
        }
        if let Some(body) = operation["body"].as_str() {
            assert_eq!(ours["requestBody"]["required"], json!(true), "{at}");
            let schema = &ours["requestBody"]["content"]["application/json"]["schema"];
            assert_eq!(
                schema["$ref"],
                json!(format!("#/components/schemas/{body}")),
                "{at}"
            );
        }
        for (status, schema) in operation["answers"].as_object().unwrap() {
            let answer = &ours["responses"][status];
            assert!(answer.is_object(), "{at} has no {status}");
            let expected = schema
                .as_str()
                .map(|name| json!(format!("#/components/schemas/{name}")));
            let found = answer
                .pointer("/content/application~1json/schema/$ref")
                .cloned();
            assert_eq!(found, expected, "{at} {status}");
        }
    }
}

#[test]
fn no_parameter_is_required_that_the_contract_does_not_name() {
    let (contract, document) = (contract(), document());
    for operation in contract["operations"].as_array().unwrap() {
        let path = operation["path"].as_str().unwrap();
        let ours = &document["paths"][path][operation["method"].as_str().unwrap()];
        for parameter in ours["parameters"].as_array().into_iter().flatten() {
            let is_named = operation["parameters"]
                .as_array()
                .unwrap()
                .iter()
                .any(|other| other["name"] == parameter["name"]);
            assert!(
                is_named || parameter["required"] == json!(false),
                "{path} {parameter}"
            );
        }
    }
}

#[test]
fn every_schema_of_the_contract_is_there_compatibly() {
    let (contract, document) = (contract(), document());
    for (name, schema) in contract["schemas"].as_object().unwrap() {
        let ours = &document["components"]["schemas"][name];
        assert_eq!(types(ours), ["object"], "{name}");
        for (property, expected) in schema["properties"].as_object().unwrap() {
            let found = &ours["properties"][property];
            check_schema(&document, &format!("{name}.{property}"), expected, found);
        }
        let required = |of: &Value| of["required"].as_array().cloned().unwrap_or_default();
        for property in required(schema) {
            assert!(
                required(ours).contains(&property),
                "{name} requires {property}"
            );
        }
        // Requests must not require more than the contract does.
        if name.ends_with("Request") {
            assert_eq!(required(ours), required(schema), "{name}");
        }
    }
}

#[test]
fn every_reference_leads_somewhere_and_every_operation_has_its_own_id() {
    let document = document();
    let mut ids = std::collections::BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let id = operation["operationId"].as_str().unwrap();
            assert!(ids.insert(id), "{id} of {method} {path} is another's too");
            for parameter in operation["parameters"].as_array().into_iter().flatten() {
                let in_path =
                    path.contains(&format!("{{{}}}", parameter["name"].as_str().unwrap()));
                assert_eq!(parameter["in"] == json!("path"), in_path, "{method} {path}");
            }
        }
    }
    references(&document, &mut |reference| {
        let found = document.pointer(reference.strip_prefix('#').unwrap());
        assert!(found.is_some(), "{reference}");
    });
}

fn references(value: &Value, found: &mut impl FnMut(&str)) {
    match value {
        Value::Object(members) => {
            if let Some(Value::String(reference)) = members.get("$ref") {
                found(reference);
            }
            members
                .values()
                .for_each(|member| references(member, found));
        }
        Value::Array(entries) => entries.iter().for_each(|entry| references(entry, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[tokio::test]
async fn every_described_operation_is_answered_and_no_other_method_is() {
    let service = Service::demo().await;
    let document = document();
    for (path, item) in document["paths"].as_object().unwrap() {
        let filled = path
            .replace("{pk}", "900000")
            .replace("{slug}", "no-such-rule");
        let filled = filled.replace("{id}", "no_such_session_0000000000");
        let allowed = Answer::of(service.request(Method::OPTIONS, &filled)).await;
        let allowed = allowed.header("allow").to_owned();
        for method in ["get", "post", "put", "patch", "delete"] {
            let described = item.get(method).is_some();
            let is_allowed = allowed.split(", ").any(|one| one == method.to_uppercase());
            assert_eq!(described, is_allowed, "{method} {path}: Allow: {allowed}");
        }
    }
}

#[tokio::test]
async fn the_description_and_its_page_are_served() {
    let service = Service::empty().await;
    let answer = Answer::of(service.anonymous(Method::GET, "/openapi.json")).await;
    assert_eq!(
        (answer.status, answer.header("content-type")),
        (200, "application/json")
    );
    assert_eq!(answer.json(), document());
    let page = Answer::of(service.anonymous(Method::GET, "/docs/plain/")).await;
    assert_eq!(
        (page.status, page.header("content-type")),
        (200, "text/html; charset=utf-8")
    );
    assert!(page.body.contains("/payments/cards/product/{pk}/"));
    assert!(
        !page.body.contains("<script"),
        "the page loads and runs nothing"
    );
}

#[tokio::test]
async fn answers_have_the_described_properties_and_no_others() {
    let service = Service::demo().await;
    let document = document();
    let listing = service.get("/payments/cards/product/2/").await.json();
    conforms(&document, "CardListResponse", &listing);
    conforms(
        &document,
        "MasterpassJSConfig",
        &service.get("/masterpass-js/").await.json(),
    );
    let refused = service.put("/manage/v1/banks/1/", &json!({})).await.json();
    conforms(&document, "ErrorResponse", &refused);
    conforms(&document, "Document", &service.export().await);
    let explained = service
        .get("/manage/v1/explain/?context=product&pk=2")
        .await
        .json();
    conforms(&document, "Explanation", &explained);
}

fn conforms(document: &Value, name: &str, value: &Value) {
    let schema = &document["components"]["schemas"][name];
    check_value(document, name, schema, value);
}

pub(crate) fn check_value(document: &Value, at: &str, schema: &Value, value: &Value) {
    let schema = resolved(document, schema);
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let types = types(schema);
    let fits =
        types.is_empty() || types.contains(&kind) || kind == "integer" && types.contains(&"number");
    assert!(fits, "{at}: {value} is none of {types:?}");
    for entry in value.as_array().into_iter().flatten() {
        check_value(document, &format!("{at}[]"), &schema["items"], entry);
    }
    let Some(properties) = schema["properties"].as_object() else {
        return;
    };
    for required in schema["required"].as_array().into_iter().flatten() {
        let name = required.as_str().unwrap();
        let is_never_given = properties[name]["writeOnly"] == json!(true);
        assert!(
            is_never_given || value.get(name).is_some(),
            "{at} has no {required}"
        );
    }
    for (key, value) in value.as_object().into_iter().flatten() {
        let others = schema.get("additionalProperties");
        let property = properties
            .get(key)
            .or(others.filter(|others| others.is_object()))
            .unwrap_or_else(|| panic!("{at}.{key} is not described"));
        check_value(document, &format!("{at}.{key}"), property, value);
    }
}
