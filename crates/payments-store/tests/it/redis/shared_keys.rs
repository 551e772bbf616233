//! Keys that processes announce.

use payments_core::keys::{KeyId, KeyMark, KeyMarks, Keys, LastingKey, MasterKey, RingMark};
use payments_store::SharedKeys;

use super::{CLUSTER, SINGLE};
use crate::servers::flows;

fn marks(ids: &[u32], lasting: u8) -> KeyMarks {
    let master = |id: &u32| {
        let byte = u8::try_from(*id).expect("a small number");
        MasterKey::new(KeyId(*id), &[byte; 32]).expect("a key")
    };
    let lasting = LastingKey::new(&[lasting; 32]).expect("a key");
    let keys = Keys::new(ids.iter().map(master).collect(), &lasting);
    keys.expect("a ring").marks()
}

fn ring(ids: &[u32]) -> RingMark {
    marks(ids, 0).ring
}

#[tokio::test]
async fn a_ring_is_announced_until_it_is_withdrawn_and_its_sealing_key_for_longer() {
    for variable in [SINGLE, CLUSTER] {
        let (store, _) = flows(variable).await;
        let announce = async |process: &str, ids: &[u32], seals| {
            let shared = store.announce_keys(process, &marks(ids, 0), seals).await;
            shared.expect("an answer")
        };
        let nothing = SharedKeys::default();
        assert_eq!(
            announce("one", &[1], false).await,
            nothing,
            "its own is not returned"
        );
        assert_eq!(announce("one", &[1], true).await.rings, []);
        let shared = announce("other", &[1, 2], false).await;
        assert_eq!(shared.rings, [ring(&[1])]);
        let sealing: KeyMark = ring(&[1]).sealing;
        assert_eq!(shared.needed, [sealing]);
        assert_eq!(announce("one", &[1], true).await.rings, [ring(&[1, 2])]);
        store.withdraw_keys("one").await.expect("an answer");
        let shared = announce("other", &[1, 2], false).await;
        assert_eq!(shared.rings, []);
        assert_eq!(shared.needed, [sealing], "values it sealed may still exist");
    }
}

#[tokio::test]
async fn a_lasting_key_is_announced_until_it_is_withdrawn() {
    for variable in [SINGLE, CLUSTER] {
        let (store, _) = flows(variable).await;
        let announce = async |process: &str, lasting| {
            let keys = marks(&[1], lasting);
            let shared = store.announce_keys(process, &keys, true).await;
            shared.expect("an answer").lasting
        };
        assert_eq!(announce("one", 3).await, [], "its own is not returned");
        assert_eq!(announce("other", 4).await, [marks(&[1], 3).lasting]);
        store.withdraw_keys("one").await.expect("an answer");
        assert_eq!(announce("other", 4).await, []);
    }
}
