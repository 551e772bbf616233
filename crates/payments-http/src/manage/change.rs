//! Writes documents: validates them against stored objects, applies them, and refreshes this process's caches.

use std::collections::BTreeSet;

use actix_web::web::Data;
use payments_core::audit::Author;
use payments_core::catalog::Policy;
use payments_core::import::{Document, Reading};
use payments_core::json::Violations;
use payments_core::ports::{Records, RecordsError};
use payments_core::record::{Effect, Part, PartCounts, Record, Reference, Referrer};
use payments_gateways::request_id;
use tracing::Instrument as _;

use super::{approvals, referrer};
use crate::did_you_mean;
use crate::error::{ApiError, FieldError, Problem};
use crate::settings::{Environment, Settings};
use crate::state::AppState;

/// What documents may hold in this deployment.
pub fn policy(settings: &Settings) -> Policy {
    Policy {
        literal_secrets: settings.environment != Environment::Production,
        masterpass_hosts: settings.masterpass.allowed_hosts.clone(),
    }
}

/// Why a document was not written.
#[derive(Debug)]
pub enum WriteError {
    /// The document has these errors.
    Mistakes(Violations),
    /// The change would remove an account or gateway that is in use: the errors, and what uses it.
    InUse(Violations, Vec<Referrer>),
    /// The change deletes objects that others refer to: each with the first of these.
    Referred(Vec<(Reference, Vec<Referrer>)>),
    /// The change waits for approval, as the proposal with this key.
    Proposed(i64),
    /// The change needs approval, and too many others wait for it.
    TooManyProposals,
    /// Too many others wait for what this needs.
    Busy,
    /// The proposal that the change carries out was decided before.
    ProposalClosed,
    /// Rules or cards that need approval are in one document with these parts.
    ApprovalApart(Vec<Part>),
    /// An `If-Match` or `If-None-Match` condition does not hold.
    PreconditionFailed,
    /// The database does not answer.
    Unavailable(payments_core::ports::Unavailable),
}

impl From<payments_core::ports::Unavailable> for WriteError {
    fn from(unavailable: payments_core::ports::Unavailable) -> Self {
        Self::Unavailable(unavailable)
    }
}

impl WriteError {
    /// The same for a whole document, where every reason is an error with its pointer.
    #[must_use]
    pub fn of_document(self) -> Self {
        match self {
            Self::InUse(mistakes, _) => Self::Mistakes(mistakes),
            Self::Mistakes(_)
            | Self::Referred(_)
            | Self::Proposed(_)
            | Self::TooManyProposals
            | Self::Busy
            | Self::ProposalClosed
            | Self::ApprovalApart(_)
            | Self::PreconditionFailed
            | Self::Unavailable(_) => self,
        }
    }
}

impl From<WriteError> for ApiError {
    fn from(write_error: WriteError) -> Self {
        match write_error {
            WriteError::Mistakes(mistakes) => {
                let fields = mistakes
                    .into_iter()
                    .map(|one| FieldError::at(one.pointer, one.problem.to_string()))
                    .collect();
                Problem::ManageValidationFailed.about(fields)
            }
            WriteError::InUse(mistakes, referring) => {
                let fields = mistakes
                    .into_iter()
                    .map(|one| FieldError::at(one.pointer, one.problem.to_string()))
                    .chain(referring.iter().map(referrer::belonging))
                    .collect();
                Problem::ManageInUse.about(fields)
            }
            WriteError::Referred(referred) => {
                let fields = referred_to(&referred).into_iter();
                let fields = fields.map(|(place, text)| FieldError::at(place, text));
                Problem::ManageReferred.about(fields.collect())
            }
            WriteError::Proposed(pk) => {
                let proposal = FieldError::at("proposal", pk.to_string());
                Problem::ApprovalRequired.about(vec![proposal])
            }
            WriteError::TooManyProposals => {
                let full = "too many changes wait for approval; decide some of them first";
                Problem::ManageConflict.about(vec![FieldError::at("proposal", full)])
            }
            WriteError::Busy => ApiError::new(Problem::TooManyRequests).retry_after(1),
            WriteError::ProposalClosed => Problem::ProposalClosed.into(),
            WriteError::ApprovalApart(parts) => {
                let fields = apart(&parts).into_iter();
                let fields = fields.map(|(place, text)| FieldError::at(place, text));
                Problem::ManageValidationFailed.about(fields.collect())
            }
            WriteError::PreconditionFailed => Problem::PreconditionFailed.into(),
            WriteError::Unavailable(unavailable) => unavailable.into(),
        }
    }
}

/// The parts that cannot be written with rules and cards that need approval.
pub fn apart(parts: &[Part]) -> Vec<(String, String)> {
    let text = "send what needs approval without this";
    let parts: BTreeSet<&str> = parts.iter().map(|part| part.as_str()).collect();
    let fields = parts
        .iter()
        .map(|part| (format!("/{part}"), text.to_owned()));
    fields.collect()
}

/// Where something refers to an object that would be deleted, and to which.
pub fn referred_to(referred: &[(Reference, Vec<Referrer>)]) -> Vec<(String, String)> {
    let places = referred
        .iter()
        .flat_map(|(Reference { part, key }, referrers)| {
            let text = format!(
                "this refers to {} {key}, which would be deleted",
                part.noun()
            );
            referrers
                .iter()
                .map(move |one| (referrer::place(one), text.clone()))
        });
    places.collect()
}

/// Validates a document against stored objects and writes it. Later listings of this process use it.
///
/// # Errors
/// [`WriteError`]; then nothing was written.
pub async fn write(
    state: &AppState,
    reading: Reading,
    author: &Author,
) -> Result<(Document, Vec<PartCounts>), WriteError> {
    let reading = approvals::bound(state, reading).await?;
    let document = checked(state, reading).await?;
    approvals::propose_if_needed(state, &document, author).await?;
    let counts = write_checked(state, &document, author).await?;
    Ok((document, counts))
}

/// [`write()`] for the data that the service itself begins with.
pub(crate) async fn write_without_approval(
    state: &AppState,
    reading: Reading,
    author: &Author,
) -> Result<(Document, Vec<PartCounts>), WriteError> {
    let document = checked(state, reading).await?;
    let counts = write_checked(state, &document, author).await?;
    Ok((document, counts))
}

/// Writes a document that is checked, and approved if it has to be.
pub(super) async fn write_checked(
    state: &AppState,
    document: &Document,
    author: &Author,
) -> Result<Vec<PartCounts>, WriteError> {
    let written = state.records.apply(document.change(), author).await;
    let counts = written.map_err(|error| write_error(document, error))?;
    let change = document.change();
    let parts = change.upserts.iter().map(Record::part);
    let parts = parts.chain(change.deletions.iter().map(|deleted| deleted.part));
    take_effect(state, parts).await;
    Ok(counts)
}

/// Validates a document as [`write()`] does and returns its effect on each object, without writing.
///
/// # Errors
/// [`WriteError`], as [`write()`] would fail.
pub async fn preview(
    state: &AppState,
    reading: Reading,
) -> Result<(Document, Vec<Effect>), WriteError> {
    let document = checked(state, reading).await?;
    approvals::check(state, &document).await?;
    let effects = effects(state, &document).await?;
    Ok((document, effects))
}

/// The effect of a checked document on each object.
pub(super) async fn effects(
    state: &AppState,
    document: &Document,
) -> Result<Vec<Effect>, WriteError> {
    let effects = state.records.preview(document.change()).await;
    effects.map_err(|error| write_error(document, error))
}

/// Makes the next listings of this process show its own writes.
pub(super) async fn take_effect(state: &AppState, parts: impl Iterator<Item = Part>) {
    let (mut is_catalog, mut is_product) = (false, false);
    for part in parts {
        is_catalog |= part.is_catalog();
        is_product |= part == Part::Products;
    }
    if is_product {
        state.listing_cache.product_written();
    }
    if is_catalog {
        renew_catalog(state).await;
    }
}

/// [`write()`], which completes even if the caller disconnects.
pub(super) async fn write_detached(
    state: &Data<AppState>,
    reading: Reading,
    author: Author,
) -> Result<Result<(Document, Vec<PartCounts>), WriteError>, ApiError> {
    let shared = state.clone();
    detached(state, async move { write(&shared, reading, &author).await }).await
}

/// Runs work that must not be cancelled.
pub(super) async fn detached<T: Send + 'static>(
    state: &AppState,
    work: impl Future<Output = T> + Send + 'static,
) -> Result<T, ApiError> {
    let work = request_id::inherited(work).in_current_span();
    let task = state.tasks.spawn_on(work, &state.runtime);
    task.await
        .map_err(|panicked| ApiError::new(Problem::Internal).because(panicked))
}

/// The write has succeeded in any case; the watcher retries soon.
async fn renew_catalog(state: &AppState) {
    if let Err(error) = state.snapshots.refresh().await {
        tracing::warn!(%error, "the catalog was written, but could not be loaded yet");
    }
}

/// Validates a document against stored objects.
pub(super) async fn checked(
    state: &AppState,
    mut reading: Reading,
) -> Result<Document, WriteError> {
    // Sessions and baskets are written often and do not touch the catalog.
    if reading.touches_catalog() {
        let stored = state.snapshots.stored_parts().await?;
        reading.check_catalog(stored, did_you_mean::nearest);
    }
    reading.check_gateways(|pos| state.pos_check.faults(pos));
    if !reading.is_clean() {
        // The store would report these itself; here they are reported together with the other errors.
        find_missing(&*state.records, &mut reading).await?;
    }
    reading.finish().map_err(WriteError::Mistakes)
}

async fn find_missing(records: &dyn Records, reading: &mut Reading) -> Result<(), WriteError> {
    for (part, key) in reading
        .references_to_stored()
        .into_iter()
        .take(Violations::MAX_REPORTED)
    {
        if records.get(part, &key).await?.is_none() {
            reading.note_missing(part, &key);
        }
    }
    Ok(())
}

fn write_error(document: &Document, error: RecordsError) -> WriteError {
    WriteError::Mistakes(match error {
        RecordsError::PreconditionFailed => return WriteError::PreconditionFailed,
        RecordsError::ProposalClosed => return WriteError::ProposalClosed,
        RecordsError::Referred(referred) => return WriteError::Referred(referred),
        RecordsError::Unavailable(unavailable) => return WriteError::Unavailable(unavailable),
        RecordsError::Dangling(missing) => missing
            .iter()
            .flat_map(|(index, reference)| document.dangling(*index, reference))
            .collect(),
        RecordsError::Taken(indices) => indices
            .into_iter()
            .map(|index| document.taken(index))
            .collect(),
        RecordsError::PosInUse(in_use) => {
            let mistakes = in_use
                .iter()
                .map(|(index, one)| document.in_use(*index, &one.part))
                .collect();
            let referring = in_use.into_iter().flat_map(|(_, one)| one.referring);
            return WriteError::InUse(mistakes, referring.collect());
        }
    })
}

#[cfg(test)]
mod tests {
    use payments_core::record::Key;

    use super::*;

    #[test]
    fn every_item_of_a_product_that_is_not_stored_is_told_of() {
        let item = |product: i64| format!(r#"{{"product": {product}, "quantity": 1, "price": 1}}"#);
        let items = [item(998), item(998), item(997)].join(",");
        let basket = format!(
            r#"{{"baskets": [{{"pk": 1, "currency": "TRY", "total": 3, "items": [{items}]}}]}}"#
        );
        let document = Document::parse(basket.as_bytes(), &Policy::default()).unwrap();
        let missing = [998, 997].map(|pk| {
            let key = Key::Pk(pk);
            let part = Part::Products;
            (0, Reference { part, key })
        });
        let error = RecordsError::Dangling(missing.to_vec());
        let WriteError::Mistakes(mistakes) = write_error(&document, error) else {
            panic!("the store is there")
        };
        let pointers: Vec<&str> = mistakes.iter().map(|one| one.pointer.as_str()).collect();
        let expected = [0, 1, 2].map(|at| format!("/baskets/0/items/{at}/product"));
        assert_eq!(pointers, expected);
    }
}
