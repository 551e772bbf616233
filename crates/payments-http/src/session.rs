//! The session of a request.

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use futures_util::future::LocalBoxFuture;
use payments_core::session::SessionId;
use payments_demo::{CUSTOMER_SESSION, VISITOR_SESSION};

use crate::cookies;
use crate::error::ApiError;
use crate::settings::Settings;
use crate::state::{AppState, of_request};

/// A request with more distinct ids than that has no session.
const MAX_CANDIDATES: usize = 4;

/// The session id of a request's cookies, if it is well-formed; a single one is not looked up.
#[derive(Clone, Debug)]
pub(crate) struct SessionCookie(pub Option<SessionId>);

/// The well-formed ids in a request's cookies of this name. The demo's public ids count only if the demo is enabled.
fn candidates(request: &HttpRequest, name: &str, settings: &Settings) -> Vec<SessionId> {
    let is_demo = |text: &str| [CUSTOMER_SESSION, VISITOR_SESSION].contains(&text);
    let use_x_cookie = settings.session.enable_x_cookie_header;
    let mut texts: Vec<&str> = cookies::values(request, name, use_x_cookie)
        .filter(|text| settings.demo.enabled || !is_demo(text))
        .collect();
    texts.sort_unstable();
    texts.dedup();
    let ids = texts
        .into_iter()
        .filter_map(|text| SessionId::parse(text).ok());
    ids.collect()
}

/// The session of a request. Of several ids the only live session counts, since a stale cookie of a parent domain may
/// be present; of several live ones none, since a sibling domain may have planted one. Fails with 503 if there are
/// several ids and the database does not answer.
pub(crate) async fn session_id(
    request: &HttpRequest,
    state: &AppState,
) -> Result<Option<SessionId>, ApiError> {
    let settings = &state.settings;
    let named = candidates(request, &settings.session.cookie_name, settings);
    let second = if settings.session.accept_sessionid {
        candidates(request, "sessionid", settings)
    } else {
        Vec::new()
    };
    if named.len() + second.len() <= 1 {
        return Ok(named.into_iter().chain(second).next());
    }
    for ids in [named, second] {
        if ids.len() > MAX_CANDIDATES {
            return Ok(None);
        }
        let mut live = Vec::new();
        for id in ids {
            let now = state.clock.now();
            if state.sessions.find(&id.digest(), now).await?.is_some() {
                live.push(id);
            }
        }
        if let Some(id) = live.pop() {
            return Ok(live.is_empty().then_some(id));
        }
    }
    Ok(None)
}

impl FromRequest for SessionCookie {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { Ok(Self(session_id(&request, &*of_request(&request)?).await?)) })
    }
}
