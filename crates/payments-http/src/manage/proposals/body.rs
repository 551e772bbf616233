//! Proposals as JSON.

use chrono::{DateTime, SecondsFormat, Utc};
use payments_core::history::differences;
use payments_store::{Proposal, ProposalState, ProposedChange};
use serde::Serialize;

use crate::error::{ApiError, Problem};
use crate::manage::approvals::{ObjectName, Proposed};
use crate::manage::history::Differing;
use crate::state::AppState;

#[derive(Serialize)]
pub(super) struct Page {
    next: Option<String>,
    results: Vec<Shown>,
}

#[derive(Serialize)]
struct Shown {
    pk: i64,
    principal: String,
    request_id: Option<String>,
    created_at: String,
    state: &'static str,
    decided_by: Option<String>,
    decided_at: Option<String>,
    writes: Vec<ObjectName>,
    deletes: Vec<ObjectName>,
}

/// A proposal with the fields that it changes.
#[derive(Serialize)]
pub(super) struct WithChanges {
    #[serde(flatten)]
    proposal: Shown,
    /// Whether its objects were changed since, so that it cannot be approved.
    is_stale: bool,
    /// What it changes now; nothing once it was decided.
    changes: Vec<Differing>,
}

pub(super) fn page(proposals: &[Proposal], next: Option<String>) -> Result<Page, ApiError> {
    let shown = proposals.iter().map(shown);
    Ok(Page {
        next,
        results: shown.collect::<Result<_, ApiError>>()?,
    })
}

pub(super) async fn with_changes(
    state: &AppState,
    proposal: &Proposal,
    change: &ProposedChange,
) -> Result<WithChanges, ApiError> {
    let shown = shown(proposal)?;
    if proposal.state != ProposalState::Open {
        return Ok(WithChanges {
            proposal: shown,
            is_stale: false,
            changes: Vec::new(),
        });
    }
    let proposed = Proposed::read(state, change)?;
    let (present, after) = proposed.change_of(state.snapshots.stored_parts().await?);
    let changes = differences(&present, &after).into_iter();
    Ok(WithChanges {
        proposal: shown,
        is_stale: !proposed.is_bound_to(&present),
        changes: changes.map(Differing::from).collect(),
    })
}

fn shown(proposal: &Proposal) -> Result<Shown, ApiError> {
    let instant = |at: DateTime<Utc>| at.to_rfc3339_opts(SecondsFormat::Micros, true);
    let names = |text: &str| -> Result<Vec<ObjectName>, ApiError> {
        serde_json::from_str(text).map_err(|error| ApiError::new(Problem::Internal).because(error))
    };
    let (decided_by, decided_at) = proposal.decided.clone().unzip();
    Ok(Shown {
        pk: proposal.pk,
        principal: proposal.principal.clone(),
        request_id: proposal.request_id.clone(),
        created_at: instant(proposal.created_at),
        state: proposal.state.as_str(),
        decided_by,
        decided_at: decided_at.map(instant),
        writes: names(&proposal.writes)?,
        deletes: names(&proposal.deletions)?,
    })
}
