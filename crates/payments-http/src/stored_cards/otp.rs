//! Step 3: the code, for which the card is saved.

use std::sync::Arc;
use std::time::Duration;

use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpRequest, HttpResponse, web};
use payments_core::card_storage::{CardStorage, FlowOwner, StorageRefusal, Verdict};
use payments_core::otp::OtpCode;

use super::owner;
use crate::activity::Event;
use crate::body::{self, Form, FormReader};
use crate::caller::Caller;
use crate::error::{ApiError, Problem};
use crate::language;
use crate::snapshot::Snapshot;
use crate::state::AppState;

/// How often, and at what interval, a request polls for the outcome of a saving that another request is executing.
const MAX_POLLS: u32 = 20;
const POLL_INTERVAL: Duration = Duration::from_millis(100);

/// Saves the held card, if the code is right.
pub(super) async fn submit(
    state: web::Data<AppState>,
    request: HttpRequest,
    caller: Caller,
    payload: web::Payload,
) -> Result<HttpResponse, ApiError> {
    let form: OtpForm = body::form(&request, payload, &state.settings.http).await?;
    let (storage, owner) = (Arc::clone(&state.card_storage), owner(&caller));
    let snapshot = state.snapshots.current();
    let reconcile_soon = Arc::clone(&state.reconcile_soon);
    let saving = async move {
        let verdict = save(&storage, &snapshot, &owner, &form.code).await;
        if matches!(verdict, Ok(Verdict::Saved)) {
            reconcile_soon.notify_one();
        }
        verdict
    };
    let verdict = state.detached(saving).await.flatten();
    state.metrics.step_ended("otp", &verdict);
    match verdict? {
        Verdict::Saved => {
            state.metrics.totals.count(Event::CardSaved);
            let no_store = (CACHE_CONTROL, "private, no-store");
            Ok(HttpResponse::Ok().insert_header(no_store).finish())
        }
        Verdict::Saving => Err(ApiError::new(Problem::SavingInProgress).retry_after(1)),
        Verdict::ActionRequired(id) => {
            let actions = state.card_storage.settings().actions.as_ref();
            // Switched off since: the customer cannot be sent on.
            let actions = actions.ok_or(Problem::GatewayNotAllowed)?;
            let url = actions.next_action(id);
            let language = language::of_request(&request);
            Err(ApiError::action_required(super::actions::in_language(
                &url, language,
            )))
        }
    }
}

/// The code of an SMS.
struct OtpForm {
    code: OtpCode,
}

impl Form for OtpForm {
    const IS_SECRET: bool = true;

    fn read(reader: &mut FormReader<'_>) -> Option<Self> {
        let code = reader.text("otp", OtpCode::parse, "otp-format")?;
        Some(Self { code })
    }
}

/// Saves the card. A repeated request waits a little for the outcome of the first one.
async fn save(
    storage: &CardStorage,
    snapshot: &Snapshot,
    owner: &FlowOwner,
    code: &OtpCode,
) -> Result<Verdict, ApiError> {
    for _ in 0..MAX_POLLS {
        let submitted = storage.submit_code(&snapshot.catalog, owner, code).await;
        match submitted {
            Ok(Verdict::Saving) | Err(StorageRefusal::SavingInProgress) => {
                tokio::time::sleep(POLL_INTERVAL).await;
            }
            Ok(decided @ (Verdict::Saved | Verdict::ActionRequired(_))) => return Ok(decided),
            Err(refusal) => return Err(refusal.into()),
        }
    }
    Ok(Verdict::Saving)
}
