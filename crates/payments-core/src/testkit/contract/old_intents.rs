//! Obligations about intents that stay open for long.

use alloc::vec::Vec;

use crate::action::BeginAction;
use crate::intent::{IntentOutcome, IntentStatus, RecordIntent};
use crate::ports::{Actions, Intents};

use super::actions::action;
use super::{Fixture, card, intent, intent_id, terms, token};

const SUITE: u8 = 0xcb;
const MANY: u32 = 1_000;

/// An intent with an action commits no token that was deleted meanwhile, however old it is. One without an action, whose
/// process was suspended, commits none at all after [`crate::intent::COMMIT_WINDOW`], and gets no action. `age` makes
/// the recorded intents older by hours. The database must belong to the suite alone.
pub async fn old_intents(
    intents: &dyn Intents,
    actions: &dyn Actions,
    fixture: &Fixture,
    age: impl AsyncFn(),
) {
    let fixture = &fixture.at_present(intents).await;
    let ids = [1, 2, 3].map(|number| intent_id(SUITE, number));
    for id in &ids {
        let recorded = intents.record(&intent(id, fixture)).await;
        let recorded = recorded.expect("a record");
        assert!(matches!(recorded, RecordIntent::Recorded { .. }));
    }
    let [waiting, another, suspended] = &ids;
    let begun = actions.begin(waiting, &action(SUITE, fixture)).await;
    assert_eq!(begun.expect("an answer"), BeginAction::Begun);
    age().await;
    let found = vec![(token("token-203"), None)];
    let queued = intents.reconcile(another, found, fixture.now).await;
    queued.expect("a reconciliation");
    let now = intents.now().await.expect("a time");
    let leased = intents.lease_deletions(&terms(MANY, now)).await;
    for deletion in leased.expect("a lease") {
        let done = intents.deletion_done(deletion.id).await;
        done.expect("a deletion done");
    }
    let new = card(fixture, 1, "token-203");
    let held_back = intents.save_card(waiting, &new, now).await;
    assert_eq!(held_back.expect("an answer"), None, "the token is deleted");
    let found = vec![(token("token-204"), None)];
    let queued = intents.reconcile(another, found, fixture.now).await;
    queued.expect("a token of a closed intent");
    for token in ["token-203", "token-204"] {
        let new = card(fixture, 2, token);
        let held_back = intents.save_card(suspended, &new, now).await;
        assert_eq!(held_back.expect("an answer"), None, "it may be deleted");
    }
    let leased = intents.lease_deletions(&terms(MANY, now)).await;
    let leased = leased.expect("a lease").into_iter();
    let leased: Vec<_> = leased.map(|deletion| deletion.token).collect();
    assert_eq!(leased, [token("token-204")], "it stays queued");
    let begun = actions.begin(suspended, &action(0xcc, fixture)).await;
    assert_eq!(begun.expect("an answer"), BeginAction::Refused);
    let status = intents.status(suspended).await;
    assert_eq!(
        status.expect("a status"),
        IntentStatus::Open,
        "it is left to the reconciler"
    );
    let repeated = actions.begin(waiting, &action(SUITE, fixture)).await;
    assert_eq!(repeated.expect("an answer"), BeginAction::Begun);
    let new = card(fixture, 1, "token-205");
    let saved = intents.save_card(waiting, &new, now).await;
    assert!(
        matches!(saved, Ok(Some(IntentOutcome::Saved(_)))),
        "{saved:?}"
    );
}
