//! A provider that records the requests of our adapter or of an official client.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use payments_gateways::fakes::{Fake, FakeServer, Received, Reply};
use serde_json::Value;

/// Returns the same response to every request.
pub(crate) struct Recorder {
    answer: Value,
    recorded: Mutex<Vec<Received>>,
}

#[async_trait]
impl Fake for Recorder {
    async fn answer(&self, request: Received) -> Reply {
        self.recorded.lock().unwrap().push(request);
        Reply::json(200, &self.answer)
    }
}

impl Recorder {
    pub(crate) async fn start(answer: Value) -> (Arc<Self>, FakeServer) {
        let recorder = Arc::new(Self {
            answer,
            recorded: Mutex::default(),
        });
        let address = ([127, 0, 0, 1], 0).into();
        let server = FakeServer::start(address, recorder.clone()).await;
        (recorder, server.unwrap())
    }

    /// The requests since the last call.
    pub(crate) fn take(&self) -> Vec<Received> {
        std::mem::take(&mut self.recorded.lock().unwrap())
    }
}

/// Method and path of each request.
pub(crate) fn operations(requests: &[Received]) -> Vec<(&str, &str)> {
    requests.iter().map(Received::operation).collect()
}

/// The body of a request as JSON; null if it has none.
pub(crate) fn body(request: &Received) -> Value {
    serde_json::from_slice(&request.body).unwrap_or_default()
}

/// The same requests, with the same bytes in their bodies.
pub(crate) fn assert_same_bytes(ours: &[Received], theirs: &[Received]) {
    assert_eq!(operations(ours), operations(theirs));
    for (ours, theirs) in ours.iter().zip(theirs) {
        assert_eq!(ours.query, theirs.query);
        let (ours, theirs) = (&ours.body, &theirs.body);
        assert_eq!(
            String::from_utf8_lossy(ours),
            String::from_utf8_lossy(theirs)
        );
    }
}

/// The same requests, with the same values in their bodies, however these are written.
pub(crate) fn assert_same_values(ours: &[Received], theirs: &[Received]) {
    assert_eq!(operations(ours), operations(theirs));
    for (ours, theirs) in ours.iter().zip(theirs) {
        assert_eq!(ours.query, theirs.query);
        assert_eq!(body(ours), body(theirs));
    }
}
