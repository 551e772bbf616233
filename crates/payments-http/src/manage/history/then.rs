//! The objects as of a moment.

use chrono::{DateTime, Utc};
use payments_core::catalog::{CatalogVersion, Policy};
use payments_core::history::{Evidence, Gap, Objects};
use payments_core::json::Violations;
use payments_core::ports::Unavailable;
use payments_core::record::{Part, Reference};

use crate::blocking::off_workers;
use crate::error::{ApiError, FieldError, Problem};
use crate::state::AppState;

/// Why the objects as of a moment are not known.
#[derive(Debug)]
pub(crate) enum NotKnown {
    /// The audit log does not say what these were, with the name of the moment in the request.
    Gaps(&'static str, Vec<Gap>),
    /// The database does not answer.
    Unavailable(Unavailable),
}

impl NotKnown {
    /// What is not known, by its pointer, and why.
    pub(crate) fn reasons(moment: &'static str, gaps: &[Gap]) -> Vec<(String, String)> {
        let pointer = |gap: &Gap| match &gap.reference {
            Some(Reference { part, key }) => format!("/{}/{key}", part.as_str()),
            None => moment.to_owned(),
        };
        let gaps = gaps.iter().take(Violations::MAX_REPORTED);
        gaps.map(|gap| (pointer(gap), gap.reason.to_string()))
            .collect()
    }
}

impl From<Unavailable> for NotKnown {
    fn from(unavailable: Unavailable) -> Self {
        Self::Unavailable(unavailable)
    }
}

impl From<NotKnown> for ApiError {
    fn from(not_known: NotKnown) -> Self {
        match not_known {
            NotKnown::Unavailable(unavailable) => unavailable.into(),
            NotKnown::Gaps(moment, gaps) => {
                let reasons = NotKnown::reasons(moment, &gaps).into_iter();
                let fields = reasons.map(|(pointer, reason)| FieldError::at(pointer, reason));
                Problem::HistoryUnknown.about(fields.collect())
            }
        }
    }
}

/// How recorded objects are read: they were accepted when they were written.
fn policy(state: &AppState) -> Policy {
    Policy {
        literal_secrets: true,
        masterpass_hosts: state.settings.masterpass.allowed_hosts.clone(),
    }
}

/// The objects of some parts, or one object, as of a moment, and as they are now. `moment` is the moment's name in the
/// request.
pub(crate) async fn objects_as_of(
    state: &AppState,
    moment: &'static str,
    at: DateTime<Utc>,
    parts: &[Part],
    only: Option<&Reference>,
) -> Result<(CatalogVersion, Objects, Evidence), NotKnown> {
    let _one_at_a_time = state.history.lock().await;
    let (version, evidence) = state.database.audit_trail.evidence(at, only).await?;
    let evidence = evidence.of_parts(|part| parts.contains(&part));
    let policy = policy(state);
    let reconstructed = off_workers(move || (evidence.as_of(at, &policy), evidence));
    let (then, evidence) = reconstructed.await;
    let then = then.map_err(|gaps| NotKnown::Gaps(moment, gaps))?;
    Ok((version, then, evidence))
}
