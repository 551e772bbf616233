//! The fakes pass the contract suites, without and with faults.

use std::sync::Arc;

use futures_executor::block_on;
use payments_core::id::CustomerId;
use payments_core::testkit::contract::{self, Fixture};
use payments_core::testkit::fakes::{
    FakeClock, FakeDatabase, FakeFlows, FakeHeldCards, FaultInjection,
};

use super::harness::{pos, start};

fn fault_modes() -> impl Iterator<Item = FaultInjection> {
    std::iter::once(FaultInjection::default()).chain((1..20).map(FaultInjection::interleaved))
}

fn fixture() -> Fixture {
    let customer = |pk| CustomerId::new(pk).unwrap();
    Fixture {
        customer: customer(1),
        other_customer: customer(2),
        pos: pos(1),
        other_pos: pos(2),
        now: start(),
    }
}

#[test]
fn the_fake_flow_store_passes_its_contract() {
    for faults in fault_modes() {
        block_on(contract::flow_store(&FakeFlows::new(faults), start()));
    }
}

#[test]
fn the_fake_held_cards_pass_their_contract() {
    for faults in fault_modes() {
        block_on(contract::held_cards(&FakeHeldCards::new(faults), start()));
    }
}

#[test]
fn the_fake_database_passes_its_contract() {
    for faults in fault_modes() {
        let fresh = || FakeDatabase::new(faults.clone());
        block_on(contract::code_tries(&fresh(), &fixture()));
        let database = fresh();
        block_on(contract::intents(&database, &database, &fixture()));
        let database = fresh();
        block_on(contract::saved_cards(&database, &database, &fixture()));
        let database = fresh();
        block_on(contract::stored_tokens(
            &database,
            &database,
            &database,
            &fixture(),
        ));
        block_on(contract::backlog(&fresh(), &fixture()));
        let database = fresh();
        let switch = async |account| database.switch(fixture().pos, account);
        database.switch(fixture().pos, contract::account("main"));
        block_on(contract::accounts(&database, &database, &fixture(), switch));
        let database = fresh();
        block_on(contract::erasure(
            &database,
            &database,
            &database,
            &fixture(),
        ));
        let database = fresh();
        instruments(&database);
        let database = fresh();
        block_on(contract::actions(
            &database,
            &database,
            &database,
            &fixture(),
        ));
        let database = fresh();
        block_on(contract::sms_limits(
            &database,
            &database,
            &database,
            &fixture(),
        ));
        let database = fresh();
        let kept = block_on(contract::audit_log(&database, &fixture()));
        assert_eq!(database.audit(), kept);
        let database = fresh();
        let kept = block_on(contract::endings(&database, &database, &fixture()));
        assert_eq!(database.audit(), kept);
        let clock = Arc::new(FakeClock::new(start()));
        let database = fresh().on_clock(clock.clone());
        let age = async || clock.advance(2 * 3_600);
        block_on(contract::old_intents(&database, &database, &fixture(), age));
    }
}

fn instruments(database: &FakeDatabase) {
    database.switch(fixture().pos, contract::account("main"));
    let switch = async |account| database.switch(fixture().pos, account);
    let set_pos_active = async |is_active| database.set_pos_active(fixture().pos, is_active);
    let customer = fixture().customer;
    let set_customer_active = async |is_active| database.set_customer_active(customer, is_active);
    let recorded = async || {
        let audit = database.audit();
        let given = audit.iter().filter(|one| one.instrument.is_some());
        given.count()
    };
    let (one, fixture) = (database, fixture());
    block_on(contract::instruments(
        one,
        one,
        one,
        &fixture,
        switch,
        set_pos_active,
        set_customer_active,
        recorded,
    ));
}
