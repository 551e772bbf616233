//! What the stations do to each class.

use super::{Machines, Rates};
use crate::sale::costs::{Costs, Request};

const SECOND: u64 = 1_000_000_000;
const NO_WORK: Request = Request {
    service: 2_000,
    postgres: 0,
    redis: 0,
    bytes: 0,
};
const RATES: Rates = Rates {
    products: 1_000,
    baskets: 0,
    saves: 100,
};
const DATABASES: [&str; 2] = [
    "processors of PostgreSQL's primary",
    "processors of PostgreSQL's replica",
];
const MACHINES: Machines = Machines {
    processes: 2,
    workers: 2,
    pool: 8,
    primary: 4,
    replica: 4,
    shards: 2,
    is_one_machine: false,
};

fn costs(product: Request, save: Request) -> Costs {
    Costs {
        product,
        save,
        ..Costs::read().unwrap()
    }
}

/// The mean queues of some stations.
fn queues<const N: usize>(machines: Machines, costs: &Costs, names: [&str; N]) -> [u64; N] {
    let stations = machines.simulate(costs, RATES, SECOND, 1).stations;
    names.map(|name| {
        let station = stations.iter().find(|one| one.name == name);
        station.expect("a station").waiting
    })
}

#[test]
fn a_class_without_work_at_a_station_never_enters_it() {
    let no_servers = Machines {
        pool: 0,
        primary: 0,
        replica: 0,
        ..MACHINES
    };
    let save = Request {
        redis: SECOND,
        ..NO_WORK
    };
    let observed = no_servers.simulate(&costs(NO_WORK, save), RATES, SECOND, 1);
    let listing = &observed.outcome.latencies[0];
    assert!(listing.count() > 700, "{}", listing.count());
    assert!(
        listing.at(990) < SECOND / 1_000,
        "Redis's queue is not for it"
    );
}

#[test]
fn saves_wait_for_the_primary_and_listings_for_the_replica() {
    let slow = Request {
        postgres: SECOND / 10,
        ..NO_WORK
    };
    let many = Machines {
        pool: 10_000,
        ..MACHINES
    };
    let [primary, replica] = queues(many, &costs(slow, NO_WORK), DATABASES);
    assert!(primary == 0 && replica > 0, "{primary}, {replica}");
    let [primary, replica] = queues(many, &costs(NO_WORK, slow), DATABASES);
    assert!(primary > 0 && replica == 0, "{primary}, {replica}");
}

#[test]
fn shards_and_pools_do_not_help_each_other() {
    // 700 requests of a save's four quarters: half of the time of a shard, and of a pool with one connection.
    let save = Request {
        postgres: 4 * SECOND / 700,
        redis: 4 * SECOND / 700,
        ..NO_WORK
    };
    let one_connection = Machines {
        pool: 1,
        ..MACHINES
    };
    let names = ["Redis's shards", "connections to the primary"];
    let [shards, pools] = queues(one_connection, &costs(NO_WORK, save), names);
    // M/M/1 has half a job waiting at each; a shared queue of two servers has a third of one.
    assert!((400..700).contains(&shards), "{shards}");
    assert!(pools > 250, "{pools}");
}

#[test]
fn abandoned_flows_arrive_too_and_have_no_code() {
    let observed = MACHINES.simulate(&costs(NO_WORK, NO_WORK), RATES, 100 * SECOND, 1);
    let [requests, codes] = [2, 3].map(|class: usize| observed.outcome.latencies[class].count());
    // Three requests of each of two flows for one code.
    let expected = codes * 6;
    assert!(
        requests.abs_diff(expected) < expected / 20,
        "{requests} and {codes}"
    );
}
