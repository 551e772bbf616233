//! CSRF tokens: signed, bound to a session where there is one.
//!
//! A token is `HMAC(key, session ‖ random) . random`, in hexadecimal. One that was fetched without a session is
//! unbound, and counts only together with an equal `csrftoken` cookie (the contract, CSRF).

use actix_web::cookie::{Cookie, SameSite};
use actix_web::http::header::{CACHE_CONTROL, HeaderName};
use actix_web::{HttpRequest, HttpResponse, web};
use hmac::{Hmac, KeyInit as _, Mac as _};
use payments_core::session::SessionId;
use serde_json::json;
use sha2::Sha256;
use subtle::ConstantTimeEq as _;

use crate::cookies::{self, Found};
use crate::error::{ApiError, Problem};
use crate::keys::DerivedKeys;
use crate::routes;
use crate::session::SessionCookie;
use crate::settings::Environment;
use crate::state::AppState;

/// Name of the cookie that carries the token.
pub const COOKIE_NAME: &str = "csrftoken";
/// Name of the header that carries the token.
const HEADER: HeaderName = HeaderName::from_static("x-csrftoken");
/// Bytes of randomness in a token.
const RANDOM_BYTES: usize = 16;
/// Bytes of a signature.
const SIGNATURE_BYTES: usize = 32;

/// The route of `GET /csrf_token/`.
pub fn configure(config: &mut web::ServiceConfig) {
    config.service(routes::get(["/csrf_token/", "/csrf_token"], fetch));
}

async fn fetch(state: web::Data<AppState>, session: SessionCookie) -> HttpResponse {
    let mut random = [0; RANDOM_BYTES];
    state.entropy.fill(&mut random);
    let signature = sign(state.keys.csrf.newest(), session.0.as_ref(), &random);
    let token = format!("{}.{}", hex::encode(signature), hex::encode(random));
    let cookie = Cookie::build(COOKIE_NAME, token.as_str())
        .path("/")
        .http_only(true)
        .secure(state.settings.environment == Environment::Production)
        .same_site(SameSite::Lax)
        .finish();
    HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "private, no-store"))
        .cookie(cookie)
        .json(json!({ "csrf_token": token }))
}

/// Checks the token of a request by a session.
///
/// # Errors
/// 403: [`Problem::CsrfMissing`] or [`Problem::CsrfFailed`].
pub fn check(request: &HttpRequest, state: &AppState, session: &SessionId) -> Result<(), ApiError> {
    let mut headers = request.headers().get_all(HEADER);
    let Some(header) = headers.next() else { return Err(Problem::CsrfMissing.into()) };
    let is_only = headers.all(|other| other == header);
    let token = header.to_str().ok().and_then(Token::parse).filter(|_| is_only);
    let Some(token) = token else { return Err(Problem::CsrfFailed.into()) };
    let accepts_unbound = state.settings.csrf.accept_unbound;
    if token.is_of(&state.keys.csrf, Some(session))
        || accepts_unbound
            && token.is_of(&state.keys.csrf, None)
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
        let mut token = Self { signature: [0; SIGNATURE_BYTES], random: [0; RANDOM_BYTES] };
        hex::decode_to_slice(signature, &mut token.signature).ok()?;
        hex::decode_to_slice(random, &mut token.random).ok()?;
        Some(token)
    }

    /// Whether any of our keys signed it for this session, or for none.
    fn is_of(&self, keys: &DerivedKeys, session: Option<&SessionId>) -> bool {
        let matches = |key: &[u8; 32]| {
            bool::from(sign(key, session, &self.random).ct_eq(&self.signature))
        };
        keys.all().iter().any(|key| matches(key))
    }
}

fn sign(
    key: &[u8; 32],
    session: Option<&SessionId>,
    random: &[u8; RANDOM_BYTES],
) -> [u8; SIGNATURE_BYTES] {
    // Session ids have no NUL, so that no session's token is another's or nobody's.
    let mut signer = Signer::new(key.into());
    match session {
        Some(session) => {
            signer.update(b"session\0");
            session.expose(|id| signer.update(id));
        }
        None => signer.update(b"unbound"),
    }
    signer.update(b"\0");
    signer.update(random);
    signer.finalize().into_bytes().into()
}

type Signer = Hmac<Sha256>;

fn cookie_equals(request: &HttpRequest, state: &AppState, header: &[u8]) -> bool {
    let use_x_cookie = state.settings.session.enable_x_cookie_header;
    match cookies::find(request, COOKIE_NAME, use_x_cookie) {
        Found::One(value) => value.as_bytes().ct_eq(header).into(),
        Found::Absent | Found::Ambiguous => false,
    }
}
