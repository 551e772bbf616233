//! Key rings that processes announce.

use payments_core::keys::KeyId;
use payments_core::keys::{KeyMark, Keys, LastingKey, MasterKey, RingMark};
use payments_store::SharedRings;

use super::{CLUSTER, SINGLE};
use crate::servers::flows;

fn ring(ids: &[u32]) -> RingMark {
    let master = |id: &u32| {
        let byte = u8::try_from(*id).expect("a small number");
        MasterKey::new(KeyId(*id), &[byte; 32]).expect("a key")
    };
    let lasting = LastingKey::new(&[0; 32]).expect("a key");
    let keys = Keys::new(ids.iter().map(master).collect(), &lasting);
    keys.expect("a ring").ring_mark()
}

#[tokio::test]
async fn a_ring_is_announced_until_it_is_withdrawn_and_its_sealing_key_for_longer() {
    for variable in [SINGLE, CLUSTER] {
        let (store, _) = flows(variable).await;
        let announce = async |process: &str, ids: &[u32], seals| {
            let told = store.announce_ring(process, &ring(ids), seals).await;
            told.expect("an answer")
        };
        let nothing = SharedRings::default();
        assert_eq!(
            announce("one", &[1], false).await,
            nothing,
            "its own is not returned"
        );
        assert_eq!(announce("one", &[1], true).await.others, []);
        let told = announce("other", &[1, 2], false).await;
        assert_eq!(told.others, [ring(&[1])]);
        let sealing: KeyMark = ring(&[1]).sealing;
        assert_eq!(told.needed, [sealing]);
        assert_eq!(announce("one", &[1], true).await.others, [ring(&[1, 2])]);
        store.withdraw_ring("one").await.expect("an answer");
        let told = announce("other", &[1, 2], false).await;
        assert_eq!(told.others, []);
        assert_eq!(told.needed, [sealing], "values it sealed may still exist");
    }
}
