//! Requests at once, in many interleavings.

use std::pin::pin;

use futures_executor::block_on;
use futures_util::future::{join, join_all};
use payments_core::card_storage::{FlowOwner, StorageRefusal, Verdict};
use payments_core::keys::{KeyId, Keys, LastingKey, MasterKey};
use payments_core::ports::fakes::GatewayAct;
use payments_core::ports::{AuditOutcome, Clock, Erasure, RefusalReason};

use super::world::{NUMBER, OTHER_NUMBER, World, card, owner, poll_until, start, wrong};

const SEEDS: std::ops::Range<u64> = 0..60;

#[test]
fn of_many_right_codes_at_once_one_saves_the_card() {
    for seed in SEEDS {
        let (world, owner) = (World::turbulent(seed), owner(7, 1));
        let code = world.ready(&owner, NUMBER);
        // More than a day's tries: one code tried by many requests is one try.
        let answers = block_on(join_all((0..24).map(|_| world.entering(&owner, &code))));
        let answers: Vec<Verdict> = answers.into_iter().map(Result::unwrap).collect();
        assert!(answers.contains(&Verdict::Saved), "seed {seed}");
        assert_eq!(world.gateway.tokenize_calls(), 1, "seed {seed}");
        assert_eq!(
            world.enter(&owner, &code).unwrap(),
            Verdict::Saved,
            "seed {seed}"
        );
        assert_eq!(
            world.database.tries(owner.customer, start().date_naive()),
            0
        );
        world.come_to_rest();
        world.check();
        assert_eq!(world.database.cards().len(), 1);
    }
}

#[test]
fn a_wrong_code_that_comes_many_times_at_once_is_counted() {
    for seed in SEEDS {
        let (world, owner) = (World::turbulent(seed), owner(7, 1));
        let code = world.ready(&owner, NUMBER);
        let one = wrong(&code, 0);
        let answers = block_on(join_all((0..8).map(|_| world.entering(&owner, &one))));
        for answer in answers {
            assert!(
                matches!(answer, Err(StorageRefusal::WrongCode)),
                "seed {seed}: {answer:?}"
            );
        }
        let tries = world.database.tries(owner.customer, start().date_naive());
        assert_eq!(tries, 1, "seed {seed}");
    }
}

#[test]
fn of_many_right_codes_at_once_none_hears_another_refusal_than_the_gateways() {
    for seed in SEEDS {
        let (world, owner) = (World::turbulent(seed), owner(7, 1));
        world
            .gateway
            .next(GatewayAct::Refuse(RefusalReason::ExpiredCard));
        let code = world.ready(&owner, NUMBER);
        let answers = block_on(join_all((0..8).map(|_| world.entering(&owner, &code))));
        for answer in answers {
            assert!(
                matches!(
                    answer,
                    Ok(Verdict::Saving)
                        | Err(StorageRefusal::GatewayRefused(RefusalReason::ExpiredCard))
                ),
                "seed {seed}: {answer:?}"
            );
        }
        world.come_to_rest();
        world.check();
    }
}

#[test]
fn right_and_wrong_codes_together_at_the_last_try_end_in_one_way() {
    for seed in SEEDS {
        let (world, owner) = (World::turbulent(seed), owner(7, 1));
        let code = world.ready(&owner, NUMBER);
        for number in 0..4 {
            world.enter(&owner, &wrong(&code, number)).unwrap_err();
        }
        let last = wrong(&code, 4);
        let both = join(world.entering(&owner, &code), world.entering(&owner, &last));
        let (right, wrong) = block_on(both);
        let saved = world.database.cards().len();
        match (right, wrong) {
            (Ok(Verdict::Saved), Err(StorageRefusal::WrongCode | StorageRefusal::NoCodeSent)) => {
                assert_eq!(saved, 1, "seed {seed}");
            }
            (Err(StorageRefusal::FlowVoid), Err(StorageRefusal::FlowVoid)) => {
                assert_eq!(saved, 0, "seed {seed}");
            }
            (right, wrong) => panic!("seed {seed}: {right:?} and {wrong:?}"),
        }
        world.come_to_rest();
        world.check();
    }
}

#[test]
fn a_code_is_accepted_or_replaced_but_not_both() {
    for seed in SEEDS {
        let (world, owner) = (World::turbulent(seed), owner(7, 1));
        let code = world.ready(&owner, NUMBER);
        let both = join(world.entering(&owner, &code), world.sending(&owner));
        match block_on(both) {
            (Ok(Verdict::Saved), _) => assert_eq!(world.database.cards().len(), 1),
            (Err(StorageRefusal::WrongCode), Ok(())) => {
                assert!(world.database.cards().is_empty(), "seed {seed}");
                let fresh = world.sms.last_code().unwrap();
                assert_eq!(world.enter(&owner, &fresh).unwrap(), Verdict::Saved);
            }
            (entered, sent) => panic!("seed {seed}: {entered:?} and {sent:?}"),
        }
        world.come_to_rest();
        world.check();
    }
}

#[test]
fn of_two_codes_sent_at_once_one_is_good() {
    for seed in SEEDS {
        let (world, owner) = (World::turbulent(seed), owner(7, 1));
        world.submit(&owner, NUMBER).unwrap();
        let (one, two) = block_on(join(world.sending(&owner), world.sending(&owner)));
        one.unwrap();
        two.unwrap();
        let codes: Vec<String> = world
            .sms
            .outbox()
            .into_iter()
            .map(|sms| sms.text.replace("code: ", ""))
            .collect();
        let good = codes
            .iter()
            .filter(|code| world.enter(&owner, code).is_ok())
            .count();
        assert_eq!(good, 1, "seed {seed}");
        world.come_to_rest();
        world.check();
    }
}

#[test]
fn a_code_never_saves_a_second_card_submitted_beside_it() {
    for seed in SEEDS {
        let (world, owner) = (World::turbulent(seed), owner(7, 1));
        let code = world.ready(&owner, NUMBER);
        let second = world
            .storage
            .submit_card(&world.catalog, &owner, card(OTHER_NUMBER));
        let (entered, _) = block_on(join(world.entering(&owner, &code), second));
        for row in world.database.cards() {
            assert_eq!(
                row.card.masked_number.as_str(),
                "552879******0008",
                "seed {seed}"
            );
        }
        assert_eq!(
            entered.is_ok(),
            world.database.cards().len() == 1,
            "seed {seed}"
        );
        world.come_to_rest();
        world.check();
    }
}

/// Cuts a request off when the stored state says so: its process dies.
fn dies_when(world: &World, owner: &payments_core::card_storage::FlowOwner, code: &str, at: &str) {
    let mut request = pin!(world.entering(owner, code));
    let answer = poll_until(&mut request, || world.flows.dump().contains(at));
    assert!(answer.is_none(), "still on its way, when its process dies");
}

#[test]
fn a_claim_whose_process_died_before_the_gateway_is_free_within_seconds() {
    for other in [true, false] {
        let (world, owner) = (World::turbulent(3), owner(7, 1));
        let code = world.ready(&owner, NUMBER);
        dies_when(&world, &owner, &code, "Preparing");
        let refused = world.submit(&owner, OTHER_NUMBER);
        assert!(
            matches!(refused, Err(StorageRefusal::SavingInProgress)),
            "{refused:?}"
        );
        assert_eq!(world.enter(&owner, &code).unwrap(), Verdict::Saving);
        world.clock.advance(5);
        let code = if other {
            world.ready(&owner, OTHER_NUMBER)
        } else {
            code
        };
        assert_eq!(world.held_cards.count(world.clock.now()), 1);
        assert_eq!(world.enter(&owner, &code).unwrap(), Verdict::Saved);
        world.come_to_rest();
        world.check();
    }
}

#[test]
fn a_card_submitted_while_one_is_being_saved_has_to_wait_for_seconds() {
    let (world, owner) = (World::turbulent(3), owner(7, 1));
    let code = world.ready(&owner, NUMBER);
    dies_when(&world, &owner, &code, "AtGateway");
    let refused = world.submit(&owner, OTHER_NUMBER);
    assert!(
        matches!(refused, Err(StorageRefusal::SavingInProgress)),
        "{refused:?}"
    );
    assert!(matches!(
        world.send(&owner),
        Err(StorageRefusal::SavingInProgress)
    ));
    assert_eq!(world.enter(&owner, &code).unwrap(), Verdict::Saving);
    world.clock.advance(10);
    assert_eq!(world.enter(&owner, &code).unwrap(), Verdict::Saving);
    let fresh = world.ready(&owner, OTHER_NUMBER);
    assert_eq!(world.enter(&owner, &fresh).unwrap(), Verdict::Saved);
    world.come_to_rest();
    world.check();
}

#[test]
fn a_saving_whose_process_died_is_told_to_have_failed_when_every_deadline_is_over() {
    let (world, owner) = (World::turbulent(3), owner(7, 1));
    let code = world.ready(&owner, NUMBER);
    dies_when(&world, &owner, &code, "AtGateway");
    let deadlines = i64::from(world.storage.settings.saving_seconds);
    world.clock.advance(deadlines - 1);
    assert_eq!(world.enter(&owner, &code).unwrap(), Verdict::Saving);
    world.clock.advance(1);
    for _ in 0..2 {
        assert!(matches!(
            world.enter(&owner, &code),
            Err(StorageRefusal::CardGone)
        ));
    }
    assert_eq!(world.audit_outcomes(), [AuditOutcome::CardLost]);
    world.come_to_rest();
    world.check();
}

#[test]
fn of_many_cards_submitted_at_once_exactly_the_one_the_state_names_is_held() {
    for seed in SEEDS {
        for has_code in [false, true] {
            let (world, owner) = (World::turbulent(seed), owner(7, 1));
            if has_code {
                world.send(&owner).unwrap();
            }
            let submit = |number| {
                world
                    .storage
                    .submit_card(&world.catalog, &owner, card(number))
            };
            let crowd = (0..16).map(|place| submit([NUMBER, OTHER_NUMBER][place % 2]));
            for held in block_on(join_all(crowd)) {
                held.unwrap();
            }
            assert_eq!(world.held_cards.count(start()), 1, "seed {seed}");
            let code = world.send(&owner).unwrap();
            assert_eq!(world.enter(&owner, &code).unwrap(), Verdict::Saved);
            assert_eq!(world.held_cards.count(start()), 0, "seed {seed}");
            world.come_to_rest();
            world.check();
        }
    }
}

#[test]
fn a_card_submitted_beside_its_code_leaves_nothing_behind() {
    for seed in SEEDS {
        let (world, owner) = (World::turbulent(seed), owner(7, 1));
        let code = world.ready(&owner, NUMBER);
        let cards = (0..3).map(|_| {
            world
                .storage
                .submit_card(&world.catalog, &owner, card(OTHER_NUMBER))
        });
        block_on(join(join_all(cards), world.entering(&owner, &code)))
            .1
            .ok();
        let named = world.flows.dump().matches("submission").count();
        let is_taken = world.flows.dump().contains("Claimed");
        let held = world.held_cards.count(start());
        assert!(
            held == named || is_taken && held == 0,
            "seed {seed}: {held} held, {named} named"
        );
        world.come_to_rest();
        world.check();
    }
}

#[test]
fn twins_and_a_crowd_of_wrong_codes_are_compared_no_more_often_than_they_count() {
    for seed in SEEDS {
        let (world, owner) = (World::turbulent(seed), owner(7, 1));
        let mut compared = 0;
        for _ in 0..6 {
            let code = match world
                .submit(&owner, NUMBER)
                .and_then(|()| world.send(&owner))
            {
                Ok(code) => code,
                Err(StorageRefusal::TooManyCodes { .. }) => break,
                Err(other) => panic!("{other:?}"),
            };
            let codes: Vec<String> = (0..12).map(|number| wrong(&code, number)).collect();
            let twins = codes.iter().chain(&codes);
            let answers = block_on(join_all(twins.map(|one| world.entering(&owner, one))));
            let judged = |place: usize| {
                let of = |place: usize| {
                    matches!(
                        answers[place],
                        Err(StorageRefusal::WrongCode | StorageRefusal::FlowVoid)
                    )
                };
                of(place) || of(place + codes.len())
            };
            let wrong = (0..codes.len()).filter(|place| {
                judged(*place)
                    && [*place, place + codes.len()]
                        .iter()
                        .any(|place| matches!(answers[*place], Err(StorageRefusal::WrongCode)))
            });
            compared += wrong.count();
        }
        let counted = world.database.tries(owner.customer, start().date_naive());
        assert!(counted <= 15, "seed {seed}: {counted}");
        assert!(compared <= counted, "seed {seed}: {compared} of {counted}");
    }
}

#[test]
fn the_same_card_saved_in_two_sessions_at_once_is_one_row() {
    for seed in SEEDS {
        let (world, one, two) = (World::turbulent(seed), owner(7, 1), owner(7, 2));
        let (first, second) = (world.ready(&one, NUMBER), world.ready(&two, NUMBER));
        let both = join(world.entering(&one, &first), world.entering(&two, &second));
        let (first, second) = block_on(both);
        assert_eq!(
            (first.unwrap(), second.unwrap()),
            (Verdict::Saved, Verdict::Saved)
        );
        world.come_to_rest();
        world.check();
        assert_eq!(world.database.cards().len(), 1, "seed {seed}");
    }
}

#[test]
fn a_card_deleted_while_it_is_saved_again_leaves_no_orphan() {
    for seed in SEEDS {
        let (world, owner) = (World::turbulent(seed), owner(7, 1));
        let code = world.ready(&owner, NUMBER);
        world.enter(&owner, &code).unwrap();
        let pk = world.database.cards()[0].pk;
        let code = world.ready(&owner, NUMBER);
        let removal = world
            .storage
            .remove_card(&world.catalog, owner.customer, pk);
        let (entered, removed) = block_on(join(world.entering(&owner, &code), removal));
        assert_eq!(entered.unwrap(), Verdict::Saved);
        removed.unwrap();
        world.come_to_rest();
        world.check();
    }
}

/// Removes every row there is.
async fn remove_all(world: &World, owner: &FlowOwner) {
    for row in world.database.cards() {
        let removed = world
            .storage
            .remove_card(&world.catalog, owner.customer, row.pk);
        removed.await.unwrap();
    }
}

#[test]
fn a_card_removed_and_saved_again_at_once_has_a_token_that_lives_or_no_row() {
    let mut held_back = 0;
    for seed in 0..20 {
        for head_start in 0..25 {
            let (world, owner) = (World::turbulent(seed), owner(7, 1));
            let code = world.ready(&owner, NUMBER);
            world.enter(&owner, &code).unwrap();
            world.gateway.next(GatewayAct::RepeatToken);
            let code = world.ready(&owner, NUMBER);
            let mut saving = pin!(world.entering(&owner, &code));
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
                // The deletion is done before the saving goes on.
                None => {
                    block_on(removal);
                    block_on(saving)
                }
            };
            match answer {
                Ok(Verdict::Saved) => {}
                Err(StorageRefusal::OutcomeUnknown) => held_back += 1,
                answer => panic!("seed {seed}, {head_start}: {answer:?}"),
            }
            world.come_to_rest();
            world.check();
        }
    }
    assert!(held_back > 0, "a saving met a deletion");
}

#[test]
fn two_rows_of_one_token_lose_it_together() {
    let (mut world, owner) = (World::calm(), owner(7, 1));
    let code = world.ready(&owner, NUMBER);
    world.enter(&owner, &code).unwrap();
    // With another lasting key the same card looks like a new one.
    let master = MasterKey::new(KeyId(1), &[1; 32]).unwrap();
    let lasting = LastingKey::new(&[0xbb; 32]).unwrap();
    world.storage.keys = Keys::new(vec![master], &lasting).unwrap();
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
    world.come_to_rest();
    assert!(world.gateway.ledger().iter().all(|entry| entry.live));
    remove_one();
    world.come_to_rest();
    world.check();
}

#[test]
fn an_erasure_beside_a_saving_leaves_no_card_and_no_token() {
    for seed in SEEDS {
        let (world, owner) = (World::turbulent(seed), owner(7, 1));
        let code = world.ready(&owner, NUMBER);
        let erasure = world.database.erase(owner.customer, start());
        let (_, erased) = block_on(join(world.entering(&owner, &code), erasure));
        erased.unwrap().unwrap();
        world.come_to_rest();
        world.check();
        assert!(world.database.cards().is_empty(), "seed {seed}");
        let status = block_on(world.database.status(owner.customer));
        assert!(status.unwrap().unwrap().is_complete(), "seed {seed}");
    }
}

#[test]
fn a_card_held_by_an_ended_session_is_dropped_and_others_are_not() {
    for has_code in [false, true] {
        let world = World::calm();
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
