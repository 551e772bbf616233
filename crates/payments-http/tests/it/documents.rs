//! The program's commands that write and read the database.

use std::process::Output;

use serde_json::Value;

use crate::program;
use crate::setup::Ground;

fn run(ground: &Ground, arguments: &[&str]) -> Output {
    program::run(arguments, &ground.settings(&[("log.filter", "off")]))
}

/// What a command printed that has to succeed.
#[track_caller]
fn printed(ground: &Ground, arguments: &[&str]) -> Vec<u8> {
    let output = run(ground, arguments);
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {output:?}");
    output.stdout
}

#[tokio::test]
async fn a_document_is_imported_and_exported_and_mistakes_change_nothing() {
    let ground = Ground::new().await;
    printed(&ground, &["migrate"]);
    assert_eq!(
        printed(&ground, &["migrate"]),
        b"the database is up to date\n"
    );
    let store = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/store.json");
    printed(&ground, &["import", store]);
    let exported = printed(&ground, &["export"]);
    let document: Value = serde_json::from_slice(&exported).expect("JSON");
    assert_eq!(document["cards"].as_array().map(Vec::len), Some(3));
    assert!(document.get("sessions").is_none());

    let wrong = ground.path("wrong.json");
    let text = r#"{"banks":[{"pk":0,"name":"x","slug":"x"},{"pk":77,"name":"ok","slug":"ok"},{"pk":78,"name":"y","slug":"Y"}],"products":[{"pk":1,"name":"p","price":"1.999","currency":"TRY"}]}"#;
    std::fs::write(&wrong, text).expect("written");
    let refused = run(&ground, &["import", &wrong]);
    assert_eq!(refused.status.code(), Some(1));
    let said = String::from_utf8_lossy(&refused.stderr);
    for pointer in ["/banks/0/pk", "/banks/2/slug", "/products/0/price"] {
        assert!(said.contains(pointer), "{pointer}: {said}");
    }
    assert_eq!(printed(&ground, &["export"]), exported);

    let again = ground.path("again.json");
    std::fs::write(&again, &exported).expect("written");
    printed(&ground, &["import", &again]);
    assert_eq!(printed(&ground, &["export"]), exported);

    let missing = run(&ground, &["import", "missing.json"]);
    assert_eq!(missing.status.code(), Some(1));
    printed(&ground, &["reconcile"]);
    let unknown = run(&ground, &["reconcile", "--settled", "nothing"]);
    assert_eq!(unknown.status.code(), Some(1));
    let said = String::from_utf8_lossy(&unknown.stderr);
    assert!(said.contains("no saving with this reference"), "{said}");
}
