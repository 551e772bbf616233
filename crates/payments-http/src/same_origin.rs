//! Whether a browser sent a request from one of the service's own pages.

use actix_web::HttpRequest;
use actix_web::http::header::{HeaderName, HeaderValue, ORIGIN};

use crate::caller_url;
use crate::state::AppState;

const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Whether `Sec-Fetch-Site` and `Origin`, where they are present, say that a page of this address sent the request. All
/// browsers send one of them with a request that changes something.
pub(crate) fn is_same_origin(request: &HttpRequest, state: &AppState) -> bool {
    let headers = request.headers();
    let mut sites = headers.get_all(FETCH_SITE);
    let mut origins = headers.get_all(ORIGIN);
    sites.all(|site| site == "same-origin") && origins.all(|origin| is_own(origin, request, state))
}

/// Whether an origin is that of the address that the request was sent to. In front of the customers' address, a proxy may
/// replace the host: then `http.public_url` names the address.
fn is_own(origin: &HeaderValue, request: &HttpRequest, state: &AppState) -> bool {
    let host = |origin: &str| Some(origin.split_once("://")?.1.to_owned());
    let Some(given) = origin.to_str().ok().and_then(host) else {
        return false;
    };
    let is = |own: &str| own.eq_ignore_ascii_case(&given);
    let public = state.public_url.strip_suffix(state.base_path());
    let is_elsewhere = state.settings.manage.address().is_some();
    let public = public.and_then(host).filter(|_| !is_elsewhere);
    caller_url::host(request).is_some_and(|own| is(&own)) || public.is_some_and(|own| is(&own))
}
