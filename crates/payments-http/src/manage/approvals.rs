//! The approval of a second person for changes of rules and cards (`console.four_eyes`).
//!
//! Such a change is stored as a proposal instead of being written. It is bound to its exact objects, and to what these were
//! before: the proposal has the entity tag of each.

use std::collections::BTreeMap;

use payments_core::audit::Author;
use payments_core::catalog::CatalogParts;
use payments_core::history::{Objects, objects};
use payments_core::import::{Document, Etag, Reading, write_document};
use payments_core::record::{Effect, Key, Part, PartCounts, Record, Reference};
use payments_store::{Proposal, ProposalState, ProposedChange};
use serde::{Deserialize, Serialize};

use super::change::{self, WriteError};
use crate::error::{ApiError, Problem};
use crate::state::AppState;

/// The attempts to write an approved change while others change the catalog.
const ATTEMPTS: u32 = 5;
/// The longest name of an author in the audit log, in characters.
const MAX_AUTHOR: usize = 100;

/// Whether changes of a part need approval.
pub(super) const fn is_governed(part: Part) -> bool {
    matches!(part, Part::Rules | Part::Cards)
}

/// Whether a part may be changed together with rules and cards that need approval: it has neither secrets nor customers.
const fn is_proposable(part: Part) -> bool {
    matches!(
        part,
        Part::Rules | Part::Cards | Part::Banks | Part::CardTypes | Part::PaymentOptions
    )
}

/// An object of a proposal, by its part and key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ObjectName {
    pub(super) part: String,
    pub(super) key: String,
}

impl ObjectName {
    pub(super) fn of(part: Part, key: &Key) -> Self {
        Self {
            part: part.as_str().to_owned(),
            key: key.to_string(),
        }
    }

    fn reference(&self) -> Option<Reference> {
        let part = Part::from_word(&self.part)?;
        let key = Key::parse(part, &self.key)?;
        Some(Reference { part, key })
    }
}

/// The entity tag of an object before the change; `None` if it did not exist.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Before {
    #[serde(flatten)]
    object: ObjectName,
    tag: Option<String>,
}

/// Binds a change that may need approval to the present catalog: what changes nothing now is not written over what somebody
/// else changes meanwhile.
///
/// # Errors
/// [`WriteError::Unavailable`].
pub(super) async fn bound(state: &AppState, reading: Reading) -> Result<Reading, WriteError> {
    let is_asked = state.settings.console.four_eyes && reading.parts().into_iter().any(is_governed);
    if !is_asked {
        return Ok(reading);
    }
    let (version, _) = state.snapshots.stored().await?;
    Ok(reading.or_only_at(version))
}

/// Stores a change as a proposal, if it needs approval.
///
/// # Errors
/// [`WriteError::Proposed`] then, and [`WriteError`] if it could not be written.
pub(super) async fn propose_if_needed(
    state: &AppState,
    document: &Document,
    author: &Author,
) -> Result<(), WriteError> {
    if !state.settings.console.four_eyes {
        return Ok(());
    }
    let change = document.change();
    let parts = change.upserts.iter().map(Record::part);
    let mut parts = parts.chain(change.deletions.iter().map(|one| one.part));
    if !parts.any(is_governed) {
        return Ok(());
    }
    let effects = change::effects(state, document).await?;
    let present = objects(state.snapshots.stored_parts().await?);
    let changed = change.upserts.iter().zip(&effects);
    let changed = changed.filter(|(_, effect)| **effect != Effect::Keeps);
    let mut changed = changed.map(|(record, _)| record.part());
    let exists = |one: &&Reference| present.contains_key(&(one.part, one.key.clone()));
    let deleted = change.deletions.iter().filter(exists);
    let mut deleted = deleted.map(|one| one.part);
    if !changed.any(is_governed) && !deleted.any(is_governed) {
        return Ok(());
    }
    let upserts = change.upserts.iter().map(Record::part);
    let others = upserts.filter(|part| !is_proposable(*part));
    let others: Vec<Part> = others.collect();
    if !others.is_empty() {
        return Err(WriteError::ApprovalApart(others));
    }
    let proposed = ProposedChange {
        document: write_document(&ordered(&change.upserts)).map_err(unwritable)?,
        deletions: json(&names(change.deletions.iter())),
        tags: json(&before(document, &present)),
    };
    let pk = state.database.proposals.add(&proposed, author).await?;
    tracing::info!(
        holder = author.principal,
        proposal = pk,
        "a change waits for approval"
    );
    Err(WriteError::Proposed(pk))
}

/// In the order of a document.
fn ordered(upserts: &[Record]) -> Vec<Record> {
    let position = |record: &Record| Part::ALL.iter().position(|part| *part == record.part());
    let mut ordered = upserts.to_vec();
    ordered.sort_by_key(position);
    ordered
}

fn unwritable(error: serde_json::Error) -> WriteError {
    WriteError::Unavailable(payments_core::ports::Unavailable::new("proposals", error))
}

fn json(value: &impl Serialize) -> String {
    // Every key is a text, so that this cannot fail.
    serde_json::to_string(value).unwrap_or_default()
}

fn names<'r>(references: impl Iterator<Item = &'r Reference>) -> Vec<ObjectName> {
    let names = references.map(|one| ObjectName::of(one.part, &one.key));
    names.collect()
}

fn before(document: &Document, present: &Objects) -> Vec<Before> {
    let change = document.change();
    let upserts = change.upserts.iter();
    let upserts = upserts.map(|record| (record.part(), record.key()));
    let deletions = change.deletions.iter().cloned();
    let places = upserts.chain(deletions.map(|one| (one.part, one.key)));
    let before = places.map(|place| Before {
        object: ObjectName::of(place.0, &place.1),
        tag: present.get(&place).map(tag),
    });
    before.collect()
}

fn tag(record: &Record) -> String {
    Etag::of(record).as_str().to_owned()
}

/// A proposal's change, read again.
pub(super) struct Proposed {
    pub(super) document: Document,
    pub(super) deletions: Vec<Reference>,
    before: Vec<Before>,
}

impl Proposed {
    /// # Errors
    /// [`Problem::Internal`] if this release cannot read what was stored.
    pub(super) fn read(state: &AppState, proposal: &Proposal) -> Result<Self, ApiError> {
        let broken = |error: &dyn std::fmt::Debug| {
            let error = format!("proposal {}: {error:?}", proposal.pk);
            ApiError::new(Problem::Internal).because(error)
        };
        let ProposedChange {
            document,
            deletions,
            tags,
        } = &proposal.change;
        let policy = change::policy(&state.settings);
        let document = Document::parse(document.as_bytes(), &policy);
        let deletions: Result<Vec<ObjectName>, _> = serde_json::from_str(deletions);
        let deletions = deletions.map_err(|error| broken(&error))?;
        let deletions = deletions.iter().map(ObjectName::reference);
        let deletions: Option<Vec<Reference>> = deletions.collect();
        Ok(Self {
            document: document.map_err(|error| broken(&error))?,
            deletions: deletions.ok_or_else(|| broken(&"unknown keys"))?,
            before: serde_json::from_str(tags).map_err(|error| broken(&error))?,
        })
    }

    /// The objects that are written and deleted.
    pub(super) fn parts(&self) -> impl Iterator<Item = Part> {
        let upserts = self.document.change().upserts.iter().map(Record::part);
        upserts.chain(self.deletions.iter().map(|one| one.part))
    }

    /// Those of the present objects that it changes, and what they are afterwards.
    pub(super) fn change_of(&self, stored: CatalogParts) -> (Objects, Objects) {
        let mut present = objects(stored);
        let upserts = self.document.change().upserts.iter();
        let after: Objects = upserts
            .map(|record| ((record.part(), record.key()), record.clone()))
            .collect();
        let deletions = self.deletions.iter();
        let deleted: Vec<_> = deletions.map(|one| (one.part, one.key.clone())).collect();
        present.retain(|place, _| after.contains_key(place) || deleted.contains(place));
        (present, after)
    }

    /// Whether the objects are what they were when it was proposed.
    pub(super) fn is_bound_to(&self, present: &Objects) -> bool {
        let tags: BTreeMap<(String, String), String> = present
            .iter()
            .map(|((part, key), record)| ((part.as_str().to_owned(), key.to_string()), tag(record)))
            .collect();
        self.before.iter().all(|one| {
            let ObjectName { part, key } = &one.object;
            tags.get(&(part.clone(), key.clone())) == one.tag.as_ref()
        })
    }
}

/// Writes a proposed change, unless its objects were changed since.
///
/// # Errors
/// [`Problem::ProposalClosed`], [`Problem::OwnProposal`], [`Problem::ProposalStale`], or why it cannot be written now.
pub(super) async fn approve(
    state: &AppState,
    proposal: &Proposal,
    approver: &Author,
) -> Result<Vec<PartCounts>, ApiError> {
    if proposal.state != ProposalState::Open {
        return Err(Problem::ProposalClosed.into());
    }
    if proposal.principal == approver.principal {
        return Err(Problem::OwnProposal.into());
    }
    let counts = write(state, proposal, approver).await?;
    let proposals = &state.database.proposals;
    let (principal, now) = (&approver.principal, approver.at);
    // If this fails, approving it again finds the change as it is now, and closes it.
    proposals
        .decide(proposal.pk, ProposalState::Approved, principal, now)
        .await?;
    Ok(counts)
}

async fn write(
    state: &AppState,
    proposal: &Proposal,
    approver: &Author,
) -> Result<Vec<PartCounts>, ApiError> {
    let proposed = Proposed::read(state, proposal)?;
    let author = Author {
        principal: both(&proposal.principal, &approver.principal),
        ..approver.clone()
    };
    for _ in 0..ATTEMPTS {
        let (version, stored) = state.snapshots.stored().await?;
        let (present, after) = proposed.change_of(stored);
        if present == after {
            return Ok(Vec::new());
        }
        if !proposed.is_bound_to(&present) {
            return Err(Problem::ProposalStale.into());
        }
        let upserts = &proposed.document.change().upserts;
        let policy = change::policy(&state.settings);
        let reading = Reading::of_records(upserts, proposed.deletions.clone(), &policy);
        let document = change::checked(state, reading.only_at(version)).await;
        let document = document.map_err(WriteError::of_document)?;
        match change::write_checked(state, &document, &author).await {
            Ok(counts) => return Ok(counts),
            Err(WriteError::PreconditionFailed) => {}
            Err(other) => return Err(other.of_document().into()),
        }
    }
    // It is changed concurrently all the time.
    Err(ApiError::new(Problem::Unavailable).retry_after(1))
}

/// The author of an approved change in the audit log.
fn both(author: &str, approver: &str) -> String {
    let both = format!("{author} (approved by {approver})");
    both.chars().take(MAX_AUTHOR).collect()
}
