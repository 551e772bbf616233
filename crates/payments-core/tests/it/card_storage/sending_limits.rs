//! Limits on sending codes.

use futures_executor::block_on;
use payments_core::address_block::AddressBlock;
use payments_core::card_storage::{CodeRequest, FlowOwner, HourAndDay, StorageRefusal, Verdict};
use payments_core::language::Language;
use payments_core::phone::{DestinationRefused, Phone};
use payments_core::ports::{SmsFailure, Unavailable};
use payments_core::sms::{SmsBreaker, SmsLimit};
use payments_core::testkit::fakes::Fault;
use payments_core::testkit::world::Invariant;

use super::harness::{NUMBER, World, owner};

const WIDE: HourAndDay = HourAndDay {
    hour: 1_000,
    day: 1_000,
};

/// A harness without limits other than those that a test sets.
fn world() -> World {
    let mut world = World::new();
    let sending = &mut world.storage.settings_mut().sending;
    sending.per_customer = WIDE;
    sending.per_phone = WIDE;
    sending.per_address_block = WIDE;
    sending.daily_budget = 1_000_000;
    world
}

fn request(phone: Phone, address: Option<AddressBlock>) -> CodeRequest {
    CodeRequest {
        phone,
        language: Language::En,
        address,
    }
}

fn send_to(world: &World, owner: &FlowOwner, phone: &str) -> Result<(), StorageRefusal> {
    let phone = Phone::parse(phone).unwrap();
    block_on(world.storage.send_code(owner, request(phone, None)))
}

/// The limit that was reached, and the seconds to wait.
fn refused<T: std::fmt::Debug>(sent: Result<T, StorageRefusal>) -> (SmsLimit, u32) {
    match sent {
        Err(StorageRefusal::TooManyCodes {
            limit,
            retry_after_seconds,
        }) => (limit, retry_after_seconds),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_customer_and_a_phone_have_hourly_and_daily_limits() {
    let (mut world, mine) = (world(), owner(7, 1));
    world.storage.settings_mut().sending.per_customer = HourAndDay { hour: 2, day: 3 };
    world.storage.settings_mut().sending.per_phone = HourAndDay { hour: 4, day: 4 };
    world.send(&mine).unwrap();
    world.send(&mine).unwrap();
    assert_eq!(refused(world.send(&mine)), (SmsLimit::Customer, 3_600));
    world.clock.advance(3_600);
    world.send(&mine).unwrap();
    // The time is half past twelve.
    assert_eq!(refused(world.send(&mine)), (SmsLimit::Customer, 41_400));
    world.send(&owner(8, 2)).unwrap();
    let by_another = refused(world.send(&owner(9, 3)));
    assert_eq!(by_another, (SmsLimit::Phone, 41_400));
    assert_eq!(world.sms.outbox().len(), 4);
    world.clock.advance(41_400);
    world.send(&mine).unwrap();
    world.check_only(Invariant::NoSecrets);
}

#[test]
fn all_spellings_of_a_phone_share_one_limit() {
    let mut world = world();
    world.storage.settings_mut().sending.per_phone = HourAndDay { hour: 1, day: 1 };
    let spellings = [
        "05551234567",
        "905551234567",
        "005551234567",
        "00905551234567",
    ];
    for (session, spelling) in (1..).zip(spellings) {
        let mine = owner(i64::from(session), session);
        let sent = send_to(&world, &mine, spelling);
        let is_first = session == 1;
        assert_eq!(sent.is_ok(), is_first, "{spelling}: {sent:?}");
    }
    // The last eight digits are equal, but the phone differs.
    send_to(&world, &owner(9, 9), "5321234567").unwrap();
}

#[test]
fn the_next_code_waits_for_the_cooldown() {
    let (mut world, mine, other) = (world(), owner(7, 1), owner(8, 2));
    world.storage.settings_mut().sending.cooldown_seconds = 60;
    world.send(&mine).unwrap();
    world.clock.advance(10);
    assert_eq!(refused(world.send(&mine)), (SmsLimit::Cooldown, 50));
    let another_phone = send_to(&world, &mine, "5557654321");
    assert_eq!(refused(another_phone), (SmsLimit::Cooldown, 50));
    let another_customer = refused(world.send(&other));
    assert_eq!(another_customer, (SmsLimit::Cooldown, 50));
    send_to(&world, &other, "5557654321").unwrap();
    world.clock.advance(50);
    world.send(&mine).unwrap();
}

#[test]
fn one_of_several_concurrent_requests_passes_the_cooldown() {
    let mut world = world();
    world.storage.settings_mut().sending.cooldown_seconds = 60;
    let owners: Vec<_> = (0..8).map(|session| owner(7, session)).collect();
    let sending = owners.iter().map(|owner| world.send_async(owner));
    let sent = block_on(futures_util::future::join_all(sending));
    assert_eq!(sent.iter().filter(|one| one.is_ok()).count(), 1);
    assert_eq!(world.sms.outbox().len(), 1);
}

#[test]
fn a_refused_destination_is_not_counted() {
    use DestinationRefused::{CountryNotAllowed, NotMobile};
    let (world, mine) = (world(), owner(7, 1));
    for (phone, expected) in [
        ("4915112345678", CountryNotAllowed),
        ("00000000000001", NotMobile),
    ] {
        let result = send_to(&world, &mine, phone);
        assert!(matches!(result, Err(StorageRefusal::Destination(why)) if why == expected));
    }
    assert!(world.database.counters().is_empty());
    assert!(world.sms.outbox().is_empty());
}

#[test]
fn a_block_of_addresses_has_its_own_limits() {
    let mut world = world();
    world.storage.settings_mut().sending.per_address_block = HourAndDay { hour: 2, day: 2 };
    let from = |customer: u8, address: &str| {
        let block = AddressBlock::of(address.parse().unwrap());
        let phone = Phone::parse(&format!("55512345{customer:02}")).unwrap();
        let owner = owner(customer.into(), customer);
        block_on(world.storage.send_code(&owner, request(phone, block)))
    };
    from(1, "203.0.113.1").unwrap();
    from(2, "203.0.113.2").unwrap();
    assert_eq!(
        refused(from(3, "203.0.113.3")),
        (SmsLimit::AddressBlock, 45_000)
    );
    from(4, "203.0.114.1").unwrap();
    // All clients share our proxy.
    for customer in 5..9 {
        from(customer, "10.0.0.1").unwrap();
    }
    assert!(
        world
            .database
            .counters()
            .iter()
            .all(|key| !key.contains("203.0")),
        "no address in clear"
    );
}

#[test]
fn half_of_the_budget_is_for_customers_who_have_verified_a_code() {
    let (mut world, known) = (world(), owner(1, 1));
    world.storage.settings_mut().sending.daily_budget = 6;
    let code = world.ready(&known, NUMBER);
    assert_eq!(world.enter(&known, &code).unwrap(), Verdict::Saved);
    for session in 2..4 {
        world.send(&owner(session.into(), session)).unwrap();
    }
    let left = block_on(world.storage.sms_usage()).unwrap();
    assert_eq!((left.left, left.left_for_unverified), (3, 0));
    assert_eq!(
        refused(world.send(&owner(4, 4))),
        (SmsLimit::DailyBudget, 45_000)
    );
    world.clock.advance(600);
    for _ in 0..3 {
        world.send(&known).unwrap();
    }
    assert_eq!(refused(world.send(&known)).0, SmsLimit::DailyBudget);
    assert_eq!(world.sms.outbox().len(), 6);
    world.clock.advance(86_400);
    world.send(&owner(5, 5)).unwrap();
}

#[test]
fn a_prefix_with_few_entered_codes_is_paused() {
    let (mut world, known) = (world(), owner(100, 100));
    world.storage.settings_mut().sending.breaker = Some(SmsBreaker {
        codes: 5,
        least_verified_percent: 20,
        window_seconds: 3_600,
        code_lifetime_seconds: 180,
        pause_seconds: 900,
    });
    let code = world.ready(&known, NUMBER);
    world.enter(&known, &code).unwrap();
    world.clock.advance(1);
    for session in 1..6 {
        world.send(&owner(session.into(), session)).unwrap();
        world.clock.advance(1);
    }
    world.clock.advance(200);
    assert_eq!(refused(world.send(&owner(7, 7))), (SmsLimit::Breaker, 900));
    let usage = block_on(world.storage.sms_usage()).unwrap();
    assert_eq!(usage.paused[0].prefix.as_str(), "90555");
    send_to(&world, &owner(8, 8), "5321234567").unwrap();
    world.send(&known).unwrap();
    world.clock.advance(900);
    world.send(&owner(7, 7)).unwrap();
}

/// One phone, one customer and one code each.
fn strict() -> World {
    let mut world = world();
    let sending = &mut world.storage.settings_mut().sending;
    sending.cooldown_seconds = 60;
    sending.per_customer = HourAndDay { hour: 1, day: 1 };
    sending.per_phone = HourAndDay { hour: 1, day: 1 };
    sending.daily_budget = 2;
    world
}

#[test]
fn a_code_that_was_certainly_not_sent_counts_against_no_limit() {
    let (world, mine) = (strict(), owner(7, 1));
    world.submit(&mine, NUMBER).unwrap();
    let away = || Unavailable {
        what: "sms",
        source: None,
    };
    for failure in [
        SmsFailure::Refused,
        SmsFailure::OutOfReach,
        SmsFailure::Unavailable(away()),
    ] {
        world.sms.fail(failure);
        world.send(&mine).unwrap_err();
        assert!(
            !world.flows.dump().contains("CodeSent"),
            "a code that was not sent does not start the cooldown"
        );
        assert!(world.database.counters().is_empty());
    }
    world.faults.fail("flows.save", Fault::Before);
    world.faults.fail("flows.reload", Fault::Before);
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
    block_on(world.send_async(&mine)).unwrap();
    assert!(matches!(
        world.send(&mine),
        Err(StorageRefusal::TooManyCodes { .. })
    ));
}

#[test]
fn no_code_is_sent_while_the_counts_are_unavailable() {
    let (world, mine) = (strict(), owner(7, 1));
    for fault in [Fault::Before, Fault::After] {
        world.faults.fail("sms_limits.take", fault);
        assert!(matches!(
            world.send(&mine),
            Err(StorageRefusal::Unavailable(_))
        ));
    }
    assert!(world.sms.outbox().is_empty());
}

#[test]
fn a_phone_at_its_limit_does_not_count_against_the_customer() {
    let (mut world, mine) = (strict(), owner(7, 1));
    world.storage.settings_mut().sending.daily_budget = 100;
    world.send(&owner(8, 2)).unwrap();
    for _ in 0..3 {
        assert_eq!(refused(world.send(&mine)), (SmsLimit::Phone, 45_000));
    }
    send_to(&world, &mine, "5557654321").unwrap();
}
