//! `PATCH /manage/v1/<part>/<key>/`: a JSON merge patch (RFC 7396) of an object.

use actix_web::web::{Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse};
use payments_core::audit::Author;
use payments_core::import::{Document, Etag, Reading};
use payments_core::record::{Key, Part, Preconditions, Stored, Tags};

use super::change::WriteError;
use super::{Principal, body, change, conditions, objects, path};
use crate::error::{ApiError, Problem};
use crate::state::AppState;

const MEDIA_TYPES: [&str; 2] = ["application/merge-patch+json", "application/json"];
/// The attempts to patch an object that is changed concurrently.
const ATTEMPTS: u32 = 5;

/// Changes the fields in the body; `null` resets a field to its default. Nothing is written if it fails: with 400 and
/// every error by its JSON pointer, 404 if there is no such object, 412 for failed preconditions, or 409 naming what
/// belongs to an account or gateway that would be removed.
pub(super) async fn patch(
    principal: Principal,
    state: Data<AppState>,
    request: HttpRequest,
    path: Path<(String, String)>,
    payload: Payload,
) -> Result<HttpResponse, ApiError> {
    let (part, key) = path::object(&path)?;
    let limit = state.settings.http.manage_body_limit_bytes;
    let bytes = body::read_as(&MEDIA_TYPES, &request, payload, limit).await?;
    let preconditions = conditions::of_request(&request)?;
    let author = principal.author(state.clock.now());
    let shared = state.clone();
    let patching = async move {
        let merge = Patch {
            part,
            key,
            bytes: &bytes,
            preconditions: &preconditions,
        };
        merge.write(&shared, &author).await
    };
    let document = change::detached(&state, patching).await??;
    tracing::info!(
        holder = principal.name,
        part = part.as_str(),
        "an object was patched"
    );
    objects::written(HttpResponse::Ok(), &document)
}

struct Patch<'p> {
    part: Part,
    key: Key,
    bytes: &'p [u8],
    preconditions: &'p Preconditions,
}

impl Patch<'_> {
    /// Patches the stored object, and writes the result only if it has not changed meanwhile.
    async fn write(&self, state: &AppState, author: &Author) -> Result<Document, ApiError> {
        for _ in 0..ATTEMPTS {
            let stored = state.records.get(self.part, &self.key).await?;
            let state_of_it = stored.as_ref().map_or(Stored::Absent, Stored::Object);
            if !self.preconditions.hold(state_of_it) {
                return Err(Problem::PreconditionFailed.into());
            }
            let stored = stored.ok_or(Problem::NotFound)?;
            let unchanged = Preconditions {
                if_match: Some(Tags::Of(vec![Etag::of(&stored)])),
                if_none_match: None,
            };
            let policy = change::policy(&state.settings);
            let reading = Reading::of_patch(&stored, self.bytes, &policy).only_if(unchanged);
            match change::write(state, reading, author).await {
                Ok((document, _)) => return Ok(document),
                Err(WriteError::PreconditionFailed) => {}
                Err(other) => return Err(other.into()),
            }
        }
        // It is changed concurrently all the time.
        Err(ApiError::new(Problem::Unavailable).retry_after(1))
    }
}
