//! Logs: one line per request, with an id that is also in the response; and the spans of traces.
//!
//! A line has the method, the route's pattern, the status, the duration, the principal, the client and the refusal's code:
//! never a cookie, a body, a query, a session or a phone number.

use std::sync::Arc;

use actix_web::body::{BoxBody, EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::HeaderValue;
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage as _, web};
use payments_gateways::request_id as outgoing_id;
use tracing::Instrument as _;
use tracing::field::Empty;
use tracing_subscriber::filter::{Filtered, Targets};
use tracing_subscriber::layer::{Layered, SubscriberExt as _};
use tracing_subscriber::util::{SubscriberInitExt as _, TryInitError};
use tracing_subscriber::{Layer, Registry, registry};

use crate::answer;
use crate::client_address::{self, client_address};
use crate::error::Problem;
use crate::metrics::method_name;
use crate::request_id::{self, REQUEST_ID, RequestId};
use crate::settings::{BadSettings, Log, LogFormat};
use crate::state::AppState;
use crate::traces::{self, Exporter};

/// The principal of a request, in its extensions: a customer's key or the name of a management token.
#[derive(Clone, Debug)]
pub(crate) struct LoggedPrincipal(pub String);

/// Why a request is refused, in its response's extensions.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Refusal(pub Problem);

/// Starts logging to standard error, and traces. An invalid filter is [`BadSettings`].
pub(crate) fn start(log: &Log, exporter: &Exporter) -> Result<(), BadSettings> {
    let targets = log.targets()?;
    let lines = tracing_subscriber::fmt::layer::<Registry>().with_writer(std::io::stderr);
    let started = match log.format {
        LogFormat::Json => install(lines.json().flatten_event(true), targets, exporter),
        LogFormat::Text => install(lines.with_target(false), targets, exporter),
    };
    // Tests start several applications in one process, which share the first one's subscriber.
    drop(started);
    Ok(())
}

/// Logs by lines that have a filter of their own.
type Filterable<L> = Layered<Filtered<L, Targets, Registry>, Registry>;

fn install<L>(lines: L, targets: Targets, exporter: &Exporter) -> Result<(), TryInitError>
where
    L: Layer<Registry> + Send + Sync,
{
    match exporter.layer::<Filterable<L>>() {
        // Without traces, a disabled level is one comparison for all.
        None => registry().with(lines).with(targets).try_init(),
        Some(traces) => registry()
            .with(lines.with_filter(targets))
            .with(traces)
            .try_init(),
    }
}

/// Assigns a request its id, completes its response, and logs it.
pub(crate) async fn record<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B, BoxBody>>, Error> {
    let method = request.method().clone();
    let state = request.app_data::<web::Data<AppState>>().cloned();
    let new_id = || state.as_ref().map(|state| state.request_ids.next());
    let id = request_id::of_headers(request.headers())
        .or_else(new_id)
        .unwrap_or_default();
    let now = || state.as_ref().map(|state| state.clock.now());
    let started = now();
    let span = tracing::info_span!("request", id = &*id, trace_id = Empty);
    let trace = traces::request(method_name(&method), request.headers(), &span);
    request.extensions_mut().insert(RequestId(Arc::clone(&id)));
    let answering = async { Ok::<_, Error>(answer::complete(next.call(request).await?)) };
    let answering = outgoing_id::with(Arc::clone(&id), answering).instrument(trace.clone());
    let mut response = answering.instrument(span.clone()).await?;
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    let taken = now().zip(started).map(|(end, start)| end - start);
    // If the clock was set back meanwhile, the duration is zero.
    let took = taken.unwrap_or_default().to_std().unwrap_or_default();
    let status = response.status().as_u16();
    let route = response.request().match_pattern();
    payments_spans::answered(&trace, route.as_deref(), status, || {
        reason(&response).unwrap_or("internal")
    });
    let route = route.unwrap_or_else(|| "none".to_owned());
    let milliseconds = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    span.in_scope(|| {
        if !tracing::enabled!(tracing::Level::INFO) {
            return;
        }
        let reason = reason(&response);
        let request = response.request();
        let principal = request.extensions().get::<LoggedPrincipal>().cloned();
        let principal = principal.map(|LoggedPrincipal(name)| name);
        let state = state.as_ref();
        let client =
            state.and_then(|state| client_address::logged(client_address(request)?, state));
        tracing::info!(
            method = method_name(&method),
            route = &*route,
            status,
            milliseconds,
            reason,
            client,
            principal,
            "answered"
        );
    });
    if let Some(state) = &state {
        state.metrics.answered(&method, route, status, took);
    }
    Ok(response)
}

/// The code of the refusal that a response is.
fn reason<B>(response: &ServiceResponse<B>) -> Option<&'static str> {
    let refusal = response.response().extensions().get::<Refusal>().copied();
    refusal.map(|Refusal(problem)| problem.code())
}
