//! Concurrent requests, in many interleavings.

use std::pin::pin;

use futures_executor::block_on;
use futures_util::future::{join, join_all};
use payments_core::audit::AuditOutcome;
use payments_core::card_storage::{StorageRefusal, Verdict};
use payments_core::ports::Clock;
use payments_core::testkit::fakes::GatewayAct;
use payments_core::tokenization::RefusalReason;

use super::harness::{NUMBER, OTHER_NUMBER, World, card, owner, poll_until, start, wrong};

const SEEDS: std::ops::Range<u64> = 0..60;

#[test]
fn one_of_many_concurrent_right_codes_saves_the_card() {
    for seed in SEEDS {
        let (world, owner) = (World::interleaved(seed), owner(7, 1));
        let code = world.ready(&owner, NUMBER);
        // More requests than the daily limit: many requests with one code are one try.
        let answers = block_on(join_all((0..24).map(|_| world.enter_async(&owner, &code))));
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
        world.run_until_idle();
        world.check();
        assert_eq!(world.database.cards().len(), 1);
    }
}

#[test]
fn concurrent_repeats_of_a_wrong_code_are_counted() {
    for seed in SEEDS {
        let (world, owner) = (World::interleaved(seed), owner(7, 1));
        let code = world.ready(&owner, NUMBER);
        let one = wrong(&code, 0);
        let answers = block_on(join_all((0..8).map(|_| world.enter_async(&owner, &one))));
        for answer in answers {
            assert!(
                matches!(answer, Err(StorageRefusal::WrongCode { .. })),
                "seed {seed}: {answer:?}"
            );
        }
        let tries = world.database.tries(owner.customer, start().date_naive());
        assert_eq!(tries, 1, "seed {seed}");
    }
}

#[test]
fn concurrent_right_codes_get_no_other_refusal_than_the_gateways() {
    for seed in SEEDS {
        let (world, owner) = (World::interleaved(seed), owner(7, 1));
        world
            .gateway
            .next(GatewayAct::Refuse(RefusalReason::ExpiredCard));
        let code = world.ready(&owner, NUMBER);
        let answers = block_on(join_all((0..8).map(|_| world.enter_async(&owner, &code))));
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
        world.run_until_idle();
        world.check();
    }
}

#[test]
fn concurrent_right_and_wrong_codes_at_the_last_try_end_consistently() {
    for seed in SEEDS {
        let (world, owner) = (World::interleaved(seed), owner(7, 1));
        let code = world.ready(&owner, NUMBER);
        for number in 0..4 {
            world.enter(&owner, &wrong(&code, number)).unwrap_err();
        }
        let last = wrong(&code, 4);
        let both = join(
            world.enter_async(&owner, &code),
            world.enter_async(&owner, &last),
        );
        let (right, wrong) = block_on(both);
        let saved = world.database.cards().len();
        match (right, wrong) {
            (
                Ok(Verdict::Saved),
                Err(StorageRefusal::WrongCode { .. } | StorageRefusal::NoCodeSent),
            ) => {
                assert_eq!(saved, 1, "seed {seed}");
            }
            (Err(StorageRefusal::FlowVoid), Err(StorageRefusal::FlowVoid)) => {
                assert_eq!(saved, 0, "seed {seed}");
            }
            (right, wrong) => panic!("seed {seed}: {right:?} and {wrong:?}"),
        }
        world.run_until_idle();
        world.check();
    }
}

#[test]
fn a_code_is_accepted_or_replaced_but_not_both() {
    for seed in SEEDS {
        let (world, owner) = (World::interleaved(seed), owner(7, 1));
        let code = world.ready(&owner, NUMBER);
        let both = join(world.enter_async(&owner, &code), world.send_async(&owner));
        match block_on(both) {
            (Ok(Verdict::Saved), _) => assert_eq!(world.database.cards().len(), 1),
            (Err(StorageRefusal::WrongCode { .. }), Ok(())) => {
                assert!(world.database.cards().is_empty(), "seed {seed}");
                let fresh = world.sms.last_code().unwrap();
                assert_eq!(world.enter(&owner, &fresh).unwrap(), Verdict::Saved);
            }
            (entered, sent) => panic!("seed {seed}: {entered:?} and {sent:?}"),
        }
        world.run_until_idle();
        world.check();
    }
}

#[test]
fn one_of_two_concurrently_sent_codes_is_valid() {
    for seed in SEEDS {
        let (world, owner) = (World::interleaved(seed), owner(7, 1));
        world.submit(&owner, NUMBER).unwrap();
        let (one, two) = block_on(join(world.send_async(&owner), world.send_async(&owner)));
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
        world.run_until_idle();
        world.check();
    }
}

#[test]
fn a_code_never_saves_a_second_card_submitted_concurrently() {
    for seed in SEEDS {
        let (world, owner) = (World::interleaved(seed), owner(7, 1));
        let code = world.ready(&owner, NUMBER);
        let second = world
            .storage
            .submit_card(&world.catalog, &owner, card(OTHER_NUMBER));
        let (entered, _) = block_on(join(world.enter_async(&owner, &code), second));
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
        world.run_until_idle();
        world.check();
    }
}

/// Cancels a request when the stored state matches, like a crash.
fn dies_when(world: &World, owner: &payments_core::card_storage::FlowOwner, code: &str, at: &str) {
    let mut request = pin!(world.enter_async(owner, code));
    let answer = poll_until(&mut request, || world.flows.dump().contains(at));
    assert!(answer.is_none(), "still running when its process dies");
}

#[test]
fn a_claim_whose_process_died_before_the_gateway_call_expires_within_seconds() {
    for other in [true, false] {
        let (world, owner) = (World::interleaved(3), owner(7, 1));
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
        world.run_until_idle();
        world.check();
    }
}

#[test]
fn a_card_submitted_during_a_saving_has_to_wait_for_seconds() {
    let (world, owner) = (World::interleaved(3), owner(7, 1));
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
    world.run_until_idle();
    world.check();
}

#[test]
fn a_saving_whose_process_died_is_reported_as_failed_after_all_deadlines() {
    let (world, owner) = (World::interleaved(3), owner(7, 1));
    let code = world.ready(&owner, NUMBER);
    dies_when(&world, &owner, &code, "AtGateway");
    let deadlines = i64::from(world.storage.settings().saving_seconds);
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
    world.run_until_idle();
    world.check();
}

#[test]
fn only_the_card_that_the_state_names_is_held_after_concurrent_submissions() {
    for seed in SEEDS {
        for has_code in [false, true] {
            let (world, owner) = (World::interleaved(seed), owner(7, 1));
            if has_code {
                world.send(&owner).unwrap();
            }
            let submit = |number| {
                world
                    .storage
                    .submit_card(&world.catalog, &owner, card(number))
            };
            let calls = (0..16).map(|place| submit([NUMBER, OTHER_NUMBER][place % 2]));
            for held in block_on(join_all(calls)) {
                held.unwrap();
            }
            assert_eq!(world.held_cards.count(start()), 1, "seed {seed}");
            let code = world.send(&owner).unwrap();
            assert_eq!(world.enter(&owner, &code).unwrap(), Verdict::Saved);
            assert_eq!(world.held_cards.count(start()), 0, "seed {seed}");
            world.run_until_idle();
            world.check();
        }
    }
}

#[test]
fn a_card_submitted_concurrently_with_its_code_leaves_nothing_behind() {
    for seed in SEEDS {
        let (world, owner) = (World::interleaved(seed), owner(7, 1));
        let code = world.ready(&owner, NUMBER);
        let cards = (0..3).map(|_| {
            world
                .storage
                .submit_card(&world.catalog, &owner, card(OTHER_NUMBER))
        });
        block_on(join(join_all(cards), world.enter_async(&owner, &code)))
            .1
            .ok();
        let named = world.flows.dump().matches("submission").count();
        let is_taken = world.flows.dump().contains("Claimed");
        let held = world.held_cards.count(start());
        assert!(
            held == named || is_taken && held == 0,
            "seed {seed}: {held} held, {named} named"
        );
        world.run_until_idle();
        world.check();
    }
}

#[test]
fn concurrent_wrong_codes_are_compared_only_as_often_as_they_count() {
    for seed in SEEDS {
        let (world, owner) = (World::interleaved(seed), owner(7, 1));
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
            let answers = block_on(join_all(twins.map(|one| world.enter_async(&owner, one))));
            let judged = |place: usize| {
                let of = |place: usize| {
                    matches!(
                        answers[place],
                        Err(StorageRefusal::WrongCode { .. } | StorageRefusal::FlowVoid)
                    )
                };
                of(place) || of(place + codes.len())
            };
            let wrong = (0..codes.len()).filter(|place| {
                judged(*place)
                    && [*place, place + codes.len()].iter().any(|place| {
                        matches!(answers[*place], Err(StorageRefusal::WrongCode { .. }))
                    })
            });
            compared += wrong.count();
        }
        let counted = world.database.tries(owner.customer, start().date_naive());
        assert!(counted <= 15, "seed {seed}: {counted}");
        assert!(compared <= counted, "seed {seed}: {compared} of {counted}");
    }
}
