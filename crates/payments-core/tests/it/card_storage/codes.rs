//! Wrong codes.

use std::pin::pin;

use futures_executor::block_on;
use payments_core::audit::AuditOutcome;
use payments_core::card_storage::{StorageRefusal, Verdict};
use payments_core::testkit::fakes::Fault;

use super::harness::{NUMBER, World, owner, poll_until, start, wrong};

#[test]
fn five_distinct_wrong_codes_void_the_flow_and_each_says_how_many_are_left() {
    let (world, owner) = (World::new(), owner(7, 1));
    let code = world.ready(&owner, NUMBER);
    for (number, left) in [(0, 4), (1, 3), (1, 3), (2, 2), (3, 1)] {
        let denied = world.enter(&owner, &wrong(&code, number));
        assert!(
            matches!(denied, Err(StorageRefusal::WrongCode { tries_left: Some(stated) }) if stated == left),
            "try {number}: {denied:?}"
        );
    }
    assert!(matches!(
        world.enter(&owner, &wrong(&code, 4)),
        Err(StorageRefusal::FlowVoid)
    ));
    assert!(matches!(
        world.enter(&owner, &code),
        Err(StorageRefusal::FlowVoid)
    ));
    assert_eq!(world.held_cards.count(start()), 0, "the card is gone");
    assert_eq!(world.audit_outcomes(), [AuditOutcome::Void]);
    assert_eq!(world.gateway.tokenize_calls(), 0);
    world.run_until_idle();
    world.check();
}

#[test]
fn a_try_whose_comparison_could_not_be_stored_does_not_count() {
    let (world, owner) = (World::new(), owner(7, 1));
    let code = world.ready(&owner, NUMBER);
    for _ in 0..2 {
        world.faults.fail("flows.save", Fault::Before);
    }
    assert!(matches!(
        world.enter(&owner, &wrong(&code, 0)),
        Err(StorageRefusal::Unavailable(_))
    ));
    let tries = world.database.tries(owner.customer, start().date_naive());
    assert_eq!(tries, 0);
}

#[test]
fn a_wrong_code_entered_while_another_code_is_sent_counts_for_that_one() {
    let (world, owner) = (World::interleaved(5), owner(7, 1));
    let first = world.ready(&owner, NUMBER);
    let entered = wrong(&first, 0);
    let mut request = pin!(world.enter_async(&owner, &entered));
    poll_until(&mut request, || {
        world.faults.calls().contains(&"code_tries.reserve")
    });
    let second = world.send(&owner).unwrap();
    assert_ne!(second, entered);
    for refused in [block_on(request), world.enter(&owner, &entered)] {
        assert!(
            matches!(
                refused,
                Err(StorageRefusal::WrongCode {
                    tries_left: Some(4)
                })
            ),
            "{refused:?}"
        );
    }
    let tries = world.database.tries(owner.customer, start().date_naive());
    assert_eq!(tries, 1, "the try for the first code is given back");
}

#[test]
fn a_repeated_wrong_code_is_not_a_new_try() {
    let (world, owner) = (World::new(), owner(7, 1));
    let code = world.ready(&owner, NUMBER);
    for number in 0..4 {
        for _ in 0..3 {
            let denied = world.enter(&owner, &wrong(&code, number));
            assert!(matches!(denied, Err(StorageRefusal::WrongCode { .. })));
        }
    }
    assert_eq!(
        world.database.tries(owner.customer, start().date_naive()),
        4
    );
    assert_eq!(world.enter(&owner, &code).unwrap(), Verdict::Saved);
    assert_eq!(
        world.database.tries(owner.customer, start().date_naive()),
        4
    );
}

#[test]
fn a_new_flow_can_begin_after_a_void_one() {
    let (world, owner) = (World::new(), owner(7, 1));
    let code = world.ready(&owner, NUMBER);
    for number in 0..5 {
        world.enter(&owner, &wrong(&code, number)).unwrap_err();
    }
    let fresh = world.ready(&owner, NUMBER);
    assert_eq!(world.enter(&owner, &fresh).unwrap(), Verdict::Saved);
}

#[test]
fn a_customer_has_fifteen_wrong_codes_per_day() {
    let (world, mine) = (World::new(), owner(7, 1));
    for flow in 0..3 {
        let mine = owner(7, flow);
        let code = world.ready(&mine, NUMBER);
        for number in 0..5 {
            world.enter(&mine, &wrong(&code, number)).unwrap_err();
        }
    }
    let code = world.ready(&mine, NUMBER);
    let denied = world.enter(&mine, &code);
    let until_midnight = 12 * 3_600 + 30 * 60;
    assert!(
        matches!(denied, Err(StorageRefusal::TooManyTriesToday { retry_after_seconds })
            if retry_after_seconds == until_midnight),
        "{denied:?}"
    );
    world.clock.advance(i64::from(until_midnight));
    let code = world.ready(&mine, NUMBER);
    assert_eq!(world.enter(&mine, &code).unwrap(), Verdict::Saved);
}

#[test]
fn the_same_wrong_codes_for_a_new_code_are_new_tries() {
    let (world, owner) = (World::new(), owner(7, 1));
    let mut code = world.ready(&owner, NUMBER);
    let same: Vec<String> = (0..4).map(|number| wrong(&code, number)).collect();
    for sent in 1..=3 {
        for one in &same {
            let denied = world.enter(&owner, one);
            assert!(
                matches!(denied, Err(StorageRefusal::WrongCode { .. })),
                "{denied:?}"
            );
        }
        let tries = world.database.tries(owner.customer, start().date_naive());
        assert_eq!(tries, 4 * sent);
        code = world.send(&owner).unwrap();
        assert!(!same.contains(&code));
    }
    for one in &same[..3] {
        world.enter(&owner, one).unwrap_err();
    }
    let denied = world.enter(&owner, &code);
    let is_over = matches!(denied, Err(StorageRefusal::TooManyTriesToday { .. }));
    assert!(is_over, "{denied:?}");
}

#[test]
fn guessing_a_used_code_counts_towards_the_daily_limit() {
    let (world, owner) = (World::new(), owner(7, 1));
    let code = world.ready(&owner, NUMBER);
    world.enter(&owner, &code).unwrap();
    for number in 0..15 {
        let denied = world.enter(&owner, &wrong(&code, number));
        assert!(matches!(denied, Err(StorageRefusal::NoCodeSent)));
    }
    let denied = world.enter(&owner, &wrong(&code, 15));
    assert!(matches!(
        denied,
        Err(StorageRefusal::TooManyTriesToday { .. })
    ));
}

#[test]
fn an_outage_uses_no_tries() {
    let (world, owner) = (World::new(), owner(7, 1));
    let code = world.ready(&owner, NUMBER);
    world
        .faults
        .fail("flows.load", payments_core::testkit::fakes::Fault::Before);
    assert!(matches!(
        world.enter(&owner, &code),
        Err(StorageRefusal::Unavailable(_))
    ));
    assert_eq!(
        world.database.tries(owner.customer, start().date_naive()),
        0
    );
}

#[test]
fn the_right_code_repeated_gets_the_same_answer_when_the_days_tries_are_used_up() {
    let (world, mine) = (World::new(), owner(7, 1));
    let code = world.ready(&mine, NUMBER);
    assert_eq!(world.enter(&mine, &code).unwrap(), Verdict::Saved);
    for session in 2..5 {
        let other = owner(7, session);
        let code = world.ready(&other, NUMBER);
        for number in 0..5 {
            world.enter(&other, &wrong(&code, number)).unwrap_err();
        }
    }
    assert_eq!(world.enter(&mine, &code).unwrap(), Verdict::Saved);
    world.run_until_idle();
    world.check();
}

#[test]
fn nothing_is_counted_or_written_without_a_code_to_compare() {
    let (world, mine) = (World::new(), owner(7, 1));
    world.enter(&mine, "123456").unwrap_err();
    world.submit(&mine, NUMBER).unwrap();
    world.enter(&mine, "123456").unwrap_err();
    let code = world.send(&mine).unwrap();
    world.clock.advance(180);
    assert!(matches!(
        world.enter(&mine, &code),
        Err(StorageRefusal::CodeExpired)
    ));
    assert!(!world.faults.calls().contains(&"code_tries.reserve"));
}

#[test]
fn a_right_code_without_a_held_card_uses_no_try() {
    let (world, mine) = (World::new(), owner(7, 1));
    let code = world.send(&mine).unwrap();
    for _ in 0..3 {
        assert!(matches!(
            world.enter(&mine, &code),
            Err(StorageRefusal::NoCardHeld)
        ));
    }
    assert_eq!(world.database.tries(mine.customer, start().date_naive()), 0);
    world.submit(&mine, NUMBER).unwrap();
    assert_eq!(world.enter(&mine, &code).unwrap(), Verdict::Saved);
}
