//! Processes whose key rings differ, as during a rotation.

use std::pin::pin;

use payments_core::card_storage::{StorageRefusal, Verdict};
use payments_core::testkit::fakes::Fault;

use super::harness::{NUMBER, World, keys, later, owner, poll_until};

#[test]
fn a_process_without_the_key_of_a_code_requires_another_code_and_counts_no_try() {
    let (mut world, owner) = (World::new(), owner(7, 1));
    *world.storage.keys_mut() = keys(&[2, 1]);
    let code = world.ready(&owner, NUMBER);
    let before = world.flows.dump();
    *world.storage.keys_mut() = keys(&[1]);
    for _ in 0..6 {
        assert!(matches!(
            world.enter(&owner, &code),
            Err(StorageRefusal::NoCodeSent)
        ));
    }
    assert_eq!(world.flows.dump(), before, "nothing changes");
    let tries = world.database.tries(owner.customer, later(0).date_naive());
    assert_eq!(tries, 0);
    *world.storage.keys_mut() = keys(&[2, 1]);
    assert_eq!(world.enter(&owner, &code).unwrap(), Verdict::Saved);
    *world.storage.keys_mut() = keys(&[1]);
    assert_eq!(
        world.enter(&owner, &code).unwrap(),
        Verdict::Saved,
        "a saved card is saved, independently of the process's keys"
    );
    world.run_until_idle();
    world.check();
}

#[test]
fn a_process_without_the_key_of_a_card_does_not_take_it() {
    let (mut world, owner) = (World::new(), owner(7, 1));
    *world.storage.keys_mut() = keys(&[2, 1]);
    world.submit(&owner, NUMBER).unwrap();
    *world.storage.keys_mut() = keys(&[1]);
    let code = world.send(&owner).unwrap();
    for _ in 0..6 {
        assert!(matches!(
            world.enter(&owner, &code),
            Err(StorageRefusal::Unavailable(_))
        ));
    }
    let tries = world.database.tries(owner.customer, later(0).date_naive());
    assert_eq!(tries, 0);
    assert_eq!(world.held_cards.count(later(0)), 1, "nothing is lost");
    *world.storage.keys_mut() = keys(&[2, 1]);
    assert_eq!(world.enter(&owner, &code).unwrap(), Verdict::Saved);
    world.run_until_idle();
    world.check();
}

#[test]
fn a_process_without_the_key_of_a_card_does_not_take_over_its_claim() {
    let (mut world, owner) = (World::new(), owner(7, 1));
    *world.storage.keys_mut() = keys(&[2, 1]);
    world.submit(&owner, NUMBER).unwrap();
    *world.storage.keys_mut() = keys(&[1]);
    let code = world.send(&owner).unwrap();
    *world.storage.keys_mut() = keys(&[2, 1]);
    world.faults.fail("held_cards.take", Fault::Before);
    world.enter(&owner, &code).unwrap_err();
    world.clock.advance(6);
    *world.storage.keys_mut() = keys(&[1]);
    assert!(matches!(
        world.enter(&owner, &code),
        Err(StorageRefusal::Unavailable(_))
    ));
    assert_eq!(world.held_cards.count(later(6)), 1, "nothing is lost");
    *world.storage.keys_mut() = keys(&[2, 1]);
    assert_eq!(world.enter(&owner, &code).unwrap(), Verdict::Saved);
    world.run_until_idle();
    world.check();
}

#[test]
fn a_process_without_the_key_of_a_card_reports_that_another_saves_it() {
    let (mut world, owner) = (World::interleaved(3), owner(7, 1));
    *world.storage.keys_mut() = keys(&[2, 1]);
    world.submit(&owner, NUMBER).unwrap();
    *world.storage.keys_mut() = keys(&[1]);
    let code = world.send(&owner).unwrap();
    *world.storage.keys_mut() = keys(&[2, 1]);
    {
        let mut request = pin!(world.enter_async(&owner, &code));
        poll_until(&mut request, || world.gateway.tokenize_calls() > 0);
    }
    *world.storage.keys_mut() = keys(&[1]);
    assert_eq!(world.enter(&owner, &code).unwrap(), Verdict::Saving);
    world.run_until_idle();
    world.check();
}
