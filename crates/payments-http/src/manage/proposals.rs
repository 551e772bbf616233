//! `/manage/v1/proposals/`: changes that wait for the approval of a second person.

mod body;

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use payments_store::{Proposal, ProposalState, ProposedChange};

use super::approvals::{self, Proposed};
use super::audit::number;
use super::query::{Parameters, of_link};
use super::{PREFIX, Principal, change, import, paging};
use crate::caller_url::link_base;
use crate::error::{ApiError, Problem};
use crate::path::PathPk;
use crate::scope::Scope;
use crate::state::AppState;

const STATE: &str = "use open, approved or rejected";

struct Asked {
    state: Option<ProposalState>,
    after: Option<i64>,
    page_size: u32,
}

pub(super) async fn page(
    _: Principal,
    state: Data<AppState>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let asked = asked(request.query_string())?;
    let proposals = &state.database.proposals;
    let found = proposals.page(asked.state, asked.after, asked.page_size + 1);
    let mut found = found.await?;
    let last = paging::cut(&mut found, asked.page_size).map(|one| one.pk);
    let next = last.map(|pk| {
        let given = [
            ("state", asked.state.map(|state| state.as_str().to_owned())),
            ("page_size", Some(asked.page_size.to_string())),
            ("after", Some(pk.to_string())),
        ];
        let base = link_base(&request, &state);
        format!("{base}{PREFIX}/proposals/?{}", of_link(given))
    });
    Ok(HttpResponse::Ok().json(body::page(&found, next)?))
}

pub(super) async fn read(
    _: Principal,
    state: Data<AppState>,
    pk: PathPk,
) -> Result<HttpResponse, ApiError> {
    let (proposal, change) = find(&state, pk).await?;
    Ok(HttpResponse::Ok().json(body::with_changes(&state, &proposal, &change).await?))
}

/// Writes a proposed change.
///
/// # Errors
/// 403 for one's own proposal, 409 if it was decided or if what it changes was changed since; then nothing was written.
pub(super) async fn approve(
    principal: Principal,
    state: Data<AppState>,
    pk: PathPk,
) -> Result<HttpResponse, ApiError> {
    let found = find(&state, pk).await?;
    may_write(&state, &principal, &found.1)?;
    let author = principal.author(state.clock.now());
    let shared = state.clone();
    let approving = async move { approvals::approve(&shared, found, author).await };
    let counts = change::detached(&state, approving).await??;
    tracing::info!(holder = principal.name, "a proposed change was approved");
    Ok(HttpResponse::Ok().json(import::by_part(counts)))
}

/// Closes a proposal without writing it: a second person rejects it, or its author withdraws it.
///
/// # Errors
/// 409 if it was decided.
pub(super) async fn reject(
    principal: Principal,
    state: Data<AppState>,
    pk: PathPk,
) -> Result<HttpResponse, ApiError> {
    let (proposal, change) = find(&state, pk).await?;
    may_write(&state, &principal, &change)?;
    let proposals = &state.database.proposals;
    let (rejected, now) = (ProposalState::Rejected, state.clock.now());
    let closing = proposals.decide(proposal.pk, rejected, &principal.name, now);
    if !closing.await? {
        return Err(Problem::ProposalClosed.into());
    }
    tracing::info!(holder = principal.name, "a proposed change was rejected");
    Ok(HttpResponse::NoContent().finish())
}

async fn find(state: &AppState, pk: PathPk) -> Result<(Proposal, ProposedChange), ApiError> {
    let pk = pk.0.ok_or(Problem::NotFound)?;
    let found = state.database.proposals.get(pk).await?;
    found.ok_or_else(|| Problem::NotFound.into())
}

fn may_write(
    state: &AppState,
    principal: &Principal,
    change: &ProposedChange,
) -> Result<(), ApiError> {
    let proposed = Proposed::read(state, change)?;
    let mut parts = proposed.parts();
    parts.try_for_each(|part| principal.require(Scope::to_write(part)))
}

fn asked(query: &str) -> Result<Asked, ApiError> {
    let mut parameters = Parameters::of(query)?;
    let state = parameters.optional("state", STATE, None, |word| {
        ProposalState::from_word(word).map(Some)
    });
    let after = parameters.optional("after", "use the key that `next` has", None, |text| {
        number(text).map(Some)
    });
    let page_size = paging::page_size(&mut parameters);
    let asked = state.zip(after).zip(page_size);
    let asked = asked.map(|((state, after), page_size)| Asked {
        state,
        after,
        page_size,
    });
    parameters.finish(asked)
}
