//! Every setting in a deployment file exists: the service refuses to start with an unknown one.

use std::collections::BTreeSet;

use anyhow::{Context, Result};
use toml::Table;

use crate::check::Findings;
use crate::tree::{ProjectFile, text, text_files};

const DEFAULTS: &str = "config/default.toml";
const PREFIX: &str = "PAYMENTS__";

/// Names as in the environment: `HTTP__BIND` for `bind` of `[http]`. An empty table, whose keys each deployment chooses,
/// is a name that ends with `__`.
type Names = BTreeSet<String>;

pub(super) fn check(files: &[ProjectFile]) -> Result<Findings> {
    let known = of_toml(text(files, DEFAULTS))?;
    let mut findings = Findings::new();
    let folders = ["deploy/", "compose.yaml", "Dockerfile"];
    for (path, text) in folders
        .into_iter()
        .flat_map(|folder| text_files(files, folder, ""))
    {
        let is_toml = path.rsplit('.').next() == Some("toml");
        let given = if is_toml {
            of_toml(text).context(path.to_owned())?
        } else {
            variables(text)
        };
        let unknown = given.iter().filter(|name| !is_known(&known, name));
        findings.extend(unknown.map(|name| format!("{path}: {name} is not in {DEFAULTS}")));
    }
    Ok(findings)
}

fn is_known(known: &Names, name: &str) -> bool {
    let mut open = known.iter().filter(|known| known.ends_with("__"));
    known.contains(name) || open.any(|table| name.starts_with(table))
}

fn of_toml(text: &str) -> Result<Names> {
    let mut names = Names::new();
    add("", &toml::from_str(text)?, &mut names);
    Ok(names)
}

fn add(before: &str, table: &Table, names: &mut Names) {
    for (key, value) in table {
        let name = format!("{before}{}", key.to_uppercase());
        match value.as_table() {
            Some(inner) if !inner.is_empty() => add(&format!("{name}__"), inner, names),
            Some(_) => drop(names.insert(format!("{name}__"))),
            None => drop(names.insert(name)),
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

#[cfg(test)]
mod tests {
    use super::{Names, is_known, of_toml, variables};

    #[test]
    fn variables_are_found_anywhere_in_a_text() {
        let text =
            "PAYMENTS__HTTP__BIND=x:8080\n- name: PAYMENTS__A\n`PAYMENTS__MANAGE__TOKENS__SHOP`";
        let names = ["A", "HTTP__BIND", "MANAGE__TOKENS__SHOP"].map(str::to_owned);
        assert_eq!(variables(text), Names::from(names));
    }

    #[test]
    fn an_unknown_setting_is_found() {
        let known = of_toml("environment = 'x'\n[http]\nbind = ''\n[manage.tokens]\n").unwrap();
        for right in ["ENVIRONMENT", "HTTP__BIND", "MANAGE__TOKENS__SHOP"] {
            assert!(is_known(&known, right), "{right}");
        }
        for wrong in [
            "HTTP",
            "HTTP__BIN",
            "BIND",
            "MANAGE__TOKEN__SHOP",
            "MANAGE__TOKENS",
        ] {
            assert!(!is_known(&known, wrong), "{wrong}");
        }
    }
}
