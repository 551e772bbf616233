//! How purchases are read for quotes, and saved cards for orders.

use chrono::TimeDelta;
use payments_core::id::{CustomerId, PosId, ProductId, SavedCardId};
use payments_core::instrument::{InstrumentRequest, QuoteUse};
use payments_core::order::OrderReference;
use payments_core::purchase::{Buyer, Context, PurchaseKey};
use payments_core::quote_id::QuoteId;
use payments_core::session::SessionDigest;
use payments_store::Store;

use super::Shop;
use crate::fixture::{author, now};

pub(super) async fn purchases_are_read_for_quotes(shop: &Shop, session: &SessionDigest) {
    shop.watch(
        "a session's purchases for quotes",
        500,
        async |store: Store| {
            for context in [Context::Basket, Context::PreOrder] {
                let found = store.purchases.keyed_of_session(session, context, now());
                assert!(found.await.expect("an answer").is_some());
            }
        },
    )
    .await;
    let customer = CustomerId::new(12_000).expect("a key");
    shop.watch(
        "purchases for quotes by key",
        1_000,
        async |store: Store| {
            for context in [Context::Basket, Context::PreOrder, Context::Product] {
                let key = PurchaseKey::new(context, 12_000).expect("a key");
                for buyer in [Buyer::Owner, Buyer::Unknown, Buyer::Customer(customer)] {
                    let found = store.purchases.keyed(key, buyer).await;
                    assert!(found.expect("an answer").is_some());
                }
            }
        },
    )
    .await;
    shop.watch("a hundred products", 1_000, async |store: Store| {
        let pks: Vec<ProductId> = (12_000..12_100)
            .map(|pk| ProductId::new(pk).expect("a key"))
            .collect();
        let found = store.purchases.products(&pks).await.expect("an answer");
        assert_eq!(found.len(), pks.len());
    })
    .await;
}

pub(super) async fn an_instrument_is_given(shop: &Shop, saved_card: SavedCardId) {
    let given = shop.watch("an instrument", 500, async |store: Store| {
        let request = InstrumentRequest {
            saved_card,
            customer: None,
            order: OrderReference::parse("ORD-1").expect("a reference"),
            quote: Some(QuoteUse {
                quote: QuoteId::new([0xff; 16]),
                pos: PosId::new(1).expect("a key"),
                expires_at: now() + TimeDelta::minutes(15),
                is_valid: true,
            }),
            author: author().clone(),
            today: now().date_naive(),
        };
        let first = store.instruments.give(&request).await.expect("an answer");
        first.expect("an instrument");
        store.instruments.give(&request).await.expect("an answer")
    });
    given.await.expect("the same order gets it again");
}
