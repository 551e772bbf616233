//! The commands that import and export documents.

use std::process::Output;

use serde_json::Value;

use crate::program;
use crate::setup::Fixture;

fn run(fixture: &Fixture, arguments: &[&str]) -> Output {
    program::run(arguments, &fixture.settings(&[("log.filter", "off")]))
}

/// The output of a command that must succeed.
#[track_caller]
fn printed(fixture: &Fixture, arguments: &[&str]) -> Vec<u8> {
    let output = run(fixture, arguments);
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {output:?}");
    output.stdout
}

#[tokio::test]
async fn a_document_is_imported_and_exported_and_mistakes_change_nothing() {
    let fixture = Fixture::new().await;
    printed(&fixture, &["migrate"]);
    assert_eq!(
        printed(&fixture, &["migrate"]),
        b"the database is up to date\n"
    );
    let store = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/store.json");
    printed(&fixture, &["import", store]);
    let exported = printed(&fixture, &["export"]);
    let document: Value = serde_json::from_slice(&exported).expect("JSON");
    assert_eq!(document["cards"].as_array().map(Vec::len), Some(3));
    assert!(document.get("sessions").is_none());

    let wrong = fixture.path("wrong.json");
    let text = r#"{"banks":[{"pk":0,"name":"x","slug":"x"},{"pk":77,"name":"ok","slug":"ok"},{"pk":78,"name":"y","slug":"Y"}],"products":[{"pk":1,"name":"p","price":"1.999","currency":"TRY"}]}"#;
    std::fs::write(&wrong, text).expect("written");
    let refused = run(&fixture, &["import", &wrong]);
    assert_eq!(refused.status.code(), Some(1));
    let said = String::from_utf8_lossy(&refused.stderr);
    for pointer in ["/banks/0/pk", "/banks/2/slug", "/products/0/price"] {
        assert!(said.contains(pointer), "{pointer}: {said}");
    }
    assert_eq!(printed(&fixture, &["export"]), exported);

    let again = fixture.path("again.json");
    std::fs::write(&again, &exported).expect("written");
    printed(&fixture, &["import", &again]);
    assert_eq!(printed(&fixture, &["export"]), exported);

    let missing = run(&fixture, &["import", "missing.json"]);
    assert_eq!(missing.status.code(), Some(1));
    printed(&fixture, &["reconcile"]);
    let unknown = run(&fixture, &["reconcile", "--settled", "nothing"]);
    assert_eq!(unknown.status.code(), Some(1));
    let said = String::from_utf8_lossy(&unknown.stderr);
    assert!(said.contains("no intent with this reference"), "{said}");
}
