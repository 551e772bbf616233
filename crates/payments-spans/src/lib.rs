//! The spans of traces, and every attribute that they may have.
//!
//! All attributes pass through the functions here. They take words of the program, statuses, patterns of routes and hosts of
//! providers: nothing that a customer, a caller or a provider sent. The names are OpenTelemetry's semantic conventions
//! where there is one; `url.full` and `db.query.text` are left out, since they can hold tokens and keys.
//!
//! The spans have targets of their own. Where the subscriber disables them, a span is a comparison of an integer, and its
//! attributes are not computed.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use pin_project_lite::pin_project;
use tracing::field::{Empty, display};
use tracing::instrument::{Instrument as _, Instrumented};
use tracing::{Level, span};

pub use tracing::Span;

/// The target of spans that begin a trace in this process.
pub const ROOT: &str = "payments_spans::root";
/// The target of spans that only exist within a [`ROOT`] span.
pub const WITHIN: &str = "payments_spans::within";

/// The keys of all attributes.
pub const ATTRIBUTES: [&str; 11] = [
    "db.operation.name",
    "db.query.summary",
    "db.system.name",
    "error.type",
    "http.request.method",
    "http.response.status_code",
    "http.route",
    "payments.operation",
    "payments.provider",
    "server.address",
    "server.port",
];

/// A request that is answered.
pub fn request(method: &'static str) -> Span {
    span!(
        target: ROOT,
        Level::TRACE,
        "request",
        otel.kind = "server",
        otel.name = method,
        otel.status_code = Empty,
        http.request.method = method,
        http.route = Empty,
        http.response.status_code = Empty,
        error.type = Empty,
    )
}

/// Records the response to a [`request`]: the pattern of its route, its status, and the error's code if the service failed.
pub fn answered(
    request: &Span,
    route: Option<&str>,
    status: u16,
    failure: impl FnOnce() -> &'static str,
) {
    if request.is_disabled() {
        return;
    }
    request.record("http.route", route);
    request.record("http.response.status_code", status);
    if status >= 500 {
        fail(request, failure());
    }
}

/// A run of a background job.
pub fn job(name: &'static str) -> Span {
    span!(target: ROOT, Level::TRACE, "job", otel.name = name)
}

/// A query of a database, or a transaction. `name` is computed only if the span is enabled.
pub fn query(system: &'static str, operation: &'static str, name: impl FnOnce() -> String) -> Span {
    if !is_within() {
        return Span::none();
    }
    let name = name();
    span!(
        target: WITHIN,
        Level::TRACE,
        "query",
        otel.kind = "client",
        otel.name = name,
        otel.status_code = Empty,
        db.system.name = system,
        db.operation.name = operation,
        db.query.summary = name,
        error.type = Empty,
    )
}

/// A command of Redis, without its arguments.
pub fn redis(command: impl FnOnce() -> &'static str) -> Span {
    if !is_within() {
        return Span::none();
    }
    let command = command();
    span!(
        target: WITHIN,
        Level::TRACE,
        "redis",
        otel.kind = "client",
        otel.name = command,
        otel.status_code = Empty,
        db.system.name = "redis",
        db.operation.name = command,
        error.type = Empty,
    )
}

/// What a provider is asked for, with all the calls that it takes.
pub fn provider_operation(provider: &'static str, operation: &'static str) -> Span {
    span!(
        target: WITHIN,
        Level::TRACE,
        "provider",
        otel.name = format_args!("{provider} {operation}"),
        otel.status_code = Empty,
        payments.provider = provider,
        payments.operation = operation,
        error.type = Empty,
    )
}

/// One HTTP request to a provider at `host` or `host:port`.
pub fn provider_call(provider: &'static str, method: &str, authority: &str) -> Span {
    let port = authority
        .rsplit_once(':')
        .and_then(|(host, port)| Some((host, port.parse().ok()?)));
    let (host, port): (&str, u16) = port.unwrap_or((authority, 443));
    span!(
        target: WITHIN,
        Level::TRACE,
        "call",
        otel.kind = "client",
        otel.name = method,
        otel.status_code = Empty,
        payments.provider = provider,
        http.request.method = method,
        http.response.status_code = Empty,
        server.address = host,
        server.port = port,
        error.type = Empty,
    )
}

/// Records the status of the response to a [`provider_call`].
pub fn received(call: &Span, status: u16) {
    call.record("http.response.status_code", status);
    if status >= 400 {
        call.record("error.type", display(status));
        call.record("otel.status_code", "ERROR");
    }
}

/// Runs `work` in a span, and records the type of its error.
pub fn within<F, T, E, W>(span: Span, work: F, error_type: W) -> Within<F, W>
where
    F: Future<Output = Result<T, E>>,
    W: Fn(&E) -> &'static str,
{
    Within {
        work: work.instrument(span),
        error_type,
    }
}

pin_project! {
    /// Work in a span. An `async` function would hold the work twice.
    pub struct Within<F, W> {
        #[pin]
        work: Instrumented<F>,
        error_type: W,
    }
}

impl<F, T, E, W> Future for Within<F, W>
where
    F: Future<Output = Result<T, E>>,
    W: Fn(&E) -> &'static str,
{
    type Output = Result<T, E>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        let result = ready!(this.work.as_mut().poll(context));
        if let Err(error) = &result {
            fail(this.work.span(), (this.error_type)(error));
        }
        Poll::Ready(result)
    }
}

fn fail(span: &Span, error_type: &'static str) {
    span.record("error.type", error_type);
    span.record("otel.status_code", "ERROR");
}

/// Whether the current task is in a trace.
fn is_within() -> bool {
    tracing::span_enabled!(target: WITHIN, Level::TRACE)
}

/// The span of a caller for whom another task works; none outside of a trace.
pub fn caller() -> Span {
    if is_within() {
        Span::current()
    } else {
        Span::none()
    }
}

/// Does work for several callers at once: in the span of the first that has one, linked to those of the others.
pub fn for_callers<F: Future>(callers: &[Span], work: F) -> Instrumented<F> {
    let mut traced = callers.iter().filter(|caller| !caller.is_none());
    let Some(first) = traced.next() else {
        return work.instrument(Span::none());
    };
    let mut others = traced.peekable();
    if others.peek().is_none() {
        return work.instrument(first.clone());
    }
    let shared = first.in_scope(|| span!(target: WITHIN, Level::TRACE, "shared query"));
    for other in others {
        shared.follows_from(other);
    }
    work.instrument(shared)
}
