//! A gateway's fake that sees traces.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use payments_gateways::fakes::{Fake, FakeCharge, FakeIyzico, FakeToken, Received, Reply};

use super::{Gateway, GatewayFake, SECRET};

/// A gateway's fake that also keeps the `traceparent` of each request.
pub(crate) struct Witness {
    fake: Arc<dyn GatewayFake>,
    parents: Mutex<Vec<String>>,
}

impl Witness {
    pub(crate) fn parents(&self) -> Vec<String> {
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

impl Gateway {
    /// iyzico's fake, and what it sees of traces.
    pub(crate) async fn witnessed() -> (Self, Arc<Witness>) {
        let witness = Arc::new(Witness {
            fake: FakeIyzico::with_accounts(&[("the-account", SECRET)]),
            parents: Mutex::default(),
        });
        let gateway = Self::of("iyzico", witness.clone(), None).await;
        (gateway, witness)
    }
}
