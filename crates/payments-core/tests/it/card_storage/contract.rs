//! The fakes keep the obligations of their ports, in calm and in turbulent weather.

use futures_executor::block_on;
use payments_core::id::CustomerId;
use payments_core::testkit::contract::{self, Ground};
use payments_core::testkit::fakes::{FakeDatabase, FakeFlows, FakeHeldCards, Weather};

use super::harness::{pos, start};

fn weathers() -> impl Iterator<Item = Weather> {
    std::iter::once(Weather::default()).chain((1..20).map(Weather::turbulent))
}

fn ground() -> Ground {
    let customer = |pk| CustomerId::new(pk).unwrap();
    Ground {
        customer: customer(1),
        other_customer: customer(2),
        pos: pos(1),
        other_pos: pos(2),
        now: start(),
    }
}

#[test]
fn the_fake_flow_store_keeps_its_obligations() {
    for weather in weathers() {
        block_on(contract::flow_store(&FakeFlows::new(weather), start()));
    }
}

#[test]
fn the_fake_held_cards_keep_their_obligations() {
    for weather in weathers() {
        block_on(contract::held_cards(&FakeHeldCards::new(weather), start()));
    }
}

#[test]
fn the_fake_database_keeps_its_obligations() {
    for weather in weathers() {
        let fresh = || FakeDatabase::new(weather.clone());
        block_on(contract::code_tries(&fresh(), &ground()));
        let database = fresh();
        block_on(contract::intents(&database, &database, &ground()));
        let database = fresh();
        block_on(contract::saved_cards(&database, &database, &ground()));
        block_on(contract::backlog(&fresh(), &ground()));
        let database = fresh();
        let switch = async |account| database.switch(ground().pos, account);
        database.switch(ground().pos, contract::account("main"));
        block_on(contract::accounts(&database, &database, &ground(), switch));
        let database = fresh();
        block_on(contract::erasure(
            &database,
            &database,
            &database,
            &ground(),
        ));
        let database = fresh();
        block_on(contract::actions(
            &database,
            &database,
            &database,
            &ground(),
        ));
        let database = fresh();
        block_on(contract::sms_limits(
            &database,
            &database,
            &database,
            &ground(),
        ));
        let database = fresh();
        let kept = block_on(contract::audit_log(&database, &ground()));
        assert_eq!(database.audit(), kept);
    }
}
