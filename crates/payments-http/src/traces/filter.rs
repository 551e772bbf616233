//! Which spans are part of traces: those of `payments-spans` alone, and no events.

use payments_spans::{ROOT, WITHIN};
use tracing::level_filters::LevelFilter;
use tracing::subscriber::Interest;
use tracing::{Metadata, Subscriber};
use tracing_subscriber::layer::{Context, Filter};
use tracing_subscriber::registry::LookupSpan;

pub(super) struct OfTraces;

impl<S: Subscriber + for<'span> LookupSpan<'span>> Filter<S> for OfTraces {
    fn enabled(&self, metadata: &Metadata<'_>, context: &Context<'_, S>) -> bool {
        let is_of_trace = match metadata.target() {
            ROOT => true,
            WITHIN => context.lookup_current().is_some(),
            _ => false,
        };
        is_of_trace && metadata.is_span()
    }

    fn callsite_enabled(&self, metadata: &'static Metadata<'static>) -> Interest {
        match metadata.target() {
            ROOT if metadata.is_span() => Interest::always(),
            WITHIN if metadata.is_span() => Interest::sometimes(),
            _ => Interest::never(),
        }
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(LevelFilter::TRACE)
    }
}
