//! `payments lint` and `payments what-if`: what a document does to the stored rules, and to recent purchases.

use std::path::Path;

use chrono::{DateTime, Utc};
use payments_core::import::Reading;
use serde_json::Value;

use super::CommandError;
use super::commands::{print, read_document, refused};
use crate::manage::lint::{Found, Linted, of_draft};
use crate::manage::{policy, what_if};
use crate::settings::Settings;
use crate::wiring::assembly::assemble;

/// Fails if the document adds findings; without a document, if there are any.
pub(super) async fn lint(
    settings: Settings,
    file: Option<&Path>,
    is_json: bool,
) -> Result<(), CommandError> {
    let reading = match file {
        Some(file) => read_document(file, &settings)?,
        None => Reading::of_document(b"{}", &policy(&settings)),
    };
    let port = settings.http.bind.port();
    let state = assemble(settings, port).await?;
    let linted = of_draft(&state, reading).await.map_err(refused)?;
    if is_json {
        print(&format!("{}\n", serde_json::to_string_pretty(&linted)?))?;
    } else {
        print(&in_words(&linted)?)?;
    }
    let counts = |found: &&Found| file.is_none() || found.is_new;
    match linted.findings.iter().filter(counts).count() {
        0 => Ok(()),
        found => Err(CommandError::Findings(found)),
    }
}

/// A line for each finding: the rule with the pointer, the kind, and the sentence.
fn in_words(linted: &Linted) -> Result<String, CommandError> {
    let mut lines = Vec::new();
    for Found { is_new, finding } in &linted.findings {
        let kind: Value = serde_json::to_value(finding.kind)?;
        let new = if *is_new { "new " } else { "" };
        let kind = kind.as_str().unwrap_or_default();
        let (rule, pointer, message) = (&finding.rule, &finding.pointer, &finding.message);
        lines.push(format!("{rule}{pointer}: {new}{kind}: {message}\n"));
    }
    let undecided = linted.undecided.iter();
    lines.extend(undecided.map(|rule| format!("{rule}: not decided; it may have more findings\n")));
    let facts = linted.not_compared.iter();
    lines.extend(facts.map(|fact| format!("{fact} of rules were not compared with the store\n")));
    Ok(lines.concat())
}

/// Prints what would change, as JSON.
pub(super) async fn what_if(
    settings: Settings,
    file: &Path,
    at: Option<DateTime<Utc>>,
) -> Result<(), CommandError> {
    let reading = read_document(file, &settings)?;
    let port = settings.http.bind.port();
    let state = assemble(settings, port).await?;
    let compared = what_if::compare(&state, reading, at).await;
    let compared: Value = serde_json::from_slice(&compared.map_err(refused)?)?;
    print(&format!("{}\n", serde_json::to_string_pretty(&compared)?))
}
