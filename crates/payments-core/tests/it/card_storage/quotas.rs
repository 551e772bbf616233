//! How often codes are sent.

use futures_executor::block_on;
use payments_core::card_storage::StorageRefusal;
use payments_core::language::Language;
use payments_core::phone::Phone;
use payments_core::ports::fakes::Fault;
use payments_core::ports::{Quota, SmsFailure, Unavailable};

use super::world::{NUMBER, World, owner};

#[test]
fn codes_are_sent_no_more_often_than_the_quotas_say() {
    let (mut world, mine) = (World::calm(), owner(7, 1));
    world.storage.settings.codes_per_customer = vec![Quota {
        limit: 2,
        window_seconds: 60,
    }];
    world.storage.settings.codes_per_phone = vec![Quota {
        limit: 3,
        window_seconds: 600,
    }];
    world.send(&mine).unwrap();
    world.send(&mine).unwrap();
    let denied = world.send(&mine);
    assert!(matches!(
        denied,
        Err(StorageRefusal::TooManyCodes {
            retry_after_seconds: 60
        })
    ));
    world.send(&owner(8, 2)).unwrap();
    let denied = world.send(&owner(9, 3));
    assert!(
        matches!(
            denied,
            Err(StorageRefusal::TooManyCodes {
                retry_after_seconds: 600
            })
        ),
        "the phone's own quota counts over all customers"
    );
    assert_eq!(world.sms.outbox().len(), 3);
    world.nothing_secret_is_stored();
}

#[test]
fn however_a_phone_is_spelled_it_has_one_quota() {
    let mut world = World::calm();
    world.storage.settings.codes_per_phone = vec![Quota {
        limit: 1,
        window_seconds: 600,
    }];
    let spellings = [
        "05551234567",
        "905551234567",
        "005551234567",
        "00905551234567",
    ];
    for (session, spelling) in (1..).zip(spellings) {
        let phone = Phone::parse(spelling).unwrap();
        let mine = owner(i64::from(session), session);
        let sent = block_on(world.storage.send_code(&mine, phone, Language::En));
        let is_first = session == 1;
        assert_eq!(sent.is_ok(), is_first, "{spelling}: {sent:?}");
    }
    assert_eq!(world.sms.outbox().len(), 1);
}

/// A phone, a customer and one code of each.
fn strict() -> World {
    let mut world = World::calm();
    let one = |window_seconds| Quota {
        limit: 1,
        window_seconds,
    };
    world.storage.settings.codes_per_customer = vec![one(60), one(3_600)];
    world.storage.settings.codes_per_phone = vec![one(3_600)];
    world
}

#[test]
fn a_code_that_was_surely_not_sent_costs_nobody_anything() {
    let (world, mine) = (strict(), owner(7, 1));
    world.submit(&mine, NUMBER).unwrap();
    let away = || Unavailable {
        what: "sms",
        source: None,
    };
    for failure in [SmsFailure::Refused, SmsFailure::Unavailable(away())] {
        world.sms.fail(failure);
        world.send(&mine).unwrap_err();
        assert!(
            !world.flows.dump().contains("CodeSent"),
            "a code that nobody has is not waited for"
        );
    }
    world.weather.fail("flows.save", Fault::Before);
    world.weather.fail("flows.reload", Fault::Before);
    world.send(&mine).unwrap_err();
    let code = world.send(&mine).unwrap();
    assert!(matches!(
        world.send(&mine),
        Err(StorageRefusal::TooManyCodes { .. })
    ));
    world.enter(&mine, &code).unwrap();
}

#[test]
fn a_code_that_may_have_been_sent_counts() {
    let (world, mine) = (strict(), owner(7, 1));
    world.sms.fail(SmsFailure::Unknown);
    block_on(world.sending(&mine)).unwrap();
    assert!(matches!(
        world.send(&mine),
        Err(StorageRefusal::TooManyCodes { .. })
    ));
}

#[test]
fn a_phone_without_room_costs_its_customer_nothing() {
    let (world, mine) = (strict(), owner(7, 1));
    world.send(&owner(8, 2)).unwrap();
    for _ in 0..3 {
        assert!(matches!(
            world.send(&mine),
            Err(StorageRefusal::TooManyCodes {
                retry_after_seconds: 3_600
            })
        ));
    }
    let other = Phone::parse("5557654321").unwrap();
    block_on(world.storage.send_code(&mine, other, Language::En)).unwrap();
}
