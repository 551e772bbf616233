//! `ETag`, `If-Match` and `If-None-Match` of management objects.

use actix_web::http::header::{ETAG, HeaderMap, HeaderName, HeaderValue, IF_MATCH, IF_NONE_MATCH};
use actix_web::{HttpRequest, HttpResponse};
use payments_core::import::{Etag, Written};
use payments_core::record::{Preconditions, Record, Stored, Tags};

use crate::error::{ApiError, FieldError, Problem};

/// The most tags that are compared.
const MAX_TAGS: usize = 32;

/// The conditions of a request. A header that is not a list of tags is a 400.
pub(super) fn of_request(request: &HttpRequest) -> Result<Preconditions, ApiError> {
    Ok(Preconditions {
        if_match: tags(request.headers(), &IF_MATCH, Strength::Strong)?,
        if_none_match: tags(request.headers(), &IF_NONE_MATCH, Strength::Weak)?,
    })
}

/// How tags are compared (RFC 9110, section 8.8.3.2).
#[derive(Clone, Copy, PartialEq, Eq)]
enum Strength {
    /// A weak tag matches nothing.
    Strong,
    /// A weak tag counts as a strong one: proxies that compress answers weaken them.
    Weak,
}

fn tags(
    headers: &HeaderMap,
    name: &HeaderName,
    strength: Strength,
) -> Result<Option<Tags>, ApiError> {
    let wrong = || ApiError {
        fields: vec![FieldError::at(
            name.as_str().to_owned(),
            "use * or entity tags in double quotes",
        )],
        ..ApiError::new(Problem::ValidationFailed)
    };
    let mut found: Option<Vec<Etag>> = None;
    for line in headers.get_all(name) {
        let line = line.to_str().map_err(|_| wrong())?;
        let mut rest = line.trim_matches([' ', '\t']);
        if rest == "*" {
            let is_alone = found.is_none() && headers.get_all(name).count() == 1;
            return if is_alone {
                Ok(Some(Tags::Any))
            } else {
                Err(wrong())
            };
        }
        let tags = found.get_or_insert_default();
        while !rest.is_empty() {
            let (is_weak, quoted) = match rest.strip_prefix("W/") {
                Some(quoted) => (true, quoted),
                None => (false, rest),
            };
            let (tag, after) = quoted
                .strip_prefix('"')
                .and_then(|quoted| quoted.split_once('"'))
                .ok_or_else(wrong)?;
            if !is_weak || strength == Strength::Weak {
                tags.push(Etag::named(tag));
            }
            let after = after.trim_start_matches([' ', '\t']);
            rest = match after.strip_prefix(',') {
                Some(next) => next.trim_start_matches([' ', '\t']),
                None if after.is_empty() => after,
                None => return Err(wrong()),
            };
        }
        if tags.len() > MAX_TAGS {
            return Err(wrong());
        }
    }
    Ok(found.map(Tags::Of))
}

/// The response for an object: 200 with its tag, 304 if the caller has it, or 412.
pub(super) fn shown(
    preconditions: &Preconditions,
    record: &Record,
) -> Result<HttpResponse, ApiError> {
    let stored = Stored::Object(record);
    let only = |if_match: Option<&Tags>, if_none_match: Option<&Tags>| Preconditions {
        if_match: if_match.cloned(),
        if_none_match: if_none_match.cloned(),
    };
    if !only(preconditions.if_match.as_ref(), None).hold(stored) {
        return Err(Problem::PreconditionFailed.into());
    }
    if !only(None, preconditions.if_none_match.as_ref()).hold(stored) {
        let mut answer = HttpResponse::NotModified();
        return Ok(answer.insert_header((ETAG, header(record))).finish());
    }
    Ok(HttpResponse::Ok()
        .insert_header((ETAG, header(record)))
        .json(Written(record)))
}

/// The value of `ETag`.
pub(super) fn header(record: &Record) -> HeaderValue {
    let quoted = format!("\"{}\"", Etag::of(record));
    HeaderValue::try_from(quoted).unwrap_or(HeaderValue::from_static("\"\""))
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;
    use payments_core::import::Etag;
    use payments_core::record::Tags;

    use super::of_request;

    #[test]
    fn conditions_are_read_as_http_writes_them() {
        let of = |names: &[&str]| {
            let tags = names.iter().map(|name| Etag::named(name));
            Some(Some(Tags::Of(tags.collect())))
        };
        for (text, strong, weak) in [
            ("*", Some(Some(Tags::Any)), Some(Some(Tags::Any))),
            ("\"a\"", of(&["a"]), of(&["a"])),
            (" \"a\" ,\t\"b\",", of(&["a", "b"]), of(&["a", "b"])),
            ("W/\"a\", \"b\"", of(&["b"]), of(&["a", "b"])),
            ("\"a,b\"", of(&["a,b"]), of(&["a,b"])),
            ("", of(&[]), of(&[])),
            ("a", None, None),
            ("\"a", None, None),
            ("\"a\" \"b\"", None, None),
            ("*, \"a\"", None, None),
            ("w/\"a\"", None, None),
        ] {
            let read = |name: &str| {
                let request = TestRequest::default().insert_header((name, text));
                of_request(&request.to_http_request()).ok()
            };
            assert_eq!(read("If-Match").map(|read| read.if_match), strong, "{text}");
            let if_none_match = read("If-None-Match").map(|read| read.if_none_match);
            assert_eq!(if_none_match, weak, "{text}");
        }
    }
}
