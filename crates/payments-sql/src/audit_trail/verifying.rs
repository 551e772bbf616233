//! Verifies the audit chain by recomputing it.

use payments_core::audit_chain::{Link, Seal};
use payments_core::keys::AuditKey;
use payments_core::ports::Unavailable;

use super::{AuditTrail, Beginning, StoredLink, Unsealed};

/// The number of links per query.
const LINKS_AT_ONCE: u32 = 1_000;
/// The maximum number of faults that are reported.
const REPORTED: usize = 20;

/// A kind of fault in the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// The record, its position or its seal was altered.
    Changed,
    /// The sealed record is missing.
    Missing,
    /// Links are missing before this one.
    Gap,
    /// Its day is before that of the previous link.
    DayWentBack,
    /// It was sealed with none of the given keys.
    UnknownKey,
    /// The record has no seal and is not queued for one.
    NeverQueued,
    /// The record is queued for a seal and is missing.
    Vanished,
    /// The first link that retention left was altered.
    Beginning,
    /// The anchor is not in the chain.
    NotAsNoted,
}

/// A fault, and where it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What kind of fault it is.
    pub kind: FaultKind,
    /// The record's primary key.
    pub record: Option<i64>,
    /// The link's number.
    pub number: Option<i64>,
}

/// A link that an auditor noted outside the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Noted {
    /// The link's number.
    pub number: i64,
    /// The link's seal.
    pub seal: Seal,
}

/// The result of a verification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The number of links that were read.
    pub sealed: u64,
    /// The last link of the chain.
    pub last: Option<Link>,
    /// The records without a seal.
    pub unsealed: Unsealed,
    /// The number of faults.
    pub faults: u64,
    /// The first faults, up to a limit.
    pub first_faults: Vec<Fault>,
}

impl Verdict {
    /// Whether there are no faults. Records that are queued for a seal are not faults.
    pub const fn is_intact(&self) -> bool {
        self.faults == 0
    }

    fn report(&mut self, kind: FaultKind, record: Option<i64>, number: Option<i64>) {
        self.faults += 1;
        if self.first_faults.len() < REPORTED {
            self.first_faults.push(Fault {
                kind,
                record,
                number,
            });
        }
    }
}

/// Recomputes the whole chain. `keys` are the current key and the former ones; a noted link must be
/// in the chain, unless retention dropped it.
///
/// # Errors
/// [`Unavailable`] if the database does not answer.
pub async fn verify(
    trail: &dyn AuditTrail,
    keys: &[&AuditKey],
    noted: Option<Noted>,
) -> Result<Verdict, Unavailable> {
    let mut verdict = Verdict {
        sealed: 0,
        last: None,
        unsealed: Unsealed::default(),
        faults: 0,
        first_faults: Vec::new(),
    };
    if let Some(beginning) = trail.beginning().await? {
        check_beginning(&mut verdict, keys, &beginning);
        verdict.last = Some(beginning.link);
    }
    let mut is_noted = noted.is_none_or(|noted| {
        let beginning = verdict.last;
        beginning.is_some_and(|link| link.number > noted.number || is_the(&link, &noted))
    });
    loop {
        let after = verdict.last.map_or(0, |link| link.number);
        let links = trail.links(after, LINKS_AT_ONCE).await?;
        if links.is_empty() {
            break;
        }
        for stored in &links {
            check(&mut verdict, keys, stored);
            is_noted |= noted.is_some_and(|noted| is_the(&stored.link, &noted));
            verdict.sealed += 1;
            verdict.last = Some(stored.link);
        }
    }
    if let Some(noted) = noted.filter(|_| !is_noted) {
        verdict.report(FaultKind::NotAsNoted, None, Some(noted.number));
    }
    verdict.unsealed = trail.unsealed().await?;
    if let Some(record) = verdict.unsealed.lost {
        verdict.report(FaultKind::NeverQueued, Some(record), None);
    }
    if let Some(record) = verdict.unsealed.vanished {
        verdict.report(FaultKind::Vanished, Some(record), None);
    }
    Ok(verdict)
}

fn is_the(link: &Link, noted: &Noted) -> bool {
    (link.number, link.seal) == (noted.number, noted.seal)
}

fn by_id<'k>(keys: &[&'k AuditKey], id: &str) -> Option<&'k AuditKey> {
    keys.iter().copied().find(|key| key.id() == id)
}

fn check_beginning(verdict: &mut Verdict, keys: &[&AuditKey], beginning: &Beginning) {
    let number = Some(beginning.link.number);
    match by_id(keys, &beginning.key_id) {
        Some(key) if key.beginning(&beginning.link) == beginning.tag => {}
        Some(_) => verdict.report(FaultKind::Beginning, None, number),
        None => verdict.report(FaultKind::UnknownKey, None, number),
    }
}

fn check(verdict: &mut Verdict, keys: &[&AuditKey], stored: &StoredLink) {
    let before = verdict.last;
    let link = &stored.link;
    let (record, number) = (Some(stored.record), Some(link.number));
    if link.number != before.map_or(0, |link| link.number) + 1 {
        verdict.report(FaultKind::Gap, record, number);
    }
    if before.is_some_and(|before| before.day > link.day) {
        verdict.report(FaultKind::DayWentBack, record, number);
    }
    let Some(entry) = &stored.entry else {
        return verdict.report(FaultKind::Missing, record, number);
    };
    let Some(key) = by_id(keys, &stored.key_id) else {
        return verdict.report(FaultKind::UnknownKey, record, number);
    };
    let previous = before.map_or(Seal::NONE, |link| link.seal);
    if key.seal(&previous, link.number, link.day, entry) != link.seal {
        verdict.report(FaultKind::Changed, record, number);
    }
}
