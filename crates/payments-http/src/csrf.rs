//! CSRF tokens: signed, and bound to the session if there is one.
//!
//! A token is `HMAC(key, session ‖ random) . random`, in hexadecimal. One that was fetched without a session is
//! unbound, and counts only together with an equal `csrftoken` cookie (the contract, CSRF).

use actix_web::http::header::{CACHE_CONTROL, HeaderName, SET_COOKIE};
use actix_web::{HttpRequest, HttpResponse, web};
use payments_core::keys::Keys;
use payments_core::session::SessionId;
use serde_json::json;
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use crate::cookies::{self, Found};
use crate::error::{ApiError, Problem};
use crate::routes;
use crate::session::SessionCookie;
use crate::settings::Environment;
use crate::state::AppState;

/// The cookie with the token.
pub(crate) const COOKIE_NAME: &str = "csrftoken";
/// The header with the token.
const HEADER: HeaderName = HeaderName::from_static("x-csrftoken");
/// Bytes of randomness in a token.
const RANDOM_BYTES: usize = 16;
/// Bytes of a signature.
const SIGNATURE_BYTES: usize = 32;

/// The route of `GET /csrf_token/`.
pub(crate) fn configure(config: &mut web::ServiceConfig) {
    config.service(routes::get(["/csrf_token/", "/csrf_token"], fetch));
}

async fn fetch(state: web::Data<AppState>, session: SessionCookie) -> HttpResponse {
    let mut random = [0; RANDOM_BYTES];
    state.entropy.fill(&mut random);
    let signature = state
        .card_storage
        .keys()
        .csrf_tag(&message(session.0.as_ref(), &random));
    let token = format!("{}.{}", hex::encode(signature), hex::encode(random));
    let secure = match state.settings.environment {
        Environment::Production => "; Secure",
        Environment::Development => "",
    };
    let cookie = format!("{COOKIE_NAME}={token}; Path=/; HttpOnly; SameSite=Lax{secure}");
    HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "private, no-store"))
        .insert_header((SET_COOKIE, cookie))
        .json(json!({ "csrf_token": token }))
}

/// Checks the token of a session's request, or fails with 403: [`Problem::CsrfMissing`] or [`Problem::CsrfFailed`].
pub(crate) fn check(
    request: &HttpRequest,
    state: &AppState,
    session: &SessionId,
) -> Result<(), ApiError> {
    let mut headers = request.headers().get_all(HEADER);
    let Some(header) = headers.next() else {
        return Err(Problem::CsrfMissing.into());
    };
    let is_only = headers.all(|other| other == header);
    let token = header
        .to_str()
        .ok()
        .and_then(Token::parse)
        .filter(|_| is_only);
    let Some(token) = token else {
        return Err(Problem::CsrfFailed.into());
    };
    let keys = state.card_storage.keys();
    let accepts_unbound = state.settings.csrf.accept_unbound;
    if token.is_of(keys, Some(session))
        || accepts_unbound
            && token.is_of(keys, None)
            && cookie_equals(request, state, header.as_bytes())
    {
        Ok(())
    } else {
        Err(Problem::CsrfFailed.into())
    }
}

struct Token {
    signature: [u8; SIGNATURE_BYTES],
    random: [u8; RANDOM_BYTES],
}

impl Token {
    fn parse(text: &str) -> Option<Self> {
        let (signature, random) = text.split_once('.')?;
        let mut token = Self {
            signature: [0; SIGNATURE_BYTES],
            random: [0; RANDOM_BYTES],
        };
        hex::decode_to_slice(signature, &mut token.signature).ok()?;
        hex::decode_to_slice(random, &mut token.random).ok()?;
        Some(token)
    }

    /// Whether we signed it for this session, or for none.
    fn is_of(&self, keys: &Keys, session: Option<&SessionId>) -> bool {
        keys.csrf_tag_is_valid(&message(session, &self.random), &self.signature)
    }
}

/// The signed message. Session ids contain no NUL, so the messages of two sessions, or of none, never collide.
fn message(session: Option<&SessionId>, random: &[u8; RANDOM_BYTES]) -> Zeroizing<Vec<u8>> {
    let mut message = Zeroizing::new(Vec::with_capacity(160));
    match session {
        Some(session) => {
            message.extend_from_slice(b"session\0");
            session.expose(|id| message.extend_from_slice(id));
        }
        None => message.extend_from_slice(b"unbound"),
    }
    message.push(0);
    message.extend_from_slice(random);
    message
}

fn cookie_equals(request: &HttpRequest, state: &AppState, header: &[u8]) -> bool {
    let use_x_cookie = state.settings.session.enable_x_cookie_header;
    match cookies::find(request, COOKIE_NAME, use_x_cookie) {
        Found::One(value) => value.as_bytes().ct_eq(header).into(),
        Found::Absent | Found::Ambiguous => false,
    }
}
