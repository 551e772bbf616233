//! The URL that a caller reached the service under.

use std::borrow::Cow;

use actix_web::HttpRequest;
use actix_web::http::header::{HOST, HeaderName};
use actix_web::http::uri::Authority;

use crate::state::AppState;

const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// The base of links of the management API: on the customers' address `http.public_url` if it is set, whichever host
/// the request names; on the API's own address, the caller's.
pub(crate) fn link_base(request: &HttpRequest, state: &AppState) -> String {
    let settings = &state.settings;
    if settings.manage.address().is_none() && !settings.http.public_url.is_empty() {
        state.public_url.clone()
    } else {
        caller_url(request, &state.public_url)
    }
}

/// Scheme and authority of a request, and the path that a proxy strips if it is known: for links that only this caller
/// gets. Empty if the request does not name them, so that links begin at the root.
///
/// The headers come from the caller or its proxy. They are only repeated to the same caller, in responses that are not
/// stored.
fn caller_url(request: &HttpRequest, public_url: &str) -> String {
    let Some(host) = host(request) else {
        return String::new();
    };
    if let Some((scheme, rest)) = public_url.split_once("://") {
        let (public_host, base) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
        if public_host.eq_ignore_ascii_case(&host) {
            return format!("{scheme}://{host}{base}");
        }
    }
    let scheme = match request.headers().get(FORWARDED_PROTO) {
        Some(proto) if proto.as_bytes().eq_ignore_ascii_case(b"https") => "https",
        Some(_) | None => "http",
    };
    format!("{scheme}://{host}")
}

/// The one `Host`, if it is a host with or without a port; of HTTP/2 it is in the request's target.
pub(crate) fn host(request: &HttpRequest) -> Option<Cow<'_, str>> {
    let mut headers = request.headers().get_all(HOST);
    let named = match (headers.next(), headers.next()) {
        (Some(host), None) => host.to_str().ok()?,
        (None, _) => request.uri().authority()?.as_str(),
        (Some(_), Some(_)) => return None,
    };
    let authority: Authority = named.parse().ok()?;
    let is_plain = !named.contains('@') && !authority.host().is_empty();
    is_plain.then(|| Cow::Owned(authority.as_str().to_owned()))
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::caller_url;

    #[test]
    fn links_begin_as_the_caller_came() {
        for (host, proto, public_url, expected) in [
            (
                "localhost:8081",
                None,
                "https://shop.example",
                "http://localhost:8081",
            ),
            ("payments:8081", Some("https"), "", "https://payments:8081"),
            ("payments", Some("gopher"), "", "http://payments"),
            ("[::1]:80", None, "", "http://[::1]:80"),
            (
                "shop.example",
                None,
                "https://shop.example",
                "https://shop.example",
            ),
            (
                "Shop.example",
                None,
                "https://shop.example/pay",
                "https://Shop.example/pay",
            ),
            ("a b", None, "https://shop.example", ""),
            ("user@shop.example", None, "https://shop.example", ""),
            ("shop.example/x", None, "", ""),
            ("", None, "https://shop.example", ""),
        ] {
            let mut request = TestRequest::default().insert_header(("Host", host));
            if let Some(proto) = proto {
                request = request.insert_header(("X-Forwarded-Proto", proto));
            }
            let url = caller_url(&request.to_http_request(), public_url);
            assert_eq!(url, expected, "{host:?} {proto:?}");
        }
        let none = TestRequest::default().to_http_request();
        assert_eq!(caller_url(&none, "https://shop.example"), "");
    }
}
