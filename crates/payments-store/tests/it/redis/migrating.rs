//! A slot of a cluster that migrates from one node to another during flows.

use chrono::TimeDelta;
use deadpool_redis::redis::aio::MultiplexedConnection;
use deadpool_redis::redis::{self, FromRedisValue};
use payments_core::card::SealedCard;
use payments_core::ports::{SaveFlowError, Version};
use payments_store::Flows;
use payments_store::testing::OwnServers;

use super::{CLUSTER, flow, held, put_all, raw, state};
use crate::fixture::now;
use crate::servers::flow_settings;

/// A node with a direct connection.
struct Node {
    id: String,
    port: u16,
    link: MultiplexedConnection,
}

impl Node {
    async fn ask<T: FromRedisValue>(&mut self, words: &[&str]) -> T {
        let mut command = redis::cmd(words[0]);
        command.arg(&words[1..]);
        let answer = command.query_async(&mut self.link).await;
        answer.unwrap_or_else(|error| panic!("{words:?}: {error}"))
    }

    async fn hand_over(&mut self, key: &str, port: u16) {
        let port = port.to_string();
        let to = ["MIGRATE", "127.0.0.1", &port, key, "0", "5000"];
        let login = ["AUTH2", "payments", "throw-away"];
        let _: String = self.ask(&[to.as_slice(), login.as_slice()].concat()).await;
    }

    async fn holds(&mut self, key: &str) -> bool {
        let slot: u16 = self.ask(&["CLUSTER", "KEYSLOT", key]).await;
        let keys: Vec<String> = self
            .ask(&["CLUSTER", "GETKEYSINSLOT", &slot.to_string(), "100"])
            .await;
        keys.iter().any(|one| one == key)
    }
}

async fn nodes(url: &str) -> Vec<Node> {
    let (login, addresses) = url.split_once('@').expect("a password");
    let login = login.replace("redis-cluster", "redis");
    let mut nodes = Vec::new();
    for address in addresses.trim_end_matches('/').split(',') {
        let mut node = Node {
            id: String::new(),
            port: address
                .rsplit_once(':')
                .expect("a port")
                .1
                .parse()
                .expect("a port"),
            link: raw(&format!("{login}@{address}")).await,
        };
        node.id = node.ask(&["CLUSTER", "MYID"]).await;
        nodes.push(node);
    }
    nodes
}

/// As many names whose keys lie in the slot of the first.
async fn names_in_one_slot(node: &mut Node, count: usize) -> (u16, Vec<String>) {
    let slot: u16 = node.ask(&["CLUSTER", "KEYSLOT", "{0}"]).await;
    let mut names = vec!["0".to_owned()];
    for number in 1_u32.. {
        let name = number.to_string();
        let its: u16 = node
            .ask(&["CLUSTER", "KEYSLOT", &format!("{{{name}}}")])
            .await;
        if its == slot {
            names.push(name);
        }
        if names.len() == count {
            break;
        }
    }
    (slot, names)
}

async fn save(
    store: &Flows,
    name: &str,
    expected: Option<Version>,
) -> Result<Version, SaveFlowError> {
    let deadline = now() + TimeDelta::seconds(60);
    store
        .flows
        .save(&flow(name), expected, &state(), deadline, now())
        .await
}

/// A flow continues from any stored state, and every change is made once.
async fn goes_on(store: &Flows, name: &str) {
    let stored = store.flows.load(&flow(name), now()).await;
    let (_, version) = stored.expect("an answer").expect("a flow");
    let next = save(store, name, Some(version)).await.expect("a save");
    let stale = save(store, name, Some(version)).await;
    assert!(matches!(stale, Err(SaveFlowError::Stale)), "{stale:?}");
    assert!(next > version);
    let taken = store.held_cards.take(&held(name), now()).await;
    assert!(taken.expect("an answer").is_some(), "the card of {name}");
    let again = store.held_cards.take(&held(name), now()).await;
    assert!(again.expect("an answer").is_none(), "the card of {name}");
    let deadline = now() + TimeDelta::seconds(60);
    let (key, card) = (held(name), SealedCard(vec![4, 5, 6]));
    let put = store.held_cards.put(&key, &card, deadline, now());
    put.await.expect("a put");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn flows_continue_and_begin_while_their_slot_migrates() {
    let servers = OwnServers::start("redis-cluster");
    let url = servers.variable(CLUSTER);
    let settings = flow_settings(&url);
    let store = Flows::open(&settings).await.expect("a flow store");
    let mut nodes = nodes(&url).await;
    let (slot, names) = names_in_one_slot(&mut nodes[0], 3).await;
    let [moved, staying, new] = [&names[0], &names[1], &names[2]];
    put_all(&store, moved).await;
    put_all(&store, staying).await;

    let key = |name: &str| format!("{}:flow:{{{name}}}", settings.key_prefix);
    let mut source = None;
    for (position, node) in nodes.iter_mut().enumerate() {
        if node.holds(&key(moved)).await {
            source = Some(position);
        }
    }
    let mut source = nodes.swap_remove(source.expect("a node with the flow"));
    let mut target = nodes.remove(0);
    let slot = slot.to_string();
    let _: () = target
        .ask(&["CLUSTER", "SETSLOT", &slot, "IMPORTING", &source.id])
        .await;
    let _: () = source
        .ask(&["CLUSTER", "SETSLOT", &slot, "MIGRATING", &target.id])
        .await;
    let keys: Vec<String> = source
        .ask(&["CLUSTER", "GETKEYSINSLOT", &slot, "100"])
        .await;
    for key in keys
        .iter()
        .filter(|key| key.contains(&format!("{{{moved}}}")))
    {
        source.hand_over(key, target.port).await;
    }
    assert!(target.holds(&key(moved)).await && source.holds(&key(staying)).await);

    put_all(&store, new).await;
    assert!(target.holds(&key(new)).await, "it begins at the new node");
    for name in [moved, staying, new] {
        goes_on(&store, name).await;
    }

    let left: Vec<String> = source
        .ask(&["CLUSTER", "GETKEYSINSLOT", &slot, "100"])
        .await;
    for key in &left {
        source.hand_over(key, target.port).await;
    }
    let owner = target.id.clone();
    for node in [&mut target, &mut source] {
        let _: () = node
            .ask(&["CLUSTER", "SETSLOT", &slot, "NODE", &owner])
            .await;
    }
    for name in [moved, staying, new] {
        goes_on(&store, name).await;
    }
}
