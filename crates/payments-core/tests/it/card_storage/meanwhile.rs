//! Cards that are saved and deleted while all are compared: ports that let something happen right after a call has read
//! its answer, and the tests.

use std::collections::VecDeque;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use payments_core::card::{CardToken, Fingerprint, ProviderCustomerKey, StatedToken};
use payments_core::catalog::{GatewayAccount, Pos};
use payments_core::id::{PosId, SavedCardId};
use payments_core::intent::IntentOutcome;
use payments_core::ports::{
    Intents, SavedCards, StoredTokens, TokenizeFailure, Tokenizer, Tokenizers, Unavailable,
};
use payments_core::saved_card::{NewSavedCard, OrphanToken, StoredToken};
use payments_core::testkit::fakes::{FakeDatabase, FakeGateway, GatewayAct, LedgerEntry};
use payments_core::tokenization::{
    Found, ListCursor, ListOf, Listed, TokenSearch, TokenizeRequest, Tokenized,
};

use super::comparison::{
    compare, dead_rows, delete, ends, first, last_entry, orphaned, save, with_cards,
};
use super::harness::{World, owner, poll_until, pos, start};

/// Something that happens after a call. The first act waits for its call, then the second for its own, and so on.
type Act = (&'static str, Box<dyn FnOnce() + Send>);

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

/// Lets something happen after calls of `list`, `page` and `is_known`.
fn let_happen(world: &mut World, acts: Vec<Act>) {
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

    async fn is_known(&self, token: &StatedToken) -> Result<bool, Unavailable> {
        let is_known = self.database.is_known(token).await;
        self.after("is_known");
        is_known
    }

    async fn queue(&self, orphan: &OrphanToken) -> Result<bool, Unavailable> {
        self.database.queue(orphan).await
    }
}

/// Commits the card of an intent whose token was made.
fn commit(world: &World, made: &LedgerEntry) -> impl FnOnce() + Send + 'static {
    let database = world.database.clone();
    let card = NewSavedCard {
        customer: made.customer,
        token: CardToken::parse(&made.token).unwrap(),
        provider_customer_key: ProviderCustomerKey::parse(&made.customer_key).ok(),
        fingerprint: Fingerprint([9; 32]),
        ..database.cards()[0].card.clone()
    };
    let id = made.reference.clone();
    move || {
        let mut saving = pin!(database.save_card(&id, &card, start()));
        let saved = poll_until(&mut saving, || false).unwrap().unwrap();
        assert!(matches!(saved, Some(IntentOutcome::Saved(_))), "{saved:?}");
    }
}

/// Deletes a customer's cards, and their tokens.
fn remove_all(world: &World, customer: i64) -> impl FnOnce() + Send + 'static {
    let (database, gateway) = (world.database.clone(), world.gateway.clone());
    let customer = owner(customer, 1).customer;
    move || {
        let rows = database.cards().into_iter();
        for row in rows.filter(|row| row.card.customer == customer) {
            let at = start();
            let mut removing = pin!(database.remove(customer, row.pk, at, at, None));
            let removed = poll_until(&mut removing, || false)
                .unwrap()
                .unwrap()
                .unwrap();
            let key = row.card.provider_customer_key.unwrap();
            gateway.forget_customer(key.as_str());
            let mut ending = pin!(database.deletion_done(removed.deletion.unwrap().id));
            poll_until(&mut ending, || false).unwrap().unwrap();
        }
    }
}

#[test]
fn a_card_that_is_committed_meanwhile_has_its_token() {
    for call in ["list", "page", "is_known"] {
        for compare in [compare, delete] {
            let mut world = with_cards([1]);
            save(&world, 2, GatewayAct::MakeAndTimeOut);
            let act = commit(&world, &last_entry(&world));
            let_happen(&mut world, vec![(call, Box::new(act))]);
            let compared = compare(&world);
            let found = (ends(&compared), dead_rows(&compared));
            assert_eq!(found, (vec![], vec![]), "{call}");
            assert_eq!(world.database.deletions(), [], "{call}");
        }
    }
}

#[test]
fn an_orphan_that_is_queued_meanwhile_is_not_queued_again() {
    let mut world = orphaned();
    let made = last_entry(&world);
    let pos = pos(1);
    let orphan = OrphanToken {
        pos,
        account: world.catalog.pos(pos).unwrap().account(),
        token: CardToken::parse(&made.token).unwrap(),
        provider_customer_key: ProviderCustomerKey::parse(&made.customer_key).ok(),
    };
    let database = world.database.clone();
    let act = move || {
        let mut queuing = pin!(database.queue(&orphan));
        assert!(poll_until(&mut queuing, || false).unwrap().unwrap());
    };
    // The second list is the last look at the gateway.
    let nothing: Box<dyn FnOnce() + Send> = Box::new(|| {});
    let_happen(&mut world, vec![("list", nothing), ("list", Box::new(act))]);
    assert_eq!(ends(&delete(&world)), []);
    assert_eq!(world.database.deletions().len(), 1);
}

#[test]
fn a_card_that_is_deleted_meanwhile_leaves_no_orphan() {
    for call in ["list", "page"] {
        let mut world = with_cards([1, 2]);
        let act = remove_all(&world, 2);
        let_happen(&mut world, vec![(call, Box::new(act))]);
        let compared = compare(&world);
        assert_eq!(
            (ends(&compared), dead_rows(&compared)),
            (vec![], vec![]),
            "{call}"
        );
    }
}

/// A world in which a token becomes visible after the first list, and its card is committed then.
fn with_a_late_card() -> World {
    let world = with_cards([1]);
    save(&world, 2, GatewayAct::MakeAndTimeOut);
    world
}

#[test]
fn a_token_that_is_made_meanwhile_is_not_missing() {
    let mut world = with_a_late_card();
    let made = last_entry(&world);
    world.gateway.hide(&made.reference, true);
    let (gateway, commit) = (world.gateway.clone(), commit(&world, &made));
    let act = move || {
        gateway.hide(&made.reference, false);
        commit();
    };
    let_happen(&mut world, vec![("list", Box::new(act))]);
    let compared = compare(&world);
    assert_eq!((first(&compared).tokens, first(&compared).rows), (1, 2));
    assert_eq!((ends(&compared), dead_rows(&compared)), (vec![], vec![]));
}

#[test]
fn a_card_that_is_saved_and_deleted_meanwhile_is_not_dead() {
    let mut world = with_a_late_card();
    let made = last_entry(&world);
    world.gateway.hide(&made.reference, true);
    let (saved, removed) = (commit(&world, &made), remove_all(&world, 2));
    let_happen(
        &mut world,
        vec![("list", Box::new(saved)), ("page", Box::new(removed))],
    );
    let compared = compare(&world);
    assert_eq!((first(&compared).tokens, first(&compared).rows), (1, 2));
    assert_eq!((ends(&compared), dead_rows(&compared)), (vec![], vec![]));
}
