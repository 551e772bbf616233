//! Results of gateways, and what follows from them.

use futures_executor::block_on;
use payments_core::audit::AuditOutcome;
use payments_core::card::{Brand, CardFacts, CardIdentity, Expiry, Pan, StatedName};
use payments_core::card_storage::StorageRefusal;
use payments_core::keys::{KeyId, Keys, LastingKey, MasterKey};
use payments_core::testkit::fakes::{Fault, GatewayAct};
use payments_core::testkit::world::Invariant;
use payments_core::tokenization::RefusalReason;

use super::harness::{NUMBER, World, owner, start};

/// A card with this result of the gateway is not saved. Checks the answer, that a retry gets the same,
/// and the final state.
fn not_saved(act: GatewayAct, audit: &[AuditOutcome], expected: impl Fn(&StorageRefusal) -> bool) {
    let (world, owner) = (World::new(), owner(7, 1));
    world.gateway.next(act);
    let code = world.ready(&owner, NUMBER);
    for _ in 0..3 {
        let refusal = world.enter(&owner, &code).unwrap_err();
        assert!(expected(&refusal), "{act:?} answers {refusal:?}");
    }
    assert_eq!(
        world.gateway.tokenize_calls(),
        1,
        "a repeated code does not call the gateway"
    );
    assert_eq!(world.held_cards.count(start()), 0, "the held card is gone");
    world.run_until_idle();
    world.check();
    assert!(world.database.cards().is_empty());
    assert_eq!(world.audit_outcomes(), audit);
}

#[test]
fn a_refusal_is_returned_to_the_customer() {
    let reason = RefusalReason::ContactBank;
    not_saved(
        GatewayAct::Refuse(reason),
        &[AuditOutcome::Refused],
        |refusal| matches!(refusal, StorageRefusal::GatewayRefused(found) if *found == reason),
    );
}

#[test]
fn an_unavailable_gateway_is_distinguished_from_a_refusal() {
    not_saved(
        GatewayAct::BeUnavailable,
        &[AuditOutcome::Refused],
        |refusal| matches!(refusal, StorageRefusal::GatewayUnavailable),
    );
}

#[test]
fn a_timeout_without_a_token_is_checked_twice_and_closed() {
    let audit = [AuditOutcome::Unknown, AuditOutcome::Refused];
    not_saved(GatewayAct::TimeOut, &audit, |refusal| {
        matches!(refusal, StorageRefusal::OutcomeUnknown)
    });
}

#[test]
fn a_token_made_in_a_timeout_is_found_and_deleted() {
    let audit = [AuditOutcome::Unknown, AuditOutcome::Reconciled];
    for act in [GatewayAct::MakeAndTimeOut, GatewayAct::MakeLate] {
        not_saved(act, &audit, |refusal| {
            matches!(refusal, StorageRefusal::OutcomeUnknown)
        });
    }
}

#[test]
fn a_token_or_customers_key_that_reveals_the_card_number_is_never_stored() {
    let audit = [AuditOutcome::Unknown, AuditOutcome::Reconciled];
    for act in [
        GatewayAct::RevealNumber,
        GatewayAct::RevealNumberInKey,
        GatewayAct::GiveNumberAsToken,
    ] {
        not_saved(act, &audit, |refusal| {
            matches!(refusal, StorageRefusal::OutcomeUnknown)
        });
    }
}

#[test]
fn a_numeric_token_is_found_and_deleted() {
    let audit = [AuditOutcome::Unknown, AuditOutcome::Reconciled];
    not_saved(GatewayAct::GiveNumericToken, &audit, |refusal| {
        matches!(refusal, StorageRefusal::OutcomeUnknown)
    });
}

#[test]
fn a_token_that_contains_the_card_number_keeps_its_intent_open_until_deleted() {
    let (world, owner) = (World::new(), owner(7, 1));
    world.gateway.next(GatewayAct::RevealNumber);
    let code = world.ready(&owner, NUMBER);
    world.enter(&owner, &code).unwrap_err();
    world.clock.advance(901);
    world.faults.fail("gateway.delete", Fault::Before);
    let done = block_on(world.storage.reconcile(&world.catalog, 100)).unwrap();
    assert_eq!((done.revealing_left, done.still_open), (1, 1));
    assert!(world.database.deletions().is_empty(), "it is not queued");
    assert_eq!(world.database.intents()[0].outcome, None);
    world.check_only(Invariant::NoSecrets);
    world.run_until_idle();
    world.check();
}

#[test]
fn a_number_is_found_with_separators_and_after_the_lasting_key_was_replaced() {
    let keys = super::harness::keys(&[1]);
    let pan = Pan::parse(NUMBER).unwrap();
    let master = MasterKey::new(KeyId(1), &[1; 32]).unwrap();
    let another = Keys::new(vec![master], &LastingKey::new(&[0xbb; 32]).unwrap()).unwrap();
    let identity = CardIdentity::of(&pan, &keys);
    for keys in [&keys, &another] {
        for text in [
            "5528790000000008",
            "pm_5528790000000008_1",
            "pm-5528-7900-0000-0008",
            "5528.7900.0000.0008",
            "995528790000000008",
        ] {
            assert!(identity.is_in(text, keys), "{text}");
        }
        for text in [
            "",
            "token-1",
            "5528790000000",
            "4111111111111111",
            "pm_552879",
        ] {
            assert!(!identity.is_in(text, keys), "{text}");
        }
    }
}

#[test]
fn the_gateways_own_code_is_in_the_audit_log() {
    let (world, owner) = (World::new(), owner(7, 1));
    world
        .gateway
        .next(GatewayAct::Refuse(RefusalReason::Declined));
    let code = world.ready(&owner, NUMBER);
    world.enter(&owner, &code).unwrap_err();
    assert_eq!(
        world.database.audit()[0].gateway_code.as_deref(),
        Some("51")
    );
}

#[test]
fn a_gateway_that_repeats_its_token_for_a_card_keeps_it() {
    let (world, owner) = (World::new(), owner(7, 1));
    for _ in 0..2 {
        world.gateway.next(GatewayAct::RepeatToken);
        let code = world.ready(&owner, NUMBER);
        world.enter(&owner, &code).unwrap();
    }
    assert_eq!(world.database.cards().len(), 1);
    world.run_until_idle();
    world.check();
}

#[test]
fn a_new_card_can_be_saved_after_a_failure() {
    let (world, owner) = (World::new(), owner(7, 1));
    world
        .gateway
        .next(GatewayAct::Refuse(RefusalReason::Declined));
    let code = world.ready(&owner, NUMBER);
    world.enter(&owner, &code).unwrap_err();
    let code = world.ready(&owner, NUMBER);
    world.enter(&owner, &code).unwrap();
    world.run_until_idle();
    world.check();
    assert_eq!(world.database.cards().len(), 1);
}

#[test]
fn facts_of_the_gateway_are_stored_and_the_mask_stays_ours() {
    let (world, owner) = (World::new(), owner(7, 1));
    let facts = CardFacts {
        brand: Some(Brand::Maestro),
        family: StatedName::parse("Paraf").ok(),
        bank: StatedName::parse("Halk Bankası").ok(),
        expiry: Expiry::new(1, 2031).ok(),
    };
    world.gateway.state(facts.clone());
    let code = world.ready(&owner, NUMBER);
    world.enter(&owner, &code).unwrap();
    let saved = world.database.cards().remove(0).card;
    assert_eq!(saved.masked_number.as_str(), "552879******0008");
    let kept = CardFacts {
        brand: Some(saved.brand),
        family: saved.family,
        bank: saved.bank,
        expiry: Some(saved.expiry),
    };
    assert_eq!(kept, facts);
}
