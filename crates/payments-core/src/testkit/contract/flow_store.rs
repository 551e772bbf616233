//! Obligations of flow stores.

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::join_all;

use crate::card_storage::state::{FlowState, Void};
use crate::flow::{FlowId, FlowKey};
use crate::ports::{FlowStore, SaveFlowError, Version};

use super::CROWD;

/// Compare-and-set, deadlines and versions.
pub async fn flow_store(store: &dyn FlowStore, now: DateTime<Utc>) {
    a_missing_flow_is_none(store, now).await;
    what_was_saved_is_loaded(store, now).await;
    a_save_on_an_old_version_is_stale(store, now).await;
    a_state_expires_at_its_deadline(store, now).await;
    one_of_many_concurrent_first_saves_wins(store, now).await;
    one_of_many_concurrent_saves_on_one_version_wins(store, now).await;
}

fn key(name: &str) -> FlowKey {
    FlowKey(format!("contract-flow-{name}"))
}

fn state(number: u8, now: DateTime<Utc>) -> FlowState {
    FlowState::Void(Void {
        flow: FlowId([number; 16]),
        pos: None,
        is_unrecorded: false,
        deadline: now + TimeDelta::seconds(60),
    })
}

async fn save(
    store: &dyn FlowStore,
    key: &FlowKey,
    expected: Option<Version>,
    state: &FlowState,
    now: DateTime<Utc>,
) -> Result<Version, SaveFlowError> {
    store
        .save(key, expected, state, now + TimeDelta::seconds(60), now)
        .await
}

async fn a_missing_flow_is_none(store: &dyn FlowStore, now: DateTime<Utc>) {
    assert!(
        store
            .load(&key("absent"), now)
            .await
            .expect("a load")
            .is_none()
    );
}

async fn what_was_saved_is_loaded(store: &dyn FlowStore, now: DateTime<Utc>) {
    let (key, first, second) = (key("saved"), state(1, now), state(2, now));
    let version = save(store, &key, None, &first, now)
        .await
        .expect("the first save");
    assert_eq!(
        store.load(&key, now).await.expect("a load"),
        Some((first, version))
    );
    assert_eq!(
        store.reload(&key, now).await.expect("a reload"),
        store.load(&key, now).await.expect("a load"),
        "a reload returns what a load returns"
    );
    let next = save(store, &key, Some(version), &second, now)
        .await
        .expect("the second save");
    assert_ne!(next, version, "every save has its own version");
    assert_eq!(
        store.load(&key, now).await.expect("a load"),
        Some((second, next))
    );
}

async fn a_save_on_an_old_version_is_stale(store: &dyn FlowStore, now: DateTime<Utc>) {
    let (key, first, second) = (key("stale"), state(1, now), state(2, now));
    let old = save(store, &key, None, &first, now)
        .await
        .expect("the first save");
    let new = save(store, &key, Some(old), &second, now)
        .await
        .expect("the second save");
    for expected in [Some(old), None] {
        let stale = save(store, &key, expected, &first, now).await;
        assert!(
            matches!(stale, Err(SaveFlowError::Stale)),
            "expected {expected:?}"
        );
    }
    assert_eq!(
        store.load(&key, now).await.expect("a load"),
        Some((second, new))
    );
}

async fn a_state_expires_at_its_deadline(store: &dyn FlowStore, now: DateTime<Utc>) {
    let (key, first) = (key("over"), state(1, now));
    let past = now - TimeDelta::seconds(61);
    // A store that expires entries by its own clock may refuse an expired entry, which is equally valid.
    let version = save(store, &key, None, &first, past).await;
    assert!(store.load(&key, now).await.expect("a load").is_none());
    save(store, &key, None, &state(2, now), now)
        .await
        .expect("a save as if there were none");
    if let Ok(version) = version {
        let stale = save(store, &key, Some(version), &first, now).await;
        assert!(
            matches!(stale, Err(SaveFlowError::Stale)),
            "an old version does not match a new entry"
        );
    }
}

async fn one_of_many_concurrent_first_saves_wins(store: &dyn FlowStore, now: DateTime<Utc>) {
    let key = key("first");
    one_wins(store, &key, None, now).await;
}

async fn one_of_many_concurrent_saves_on_one_version_wins(
    store: &dyn FlowStore,
    now: DateTime<Utc>,
) {
    let key = key("crowd");
    let version = save(store, &key, None, &state(99, now), now)
        .await
        .expect("the first save");
    one_wins(store, &key, Some(version), now).await;
}

async fn one_wins(
    store: &dyn FlowStore,
    key: &FlowKey,
    expected: Option<Version>,
    now: DateTime<Utc>,
) {
    let states: Vec<FlowState> = (0..CROWD).map(|number| state(number, now)).collect();
    let saves = states
        .iter()
        .map(|state| save(store, key, expected, state, now));
    let results = join_all(saves).await;
    let winners: Vec<usize> = (0..states.len())
        .filter(|place| results[*place].is_ok())
        .collect();
    assert_eq!(winners.len(), 1, "exactly one of {CROWD} saves wins");
    let losers_are_stale = results
        .iter()
        .filter_map(|result| result.as_ref().err())
        .all(|error| matches!(error, SaveFlowError::Stale));
    assert!(losers_are_stale, "the others are stale");
    let stored = store
        .load(key, now)
        .await
        .expect("a load")
        .map(|(state, _)| state);
    assert_eq!(
        stored.as_ref(),
        Some(&states[winners[0]]),
        "the winner's state is stored"
    );
}
