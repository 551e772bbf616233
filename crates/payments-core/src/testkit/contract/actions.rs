//! Obligations of the store of actions.

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::join_all;

use crate::action::{
    ActionDigest, ActionStage, BeginAction, NewAction, PendingAction, PendingCard, StoredAction,
};
use crate::audit::Author;
use crate::flow::IntentId;
use crate::intent::{IntentOutcome, RecordIntent};
use crate::ports::{Actions, Erasure, Intents};
use crate::tokenization::{ActionHandle, ActionUrl, GatewayRefusal, RefusalReason};

use super::{CROWD, Fixture, card, intent, intent_id};

const SUITE: u8 = 0xc9;

/// An action is stored with its open intent and deleted when the intent closes. The database must belong
/// to the suite alone.
pub async fn actions(
    actions: &dyn Actions,
    intents: &dyn Intents,
    erasure: &dyn Erasure,
    fixture: &Fixture,
) {
    let fixture = &fixture.at_present(intents).await;
    an_action_without_an_intent_is_refused(actions, fixture).await;
    an_action_is_stored_once_and_read_back(actions, intents, fixture).await;
    a_saved_card_ends_its_action(actions, intents, fixture).await;
    a_refusal_keeps_its_reason(actions, intents, fixture).await;
    a_closed_intent_gets_no_action(actions, intents, fixture).await;
    an_erasure_deletes_the_card_and_keeps_the_handle(actions, intents, erasure, fixture).await;
}

async fn recorded(intents: &dyn Intents, number: u8, fixture: &Fixture) -> IntentId {
    let id = intent_id(SUITE, number);
    let answer = intents.record(&intent(&id, fixture)).await;
    let answer = answer.expect("a record");
    assert!(matches!(answer, RecordIntent::Recorded { .. }));
    id
}

pub(super) fn action(number: u8, fixture: &Fixture) -> NewAction {
    let card = card(fixture, 1, "unused");
    NewAction {
        digest: ActionDigest([number; 32]),
        handle: ActionHandle::parse(&format!("seti_{number}")).expect("a handle"),
        url: ActionUrl::parse("https://hooks.example/3ds?source=src_1").expect("a URL"),
        deadline: later(fixture, 900),
        card: PendingCard {
            leading_digits: card.leading_digits,
            expiry: card.expiry,
            brand: card.brand,
            holder: card.holder,
            name: card.name,
            consented_at: card.consented_at,
            consent_version: card.consent_version,
        },
    }
}

/// Rounded to the second, as databases may store it.
fn later(fixture: &Fixture, seconds: i64) -> DateTime<Utc> {
    let whole = DateTime::from_timestamp(fixture.now.timestamp(), 0).expect("a time");
    whole + TimeDelta::seconds(seconds)
}

async fn begun(actions: &dyn Actions, id: &IntentId, action: &NewAction) {
    let answer = actions.begin(id, action).await.expect("an answer");
    assert_eq!(answer, BeginAction::Begun);
}

async fn named(actions: &dyn Actions, action: &NewAction) -> StoredAction {
    let found = actions.named(&action.digest).await.expect("an answer");
    found.expect("the action")
}

fn pending(found: StoredAction) -> PendingAction {
    match found.stage {
        ActionStage::Pending(pending) => pending,
        ActionStage::Over { .. } => panic!("{found:?} is pending"),
    }
}

async fn an_action_without_an_intent_is_refused(actions: &dyn Actions, fixture: &Fixture) {
    let id = intent_id(SUITE, 1);
    let answer = actions.begin(&id, &action(1, fixture)).await;
    assert_eq!(answer.expect("an answer"), BeginAction::Refused);
    let found = actions.of_intent(&id).await.expect("an answer");
    assert_eq!(found, None);
    let found = actions.named(&ActionDigest([1; 32])).await;
    assert_eq!(found.expect("an answer"), None);
}

async fn an_action_is_stored_once_and_read_back(
    actions: &dyn Actions,
    intents: &dyn Intents,
    fixture: &Fixture,
) {
    let id = recorded(intents, 2, fixture).await;
    let new = action(2, fixture);
    let none = actions.of_intent(&id).await.expect("an answer");
    assert_eq!(none, None, "an intent without an action");
    let answers = join_all((0..CROWD).map(|_| actions.begin(&id, &new))).await;
    for answer in answers {
        assert_eq!(answer.expect("an answer"), BeginAction::Begun);
    }
    let another = actions.begin(&id, &action(3, fixture)).await;
    assert_eq!(another.expect("an answer"), BeginAction::Refused);
    let found = named(actions, &new).await;
    let by_intent = actions.of_intent(&id).await.expect("an answer");
    assert_eq!(by_intent.as_ref(), Some(&found));
    assert_eq!(found.intent, intent(&id, fixture));
    let kept = PendingAction {
        handle: new.handle.clone(),
        url: new.url.clone(),
        deadline: new.deadline,
        card: Some(new.card.clone()),
    };
    let mut pending = pending(found);
    if let Some(card) = &mut pending.card {
        // A database may store it to the microsecond only.
        assert!((card.consented_at - new.card.consented_at).abs() < TimeDelta::milliseconds(1));
        card.consented_at = new.card.consented_at;
    }
    assert_eq!(pending, kept);
}

async fn a_saved_card_ends_its_action(
    actions: &dyn Actions,
    intents: &dyn Intents,
    fixture: &Fixture,
) {
    let (id, new) = (intent_id(SUITE, 2), action(2, fixture));
    let card = card(fixture, 1, "token-of-an-action");
    let saves = (0..CROWD).map(|_| intents.save_card(&id, &card, fixture.now));
    for saved in join_all(saves).await {
        let outcome = saved.expect("a save");
        assert!(matches!(outcome, Some(IntentOutcome::Saved(_))));
    }
    let found = named(actions, &new).await;
    assert!(matches!(
        found.stage,
        ActionStage::Over {
            outcome: IntentOutcome::Saved(_),
            reason: None
        }
    ));
}

async fn a_refusal_keeps_its_reason(
    actions: &dyn Actions,
    intents: &dyn Intents,
    fixture: &Fixture,
) {
    let id = recorded(intents, 4, fixture).await;
    let new = action(4, fixture);
    begun(actions, &id, &new).await;
    let refusal = |reason| GatewayRefusal {
        reason,
        gateway_code: Some("failed".to_owned()),
    };
    for reason in [RefusalReason::ContactBank, RefusalReason::Declined] {
        let refused = actions.refuse(&id, &refusal(reason), fixture.now).await;
        refused.expect("a refusal");
        let over = ActionStage::Over {
            outcome: IntentOutcome::Refused {
                gateway_code: Some("failed".to_owned()),
            },
            reason: Some(RefusalReason::ContactBank),
        };
        assert_eq!(named(actions, &new).await.stage, over, "the first counts");
    }
}

async fn a_closed_intent_gets_no_action(
    actions: &dyn Actions,
    intents: &dyn Intents,
    fixture: &Fixture,
) {
    let id = recorded(intents, 5, fixture).await;
    let refused = intents.refuse(&id, None, fixture.now).await;
    refused.expect("a refusal");
    let answer = actions.begin(&id, &action(5, fixture)).await;
    assert_eq!(answer.expect("an answer"), BeginAction::Refused);
}

async fn an_erasure_deletes_the_card_and_keeps_the_handle(
    actions: &dyn Actions,
    intents: &dyn Intents,
    erasure: &dyn Erasure,
    fixture: &Fixture,
) {
    let (id, late) = (
        recorded(intents, 6, fixture).await,
        recorded(intents, 7, fixture).await,
    );
    let new = action(6, fixture);
    begun(actions, &id, &new).await;
    let author = Author {
        principal: "support".to_owned(),
        request_id: None,
        at: fixture.now,
    };
    erasure
        .erase(fixture.customer, &author)
        .await
        .expect("an erasure");
    let kept = pending(named(actions, &new).await);
    assert_eq!((kept.handle, kept.card), (new.handle.clone(), None));
    let answer = actions.begin(&late, &action(7, fixture)).await;
    assert_eq!(
        answer.expect("an answer"),
        BeginAction::Refused,
        "an erased customer is not redirected"
    );
    intents
        .reconcile(&id, Vec::new(), fixture.now)
        .await
        .expect("a reconciliation");
    let over = ActionStage::Over {
        outcome: IntentOutcome::Reconciled,
        reason: None,
    };
    assert_eq!(named(actions, &new).await.stage, over);
}
