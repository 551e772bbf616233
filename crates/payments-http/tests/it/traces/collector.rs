//! A collector of traces: it accepts OTLP over HTTP in Protobuf, as collectors do by default.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::trace::v1::Span as Sent;
use opentelemetry_proto::tonic::trace::v1::status::StatusCode;
use payments_gateways::fakes::{Fake, FakeServer, Received, Reply};
use prost::Message as _;

pub(super) struct Collector {
    server: FakeServer,
    received: Arc<Requests>,
}

#[derive(Default)]
struct Requests(Mutex<Vec<Received>>);

#[async_trait]
impl Fake for Requests {
    async fn answer(&self, request: Received) -> Reply {
        self.0.lock().expect("the requests").push(request);
        Reply::text(200, "application/x-protobuf", "")
    }
}

/// A span as it was received.
#[derive(Debug)]
pub(super) struct Span {
    pub(super) trace: String,
    pub(super) id: String,
    pub(super) parent: String,
    pub(super) name: String,
    pub(super) kind: i32,
    pub(super) attributes: BTreeMap<String, String>,
    pub(super) is_error: bool,
    /// Texts and events, of which there must be none.
    pub(super) excess: Vec<String>,
}

impl Collector {
    pub(super) async fn start() -> Self {
        let received = Arc::new(Requests::default());
        let any_port = SocketAddr::from(([127, 0, 0, 1], 0));
        let server = FakeServer::start(any_port, received.clone()).await;
        Self {
            server: server.expect("a port"),
            received,
        }
    }

    pub(super) fn url(&self) -> String {
        self.server.base_url()
    }

    /// Every byte that was received: heads and bodies.
    pub(super) fn bytes(&self) -> Vec<u8> {
        let received = self.received.0.lock().expect("the requests");
        let request = |one: &Received| {
            let head = format!(
                "{} {}?{} {:?}",
                one.method, one.path, one.query, one.headers
            );
            [head.as_bytes(), &one.body].concat()
        };
        received.iter().flat_map(request).collect()
    }

    /// The values of a header, one for each request.
    pub(super) fn headers(&self, name: &str) -> Vec<String> {
        let received = self.received.0.lock().expect("the requests");
        received
            .iter()
            .map(|one| one.header(name).to_owned())
            .collect()
    }

    pub(super) fn spans(&self) -> Vec<Span> {
        let received = self.received.0.lock().expect("the requests");
        let mut spans = Vec::new();
        for request in received.iter() {
            assert_eq!(request.operation(), ("POST", "/v1/traces"));
            assert_eq!(request.header("content-type"), "application/x-protobuf");
            let sent = ExportTraceServiceRequest::decode(request.body.clone());
            for of_resource in sent.expect("Protobuf").resource_spans {
                let resource = of_resource.resource.expect("a resource");
                let names = resource.attributes.iter().map(|one| &*one.key);
                let names: BTreeSet<&str> = names.collect();
                assert_eq!(names, BTreeSet::from(["service.name", "service.version"]));
                let of_scope = of_resource.scope_spans.into_iter();
                spans.extend(of_scope.flat_map(|scope| scope.spans).map(Span::of));
            }
        }
        spans
    }
}

impl Span {
    fn of(sent: Sent) -> Self {
        let mut excess = vec![sent.trace_state];
        excess.extend(sent.events.into_iter().map(|event| event.name));
        let status = sent.status.unwrap_or_default();
        excess.push(status.message.clone());
        excess.retain(|text| !text.is_empty());
        let attributes = sent.attributes.into_iter().map(|one| {
            let value = one.value.and_then(|value| value.value);
            (one.key, text(value.expect("a value")))
        });
        Self {
            trace: hex::encode(sent.trace_id),
            id: hex::encode(sent.span_id),
            parent: hex::encode(sent.parent_span_id),
            name: sent.name,
            kind: sent.kind,
            attributes: attributes.collect(),
            is_error: status.code() == StatusCode::Error,
            excess,
        }
    }

    pub(super) fn attribute(&self, key: &str) -> &str {
        self.attributes.get(key).map_or("", String::as_str)
    }
}

fn text(value: Value) -> String {
    if let Value::StringValue(text) = value {
        return text;
    }
    let Value::IntValue(number) = value else {
        panic!("no attribute has {value:?}");
    };
    number.to_string()
}
