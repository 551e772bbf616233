//! Every setting that a deployment file gives is one that the service has: it refuses to start otherwise.

use std::collections::BTreeSet;

use anyhow::{Context, Result};
use toml::{Table, Value};

use super::Outcome;
use crate::tree::ProjectFile;

const DEFAULTS: &str = "config/default.toml";
const PREFIX: &str = "PAYMENTS__";
/// A table whose keys are the deployment's own.
const OPEN_TABLE: &str = "MANAGE__TOKENS__";

/// # Errors
/// The defaults, which name every setting, cannot be read.
pub(super) fn check(files: &[ProjectFile]) -> Result<Outcome> {
    let defaults = files.iter().find(|file| file.path == DEFAULTS);
    let defaults = defaults
        .and_then(|file| file.text.as_deref())
        .unwrap_or_default();
    let known =
        known(&toml::from_str(defaults).with_context(|| format!("{DEFAULTS} is not TOML"))?);
    let of_a_deployment = files.iter().filter(|file| {
        file.path.starts_with("deploy/") || ["compose.yaml", "Dockerfile"].contains(&&*file.path)
    });
    let complaints: Vec<String> = of_a_deployment
        .flat_map(|file| {
            let text = file.text.as_deref().unwrap_or_default();
            unknown(text, &known)
                .into_iter()
                .map(|name| format!("{}: {name} is no setting of {DEFAULTS}", file.path))
        })
        .collect();
    Ok(if complaints.is_empty() {
        Outcome::Passed
    } else {
        Outcome::Failed(complaints.join("\n"))
    })
}

/// `HTTP__BIND` for `bind` of `[http]`.
fn known(defaults: &Table) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for (key, value) in defaults {
        match value {
            Value::Table(table) => {
                names.extend(
                    known(table)
                        .into_iter()
                        .map(|name| format!("{}__{name}", key.to_uppercase())),
                );
            }
            Value::String(_)
            | Value::Integer(_)
            | Value::Float(_)
            | Value::Boolean(_)
            | Value::Datetime(_)
            | Value::Array(_) => {
                names.insert(key.to_uppercase());
            }
        }
    }
    names
}

fn unknown<'a>(text: &'a str, known: &BTreeSet<String>) -> BTreeSet<&'a str> {
    let is_of_a_name = |letter: char| letter.is_ascii_uppercase() || letter == '_';
    text.match_indices(PREFIX)
        .map(|(at, _)| &text[at..])
        .map(|rest| {
            &rest[..rest
                .find(|letter| !is_of_a_name(letter))
                .unwrap_or(rest.len())]
        })
        .filter(|name| {
            let setting = &name[PREFIX.len()..];
            !known.contains(setting) && !setting.starts_with(OPEN_TABLE)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{known, unknown};

    #[test]
    fn a_setting_that_the_service_does_not_have_is_found() {
        let defaults = "environment = 'development'\n[http]\nbind = ''\n[manage.tokens]\n";
        let known = known(&toml::from_str(defaults).unwrap());
        let right = "PAYMENTS__HTTP__BIND=0.0.0.0:8080 PAYMENTS__ENVIRONMENT: x, PAYMENTS__MANAGE__TOKENS__SHOP=1";
        assert!(unknown(right, &known).is_empty());
        let wrong = "PAYMENTS__HTTP__BIN: 0.0.0.0:8080\nPAYMENTS__BIND";
        assert_eq!(
            unknown(wrong, &known).into_iter().collect::<Vec<_>>(),
            ["PAYMENTS__BIND", "PAYMENTS__HTTP__BIN"]
        );
    }
}
