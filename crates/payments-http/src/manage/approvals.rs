//! The approval of a second person for changes of rules and cards (`console.four_eyes`).
//!
//! Such a change is stored as a proposal instead of being written. It is bound to its exact objects, and to what these were
//! before: the proposal has the entity tag of each.

use std::collections::BTreeMap;

use payments_core::audit::Author;
use payments_core::catalog::CatalogParts;
use payments_core::history::{Objects, objects};
use payments_core::import::{Document, Etag, Reading, write_document};
use payments_core::record::{Approval, Effect, Key, Part, PartCounts, Record, Reference};
use payments_store::{Proposal, ProposalState, ProposedChange};
use serde::{Deserialize, Serialize};

use super::change::{self, WriteError};
use crate::error::{ApiError, Problem};
use crate::state::AppState;

/// The attempts to write an approved change while others change the catalog.
const ATTEMPTS: u32 = 5;
/// The longest name of an author in the audit log, in characters.
const MAX_AUTHOR: usize = 100;

/// Whether changes of a part can need approval: payment options decide which rules a card is offered by, and rules name banks
/// and card types by their slugs.
const fn is_governed(part: Part) -> bool {
    matches!(
        part,
        Part::Rules | Part::Cards | Part::PaymentOptions | Part::Banks | Part::CardTypes
    )
}

/// Whether deleting an object of a part needs approval. A bank or card type that a card has cannot be deleted.
pub(super) const fn deleting_needs_approval(part: Part) -> bool {
    matches!(part, Part::Rules | Part::Cards | Part::PaymentOptions)
}

/// Whether a changed object needs approval; of a bank or a card type only another slug does.
fn needs_approval(record: &Record, stored: Option<&Record>) -> bool {
    match (record, stored) {
        (Record::Rule(_) | Record::Card(_) | Record::PaymentOption(_), _) => true,
        (Record::Bank(bank), Some(Record::Bank(stored))) => bank.slug != stored.slug,
        (Record::CardType(kind), Some(Record::CardType(stored))) => kind.slug != stored.slug,
        _ => false,
    }
}

/// The parts of a change that cannot be proposed, if it has any that can need approval: they have secrets or customers.
fn apart(document: &Document) -> Vec<Part> {
    let change = document.change();
    let upserts = change.upserts.iter().map(Record::part);
    let parts = upserts.chain(change.deletions.iter().map(|one| one.part));
    parts.filter(|part| !is_governed(*part)).collect()
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

/// Binds a change that may need approval to the present catalog: an object that it leaves unchanged is not written over a
/// concurrent change.
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

/// Whether a checked document needs approval, by the present objects.
async fn is_needed(
    state: &AppState,
    document: &Document,
    present: &Objects,
) -> Result<bool, WriteError> {
    let change = document.change();
    let effects = change::effects(state, document).await?;
    let changed = change.upserts.iter().zip(&effects);
    let mut changed = changed.filter(|(_, effect)| **effect != Effect::Keeps);
    let stored = |record: &Record| present.get(&(record.part(), record.key()));
    let mut deleted = change.deletions.iter().filter(|one| {
        deleting_needs_approval(one.part) && present.contains_key(&(one.part, one.key.clone()))
    });
    Ok(
        changed.any(|(record, _)| needs_approval(record, stored(record)))
            || deleted.next().is_some(),
    )
}

/// Refuses a document that would be refused because it needs approval and has other parts.
///
/// # Errors
/// [`WriteError::ApprovalApart`], or why it could not be written.
pub(super) async fn check(state: &AppState, document: &Document) -> Result<(), WriteError> {
    let others = apart(document);
    if !state.settings.console.four_eyes || others.is_empty() {
        return Ok(());
    }
    let present = objects(state.snapshots.stored_parts().await?);
    if is_needed(state, document, &present).await? {
        return Err(WriteError::ApprovalApart(others));
    }
    Ok(())
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
    let upserts = change.upserts.iter().map(Record::part);
    let mut parts = upserts.chain(change.deletions.iter().map(|one| one.part));
    if !parts.any(is_governed) {
        return Ok(());
    }
    let present = objects(state.snapshots.stored_parts().await?);
    if !is_needed(state, document, &present).await? {
        return Ok(());
    }
    let others = apart(document);
    if !others.is_empty() {
        return Err(WriteError::ApprovalApart(others));
    }
    let written = change.upserts.iter();
    let written = written.map(|record| ObjectName::of(record.part(), &record.key()));
    let proposed = ProposedChange {
        document: write_document(&ordered(&change.upserts)).map_err(unwritable)?,
        writes: json(&written.collect::<Vec<_>>()),
        deletions: json(&names(change.deletions.iter())),
        tags: json(&before(document, &present)),
    };
    let added = state.database.proposals.add(&proposed, author).await?;
    let pk = added.ok_or(WriteError::TooManyProposals)?;
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
    pub(super) fn read(state: &AppState, change: &ProposedChange) -> Result<Self, ApiError> {
        let broken = |error: &dyn std::fmt::Debug| {
            let error = format!("a proposal cannot be read: {error:?}");
            ApiError::new(Problem::Internal).because(error)
        };
        let ProposedChange {
            document,
            deletions,
            tags,
            ..
        } = change;
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
    (proposal, change): (Proposal, ProposedChange),
    approver: Author,
) -> Result<Vec<PartCounts>, ApiError> {
    if proposal.state != ProposalState::Open {
        return Err(Problem::ProposalClosed.into());
    }
    let tokens = &state.manage_tokens;
    if tokens.are_one(&proposal.principal, &approver.principal) {
        return Err(Problem::OwnProposal.into());
    }
    let proposed = Proposed::read(state, &change)?;
    let author = Author {
        principal: both(&proposal.principal, &approver.principal),
        ..approver.clone()
    };
    let approval = Approval {
        proposal: proposal.pk,
        principal: approver.principal,
        at: approver.at,
    };
    for _ in 0..ATTEMPTS {
        let (version, stored) = state.snapshots.stored().await?;
        let (present, _) = proposed.change_of(stored);
        if !proposed.is_bound_to(&present) {
            return Err(Problem::ProposalStale.into());
        }
        let upserts = &proposed.document.change().upserts;
        let policy = change::policy(&state.settings);
        let reading = Reading::of_records(upserts, proposed.deletions.clone(), &policy);
        let reading = reading.only_at(version).approving(approval.clone());
        let document = change::checked(state, reading).await;
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

/// The author of an approved change in the audit log. The approver's name is never cut.
fn both(author: &str, approver: &str) -> String {
    let second = format!(" (approved by {approver})");
    let room = MAX_AUTHOR.saturating_sub(second.chars().count());
    let first: String = author.chars().take(room).collect();
    let both = format!("{first}{second}");
    both.chars().take(MAX_AUTHOR).collect()
}
