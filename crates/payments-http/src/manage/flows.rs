//! `GET /manage/v1/customers/<pk>/flows/`: a customer's card-saving flows, without anything that was entered or sent.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use chrono::{DateTime, Utc};
use payments_core::audit::AuditOutcome;
use payments_core::id::CustomerId;
use payments_core::ports::Unavailable;
use payments_core::record::{Filter, PageRequest, Part, Record};
use payments_core::session::SessionDigest;
use serde_json::{Value, json};

use super::{Principal, customer};
use crate::error::ApiError;
use crate::state::AppState;
use crate::stored_cards::flow_json;

/// The maximum number of sessions that are read.
const SESSIONS: u32 = 1_000;
/// The maximum number of sessions whose flow is read.
const FLOWS: usize = 100;

pub(super) async fn list(
    principal: Principal,
    state: Data<AppState>,
    path: Path<String>,
) -> Result<HttpResponse, ApiError> {
    let seen = AuditOutcome::FlowsViewed;
    let customer = customer::viewed(&state, &path, &principal, seen).await?;
    let (sessions, is_complete) = live_sessions(&state, customer, state.clock.now()).await?;
    let flows = state.card_storage.flows_of(customer, &sessions).await?;
    let shown = flows.iter().map(|flow| {
        let mut shown = flow_json(&flow.progress);
        shown["intent"] = flow.intent.0.as_str().into();
        shown
    });
    let shown: Vec<Value> = shown.collect();
    Ok(HttpResponse::Ok().json(json!({ "results": shown, "is_complete": is_complete })))
}

/// The sessions that end last, and whether these are all.
async fn live_sessions(
    state: &AppState,
    customer: CustomerId,
    now: DateTime<Utc>,
) -> Result<(Vec<SessionDigest>, bool), Unavailable> {
    let request = PageRequest {
        filters: vec![Filter::Customer(customer.get())],
        ..PageRequest::number(1, SESSIONS)
    };
    let page = state.records.page(Part::Sessions, request).await?;
    let read = page.records.into_iter().filter_map(|record| {
        let Record::Session(session) = record else {
            return None;
        };
        (session.expires_at > now).then_some(session)
    });
    let mut live: Vec<_> = read.collect();
    let is_complete = !page.has_more && live.len() <= FLOWS;
    live.sort_by_key(|session| std::cmp::Reverse(session.expires_at));
    live.truncate(FLOWS);
    let digests = live.into_iter().map(|session| session.digest).collect();
    Ok((digests, is_complete))
}
