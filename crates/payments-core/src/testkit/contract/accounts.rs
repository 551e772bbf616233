//! Obligations about accounts: what belongs to one account is never used with another.

use crate::card::{CardName, ProviderCustomerKey};
use crate::catalog::GatewayAccount;
use crate::id::SavedCardId;
use crate::intent::{Intent, IntentOutcome, RecordIntent};
use crate::ports::{Intents, SavedCards};
use crate::saved_card::NewSavedCard;

use super::{Fixture, account, card, intent, intent_id, terms, token};

const SUITE: u8 = 0xc8;

/// `switch` makes the fixture's point of sale save cards at another account, and keeps the credentials of the former
/// one. The database must belong to the suite alone.
pub async fn accounts(
    intents: &dyn Intents,
    cards: &dyn SavedCards,
    fixture: &Fixture,
    switch: impl AsyncFn(GatewayAccount),
) {
    let fixture = &fixture.at_present(intents).await;
    let (main, new) = (account("main"), account("new"));
    let old = saved(intents, 1, fixture, &main, "token-1").await;
    let open = intent_id(SUITE, 2);
    let record = async |number, account: &GatewayAccount| {
        let one = Intent {
            account: account.clone(),
            ..intent(&intent_id(SUITE, number), fixture)
        };
        intents.record(&one).await.expect("an answer")
    };
    assert_eq!(
        record(2, &main).await,
        called_with("user-key"),
        "with the key of the customer's card there"
    );
    assert_eq!(
        record(3, &new).await,
        RecordIntent::AccountChanged,
        "that account is not the current one"
    );

    let under_way = record(7, &main).await;
    assert!(matches!(under_way, RecordIntent::Recorded { .. }));

    switch(new.clone()).await;
    let late = NewSavedCard {
        account: main.clone(),
        ..card(fixture, 2, "token-7")
    };
    let id = intent_id(SUITE, 7);
    let ended = intents.save_card(&id, &late, fixture.now).await;
    assert_eq!(
        ended.expect("an answer"),
        Some(IntentOutcome::Reconciled),
        "the card would not be visible"
    );
    let queued = intents.lease_deletions(&terms(10, fixture.now)).await;
    let queued = queued.expect("a lease");
    assert_eq!((queued.len(), &queued[0].account), (1, &main));
    intents.deletion_done(queued[0].id).await.expect("done");
    assert_eq!(
        record(4, &main).await,
        RecordIntent::AccountChanged,
        "nor is the former account now"
    );
    assert_eq!(
        intents
            .outcome(&intent_id(SUITE, 4))
            .await
            .expect("an answer"),
        None,
        "nothing was recorded"
    );
    let list = async || {
        let listed = cards.list(fixture.customer).await.expect("a list");
        listed.into_iter().map(|card| card.pk).collect::<Vec<_>>()
    };
    assert_eq!(list().await, [], "a card of a former account is not listed");
    let all = cards.all(fixture.customer).await.expect("a list");
    let places: Vec<_> = all.iter().map(|card| (card.pk, &card.account)).collect();
    assert_eq!(places, [(old, &main)], "but it is still stored");
    let renamed = cards
        .rename(fixture.customer, old, CardName::parse("Tatil").ok())
        .await;
    assert_eq!(renamed.expect("an answer"), None, "nor renamed");
    assert_eq!(
        record(6, &new).await,
        RecordIntent::Recorded {
            provider_customer_key: None
        },
        "and its key is not reused"
    );
    intents
        .refuse(&intent_id(SUITE, 6), None, fixture.now)
        .await
        .expect("a refusal");

    the_same_card_at_a_new_account_queues_the_old_token_at_its_own(intents, fixture, &new).await;
    assert_eq!(
        list().await,
        [old],
        "the row belongs to the new account now"
    );

    a_token_of_an_old_intent_belongs_to_the_old_account(intents, fixture, &main).await;
    assert_eq!(
        intents.outcome(&open).await.expect("an outcome"),
        Some(IntentOutcome::Reconciled)
    );

    let now = fixture.now;
    let removed = cards.remove(fixture.customer, old, now, now, None).await;
    let deletion = removed.expect("an answer").expect("the card").deletion;
    let deletion = deletion.expect("a deletion");
    assert_eq!(deletion.account, new);
    intents.deletion_done(deletion.id).await.expect("done");
}

async fn saved(
    intents: &dyn Intents,
    number: u8,
    fixture: &Fixture,
    account: &GatewayAccount,
    token_text: &str,
) -> SavedCardId {
    let one = Intent {
        account: account.clone(),
        ..intent(&intent_id(SUITE, number), fixture)
    };
    intents.record(&one).await.expect("a record");
    let new = NewSavedCard {
        account: account.clone(),
        ..card(fixture, 1, token_text)
    };
    let outcome = intents.save_card(&one.id, &new, fixture.now).await;
    match outcome.expect("a save") {
        Some(IntentOutcome::Saved(pk)) => pk,
        outcome @ (Some(IntentOutcome::Refused { .. } | IntentOutcome::Reconciled) | None) => {
            panic!("saved, not {outcome:?}")
        }
    }
}

fn called_with(key: &str) -> RecordIntent {
    RecordIntent::Recorded {
        provider_customer_key: ProviderCustomerKey::parse(key).ok(),
    }
}

/// Even if both accounts gave the same token, it is queued for the old one.
async fn the_same_card_at_a_new_account_queues_the_old_token_at_its_own(
    intents: &dyn Intents,
    fixture: &Fixture,
    new: &GatewayAccount,
) {
    saved(intents, 5, fixture, new, "token-1").await;
    let leased = intents.lease_deletions(&terms(10, fixture.now)).await;
    let leased = leased.expect("a lease");
    let places: Vec<_> = leased
        .iter()
        .map(|one| (one.token.as_str(), &one.account))
        .collect();
    assert_eq!(places, [("token-1", &account("main"))]);
    for one in &leased {
        intents.deletion_done(one.id).await.expect("done");
    }
}

async fn a_token_of_an_old_intent_belongs_to_the_old_account(
    intents: &dyn Intents,
    fixture: &Fixture,
    main: &GatewayAccount,
) {
    let later = fixture.now + chrono::TimeDelta::hours(1);
    let leased = intents.lease_open(later, &terms(10, later)).await;
    let leased = leased.expect("a lease");
    assert_eq!(leased.len(), 1);
    let open = &leased[0];
    assert_eq!(&open.intent.account, main);
    assert_eq!(
        open.called_with.key(),
        ProviderCustomerKey::parse("user-key").ok().as_ref()
    );
    assert_eq!(
        open.later_customer_key, None,
        "the new account's key is not used"
    );
    // A row of the new account has a token with this text.
    let found = vec![(token("token-1"), None)];
    intents
        .reconcile(&leased[0].intent.id, found, later)
        .await
        .expect("a reconciliation");
    let leased = intents.lease_deletions(&terms(10, later)).await;
    let leased = leased.expect("a lease");
    assert_eq!(leased.len(), 1);
    assert_eq!(&leased[0].account, main);
    intents.deletion_done(leased[0].id).await.expect("done");
}
