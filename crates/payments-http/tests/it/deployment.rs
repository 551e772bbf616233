//! Every setting that a deployment file names exists: the service refuses to start with an unknown one.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use config::{File, FileFormat, Map, Source as _, Value, ValueKind};

const DEFAULTS: &str = "config/default.toml";
const PREFIX: &str = "PAYMENTS__";

/// Settings as in the environment: `HTTP__BIND` for `bind` of `[http]`. An empty table, whose keys each deployment
/// chooses, has a name that ends with `__`.
type Names = BTreeSet<String>;

fn of_toml(text: &str) -> Names {
    let mut names = Names::new();
    let table = File::from_str(text, FileFormat::Toml).collect();
    add("", table.expect("valid TOML"), &mut names);
    names
}

fn add(before: &str, table: Map<String, Value>, names: &mut Names) {
    for (key, value) in table {
        let name = format!("{before}{}", key.to_uppercase());
        let ValueKind::Table(inner) = value.kind else {
            names.insert(name);
            continue;
        };
        if inner.is_empty() {
            names.insert(format!("{name}__"));
        } else {
            add(&format!("{name}__"), inner, names);
        }
    }
}

/// The settings that a text names as variables `PAYMENTS__SECTION__KEY`.
fn variables(text: &str) -> Names {
    let is_name = |letter: &char| letter.is_ascii_uppercase() || *letter == '_';
    let names = text.split(PREFIX).skip(1);
    names
        .map(|rest| rest.chars().take_while(is_name).collect())
        .collect()
}

fn is_known(known: &Names, name: &str) -> bool {
    let mut open = known.iter().filter(|known| known.ends_with("__"));
    known.contains(name) || open.any(|table| name.starts_with(table))
}

fn files_below(path: PathBuf) -> Vec<PathBuf> {
    if path.is_file() {
        return vec![path];
    }
    let entries = fs::read_dir(&path).expect("a folder");
    let entries = entries.map(|entry| entry.expect("an entry").path());
    entries.flat_map(files_below).collect()
}

#[test]
fn every_setting_in_a_deployment_file_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let known = of_toml(&fs::read_to_string(root.join(DEFAULTS)).expect(DEFAULTS));
    let paths = ["deploy", "compose.yaml", "Dockerfile"];
    let mut seen = 0;
    for path in paths
        .into_iter()
        .flat_map(|path| files_below(root.join(path)))
    {
        let text = fs::read_to_string(&path).expect("text");
        let is_toml = path.extension().is_some_and(|it| it == "toml");
        let given = if is_toml {
            of_toml(&text)
        } else {
            variables(&text)
        };
        for name in &given {
            let path = path.display();
            assert!(
                is_known(&known, name),
                "{path}: {name} is not in {DEFAULTS}"
            );
        }
        seen += given.len();
    }
    assert!(seen > 0);
}

#[test]
fn variables_are_found_anywhere_in_a_text() {
    let text = "PAYMENTS__HTTP__BIND=x:8080\n- name: PAYMENTS__A\n`PAYMENTS__MANAGE__TOKENS__SHOP`";
    let names = ["A", "HTTP__BIND", "MANAGE__TOKENS__SHOP"].map(str::to_owned);
    assert_eq!(variables(text), Names::from(names));
}

#[test]
fn an_unknown_setting_is_found() {
    let known = of_toml("environment = 'x'\n[http]\nbind = ''\n[manage.tokens]\n");
    for right in ["ENVIRONMENT", "HTTP__BIND", "MANAGE__TOKENS__SHOP"] {
        assert!(is_known(&known, right), "{right}");
    }
    let wrong = ["HTTP", "HTTP__BIN", "BIND", "MANAGE__TOKEN__SHOP"];
    for wrong in [&wrong[..], &["MANAGE__TOKENS"]].concat() {
        assert!(!is_known(&known, wrong), "{wrong}");
    }
}
