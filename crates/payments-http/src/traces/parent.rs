//! The span of a caller, from `traceparent` (W3C Trace Context).
//!
//! `tracestate` is not read: its text is another system's.

use actix_web::http::header::HeaderMap;
use opentelemetry::Context;
use opentelemetry::propagation::{Extractor, TextMapPropagator as _};
use opentelemetry::trace::{SpanContext, TraceContextExt as _};
use opentelemetry_sdk::propagation::TraceContextPropagator;
use payments_core::card::Pan;

const TRACEPARENT: &str = "traceparent";
/// More than version 00 has (55 bytes), for fields that later versions append.
const MAX_BYTES: usize = 128;

/// The caller's span; `None` without a valid header.
pub(super) fn of(headers: &HeaderMap) -> Option<SpanContext> {
    let mut values = headers.get_all(TRACEPARENT);
    let value = values.next()?.to_str().ok()?;
    if values.next().is_some() || value.len() > MAX_BYTES || !is_well_formed(value) {
        return None;
    }
    let found = TraceContextPropagator::new().extract_with_context(&Context::new(), &Only(value));
    let parent = found.span().span_context().clone();
    let ids = [parent.trace_id().to_string(), parent.span_id().to_string()];
    let is_usable = parent.is_valid() && !ids.iter().any(|id| may_hold_card_number(id));
    is_usable.then_some(parent)
}

/// Whether the parts have their lengths and digits, which the propagator does not check.
fn is_well_formed(value: &str) -> bool {
    const DIGITS: [usize; 4] = [2, 32, 16, 2];
    let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    let is_part = |part: &str, length| part.len() == length && part.bytes().all(is_digit);
    let mut parts = value.split('-');
    DIGITS
        .into_iter()
        .all(|length| parts.next().is_some_and(|part| is_part(part, length)))
}

/// Whether a card number may be hidden in an id. Of random ids, one in several hundred is refused.
fn may_hold_card_number(id: &str) -> bool {
    const MAX_DIGITS: usize = 19;
    let mut runs = id.split(|sign: char| !sign.is_ascii_digit());
    runs.any(|run| run.len() > MAX_DIGITS || Pan::parse(run).is_ok())
}

/// One header.
struct Only<'h>(&'h str);

impl Extractor for Only<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        (key == TRACEPARENT).then_some(self.0)
    }

    fn keys(&self) -> Vec<&str> {
        vec![TRACEPARENT]
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};

    use super::of;

    fn parent(values: &[&str]) -> Option<String> {
        let mut headers = HeaderMap::new();
        for value in values {
            let name = HeaderName::from_static("traceparent");
            headers.append(name, HeaderValue::from_str(value).unwrap());
        }
        of(&headers).map(|parent| format!("{} {}", parent.trace_id(), parent.span_id()))
    }

    const GOOD: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    #[test]
    fn a_valid_header_names_the_callers_span() {
        let named = "4bf92f3577b34da6a3ce929d0e0e4736 00f067aa0ba902b7";
        for header in [
            GOOD,
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00",
        ] {
            assert_eq!(parent(&[header]).as_deref(), Some(named), "{header}");
        }
    }

    #[test]
    fn an_invalid_header_is_ignored() {
        for header in [
            "",
            "00",
            "not a trace",
            "00-4bf92f3577b34da6a3ce929d0e0e473-00f067aa0ba902b7-01",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
            "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
        ] {
            assert_eq!(parent(&[header]), None, "{header}");
        }
        assert_eq!(parent(&[GOOD, GOOD]), None, "two headers");
        assert_eq!(parent(&[&format!("{GOOD}{}", "-x".repeat(99))]), None);
    }

    #[test]
    fn an_id_that_may_be_a_card_number_is_not_taken_over() {
        for header in [
            "00-5528790000000008abcdefabcdefabcd-00f067aa0ba902b7-01",
            "00-55287900000000080000000000000000-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-5528790000000008-01",
        ] {
            assert_eq!(parent(&[header]), None, "{header}");
        }
    }
}
