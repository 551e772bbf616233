//! How often codes are sent.

use futures_executor::block_on;
use payments_core::card_storage::StorageRefusal;
use payments_core::language::Language;
use payments_core::phone::Phone;
use payments_core::ports::Quota;

use super::world::{World, owner};

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
