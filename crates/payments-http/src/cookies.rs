//! Reads cookies, with a defined result for a name that is sent twice.

use actix_web::HttpRequest;
use actix_web::http::header::{COOKIE, HeaderName};

/// The result of looking up a cookie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Found<'r> {
    Absent,
    /// One value, sent once or repeatedly.
    One(&'r str),
    /// Several values: a sibling domain may have planted one, so none is trusted.
    Ambiguous,
}

/// The header that replaces `Cookie` if the settings say so.
const X_COOKIE: HeaderName = HeaderName::from_static("x-cookie");

/// The values of all cookies of a name, in order. With `use_x_cookie`, an `X-Cookie` header is read
/// instead of `Cookie`. Other cookies may contain any bytes without hiding these.
pub(crate) fn values<'r>(
    request: &'r HttpRequest,
    name: &str,
    use_x_cookie: bool,
) -> impl Iterator<Item = &'r str> {
    let replaced = use_x_cookie && request.headers().contains_key(&X_COOKIE);
    let header = if replaced { X_COOKIE } else { COOKIE };
    let pairs = request
        .headers()
        .get_all(header)
        .flat_map(|value| value.as_bytes().split(|byte| *byte == b';'))
        .filter_map(|pair| std::str::from_utf8(pair).ok())
        .filter_map(|pair| pair.trim_matches([' ', '\t']).split_once('='));
    pairs
        .filter(move |(found, _)| *found == name)
        .map(|(_, value)| value)
}

/// Looks up a cookie among its [`values`].
pub(crate) fn find<'r>(request: &'r HttpRequest, name: &str, use_x_cookie: bool) -> Found<'r> {
    values(request, name, use_x_cookie).fold(Found::Absent, |found, value| match found {
        Found::Absent => Found::One(value),
        Found::One(before) if before == value => found,
        Found::One(_) | Found::Ambiguous => Found::Ambiguous,
    })
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;
    use actix_web::test::TestRequest;

    use super::{Found, find};

    fn check(headers: &[(&'static str, &'static str)], use_x_cookie: bool, expected: Found<'_>) {
        let mut request = TestRequest::default();
        for header in headers {
            let value = HeaderValue::from_bytes(header.1.as_bytes()).expect("a value");
            request = request.append_header((header.0, value));
        }
        assert_eq!(
            find(&request.to_http_request(), "id", use_x_cookie),
            expected,
            "{headers:?}"
        );
    }

    #[test]
    fn a_cookie_is_found_among_others() {
        check(&[], false, Found::Absent);
        check(&[("cookie", "a=1; id=x; b=2")], false, Found::One("x"));
        check(
            &[("cookie", "a=1"), ("cookie", "id=x=y;")],
            false,
            Found::One("x=y"),
        );
        check(
            &[("cookie", "şehir=İstanbul; id=x; ad=Şükrü")],
            false,
            Found::One("x"),
        );
        check(
            &[("cookie", "xid=1; id2=2; ID=3; id")],
            false,
            Found::Absent,
        );
    }

    #[test]
    fn two_values_are_nobodys_but_one_value_sent_twice_is_one() {
        check(&[("cookie", "id=x; id=x")], false, Found::One("x"));
        check(&[("cookie", "id=x; id=y; id=x")], false, Found::Ambiguous);
        check(
            &[("cookie", "id=x"), ("cookie", "id=")],
            false,
            Found::Ambiguous,
        );
    }

    #[test]
    fn x_cookie_replaces_cookie_only_under_its_setting() {
        let both = [("cookie", "id=x"), ("x-cookie", "id=y")];
        check(&both, false, Found::One("x"));
        check(&both, true, Found::One("y"));
        check(
            &[("cookie", "id=x"), ("x-cookie", "a=1")],
            true,
            Found::Absent,
        );
        check(&[("cookie", "id=x")], true, Found::One("x"));
    }
}
