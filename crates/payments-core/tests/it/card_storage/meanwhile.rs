//! Ports that let something happen right after a call has read its answer.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use payments_core::card::StatedToken;
use payments_core::catalog::{GatewayAccount, Pos};
use payments_core::id::{PosId, SavedCardId};
use payments_core::ports::{StoredTokens, TokenizeFailure, Tokenizer, Tokenizers, Unavailable};
use payments_core::saved_card::{OrphanToken, StoredToken, TokenState};
use payments_core::testkit::fakes::{FakeDatabase, FakeGateway};
use payments_core::tokenization::{
    Found, ListCursor, ListOf, Listed, TokenSearch, TokenizeRequest, Tokenized,
};

use super::harness::{World, pos};

/// Something that happens after a call. The first act waits for its call, then the second for its own, and so on.
pub(crate) type Act = (&'static str, Box<dyn FnOnce() + Send>);

/// The gateway and the stored tokens of a world.
struct Meanwhile {
    gateway: Arc<FakeGateway>,
    database: Arc<FakeDatabase>,
    acts: Mutex<VecDeque<Act>>,
    is_one_merchant: bool,
}

impl Meanwhile {
    fn after(&self, call: &'static str) {
        let mut acts = self.acts.lock().unwrap_or_else(PoisonError::into_inner);
        let is_next = acts.front().is_some_and(|(next, _)| *next == call);
        if is_next && let Some((_, act)) = acts.pop_front() {
            act();
        }
    }
}

fn watch(world: &mut World, acts: Vec<Act>, is_one_merchant: bool) {
    let meanwhile = Arc::new(Meanwhile {
        gateway: world.gateway.clone(),
        database: world.database.clone(),
        acts: Mutex::new(acts.into()),
        is_one_merchant,
    });
    let ports = world.storage.ports_mut();
    ports.tokenizers = Tokenizers::default().with("fake", meanwhile.clone());
    ports.stored_tokens = meanwhile;
}

/// Lets something happen after calls of `list`, `page` and `state`.
pub(crate) fn let_happen(world: &mut World, acts: Vec<Act>) {
    watch(world, acts, false);
}

/// Makes all points of sale the same merchant at the gateway, which lists the tokens of point of sale 1 for each.
pub(crate) fn make_one_merchant(world: &mut World) {
    watch(world, Vec::new(), true);
}

#[async_trait]
impl Tokenizer for Meanwhile {
    fn needs_cvv(&self, pos: &Pos) -> bool {
        self.gateway.needs_cvv(pos)
    }

    async fn tokenize(
        &self,
        pos: &Pos,
        request: TokenizeRequest,
    ) -> Result<Tokenized, TokenizeFailure> {
        self.gateway.tokenize(pos, request).await
    }

    async fn find(&self, pos: &Pos, search: &TokenSearch) -> Result<Found, Unavailable> {
        self.gateway.find(pos, search).await
    }

    async fn list(
        &self,
        at: &Pos,
        of: &ListOf,
        after: Option<ListCursor>,
    ) -> Result<Listed, Unavailable> {
        let mut at = at.clone();
        if self.is_one_merchant {
            at.pk = pos(1);
        }
        let listed = self.gateway.list(&at, of, after).await;
        let is_last = matches!(listed, Ok(Listed::Page { next: None, .. }));
        if is_last {
            self.after("list");
        }
        listed
    }

    async fn delete(&self, pos: &Pos, token: &StatedToken) -> Result<(), Unavailable> {
        self.gateway.delete(pos, token).await
    }
}

#[async_trait]
impl StoredTokens for Meanwhile {
    async fn accounts(&self) -> Result<Vec<(PosId, GatewayAccount)>, Unavailable> {
        self.database.accounts().await
    }

    async fn page(
        &self,
        pos: PosId,
        account: &GatewayAccount,
        after: Option<SavedCardId>,
        limit: u32,
    ) -> Result<Vec<StoredToken>, Unavailable> {
        let page = self.database.page(pos, account, after, limit).await;
        self.after("page");
        page
    }

    async fn state(&self, pos: &[PosId], token: &StatedToken) -> Result<TokenState, Unavailable> {
        let state = self.database.state(pos, token).await;
        self.after("state");
        state
    }

    async fn queue(&self, orphan: &OrphanToken, pos: &[PosId]) -> Result<bool, Unavailable> {
        self.database.queue(orphan, pos).await
    }
}
