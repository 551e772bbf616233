//! The program's commands and exit codes.

use std::process::{Command, Output};

use tempfile::TempDir;

fn payments(folder: &TempDir, arguments: &[&str], variables: &[(&str, &str)]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_payments"));
    command
        .current_dir(folder)
        .args(arguments)
        .env("PAYMENTS__LOG__FILTER", "off");
    command.envs(variables.iter().copied());
    command.output().expect("the program")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn bad_settings_and_arguments_exit_with_2_and_say_which() {
    let folder = TempDir::new().expect("a folder");
    let unknown = payments(
        &folder,
        &["check-settings"],
        &[("PAYMENTS__HTTP__BNID", "x")],
    );
    assert_eq!(unknown.status.code(), Some(2));
    assert!(
        text(&unknown.stderr).contains("http.bnid"),
        "{}",
        text(&unknown.stderr)
    );
    let bad = payments(&folder, &["serve"], &[("PAYMENTS__HTTP__BIND", "nowhere")]);
    assert_eq!(bad.status.code(), Some(2));
    assert!(
        text(&bad.stderr).contains("http.bind"),
        "{}",
        text(&bad.stderr)
    );
    let database = payments(
        &folder,
        &["migrate"],
        &[("PAYMENTS__DATABASE__URL", "mysql://x")],
    );
    assert_eq!(
        database.status.code(),
        Some(2),
        "{}",
        text(&database.stderr)
    );
    let flows = payments(
        &folder,
        &["serve"],
        &[
            ("PAYMENTS__FLOWS__URL", "disk:x"),
            ("PAYMENTS__HTTP__BIND", "127.0.0.1:0"),
        ],
    );
    assert_eq!(flows.status.code(), Some(2), "{}", text(&flows.stderr));
    let pigeons = ("PAYMENTS__SMS__PROVIDERS", "pigeons");
    let provider = payments(&folder, &["export"], &[pigeons]);
    let said = text(&provider.stderr);
    assert_eq!(provider.status.code(), Some(2), "{said}");
    assert!(said.contains("pigeons"), "{said}");
    assert_eq!(payments(&folder, &["dance"], &[]).status.code(), Some(2));
    let missing = payments(
        &folder,
        &["--config", "missing.toml", "check-settings"],
        &[],
    );
    assert_eq!(missing.status.code(), Some(2));
    assert!(
        text(&missing.stderr).contains("missing.toml"),
        "{}",
        text(&missing.stderr)
    );
}

#[test]
fn check_settings_prints_what_is_in_force() {
    let folder = TempDir::new().expect("a folder");
    let done = payments(
        &folder,
        &["check-settings"],
        &[("PAYMENTS__HTTP__BIND", "127.0.0.1:1")],
    );
    assert_eq!(done.status.code(), Some(0), "{}", text(&done.stderr));
    assert!(
        text(&done.stdout).contains("http.bind = \"127.0.0.1:1\""),
        "{}",
        text(&done.stdout)
    );
    assert_eq!(
        std::fs::read_dir(&folder).expect("a folder").count(),
        0,
        "nothing was made"
    );
}

#[test]
fn a_document_is_imported_and_exported_and_mistakes_change_nothing() {
    let folder = TempDir::new().expect("a folder");
    let migrated = payments(&folder, &["migrate"], &[]);
    assert_eq!(
        migrated.status.code(),
        Some(0),
        "{}",
        text(&migrated.stderr)
    );
    let store = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/store.json");
    let imported = payments(&folder, &["import", store], &[]);
    assert_eq!(
        imported.status.code(),
        Some(0),
        "{}",
        text(&imported.stderr)
    );
    let exported = payments(&folder, &["export"], &[]);
    assert_eq!(
        exported.status.code(),
        Some(0),
        "{}",
        text(&exported.stderr)
    );
    let document: serde_json::Value = serde_json::from_slice(&exported.stdout).expect("JSON");
    assert_eq!(document["cards"].as_array().map(Vec::len), Some(3));
    assert!(document.get("sessions").is_none());
    let wrong = folder.path().join("wrong.json");
    let text_of_wrong = r#"{"banks":[{"pk":0,"name":"x","slug":"x"},{"pk":77,"name":"ok","slug":"ok"},{"pk":78,"name":"y","slug":"Y"}],"products":[{"pk":1,"name":"p","price":"1.999","currency":"TRY"}]}"#;
    std::fs::write(&wrong, text_of_wrong).expect("written");
    let refused = payments(&folder, &["import", "wrong.json"], &[]);
    assert_eq!(refused.status.code(), Some(1));
    for pointer in ["/banks/0/pk", "/banks/2/slug", "/products/0/price"] {
        assert!(
            text(&refused.stderr).contains(pointer),
            "{pointer}: {}",
            text(&refused.stderr)
        );
    }
    assert_eq!(payments(&folder, &["export"], &[]).stdout, exported.stdout);
    assert_eq!(
        payments(&folder, &["import", "missing.json"], &[])
            .status
            .code(),
        Some(1)
    );
    assert_eq!(
        payments(&folder, &["reconcile"], &[]).status.code(),
        Some(0)
    );
    let unknown = payments(&folder, &["reconcile", "--settled", "nothing"], &[]);
    assert_eq!(unknown.status.code(), Some(1));
    assert!(text(&unknown.stderr).contains("no saving with this reference"));
}

#[test]
fn a_file_that_is_no_database_is_left_alone() {
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("notes.txt");
    std::fs::write(
        &path,
        "These are notes, and no database at all. ".repeat(100),
    )
    .expect("written");
    let before = std::fs::read(&path).expect("notes");
    let refused = payments(
        &folder,
        &["serve"],
        &[
            ("PAYMENTS__DATABASE__URL", "sqlite:notes.txt"),
            ("PAYMENTS__HTTP__BIND", "127.0.0.1:0"),
        ],
    );
    assert_eq!(refused.status.code(), Some(1), "{}", text(&refused.stderr));
    assert!(
        text(&refused.stderr).contains("not an SQLite database"),
        "{}",
        text(&refused.stderr)
    );
    assert_eq!(std::fs::read(&path).expect("notes"), before);
}

#[test]
fn the_openapi_document_is_printed_without_any_settings() {
    let folder = TempDir::new().expect("a folder");
    let printed = payments(&folder, &["openapi"], &[("PAYMENTS__HTTP__BNID", "x")]);
    assert_eq!(printed.status.code(), Some(0), "{}", text(&printed.stderr));
    let document: serde_json::Value = serde_json::from_slice(&printed.stdout).expect("JSON");
    assert!(document["paths"]["/payments/cards/basket/"]["get"].is_object());
}
