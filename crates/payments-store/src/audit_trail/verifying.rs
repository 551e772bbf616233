//! Recomputing the chain.

use payments_core::audit_chain::{Link, Seal};
use payments_core::keys::AuditKey;
use payments_core::ports::Unavailable;

use super::{AuditTrail, Beginning, StoredLink, Unsealed};

/// How many links are read at once.
const LINKS_AT_ONCE: u32 = 1_000;
/// How many faults are reported.
const REPORTED: usize = 20;

/// What is wrong with the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// The record, its place or its seal was changed.
    Changed,
    /// The sealed record is missing.
    Missing,
    /// Links are missing before this one.
    Gap,
    /// Its day is before the day of the link before it.
    DayWentBack,
    /// None of the keys at hand sealed it.
    UnknownKey,
    /// The record has no seal and does not wait for one.
    NeverQueued,
    /// It waits for its seal and is missing.
    Vanished,
    /// The beginning that retention left was changed.
    Beginning,
    /// The link that was noted elsewhere is not in the chain.
    NotAsNoted,
}

/// Something that is wrong, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What.
    pub kind: FaultKind,
    /// The key of the record.
    pub record: Option<i64>,
    /// The number of the link.
    pub number: Option<i64>,
}

/// A link that was noted elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Noted {
    /// Its number.
    pub number: i64,
    /// Its seal.
    pub seal: Seal,
}

/// What verifying found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// How many links were read.
    pub sealed: u64,
    /// The chain's end.
    pub last: Option<Link>,
    /// Records without a seal.
    pub unsealed: Unsealed,
    /// How many faults there are.
    pub faults: u64,
    /// The first of them.
    pub first_faults: Vec<Fault>,
}

impl Verdict {
    /// Whether nothing is wrong. Records that wait for their seal are nothing wrong.
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

/// Recomputes the whole chain. `keys` are the key in use and those it replaced; a link that was noted elsewhere has to be
/// in the chain, unless retention dropped it.
///
/// # Errors
/// [`Unavailable`].
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
