//! The protocol as customers see it.

use futures_executor::block_on;
use payments_core::audit::{AuditOutcome, Author};
use payments_core::card::Brand;
use payments_core::card_storage::{FlowStep, StorageRefusal, Verdict};
use payments_core::catalog::{Catalog, CatalogParts, CatalogVersion};
use payments_core::ports::{SmsFailure, Unavailable};

use super::harness::{
    NUMBER, OTHER_NUMBER, PHONE, TROY_NUMBER, World, card, later, owner, pos, wrong,
};

#[test]
fn the_right_code_saves_the_held_card() {
    let (world, owner) = (World::new(), owner(7, 1));
    let code = world.ready(&owner, NUMBER);
    assert_eq!(world.sms.outbox()[0].to, PHONE);
    assert_eq!(world.enter(&owner, &code).unwrap(), Verdict::Saved);
    let rows = world.database.cards();
    assert_eq!(rows.len(), 1);
    let saved = &rows[0].card;
    assert_eq!(saved.masked_number.as_str(), "552879******0008");
    assert_eq!(saved.leading_digits.as_str(), "55287900");
    assert_eq!((saved.pos, saved.customer), (pos(1), owner.customer));
    assert_eq!(saved.holder.as_str(), "Ayşe Yılmaz");
    assert_eq!(saved.name.as_ref().unwrap().as_str(), "Maaş");
    assert_eq!((saved.expiry.month(), saved.expiry.year()), (12, 2030));
    assert_eq!((saved.brand, &saved.family), (Brand::Mastercard, &None));
    assert_eq!(world.audit_outcomes(), [AuditOutcome::Saved]);
    assert!(world.gateway.ledger()[0].had_cvv);
    world.run_until_idle();
    world.check();
}

#[test]
fn no_digit_of_a_number_beyond_the_eighth_is_stored_except_the_last_four() {
    for (number, digits) in [
        (NUMBER, "55287900"),
        ("378282246310005", "378282"),
        ("4222222222222", "422222"),
    ] {
        let (world, owner) = (World::new(), owner(7, 1));
        let code = world.ready(&owner, number);
        assert_eq!(world.enter(&owner, &code).unwrap(), Verdict::Saved);
        let card = &world.database.cards()[0].card;
        assert_eq!(card.leading_digits.as_str(), digits);
        assert!(
            !format!("{card:?}").contains("55287900"),
            "not even its debug output"
        );
        let longer = &number[..=digits.len()];
        for text in world.database.ever_written() {
            assert!(!text.contains(longer), "{text}");
        }
    }
}

#[test]
fn a_card_goes_to_the_point_of_sale_of_its_bin() {
    let (world, owner) = (World::new(), owner(7, 1));
    let code = world.ready(&owner, TROY_NUMBER);
    world.enter(&owner, &code).unwrap();
    assert_eq!(world.database.cards()[0].card.pos, pos(2));
}

#[test]
fn the_right_code_repeated_gets_the_same_answer_and_saves_nothing_twice() {
    let (world, owner) = (World::new(), owner(7, 1));
    let code = world.ready(&owner, NUMBER);
    for _ in 0..3 {
        assert_eq!(world.enter(&owner, &code).unwrap(), Verdict::Saved);
        world.clock.advance(50);
    }
    assert_eq!(world.gateway.tokenize_calls(), 1);
    world.run_until_idle();
    world.check();
}

#[test]
fn nothing_of_the_flow_is_left_after_the_codes_lifetime() {
    let (world, owner) = (World::new(), owner(7, 1));
    let code = world.ready(&owner, NUMBER);
    world.enter(&owner, &code).unwrap();
    world.clock.advance(181);
    assert!(matches!(
        world.enter(&owner, &code),
        Err(StorageRefusal::NoCodeSent)
    ));
}

#[test]
fn a_code_may_be_sent_before_the_card_is_held() {
    let (world, owner) = (World::new(), owner(7, 1));
    let code = world.send(&owner).unwrap();
    assert!(matches!(
        world.enter(&owner, &code),
        Err(StorageRefusal::NoCardHeld)
    ));
    world.submit(&owner, NUMBER).unwrap();
    assert_eq!(world.enter(&owner, &code).unwrap(), Verdict::Saved);
    world.run_until_idle();
    world.check();
}

#[test]
fn a_deployment_may_require_the_card_first() {
    let (mut world, owner) = (World::new(), owner(7, 1));
    world.storage.settings_mut().require_held_card = true;
    assert!(matches!(
        world.send(&owner),
        Err(StorageRefusal::NoCardHeld)
    ));
    assert!(world.sms.outbox().is_empty());
    assert!(
        world.database.counters().is_empty(),
        "a denied request does not count"
    );
    let code = world.ready(&owner, NUMBER);
    assert_eq!(world.enter(&owner, &code).unwrap(), Verdict::Saved);
}

#[test]
fn a_second_card_voids_the_code_that_was_sent_for_the_first() {
    let (world, owner) = (World::new(), owner(7, 1));
    let code = world.ready(&owner, NUMBER);
    world.submit(&owner, OTHER_NUMBER).unwrap();
    assert!(matches!(
        world.enter(&owner, &code),
        Err(StorageRefusal::NoCodeSent)
    ));
    let code = world.send(&owner).unwrap();
    assert_eq!(world.enter(&owner, &code).unwrap(), Verdict::Saved);
    let rows = world.database.cards();
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].card.masked_number.as_str(), "411111******1111");
    world.run_until_idle();
    world.check();
}

#[test]
fn an_expired_card_still_voids_the_code_for_its_successor() {
    let (world, owner) = (World::new(), owner(7, 1));
    world.submit(&owner, NUMBER).unwrap();
    world.clock.advance(250);
    let code = world.send(&owner).unwrap();
    world.clock.advance(51);
    assert!(matches!(
        world.enter(&owner, &code),
        Err(StorageRefusal::NoCardHeld)
    ));
    world.submit(&owner, OTHER_NUMBER).unwrap();
    assert!(matches!(
        world.enter(&owner, &code),
        Err(StorageRefusal::NoCodeSent)
    ));
}

#[test]
fn a_fresh_code_replaces_the_earlier_one() {
    let (world, owner) = (World::new(), owner(7, 1));
    let first = world.ready(&owner, NUMBER);
    let second = world.send(&owner).unwrap();
    assert!(matches!(
        world.enter(&owner, &first),
        Err(StorageRefusal::WrongCode { .. })
    ));
    assert_eq!(world.enter(&owner, &second).unwrap(), Verdict::Saved);
}

#[test]
fn an_expired_code_is_not_accepted() {
    let (world, owner) = (World::new(), owner(7, 1));
    let code = world.ready(&owner, NUMBER);
    world.clock.advance(180);
    assert!(matches!(
        world.enter(&owner, &code),
        Err(StorageRefusal::CodeExpired)
    ));
    let code = world.send(&owner).unwrap();
    assert_eq!(world.enter(&owner, &code).unwrap(), Verdict::Saved);
}

#[test]
fn a_code_is_valid_only_in_its_session_and_for_its_customer() {
    let (world, mine) = (World::new(), owner(7, 1));
    let code = world.ready(&mine, NUMBER);
    for stranger in [owner(7, 2), owner(8, 1), owner(8, 3)] {
        assert!(matches!(
            world.enter(&stranger, &code),
            Err(StorageRefusal::NoCodeSent)
        ));
        world.ready(&stranger, OTHER_NUMBER);
        assert!(matches!(
            world.enter(&stranger, &code),
            Err(StorageRefusal::WrongCode { .. })
        ));
    }
    assert_eq!(world.enter(&mine, &code).unwrap(), Verdict::Saved);
    world.run_until_idle();
    world.check();
}

#[test]
fn an_expired_card_is_not_held() {
    let (world, owner) = (World::new(), owner(7, 1));
    let mut old = card(NUMBER);
    old.details.expiry = payments_core::card::Expiry::new(10, 2026).unwrap();
    let refused = block_on(world.storage.submit_card(&world.catalog, &owner, old));
    assert!(matches!(refused, Err(StorageRefusal::CardExpired)));
    let mut last_month = card(NUMBER);
    last_month.details.expiry = payments_core::card::Expiry::new(11, 2026).unwrap();
    block_on(
        world
            .storage
            .submit_card(&world.catalog, &owner, last_month),
    )
    .unwrap();
}

#[test]
fn a_card_without_cvv_is_refused_if_the_gateway_needs_it() {
    let (world, owner) = (World::new(), owner(7, 1));
    let mut without = card(NUMBER);
    without.details.cvv = None;
    let refused = block_on(world.storage.submit_card(&world.catalog, &owner, without));
    assert!(matches!(refused, Err(StorageRefusal::CvvRequired)));
}

#[test]
fn a_store_without_points_of_sale_holds_no_card() {
    let (mut world, owner) = (World::new(), owner(7, 1));
    world.catalog = Catalog::build(CatalogVersion(2), CatalogParts::default()).unwrap();
    assert!(matches!(
        world.submit(&owner, NUMBER),
        Err(StorageRefusal::NoPos)
    ));
}

#[test]
fn a_card_whose_point_of_sale_was_removed_is_not_saved() {
    let (mut world, owner) = (World::new(), owner(7, 1));
    let code = world.ready(&owner, NUMBER);
    let catalog = Catalog::build(CatalogVersion(2), CatalogParts::default()).unwrap();
    let had = std::mem::replace(&mut world.catalog, catalog);
    assert!(matches!(
        world.enter(&owner, &code),
        Err(StorageRefusal::CardGone)
    ));
    world.catalog = had;
    world.run_until_idle();
    world.check();
    assert!(world.database.cards().is_empty());
}

#[test]
fn failures_of_a_sender_are_distinguished() {
    let (world, owner) = (World::new(), owner(7, 1));
    world.sms.fail(SmsFailure::Refused);
    assert!(matches!(
        world.send(&owner),
        Err(StorageRefusal::SmsRefused)
    ));
    world.sms.fail(SmsFailure::Unavailable(Unavailable {
        what: "sms",
        source: None,
    }));
    assert!(matches!(
        world.send(&owner),
        Err(StorageRefusal::SmsUnavailable)
    ));
    world.sms.fail(SmsFailure::Unknown);
    block_on(world.send_async(&owner)).unwrap();
    assert_eq!(world.flows.dump().matches("CodeSent").count(), 1);
}

#[test]
fn keys_may_be_rotated_during_a_flow() {
    let (mut world, owner) = (World::new(), owner(7, 1));
    let code = world.ready(&owner, NUMBER);
    *world.storage.keys_mut() = super::harness::keys(&[2, 1]);
    assert!(matches!(
        world.enter(&owner, &wrong(&code, 0)),
        Err(StorageRefusal::WrongCode { .. })
    ));
    assert_eq!(world.enter(&owner, &code).unwrap(), Verdict::Saved);
    let code = world.ready(&owner, NUMBER);
    world.enter(&owner, &code).unwrap();
    assert_eq!(
        world.database.cards().len(),
        1,
        "the card is recognized under the new ring"
    );
    world.run_until_idle();
    world.check();
}

#[test]
fn a_card_saved_again_keeps_its_row_and_its_former_token_is_deleted() {
    let (world, mine) = (World::new(), owner(7, 1));
    for _ in 0..2 {
        let code = world.ready(&mine, NUMBER);
        world.enter(&mine, &code).unwrap();
    }
    let rows = world.database.cards();
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].card.token.as_str(), "token-2");
    let other = owner(8, 2);
    let code = world.ready(&other, NUMBER);
    world.enter(&other, &code).unwrap();
    assert_eq!(
        world.database.cards().len(),
        2,
        "another customer's is another card"
    );
    world.run_until_idle();
    world.check();
}

#[test]
fn a_removed_card_loses_its_token_at_the_gateway_too() {
    let (world, mine) = (World::new(), owner(7, 1));
    let code = world.ready(&mine, NUMBER);
    world.enter(&mine, &code).unwrap();
    let pk = world.database.cards()[0].pk;
    let remove = |customer| block_on(world.storage.remove_card(&world.catalog, customer, pk));
    assert!(
        !remove(owner(8, 2).customer).unwrap(),
        "another customer's card is not found"
    );
    assert!(remove(mine.customer).unwrap());
    assert!(!world.gateway.ledger()[0].live);
    assert!(!remove(mine.customer).unwrap());
    assert_eq!(
        world.audit_outcomes(),
        [AuditOutcome::Saved, AuditOutcome::Deleted]
    );
    world.run_until_idle();
    world.check();
}

#[test]
fn a_card_removed_by_the_staff_is_recorded_with_its_author() {
    let (world, mine) = (World::new(), owner(7, 1));
    let code = world.ready(&mine, NUMBER);
    world.enter(&mine, &code).unwrap();
    let pk = world.database.cards()[0].pk;
    let author = Author {
        principal: "support".to_owned(),
        request_id: None,
        at: later(1),
    };
    let remove = || {
        let author = author.clone();
        let removing = world
            .storage
            .remove_card_for(&world.catalog, mine.customer, pk, author);
        block_on(removing).unwrap()
    };
    assert!(remove());
    assert!(!remove(), "there is no such card any more");
    assert!(!world.gateway.ledger()[0].live);
    let audit = world.database.audit();
    assert_eq!(audit.len(), 2);
    assert_eq!(audit[1].author, Some(author));
    world.run_until_idle();
    world.check();
}

#[test]
fn support_sees_a_customers_flows_session_by_session() {
    let (world, first, second) = (World::new(), owner(7, 1), owner(7, 2));
    world.submit(&first, NUMBER).unwrap();
    world.ready(&second, OTHER_NUMBER);
    let sessions = [&first, &owner(7, 3), &second].map(|owner| owner.session.digest());
    let flows = block_on(world.storage.flows_of(first.customer, &sessions)).unwrap();
    let steps: Vec<_> = flows.iter().map(|flow| flow.progress.step).collect();
    assert_eq!(steps, [FlowStep::PhoneNumber, FlowStep::Otp]);
    let others = block_on(world.storage.flows_of(owner(8, 1).customer, &sessions));
    assert_eq!(others.unwrap(), []);
}

#[test]
fn a_held_card_expires_after_five_minutes() {
    let (world, owner) = (World::new(), owner(7, 1));
    world.submit(&owner, NUMBER).unwrap();
    assert_eq!(world.held_cards.count(later(299)), 1);
    assert_eq!(world.held_cards.count(later(300)), 0);
}
