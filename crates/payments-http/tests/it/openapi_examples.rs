//! The description's examples equal real responses.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::openapi::{check_value, document};

/// Status and English `detail` of every row of the error table.
fn table() -> BTreeSet<(String, String)> {
    let snapshot = include_str!("snapshots/it__error_table__error_table.snap");
    let mut status = "";
    let mut table = BTreeSet::new();
    for line in snapshot.lines() {
        if let Some((number, _)) = line.split_once(' ').filter(|(number, _)| number.len() == 3) {
            status = number;
        } else if let Some(body) = line.strip_prefix("  en ") {
            table.insert((status.to_owned(), said(body)));
        }
    }
    table
}

/// The body's sentence without digits, since each example has its own waiting time.
fn said(body: &str) -> String {
    let body: Value = serde_json::from_str(body).expect("JSON");
    let detail = body["detail"].as_str().expect("a sentence");
    detail.chars().filter(|c| !c.is_ascii_digit()).collect()
}

fn examples(content: &Value) -> Vec<&Value> {
    let one = content.get("example").into_iter();
    let several = content["examples"].as_object().into_iter().flatten();
    one.chain(several.map(|(_, example)| &example["value"]))
        .collect()
}

/// The errors in the examples of a body.
fn check(document: &Value, at: &str, content: &Value) {
    let examples = examples(content);
    assert!(!examples.is_empty(), "{at} has no example");
    for example in examples {
        check_value(document, at, &content["schema"], example);
    }
}

#[test]
fn every_body_has_an_example_of_its_schema() {
    let document = document();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let request = operation["requestBody"]["content"].as_object();
            for (kind, content) in request.into_iter().flatten() {
                check(&document, &format!("{method} {path} {kind}"), content);
            }
            for (status, answer) in operation["responses"].as_object().unwrap() {
                for (kind, content) in answer["content"].as_object().into_iter().flatten() {
                    let at = format!("{method} {path} {status} {kind}");
                    check(&document, &at, content);
                }
            }
        }
    }
}

#[test]
fn every_example_of_a_refusal_is_one_the_service_gives() {
    let (document, table) = (document(), table());
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            for (status, answer) in operation["responses"].as_object().unwrap() {
                let content = &answer["content"]["application/json"];
                for example in examples(content)
                    .into_iter()
                    .filter(|_| status.as_str() >= "4")
                {
                    let given = (status.clone(), said(&example.to_string()));
                    assert!(table.contains(&given), "{method} {path}: {given:?}");
                }
            }
        }
    }
}
