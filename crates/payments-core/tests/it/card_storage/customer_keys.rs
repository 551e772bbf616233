//! The gateway's customer key: which key a call used, and what that proves.

use futures_executor::block_on;
use payments_core::card::ProviderCustomerKey;
use payments_core::intent::IntentOutcome;
use payments_core::testkit::fakes::{GatewayAct, SearchBy};

use super::harness::{NUMBER, OTHER_NUMBER, World, owner};

const BOTH: [SearchBy; 2] = [SearchBy::KeyOrReference, SearchBy::KeyOnly];

/// A harness in which a customer has one saved card.
fn with_a_card(search_by: SearchBy) -> World {
    let (world, owner) = (World::new(), owner(7, 1));
    world.gateway.search_by(search_by);
    let code = world.ready(&owner, NUMBER);
    world.enter(&owner, &code).unwrap();
    world
}

/// Saves another card with this result of the gateway.
fn another_card(world: &World, act: GatewayAct) {
    let owner = owner(7, 1);
    world.gateway.next(act);
    let code = world.ready(&owner, OTHER_NUMBER);
    world.enter(&owner, &code).unwrap_err();
}

fn remove_the_card(world: &World) {
    let pk = world.database.cards()[0].pk;
    let customer = owner(7, 1).customer;
    assert!(block_on(world.storage.remove_card(&world.catalog, customer, pk)).unwrap());
}

fn open_intents(world: &World) -> usize {
    let intents = world.database.intents();
    intents.iter().filter(|row| row.outcome.is_none()).count()
}

fn live_tokens(world: &World) -> usize {
    let ledger = world.gateway.ledger();
    ledger.iter().filter(|entry| entry.live).count()
}

#[test]
fn a_lost_token_is_found_even_if_the_card_with_the_key_was_removed() {
    for search_by in BOTH {
        for act in [GatewayAct::MakeAndTimeOut, GatewayAct::MakeLate] {
            let world = with_a_card(search_by);
            another_card(&world, act);
            remove_the_card(&world);
            world.run_until_idle();
            world.check();
            let last = world.database.intents().into_iter();
            let reconciled = last.filter(|row| row.outcome == Some(IntentOutcome::Reconciled));
            assert_eq!(reconciled.count(), 1, "{search_by:?} {act:?}");
        }
    }
}

#[test]
fn an_intent_without_a_token_is_closed_by_the_key_of_its_call() {
    for search_by in BOTH {
        let world = with_a_card(search_by);
        another_card(&world, GatewayAct::TimeOut);
        remove_the_card(&world);
        world.run_until_idle();
        world.check();
    }
}

#[test]
fn an_intent_with_a_recreated_customer_is_resolved_or_stays_open() {
    for search_by in BOTH {
        let world = with_a_card(search_by);
        let key = world.gateway.ledger()[0].customer_key.clone();
        remove_the_card(&world);
        let code = world.ready(&owner(7, 1), NUMBER);
        world.enter(&owner(7, 1), &code).unwrap();
        let kept = world.database.cards()[0].card.provider_customer_key.clone();
        assert_ne!(
            kept.as_ref().map(ProviderCustomerKey::as_str),
            Some(key.as_str())
        );
        // An operator deletes the customer in the gateway's panel. The next card creates a new customer, and the reply
        // is lost.
        world.gateway.forget_customer(kept.unwrap().as_str());
        another_card(&world, GatewayAct::MakeAndTimeOut);
        world.run_until_idle();
        let expected = match search_by {
            SearchBy::KeyOrReference => (0, 0),
            SearchBy::KeyOnly => (1, 1),
        };
        assert_eq!(
            (live_tokens(&world), open_intents(&world)),
            expected,
            "{search_by:?}"
        );
    }
}

#[test]
fn an_unknown_customer_does_not_prove_that_there_is_no_token() {
    for search_by in BOTH {
        let world = with_a_card(search_by);
        let key = world.gateway.ledger()[0].customer_key.clone();
        another_card(&world, GatewayAct::TimeOut);
        world.gateway.forget_customer(&key);
        world.run_until_idle();
        assert_eq!(open_intents(&world), 1, "{search_by:?}");
    }
}

#[test]
fn a_first_card_with_a_lost_key_stays_open_if_only_keys_find_it() {
    let world = World::new();
    world.gateway.search_by(SearchBy::KeyOnly);
    another_card(&world, GatewayAct::MakeAndTimeOut);
    world.run_until_idle();
    assert_eq!((live_tokens(&world), open_intents(&world)), (1, 1));
    // The next card stores a key under which the first token is not found; that proves nothing.
    let code = world.ready(&owner(7, 1), NUMBER);
    world.enter(&owner(7, 1), &code).unwrap();
    world.run_until_idle();
    assert_eq!((live_tokens(&world), open_intents(&world)), (2, 1));
}
