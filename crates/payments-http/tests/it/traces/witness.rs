//! A gateway that keeps what it sees of traces.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use payments_gateways::fakes::{Fake, FakeCharge, FakeIyzico, FakeToken, Received, Reply};

use crate::provider_harness::{Gateway, GatewayFake, SECRET};

/// A gateway's fake that also keeps the `traceparent` of each request.
pub(super) struct Witness {
    fake: Arc<dyn GatewayFake>,
    parents: Mutex<Vec<String>>,
}

impl Witness {
    /// iyzico's fake, and what it sees.
    pub(super) async fn start() -> (Gateway, Arc<Self>) {
        let witness = Arc::new(Self {
            fake: FakeIyzico::with_accounts(&[("the-account", SECRET)]),
            parents: Mutex::default(),
        });
        let gateway = Gateway::of("iyzico", witness.clone(), None).await;
        (gateway, witness)
    }

    /// The `traceparent` of each request.
    pub(super) fn parents(&self) -> Vec<String> {
        self.parents.lock().expect("the parents").clone()
    }
}

#[async_trait]
impl Fake for Witness {
    async fn answer(&self, request: Received) -> Reply {
        let parent = request.header("traceparent").to_owned();
        self.parents.lock().expect("the parents").push(parent);
        self.fake.answer(request).await
    }
}

impl GatewayFake for Witness {
    fn live(&self) -> Vec<String> {
        self.fake.live()
    }
    fn tokens(&self) -> Vec<FakeToken> {
        self.fake.tokens()
    }
    fn charged(&self) -> Vec<FakeCharge> {
        self.fake.charged()
    }
}
