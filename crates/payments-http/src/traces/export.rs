//! The exporter: a bounded queue, and a thread that sends what is in it.

use std::path::Path;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use opentelemetry::trace::{Status, TracerProvider as _};
use opentelemetry::{Context, KeyValue};
use opentelemetry_otlp::{Protocol, WithExportConfig as _, WithHttpConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{
    BatchConfigBuilder, BatchSpanProcessor, Sampler, SdkTracerProvider, SpanData, SpanEvents,
    SpanExporter, SpanLimits, SpanProcessor,
};
use payments_gateways::http::{Collector, Root};
use payments_spans::ATTRIBUTES;
use tokio::time::Instant;
use tracing::Subscriber;
use tracing_subscriber::Layer;
use tracing_subscriber::registry::LookupSpan;

use super::collector::Client;
use super::filter::OfTraces;
use super::{SAMPLING, Sampling};
use crate::clock;
use crate::settings::{BadSettings, Settings};

/// How often spans are sent; earlier if a batch is full.
const INTERVAL: Duration = Duration::from_secs(2);
const MAX_BATCH: usize = 512;
/// How long the last spans are waited for when the program stops.
const FLUSH_TIMEOUT: Duration = Duration::from_secs(2);
/// The interval between log lines about lost spans.
const LOG_INTERVAL: Duration = Duration::from_mins(1);

/// Spans that are in the queue.
static QUEUED: AtomicUsize = AtomicUsize::new(0);
static EXPORTED: AtomicU64 = AtomicU64::new(0);
static FAILED: AtomicU64 = AtomicU64::new(0);
static DROPPED: AtomicU64 = AtomicU64::new(0);

/// The spans of this process so far: accepted by the collector, not accepted, or dropped because the queue was full.
pub(crate) fn counts() -> [(&'static str, u64); 3] {
    let count = |of: &AtomicU64| of.load(Ordering::Relaxed);
    [
        ("exported", count(&EXPORTED)),
        ("failed", count(&FAILED)),
        ("dropped", count(&DROPPED)),
    ]
}

/// Exports spans until it is flushed.
pub(crate) struct Exporter(Option<SdkTracerProvider>);

impl Exporter {
    pub(crate) const OFF: Self = Self(None);

    /// Starts the thread that exports, if the settings name an endpoint.
    ///
    /// # Errors
    /// [`BadSettings`] if headers or certificate authorities cannot be used.
    pub(crate) fn start(settings: &Settings) -> Result<Self, BadSettings> {
        let settings = &settings.traces;
        if settings.endpoint.is_empty() {
            return Ok(Self::OFF);
        }
        let bad = |error: &dyn std::fmt::Display| BadSettings::one(format!("traces: {error}"));
        let timeout = Duration::from_secs(settings.timeout_seconds);
        let roots = match &*settings.ca_file {
            "" => Vec::new(),
            file => Root::of_pem_file(Path::new(file)).map_err(|error| bad(&error))?,
        };
        let client = Client {
            collector: Collector::new(timeout, &roots).map_err(|error| bad(&error))?,
            headers: settings.headers()?,
        };
        let exporter = opentelemetry_otlp::SpanExporter::builder()
            .with_http()
            .with_http_client(client)
            .with_endpoint(settings.url())
            .with_protocol(Protocol::HttpBinary)
            .with_timeout(timeout)
            .build()
            .map_err(|error| bad(&error))?;
        // Whatever is not set here is read from variables of the environment.
        let queue = BatchConfigBuilder::default()
            .with_max_queue_size(settings.queue_size)
            .with_max_export_batch_size(MAX_BATCH.min(settings.queue_size))
            .with_scheduled_delay(INTERVAL)
            .build();
        let sender = BatchSpanProcessor::builder(Sender::new(exporter))
            .with_batch_config(queue)
            .build();
        let service = [
            KeyValue::new("service.name", "payments"),
            KeyValue::new("service.version", env!("CARGO_PKG_VERSION")),
        ];
        let provider = SdkTracerProvider::builder()
            .with_span_processor(Queue {
                sender,
                size: settings.queue_size,
            })
            .with_sampler(Sampler::AlwaysOn)
            .with_span_limits(SpanLimits::default())
            .with_resource(Resource::builder_empty().with_attributes(service).build())
            .build();
        drop(SAMPLING.set(Sampling::new(settings)));
        Ok(Self(Some(provider)))
    }

    /// What makes traces of spans.
    pub(crate) fn layer<S>(&self) -> Option<impl Layer<S> + Send + Sync + use<S>>
    where
        S: Subscriber + for<'span> LookupSpan<'span> + Send + Sync,
    {
        let tracer = self.0.as_ref()?.tracer("payments");
        let layer = tracing_opentelemetry::layer()
            .with_tracer(tracer)
            .with_location(false)
            .with_threads(false)
            .with_target(false)
            .with_tracked_inactivity(false)
            .with_context_activation(false);
        Some(layer.with_filter(OfTraces))
    }

    /// Sends what is queued, and ends the thread.
    pub(crate) fn flush(self) {
        let Some(provider) = self.0 else {
            return;
        };
        if let Err(error) = provider.shutdown_with_timeout(FLUSH_TIMEOUT) {
            tracing::warn!(%error, "the last spans could not be exported");
        }
    }
}

/// Drops spans while the queue is full.
#[derive(Debug)]
struct Queue {
    sender: BatchSpanProcessor,
    size: usize,
}

impl SpanProcessor for Queue {
    fn on_start(&self, _: &mut opentelemetry_sdk::trace::Span, _: &Context) {}

    fn on_end(&self, span: SpanData) {
        if QUEUED.fetch_add(1, Ordering::AcqRel) < self.size {
            self.sender.on_end(span);
        } else {
            QUEUED.fetch_sub(1, Ordering::AcqRel);
            DROPPED.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.sender.force_flush()
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.sender.shutdown_with_timeout(timeout)
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.sender.set_resource(resource);
    }
}

/// Sends batches, without anything that is not on the list of attributes, and counts them.
#[derive(Debug)]
struct Sender<E> {
    exporter: E,
    /// When lost spans were last logged, and how many had been dropped by then.
    logged: Mutex<Option<(Instant, u64)>>,
}

impl<E> Sender<E> {
    const fn new(exporter: E) -> Self {
        Self {
            exporter,
            logged: Mutex::new(None),
        }
    }

    fn log_losses(&self, result: &OTelSdkResult) {
        let mut logged = self.logged.lock().unwrap_or_else(PoisonError::into_inner);
        let (dropped, now) = (DROPPED.load(Ordering::Relaxed), clock::instant());
        let is_due = logged.is_none_or(|(at, _)| now - at >= LOG_INTERVAL);
        let dropped_before = logged.map_or(0, |(_, dropped)| dropped);
        if !is_due || result.is_ok() && dropped == dropped_before {
            return;
        }
        *logged = Some((now, dropped));
        let dropped = dropped - dropped_before;
        let error = result.as_ref().err().map(ToString::to_string);
        tracing::warn!(error, dropped, "spans are lost");
    }
}

impl<E: SpanExporter> SpanExporter for Sender<E> {
    async fn export(&self, mut batch: Vec<SpanData>) -> OTelSdkResult {
        let count = batch.len();
        QUEUED.fetch_sub(count, Ordering::AcqRel);
        for span in &mut batch {
            restrict(span);
            name_request(span);
        }
        let result = self.exporter.export(batch).await;
        let counter = if result.is_ok() { &EXPORTED } else { &FAILED };
        counter.fetch_add(u64::try_from(count).unwrap_or(u64::MAX), Ordering::Relaxed);
        self.log_losses(&result);
        result
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.exporter.shutdown_with_timeout(timeout)
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.exporter.set_resource(resource);
    }
}

/// Removes attributes that are not on the list, events, and texts of errors.
fn restrict(span: &mut SpanData) {
    span.attributes
        .retain(|attribute| ATTRIBUTES.contains(&attribute.key.as_str()));
    span.events = SpanEvents::default();
    if let Status::Error { description } = &mut span.status {
        *description = "".into();
    }
}

/// Names a request by its route, which is known at its end: the name of a span that has begun is no longer a field.
fn name_request(span: &mut SpanData) {
    let text = |key| {
        let mut attributes = span.attributes.iter();
        let found = attributes.find(|attribute| attribute.key.as_str() == key);
        found.map(|attribute| attribute.value.as_str())
    };
    let parts = text("http.request.method").zip(text("http.route"));
    if let Some(name) = parts.map(|(method, route)| format!("{method} {route}")) {
        span.name = name.into();
    }
}
