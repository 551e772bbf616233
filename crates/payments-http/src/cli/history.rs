//! `payments history`: the catalog's changes, what differs between two moments, and restoring it.

use chrono::{DateTime, Utc};
use clap::{Args, Subcommand};
use payments_core::audit::Author;
use payments_core::history::{FieldChange, RestoreBody};
use payments_core::record::{Key, Part, Reference};
use payments_store::AuditFilter;
use serde_json::Value;

use super::CommandError;
use super::audit::{BATCH_SIZE, parse_time};
use super::commands::{print, refused};
use crate::manage::history::{Compared, Entry, NotKnown, PART, Plan, comparison, part, parts};
use crate::manage::{self, Warned, WriteError};
use crate::settings::Settings;
use crate::wiring::assembly::assemble;
use crate::wiring::stores;

/// Which changes are printed.
#[derive(Debug, Args)]
pub(super) struct HistoryQuery {
    /// Only those of this part, such as rules.
    #[arg(long, value_parser = parse_part)]
    part: Option<Part>,
    /// Only those of the object of this key.
    #[arg(long)]
    key: Option<String>,
    /// Only those of this author.
    #[arg(long, value_name = "NAME")]
    principal: Option<String>,
    /// Only from this time on: 2026-11-28, or 2026-11-28T12:00:00Z.
    #[arg(long, value_parser = parse_time)]
    from: Option<DateTime<Utc>>,
    /// Only before this time.
    #[arg(long, value_parser = parse_time)]
    to: Option<DateTime<Utc>>,
    /// One JSON object per line.
    #[arg(long)]
    json: bool,
}

/// What else can be done with the history.
#[derive(Debug, Subcommand)]
pub(super) enum HistoryCommand {
    /// Print what differs between two moments.
    Compare {
        /// The first moment: 2026-11-28, or 2026-11-28T12:00:00Z.
        #[arg(value_parser = parse_time)]
        from: DateTime<Utc>,
        /// The second moment; without it, the present.
        #[arg(value_parser = parse_time)]
        to: Option<DateTime<Utc>>,
        /// Only objects of this part.
        #[arg(long, value_parser = parse_part)]
        part: Option<Part>,
        /// One JSON object per line.
        #[arg(long)]
        json: bool,
    },
    /// Make the catalog, or one object, what it was at a moment.
    Restore {
        /// The moment: 2026-11-28, or 2026-11-28T12:00:00Z.
        #[arg(value_parser = parse_time)]
        at: DateTime<Utc>,
        /// The part of the one object.
        #[arg(long, value_parser = parse_part, requires = "key")]
        part: Option<Part>,
        /// The key of the one object.
        #[arg(long, requires = "part")]
        key: Option<String>,
        /// Only print what would change.
        #[arg(long)]
        dry_run: bool,
    },
}

fn parse_part(text: &str) -> Result<Part, String> {
    part(text).ok_or_else(|| PART.to_owned())
}

pub(super) async fn run(
    settings: Settings,
    command: Option<HistoryCommand>,
    query: HistoryQuery,
) -> Result<(), CommandError> {
    match command {
        None => list(&settings, query).await,
        Some(HistoryCommand::Compare {
            from,
            to,
            part,
            json,
        }) => compare(settings, from, to, part, json).await,
        Some(HistoryCommand::Restore {
            at,
            part,
            key,
            dry_run,
        }) => {
            let only = match part.zip(key) {
                None => None,
                Some((part, key)) => {
                    let key = Key::parse(part, &key).ok_or(CommandError::NoObject)?;
                    Some(Reference { part, key })
                }
            };
            restore(settings, &RestoreBody { at, only }, dry_run).await
        }
    }
}

async fn list(settings: &Settings, query: HistoryQuery) -> Result<(), CommandError> {
    let filter = AuditFilter {
        parts: query
            .part
            .map_or_else(|| parts().collect(), |part| vec![part]),
        key: query.key,
        principal: query.principal,
        from: query.from,
        to: query.to,
        ..AuditFilter::default()
    };
    let database = stores::database(settings).await?;
    let mut after = None;
    loop {
        let rows = database
            .audit_trail
            .page(&filter, after, BATCH_SIZE)
            .await?;
        let is_last = rows.len() < BATCH_SIZE as usize;
        after = rows.last().map(|row| row.entry.id);
        for entry in rows.into_iter().map(Entry::from) {
            let text = if query.json {
                format!("{}\n", serde_json::to_string(&entry)?)
            } else {
                entry_in_words(&entry)
            };
            print(&text)?;
        }
        if is_last {
            return Ok(());
        }
    }
}

async fn compare(
    settings: Settings,
    from: DateTime<Utc>,
    to: Option<DateTime<Utc>>,
    part: Option<Part>,
    json: bool,
) -> Result<(), CommandError> {
    let listens_at = settings.http.bind.port();
    let state = assemble(settings, listens_at).await?;
    let parts = part.map_or_else(|| parts().collect(), |part| vec![part]);
    let Compared { results, .. } = comparison(&state, from, to, &parts)
        .await
        .map_err(not_known)?;
    for one in &results {
        let text = if json {
            format!("{}\n", serde_json::to_string(one)?)
        } else {
            let first = format!("{}/{} {}", one.part, one.key, one.outcome);
            in_words(&first, &one.changes)
        };
        print(&text)?;
    }
    Ok(())
}

async fn restore(
    settings: Settings,
    body: &RestoreBody,
    is_dry_run: bool,
) -> Result<(), CommandError> {
    let listens_at = settings.http.bind.port();
    let state = assemble(settings, listens_at).await?;
    let plan = Plan::of(&state, body).await.map_err(not_known)?;
    let Plan { restored, reading } = plan.ok_or(CommandError::NoObject)?;
    let written = if is_dry_run {
        let previewed = manage::preview_write(&state, reading).await;
        previewed.map(|(document, _)| document)
    } else {
        let author = Author {
            principal: "payments history restore".to_owned(),
            request_id: None,
            at: state.clock.now(),
        };
        let written = manage::write(&state, reading, &author).await;
        written.map(|(document, _)| document)
    };
    let document = written.map_err(|error: WriteError| refused(error))?;
    let text = serde_json::to_string_pretty(&Warned::new(restored, &document))?;
    print(&format!("{text}\n"))
}

fn not_known(not_known: NotKnown) -> CommandError {
    match not_known {
        NotKnown::Unavailable(unavailable) => unavailable.into(),
        NotKnown::Gaps(moment, gaps) => {
            let reasons = NotKnown::reasons(moment, &gaps).into_iter();
            let lines = reasons.map(|(pointer, reason)| format!("{pointer}: {reason}"));
            CommandError::HistoryUnknown(lines.collect())
        }
    }
}

/// A change: when, who, what, then each field on its own line.
fn entry_in_words(entry: &Entry) -> String {
    let text = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
    let (principal, part, key) = (text(&entry.principal), text(&entry.part), text(&entry.key));
    let first = format!("{} {principal:?} {part}/{key} {}", entry.at, entry.outcome);
    in_words(&first, &entry.changes)
}

fn in_words(first: &str, changes: &[FieldChange]) -> String {
    let value = |value: &Option<Value>| {
        value
            .as_ref()
            .map_or_else(|| "-".to_owned(), Value::to_string)
    };
    let mut text = format!("{first}\n");
    for FieldChange { pointer, old, new } in changes {
        let line = match (old, new) {
            (None, None) => format!("  {pointer}: a secret\n"),
            _ => format!("  {pointer}: {} -> {}\n", value(old), value(new)),
        };
        text.push_str(&line);
    }
    text
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{FieldChange, in_words};

    #[test]
    fn each_field_is_on_its_own_line_and_a_secret_has_no_value() {
        let of = |pointer: &str, old, new| FieldChange {
            pointer: pointer.to_owned(),
            old,
            new,
        };
        let changes = [
            of("/name", Some(json!("A")), Some(json!(null))),
            of("/bins/0", None, Some(json!("1"))),
            of("/config", None, None),
        ];
        let expected =
            "pos/1 updated\n  /name: \"A\" -> null\n  /bins/0: - -> \"1\"\n  /config: a secret\n";
        assert_eq!(in_words("pos/1 updated", &changes), expected);
    }
}
