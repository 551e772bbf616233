//! Rows in the full comparison: read by page, counted if they cannot be checked, named where a gateway is gone.

use futures_executor::block_on;
use payments_core::card::Fingerprint;
use payments_core::flow::IntentId;
use payments_core::intent::{Intent, Setback};
use payments_core::ports::{Intents, Tokenizers};
use payments_core::saved_card::NewSavedCard;

use super::comparison::{compare, dead_rows, first, last_entry, with_cards};
use super::harness::{World, pos, start};

/// Adds rows whose gateway's customer is not known.
fn add_rows_without_key(world: &World, count: u128) {
    let card = NewSavedCard {
        provider_customer_key: None,
        ..world.database.cards()[0].card.clone()
    };
    let intent = world.database.intents()[0].intent.clone();
    for number in 0..count {
        let mut fingerprint = [0; 32];
        fingerprint[..16].copy_from_slice(&number.to_le_bytes());
        let id = IntentId(format!("{number:032x}"));
        let (account, identity) = (intent.account.clone(), intent.card.clone());
        let intent = Intent::new(id, intent.customer, intent.pos, account, identity);
        let card = NewSavedCard {
            fingerprint: Fingerprint(fingerprint),
            ..card.clone()
        };
        block_on(world.database.record(&intent)).unwrap();
        block_on(world.database.save_card(&intent.id, &card, start())).unwrap();
    }
}

#[test]
fn rows_are_read_to_the_last_page() {
    let world = with_cards([1]);
    add_rows_without_key(&world, 500);
    let compared = compare(&world);
    assert_eq!(first(&compared).rows, 501, "more than a page");
    assert_eq!(first(&compared).unchecked_rows, 0, "their token is listed");
}

#[test]
fn rows_that_a_gateway_cannot_be_asked_about_are_counted() {
    let world = with_cards([1]);
    add_rows_without_key(&world, 3);
    world
        .gateway
        .delete_made_under(&last_entry(&world).reference);
    let compared = compare(&world);
    let there = first(&compared);
    assert_eq!((there.rows, there.unchecked_rows), (4, 3));
    assert_eq!(dead_rows(&compared).len(), 1, "the row with a key");
}

#[test]
fn a_gateway_that_saves_no_cards_is_reported_only_if_a_row_names_it() {
    let mut world = with_cards([1]);
    world.storage.ports_mut().tokenizers = Tokenizers::default();
    let compared = compare(&world);
    let setbacks: Vec<_> = compared
        .accounts
        .iter()
        .map(|one| (one.pos, one.setback))
        .collect();
    assert_eq!(setbacks, [(pos(1), Some(Setback::GatewayNotEnabled))]);
}
