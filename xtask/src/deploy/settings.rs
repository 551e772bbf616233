//! Every setting in a deployment file exists: the service refuses to start with an unknown one.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Context, Result};
use toml::{Table, Value};

use crate::check::Findings;
use crate::tree::{ProjectFile, text};

const DEFAULTS: &str = "config/default.toml";
const PREFIX: &str = "PAYMENTS__";

/// # Errors
/// A settings file is not TOML.
pub(super) fn check(files: &[ProjectFile]) -> Result<Findings> {
    let settings = Settings::of(&parse(text(files, DEFAULTS), DEFAULTS)?);
    let of_a_deployment = files.iter().filter(|file| {
        file.path.starts_with("deploy/") || ["compose.yaml", "Dockerfile"].contains(&&*file.path)
    });
    let mut findings = Findings::new();
    for file in of_a_deployment {
        let text = file.text.as_deref().unwrap_or_default();
        let given = if is_toml(&file.path) {
            Settings::of(&parse(text, &file.path)?).names
        } else {
            variables(text)
        };
        let unknown = given.iter().filter(|name| !settings.has(name));
        findings.extend(unknown.map(|name| format!("{}: {name} is not in {DEFAULTS}", file.path)));
    }
    Ok(findings)
}

fn is_toml(path: &str) -> bool {
    Path::new(path)
        .extension()
        .is_some_and(|extension| extension == "toml")
}

fn parse(text: &str, path: &str) -> Result<Table> {
    toml::from_str(text).with_context(|| format!("{path} is not TOML"))
}

/// The settings of a file, named as in the environment: `HTTP__BIND` for `bind` of `[http]`.
#[derive(Default)]
struct Settings {
    names: BTreeSet<String>,
    /// Empty tables, whose keys each deployment chooses.
    open: Vec<String>,
}

impl Settings {
    fn of(table: &Table) -> Self {
        let mut settings = Self::default();
        settings.add("", table);
        settings
    }

    fn add(&mut self, before: &str, table: &Table) {
        for (key, value) in table {
            let name = format!("{before}{}", key.to_uppercase());
            match value {
                Value::Table(inner) if inner.is_empty() => self.open.push(format!("{name}__")),
                Value::Table(inner) => self.add(&format!("{name}__"), inner),
                Value::String(_)
                | Value::Integer(_)
                | Value::Float(_)
                | Value::Boolean(_)
                | Value::Datetime(_)
                | Value::Array(_) => {
                    self.names.insert(name);
                }
            }
        }
    }

    fn has(&self, name: &str) -> bool {
        self.names.contains(name) || self.open.iter().any(|table| name.starts_with(table))
    }
}

/// The settings that a text names as variables `PAYMENTS__SECTION__KEY`.
fn variables(text: &str) -> BTreeSet<String> {
    let is_name = |letter: char| letter.is_ascii_uppercase() || letter == '_';
    let names = text.split(PREFIX).skip(1);
    names
        .map(|rest| rest.chars().take_while(|letter| is_name(*letter)).collect())
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Settings, parse, variables};

    #[test]
    fn variables_are_found_anywhere_in_a_text() {
        let text = "PAYMENTS__HTTP__BIND=0.0.0.0:8080\n- name: PAYMENTS__A\n`PAYMENTS__MANAGE__TOKENS__SHOP`";
        let names = ["A", "HTTP__BIND", "MANAGE__TOKENS__SHOP"].map(str::to_owned);
        assert_eq!(variables(text), BTreeSet::from(names));
    }

    #[test]
    fn an_unknown_setting_is_found() {
        let defaults = "environment = 'x'\n[http]\nbind = ''\n[manage.tokens]\n";
        let settings = Settings::of(&parse(defaults, "defaults").unwrap());
        for right in ["ENVIRONMENT", "HTTP__BIND", "MANAGE__TOKENS__SHOP"] {
            assert!(settings.has(right), "{right}");
        }
        for wrong in [
            "HTTP",
            "HTTP__BIN",
            "BIND",
            "MANAGE__TOKEN__SHOP",
            "MANAGE__TOKENS",
        ] {
            assert!(!settings.has(wrong), "{wrong}");
        }
    }
}
