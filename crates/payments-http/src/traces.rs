//! Traces: the spans of `payments-spans`, exported to an OpenTelemetry collector.

mod collector;
mod export;
mod filter;
mod parent;
mod sampling;

use std::sync::OnceLock;

use actix_web::http::header::HeaderMap;
use opentelemetry::Context;
use opentelemetry::trace::TraceContextExt as _;
use payments_spans::Span;
use tracing::field::display;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

pub(crate) use export::{Exporter, counts};

use sampling::Sampling;

/// Which traces are exported; unset without an endpoint.
static SAMPLING: OnceLock<Sampling> = OnceLock::new();

/// The span of a request; none if its trace is not exported. The trace's id becomes part of the request's log lines.
pub(crate) fn request(method: &'static str, headers: &HeaderMap, log: &Span) -> Span {
    let Some(sampling) = SAMPLING.get() else {
        return Span::none();
    };
    let parent = parent::of(headers);
    if !sampling.includes(parent.as_ref()) {
        return Span::none();
    }
    let span = log.in_scope(|| payments_spans::request(method));
    if let Some(parent) = parent {
        let parent = Context::new().with_remote_span_context(parent);
        // Fails only if the span is disabled or has begun.
        drop(span.set_parent(parent));
    }
    let context = span.context();
    let trace_id = context.span().span_context().trace_id();
    log.record("trace_id", display(trace_id));
    span
}

/// The span of a run of a background job; none if its trace is not exported.
pub(crate) fn job(name: &'static str) -> Span {
    match SAMPLING.get() {
        Some(sampling) if sampling.draw() => payments_spans::job(name),
        Some(_) | None => Span::none(),
    }
}

/// The `traceparent` of a call that is made in this span (W3C Trace Context); `None` if its trace is not exported.
pub(crate) fn traceparent(span: &Span) -> Option<String> {
    let context = span.context();
    let span = context.span();
    let of = span.span_context();
    let is_exported = of.is_valid() && of.is_sampled();
    is_exported.then(|| format!("00-{}-{}-01", of.trace_id(), of.span_id()))
}
