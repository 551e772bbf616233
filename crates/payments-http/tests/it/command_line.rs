//! Commands and exit codes that need no database; `documents.rs` has the others.

use std::process::{Command, Output};

use tempfile::TempDir;

pub(crate) fn payments(folder: &TempDir, arguments: &[&str], variables: &[(&str, &str)]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_payments"));
    command
        .current_dir(folder)
        .args(arguments)
        .env("PAYMENTS__LOG__FILTER", "off");
    command.envs(variables.iter().copied());
    command.output().expect("the program")
}

pub(crate) fn text(bytes: &[u8]) -> String {
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

#[cfg(unix)]
#[test]
fn a_variable_that_is_not_utf8_is_refused_by_name_and_not_left_out() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;

    let refused = Command::new(env!("CARGO_BIN_EXE_payments"))
        .arg("check-settings")
        .env(
            "PAYMENTS__FLOWS__KEY_PREFIX",
            OsStr::from_bytes(b"SECRET\xff"),
        )
        .output()
        .expect("the program");
    let said = text(&refused.stderr);
    assert_eq!(refused.status.code(), Some(2), "{said}");
    assert!(
        said.contains("PAYMENTS__FLOWS__KEY_PREFIX is not UTF-8"),
        "{said}"
    );
    assert!(!said.contains("SECRET"), "{said}");
}
