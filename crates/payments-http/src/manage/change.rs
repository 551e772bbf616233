//! The one way a document gets into the store: read, checked against what is stored, written, and in force here.

use actix_web::web::Data;
use payments_core::document::{Document, Policy, Reading, Violation};
use payments_core::ports::{
    Author, Effect, Part, PartCounts, Record, Records, RecordsError, Referrer,
};
use payments_gateways::request_id;
use tracing::Instrument as _;

use super::referrer;
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
    /// Its mistakes.
    Mistakes(Vec<Violation>),
    /// Points of sale lose what something belongs to: the mistakes, and what belongs to it.
    InUse(Vec<Violation>, Vec<Referrer>),
    /// The request's conditions do not hold.
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
    /// For a whole document every reason is a mistake in it, with its place.
    #[must_use]
    pub fn of_document(self) -> Self {
        match self {
            Self::InUse(mistakes, _) => Self::Mistakes(mistakes),
            Self::Mistakes(_) | Self::PreconditionFailed | Self::Unavailable(_) => self,
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
            WriteError::PreconditionFailed => Problem::PreconditionFailed.into(),
            WriteError::Unavailable(unavailable) => unavailable.into(),
        }
    }
}

/// Checks what was read against what is stored, writes it, and lists by it from now on.
///
/// # Errors
/// [`WriteError`]; then nothing was written.
pub async fn write(
    state: &AppState,
    reading: Reading,
    author: &Author,
) -> Result<(Document, Vec<PartCounts>), WriteError> {
    let document = checked(state, reading).await?;
    let written = state.records.apply(document.change(), author).await;
    let counts = written.map_err(|error| write_error(&document, error))?;
    let parts = document.change().upserts.iter().map(Record::part);
    take_effect(state, parts).await;
    Ok((document, counts))
}

/// Checks what was read as [`write()`] does, and says what it would do to each object; nothing is written.
///
/// # Errors
/// [`WriteError`], as [`write()`] would fail.
pub async fn preview(
    state: &AppState,
    reading: Reading,
) -> Result<(Document, Vec<Effect>), WriteError> {
    let document = checked(state, reading).await?;
    let effects = state.records.preview(document.change()).await;
    let effects = effects.map_err(|error| write_error(&document, error))?;
    Ok((document, effects))
}

/// What this process wrote or deleted, its next listings show.
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

/// [`write()`], carried out to its end even when the caller hangs up.
pub(super) async fn write_detached(
    state: &Data<AppState>,
    reading: Reading,
    author: Author,
) -> Result<Result<(Document, Vec<PartCounts>), WriteError>, ApiError> {
    let shared = state.clone();
    detached(state, async move { write(&shared, reading, &author).await }).await
}

/// Does work that must not be cut in the middle.
pub(super) async fn detached<T: Send + 'static>(
    state: &AppState,
    work: impl Future<Output = T> + Send + 'static,
) -> Result<T, ApiError> {
    let work = request_id::inherited(work).in_current_span();
    let task = state.tasks.spawn_on(work, &state.runtime);
    task.await
        .map_err(|panicked| ApiError::new(Problem::Internal).because(panicked))
}

/// The write is done whether or not this works: the watcher comes by again soon.
async fn renew_catalog(state: &AppState) {
    if let Err(error) = state.snapshots.refresh().await {
        tracing::warn!(%error, "the catalog was written, but could not be loaded yet");
    }
}

async fn checked(state: &AppState, mut reading: Reading) -> Result<Document, WriteError> {
    // Sessions and baskets come all the time, and are none of the catalog's business.
    if reading.touches_catalog() {
        reading.check_catalog(state.snapshots.stored_parts().await?);
    }
    reading.check_gateways(|pos| state.pos_check.faults(pos));
    if !reading.is_clean() {
        // The store would find these itself; a writer who has other mistakes is told of them at once.
        find_missing(&*state.records, &mut reading).await?;
    }
    reading.finish().map_err(WriteError::Mistakes)
}

async fn find_missing(records: &dyn Records, reading: &mut Reading) -> Result<(), WriteError> {
    for (part, key) in reading
        .references_to_stored()
        .into_iter()
        .take(Violation::MAX_REPORTED)
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
        RecordsError::Unavailable(unavailable) => return WriteError::Unavailable(unavailable),
        RecordsError::Dangling(missing) => Violation::report(
            missing
                .iter()
                .flat_map(|(index, reference)| document.dangling(*index, reference)),
        ),
        RecordsError::Taken(indices) => {
            Violation::report(indices.into_iter().map(|index| document.taken(index)))
        }
        RecordsError::PosInUse(in_use) => {
            let mistakes = Violation::report(
                in_use
                    .iter()
                    .map(|(index, one)| document.in_use(*index, &one.part)),
            );
            let referring = in_use.into_iter().flat_map(|(_, one)| one.referring);
            return WriteError::InUse(mistakes, referring.collect());
        }
    })
}

#[cfg(test)]
mod tests {
    use payments_core::ports::{Key, Reference};

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
