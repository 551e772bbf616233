//! `payments audit`: reading, verifying and shortening the audit log.

use chrono::{DateTime, Days, NaiveDate, Utc};
use clap::{Args, Subcommand};
use payments_core::audit_chain::Seal;
use payments_core::id::CustomerId;
use payments_core::keys::{AuditKey, Keys};
use payments_core::ports::Clock as _;
use payments_store::{AuditFilter, AuditTrail, Fault, FaultKind, Noted, Store, Verdict, verify};

use super::CommandError;
use super::commands::print;
use crate::clock::SystemClock;
use crate::entropy::SystemEntropy;
use crate::manage::audit::{KINDS, Shown, customer, is_intent, time};
use crate::settings::{self, Settings};
use crate::wiring::stores;

/// The batch size for reading.
pub(super) const BATCH_SIZE: u32 = 1_000;
/// The batch size for deleting.
const DELETE_BATCH_SIZE: u32 = 5_000;

/// Which records are printed.
#[derive(Debug, Args)]
pub(super) struct AuditQuery {
    /// Only from this time on: 2026-11-28, or 2026-11-28T12:00:00Z.
    #[arg(long, value_parser = parse_time)]
    from: Option<DateTime<Utc>>,
    /// Only before this time.
    #[arg(long, value_parser = parse_time)]
    to: Option<DateTime<Utc>>,
    /// Only those of this customer, by primary key.
    #[arg(long, value_name = "PK", value_parser = parse_customer)]
    customer: Option<CustomerId>,
    /// Only those of this saving, by its reference.
    #[arg(long, value_name = "ID", value_parser = parse_intent)]
    intent: Option<String>,
    /// Only those of this kind: card or management.
    #[arg(long, value_parser = KINDS)]
    kind: Option<String>,
    /// One JSON object per line.
    #[arg(long)]
    json: bool,
}

/// What else can be done with the log.
#[derive(Debug, Subcommand)]
pub(super) enum AuditCommand {
    /// Recompute the chain of seals, and say what is wrong with it. Exit code 1 if anything is.
    Verify {
        /// A lasting key that was replaced, as `env:NAME` or `file:/path`; may be given several times.
        #[arg(long = "former-key", value_name = "REFERENCE")]
        former_keys: Vec<String>,
        /// A link that was noted elsewhere, as the service logs it: <number>:<seal>. It has to be in the chain.
        #[arg(long, value_name = "NUMBER:SEAL", value_parser = parse_noted)]
        noted: Option<Noted>,
    },
    /// Drop the days that were sealed before the retention of `audit.retention_days`. Needs the owner's role.
    Prune {
        /// A lasting key that was replaced, as `env:NAME` or `file:/path`; may be given several times.
        #[arg(long = "former-key", value_name = "REFERENCE")]
        former_keys: Vec<String>,
    },
}

pub(super) fn parse_time(text: &str) -> Result<DateTime<Utc>, String> {
    time(text).ok_or_else(|| "use 2026-11-28 or 2026-11-28T12:00:00Z".to_owned())
}

fn parse_customer(text: &str) -> Result<CustomerId, String> {
    customer(text).ok_or_else(|| "use a number from 1 on".to_owned())
}

fn parse_intent(text: &str) -> Result<String, String> {
    let intent = is_intent(text).then(|| text.to_owned());
    intent.ok_or_else(|| "use 32 hexadecimal digits".to_owned())
}

fn parse_noted(text: &str) -> Result<Noted, String> {
    let noted = || {
        let (number, seal) = text.split_once(':')?;
        Some(Noted {
            number: number.parse().ok()?,
            seal: Seal::from_hex(seal)?,
        })
    };
    noted().ok_or_else(|| "use <number>:<64 hexadecimal digits>".to_owned())
}

pub(super) async fn run(
    settings: &Settings,
    command: Option<AuditCommand>,
    query: AuditQuery,
) -> Result<(), CommandError> {
    let database = stores::database(settings).await?;
    let trail = &*database.audit_trail;
    match command {
        None => list(trail, query).await,
        Some(AuditCommand::Verify { former_keys, noted }) => {
            let keys = AuditKeys::of(settings, &former_keys)?;
            let verdict = verify(trail, &keys.all(), noted).await?;
            report(&verdict)
        }
        Some(AuditCommand::Prune { former_keys }) => {
            let keys = AuditKeys::of(settings, &former_keys)?;
            prune(&database, settings, &keys).await
        }
    }
}

/// The key in use, and those it replaced.
struct AuditKeys {
    keys: Keys,
    former: Vec<AuditKey>,
}

impl AuditKeys {
    fn of(settings: &Settings, former: &[String]) -> Result<Self, CommandError> {
        let keys = settings::keys(settings, &SystemEntropy)?;
        let former = former.iter().map(|reference| {
            let lasting = settings::former_lasting_key(reference)?;
            Ok(AuditKey::of(&lasting))
        });
        Ok(Self {
            keys,
            former: former.collect::<Result<_, CommandError>>()?,
        })
    }

    fn all(&self) -> Vec<&AuditKey> {
        std::iter::once(self.keys.audit())
            .chain(&self.former)
            .collect()
    }
}

async fn list(trail: &dyn AuditTrail, query: AuditQuery) -> Result<(), CommandError> {
    let AuditQuery {
        from,
        to,
        customer,
        intent,
        kind,
        json,
    } = query;
    let filter = AuditFilter {
        customer,
        intent,
        kind,
        from,
        to,
        ..AuditFilter::default()
    };
    let mut after = None;
    loop {
        let rows = trail.page(&filter, after, BATCH_SIZE).await?;
        let is_last = rows.len() < BATCH_SIZE as usize;
        after = rows.last().map(|row| row.entry.id);
        for shown in rows.into_iter().map(Shown::from) {
            let line = if json {
                serde_json::to_string(&shown)?
            } else {
                in_words(&serde_json::to_value(&shown)?)
            };
            print(&format!("{line}\n"))?;
        }
        if is_last {
            return Ok(());
        }
    }
}

/// A record in one line: when, what, then each field it has by its name.
fn in_words(shown: &serde_json::Value) -> String {
    let text = |name: &str| shown.get(name).and_then(|value| value.as_str());
    let first = ["at", "kind", "outcome"];
    let mut words: Vec<String> = first
        .iter()
        .filter_map(|name| text(name))
        .map(str::to_owned)
        .collect();
    for (name, value) in shown.as_object().into_iter().flatten() {
        if !first.contains(&name.as_str()) {
            let value = value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned);
            words.push(format!("{name}={value}"));
        }
    }
    words.join(" ")
}

fn report(verdict: &Verdict) -> Result<(), CommandError> {
    let mut lines = vec![format!("sealed records: {}", verdict.sealed)];
    lines.extend(verdict.last.as_ref().map(|last| {
        let (number, seal, day) = (last.number, last.seal.to_hex(), last.day);
        format!("last seal: {number}:{seal} of {day}")
    }));
    let unsealed = &verdict.unsealed;
    let age = unsealed.oldest.map_or_else(String::new, |oldest| {
        let seconds = (SystemClock.now() - oldest).num_seconds();
        format!(", the oldest {seconds} seconds old")
    });
    let waiting = unsealed.records;
    lines.push(format!("records without a seal yet: {waiting}{age}"));
    lines.extend(verdict.first_faults.iter().map(fault_in_words));
    let more = verdict.faults - verdict.first_faults.len() as u64;
    if more > 0 {
        lines.push(format!("and {more} more"));
    }
    print(&format!("{}\n", lines.join("\n")))?;
    if verdict.is_intact() {
        return print("the audit log is intact\n");
    }
    Err(CommandError::AuditNotIntact)
}

fn fault_in_words(fault: &Fault) -> String {
    let record = fault
        .record
        .map_or_else(|| "a record".to_owned(), |id| format!("record {id}"));
    let number = fault.number.unwrap_or_default();
    match fault.kind {
        FaultKind::Changed => format!("{record}, seal {number}: changed after it was sealed"),
        FaultKind::Missing => format!("{record}, seal {number}: missing"),
        FaultKind::Gap => format!("{record}, seal {number}: seals are missing before it"),
        FaultKind::DayWentBack => format!("{record}, seal {number}: its day is before the last"),
        FaultKind::UnknownKey => {
            format!("{record}, seal {number}: under another key; name it with --former-key")
        }
        FaultKind::NeverQueued => format!("{record}: has no seal and does not wait for one"),
        FaultKind::Vanished => format!("{record}: missing, and was never sealed"),
        FaultKind::Beginning => format!("seal {number}: the beginning after retention was changed"),
        FaultKind::NotAsNoted => format!("seal {number}: is not the one that was noted"),
    }
}

/// Deletes old days. A log that is not intact is evidence and is left unchanged.
async fn prune(
    database: &Store,
    settings: &Settings,
    keys: &AuditKeys,
) -> Result<(), CommandError> {
    let days = settings.audit.retention_days;
    if days == 0 {
        return print("audit.retention_days is 0: nothing is dropped\n");
    }
    let trail = &*database.audit_trail;
    let verdict = verify(trail, &keys.all(), None).await?;
    if !verdict.is_intact() {
        return report(&verdict);
    }
    let before = SystemClock
        .now()
        .date_naive()
        .checked_sub_days(Days::new(u64::from(days)))
        .unwrap_or(NaiveDate::MIN);
    let mut dropped = 0;
    loop {
        let now = trail
            .prune(keys.keys.audit(), before, DELETE_BATCH_SIZE)
            .await?;
        if now == 0 {
            break;
        }
        dropped += now;
    }
    print(&format!(
        "dropped {dropped} records sealed before {before}\n"
    ))
}
