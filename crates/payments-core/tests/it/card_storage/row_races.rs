//! Concurrent requests about saved rows, tokens and customers.

use std::pin::pin;

use futures_executor::block_on;
use futures_util::future::join;
use payments_core::audit::Author;
use payments_core::card_storage::{FlowOwner, StorageRefusal, Verdict};
use payments_core::keys::{KeyId, Keys, LastingKey, MasterKey};
use payments_core::ports::Erasure;
use payments_core::testkit::fakes::GatewayAct;

use super::harness::{NUMBER, World, owner, poll_until, start};

const SEEDS: std::ops::Range<u64> = 0..60;

#[test]
fn the_same_card_saved_concurrently_in_two_sessions_is_one_row() {
    for seed in SEEDS {
        let (world, one, two) = (World::interleaved(seed), owner(7, 1), owner(7, 2));
        let (first, second) = (world.ready(&one, NUMBER), world.ready(&two, NUMBER));
        let both = join(
            world.enter_async(&one, &first),
            world.enter_async(&two, &second),
        );
        let (first, second) = block_on(both);
        assert_eq!(
            (first.unwrap(), second.unwrap()),
            (Verdict::Saved, Verdict::Saved)
        );
        world.run_until_idle();
        world.check();
        assert_eq!(world.database.cards().len(), 1, "seed {seed}");
    }
}

#[test]
fn a_card_deleted_while_it_is_saved_again_leaves_no_orphan() {
    for seed in SEEDS {
        let (world, owner) = (World::interleaved(seed), owner(7, 1));
        let code = world.ready(&owner, NUMBER);
        world.enter(&owner, &code).unwrap();
        let pk = world.database.cards()[0].pk;
        let code = world.ready(&owner, NUMBER);
        let removal = world
            .storage
            .remove_card(&world.catalog, owner.customer, pk);
        let (entered, removed) = block_on(join(world.enter_async(&owner, &code), removal));
        assert_eq!(entered.unwrap(), Verdict::Saved);
        removed.unwrap();
        world.run_until_idle();
        world.check();
    }
}

/// Deletes all rows.
async fn remove_all(world: &World, owner: &FlowOwner) {
    for row in world.database.cards() {
        let removed = world
            .storage
            .remove_card(&world.catalog, owner.customer, row.pk);
        removed.await.unwrap();
    }
}

#[test]
fn a_card_removed_and_saved_concurrently_has_a_live_token_or_no_row() {
    let mut held_back = 0;
    for seed in 0..20 {
        for head_start in 0..25 {
            let (world, owner) = (World::interleaved(seed), owner(7, 1));
            let code = world.ready(&owner, NUMBER);
            world.enter(&owner, &code).unwrap();
            world.gateway.next(GatewayAct::RepeatToken);
            let code = world.ready(&owner, NUMBER);
            let mut saving = pin!(world.enter_async(&owner, &code));
            let mut polls = 0..head_start;
            let made = || world.gateway.tokenize_calls() > 1 && polls.next().is_none();
            let early = poll_until(&mut saving, made);
            let removal = remove_all(&world, &owner);
            let answer = match early {
                Some(answer) => {
                    block_on(removal);
                    answer
                }
                None if seed % 2 == 0 => block_on(join(removal, saving)).1,
                // The deletion is done before the saving continues.
                None => {
                    block_on(removal);
                    block_on(saving)
                }
            };
            match answer {
                Ok(Verdict::Saved) => {}
                Ok(Verdict::Saving) | Err(StorageRefusal::OutcomeUnknown) => held_back += 1,
                answer => panic!("seed {seed}, {head_start}: {answer:?}"),
            }
            world.run_until_idle();
            world.check();
        }
    }
    assert!(held_back > 0, "a saving was concurrent with a deletion");
}

#[test]
fn a_token_of_two_rows_is_deleted_with_the_last_row() {
    let (mut world, owner) = (World::new(), owner(7, 1));
    let code = world.ready(&owner, NUMBER);
    world.enter(&owner, &code).unwrap();
    // With another lasting key the same card looks new.
    let master = MasterKey::new(KeyId(1), &[1; 32]).unwrap();
    let lasting = LastingKey::new(&[0xbb; 32]).unwrap();
    *world.storage.keys_mut() = Keys::new(vec![master], &lasting).unwrap();
    world.gateway.next(GatewayAct::RepeatToken);
    let code = world.ready(&owner, NUMBER);
    world.enter(&owner, &code).unwrap();
    assert_eq!(world.database.cards().len(), 2);
    let remove_one = || {
        let pk = world.database.cards()[0].pk;
        let removed = world
            .storage
            .remove_card(&world.catalog, owner.customer, pk);
        assert!(block_on(removed).unwrap());
    };
    remove_one();
    world.run_until_idle();
    assert!(world.gateway.ledger().iter().all(|entry| entry.live));
    remove_one();
    world.run_until_idle();
    world.check();
}

#[test]
fn an_erasure_concurrent_with_a_saving_leaves_no_card_and_no_token() {
    for seed in SEEDS {
        let (world, owner) = (World::interleaved(seed), owner(7, 1));
        let code = world.ready(&owner, NUMBER);
        let support = Author {
            principal: "support".to_owned(),
            request_id: None,
            at: start(),
        };
        let erasure = world.database.erase(owner.customer, &support);
        let (_, erased) = block_on(join(world.enter_async(&owner, &code), erasure));
        erased.unwrap().unwrap();
        world.run_until_idle();
        world.check();
        assert!(world.database.cards().is_empty(), "seed {seed}");
        let status = block_on(world.database.status(owner.customer));
        assert!(status.unwrap().unwrap().is_complete(), "seed {seed}");
    }
}

#[test]
fn a_card_held_by_an_ended_session_is_dropped_and_others_are_not() {
    for has_code in [false, true] {
        let world = World::new();
        let (ended, going_on) = (owner(7, 1), owner(7, 2));
        for owner in [&ended, &going_on] {
            world.submit(owner, NUMBER).unwrap();
        }
        if has_code {
            world.send(&ended).unwrap();
        }
        assert_eq!(world.held_cards.count(start()), 2);
        let sessions = [ended.session.digest()];
        let dropped = world.storage.drop_held_cards(ended.customer, &sessions);
        block_on(dropped);
        assert_eq!(world.held_cards.count(start()), 1);
        let code = world.send(&going_on).unwrap();
        assert_eq!(world.enter(&going_on, &code).unwrap(), Verdict::Saved);
    }
}
