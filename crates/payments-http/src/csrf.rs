//! CSRF tokens: signed, and bound to the session if there is one.
//!
//! A token is `HMAC(key, holder ‖ random) . random`, in hexadecimal. The holder is a customer's session or one of the
//! console. A token that was fetched without a session is unbound, and counts only together with an equal `csrftoken`
//! cookie (the contract, CSRF).

use actix_web::http::header::{CACHE_CONTROL, HeaderName, HeaderValue, SET_COOKIE};
use actix_web::{HttpRequest, HttpResponse, web};
use payments_core::keys::Keys;
use payments_core::session::SessionId;
use serde_json::json;
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use crate::cookies::{self, Found};
use crate::error::{ApiError, Problem};
use crate::manage_session;
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

/// Whose a token is.
#[derive(Clone, Copy)]
pub(crate) enum Holder<'h> {
    /// It was fetched without a session.
    None,
    /// A customer's session.
    Session(&'h SessionId),
    /// A session of the console.
    Console(&'h manage_session::Id),
}

/// A new token.
pub(crate) fn token(state: &AppState, holder: Holder<'_>) -> String {
    let mut random = [0; RANDOM_BYTES];
    state.entropy.fill(&mut random);
    let keys = state.card_storage.keys();
    let signature = keys.csrf_tag(&message(holder, &random));
    format!("{}.{}", hex::encode(signature), hex::encode(random))
}

async fn fetch(state: web::Data<AppState>, session: SessionCookie) -> HttpResponse {
    let token = token(
        &state,
        session.0.as_ref().map_or(Holder::None, Holder::Session),
    );
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
    let (header, token) = given(request)?;
    let keys = state.card_storage.keys();
    let accepts_unbound = state.settings.csrf.accept_unbound;
    if token.is_of(keys, Holder::Session(session))
        || accepts_unbound
            && token.is_of(keys, Holder::None)
            && cookie_equals(request, state, header.as_bytes())
    {
        Ok(())
    } else {
        Err(Problem::CsrfFailed.into())
    }
}

/// Checks the token of a request by a session of the console, with the errors of [`check`].
pub(crate) fn check_of_console(
    request: &HttpRequest,
    state: &AppState,
    session: &manage_session::Id,
) -> Result<(), ApiError> {
    let (_, token) = given(request)?;
    if token.is_of(state.card_storage.keys(), Holder::Console(session)) {
        Ok(())
    } else {
        Err(Problem::CsrfFailed.into())
    }
}

/// The one token in the header of a request.
fn given(request: &HttpRequest) -> Result<(&HeaderValue, Token), ApiError> {
    let mut headers = request.headers().get_all(HEADER);
    let header = headers.next().ok_or(Problem::CsrfMissing)?;
    let is_only = headers.all(|other| other == header);
    let token = header
        .to_str()
        .ok()
        .and_then(Token::parse)
        .filter(|_| is_only);
    Ok((header, token.ok_or(Problem::CsrfFailed)?))
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

    /// Whether we signed it for this holder.
    fn is_of(&self, keys: &Keys, holder: Holder<'_>) -> bool {
        keys.csrf_tag_is_valid(&message(holder, &self.random), &self.signature)
    }
}

/// The signed message. Session ids contain no NUL, and ids of the console have one length, so the messages of two
/// holders, or of none, never collide.
fn message(holder: Holder<'_>, random: &[u8; RANDOM_BYTES]) -> Zeroizing<Vec<u8>> {
    let mut message = Zeroizing::new(Vec::with_capacity(160));
    match holder {
        Holder::Session(session) => {
            message.extend_from_slice(b"session\0");
            session.expose(|id| message.extend_from_slice(id));
        }
        Holder::Console(id) => {
            message.extend_from_slice(b"console\0");
            message.extend_from_slice(id);
        }
        Holder::None => message.extend_from_slice(b"unbound"),
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
