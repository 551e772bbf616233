//! Obligations of the store of all cards' tokens.

use chrono::TimeDelta;

use crate::card::{ProviderCustomerKey, StatedToken};
use crate::id::{PosId, SavedCardId};
use crate::intent::IntentOutcome;
use crate::ports::{Intents, SavedCards, StoredTokens};
use crate::saved_card::{NewSavedCard, OrphanToken, StoredToken};

use super::{Fixture, account, card, intent, intent_id, terms, token};

const SUITE: u8 = 0xc9;

/// The database must belong to the suite alone.
pub async fn stored_tokens(
    tokens: &dyn StoredTokens,
    cards: &dyn SavedCards,
    intents: &dyn Intents,
    fixture: &Fixture,
) {
    let fixture = &fixture.at_present(intents).await;
    assert_eq!(tokens.accounts().await.expect("accounts"), []);
    let mut rows = Vec::new();
    for number in 1..=3 {
        rows.push(saved(intents, number, fixture).await);
    }
    let named = tokens.accounts().await.expect("accounts");
    assert_eq!(named, [(fixture.pos, account("main"))], "each once");
    cards_are_paged_by_account(tokens, fixture, &rows).await;
    a_token_moves_from_its_card_to_the_queue(tokens, cards, intents, fixture, &rows[0]).await;
    only_an_absent_token_is_queued(tokens, intents, fixture, &rows[1]).await;
    a_card_that_is_saved_with_a_queued_token_reclaims_it(tokens, intents, fixture).await;
}

async fn save(intents: &dyn Intents, number: u8, text: &str, fixture: &Fixture) -> SavedCardId {
    let id = intent_id(SUITE, number);
    let recorded = intents.record(&intent(&id, fixture)).await;
    recorded.expect("a record");
    let new: NewSavedCard = card(fixture, number, text);
    match intents.save_card(&id, &new, fixture.now).await {
        Ok(Some(IntentOutcome::Saved(pk))) => pk,
        outcome => panic!("saved, not {outcome:?}"),
    }
}

async fn saved(intents: &dyn Intents, number: u8, fixture: &Fixture) -> StoredToken {
    let text = format!("token-{SUITE}-{number}");
    StoredToken {
        card: save(intents, number, &text, fixture).await,
        customer: fixture.customer,
        token: token(&text),
        provider_customer_key: ProviderCustomerKey::parse("user-key").ok(),
    }
}

async fn cards_are_paged_by_account(
    tokens: &dyn StoredTokens,
    fixture: &Fixture,
    rows: &[StoredToken],
) {
    let main = account("main");
    let page = async |pos, account, after, limit| {
        let page = tokens.page(pos, account, after, limit).await;
        page.expect("a page")
    };
    assert_eq!(page(fixture.pos, &main, None, 2).await, rows[..2]);
    let after = Some(rows[1].card);
    assert_eq!(page(fixture.pos, &main, after, 2).await, rows[2..]);
    let last = Some(rows[2].card);
    assert_eq!(page(fixture.pos, &main, last, 2).await, []);
    assert_eq!(page(fixture.other_pos, &main, None, 2).await, []);
    assert_eq!(page(fixture.pos, &account("new"), None, 2).await, []);
}

async fn is_known(tokens: &dyn StoredTokens, text: &str) -> bool {
    let stated = StatedToken::parse(text, None).expect("a token");
    tokens.is_known(&stated).await.expect("an answer")
}

async fn a_token_moves_from_its_card_to_the_queue(
    tokens: &dyn StoredTokens,
    cards: &dyn SavedCards,
    intents: &dyn Intents,
    fixture: &Fixture,
    row: &StoredToken,
) {
    let text = row.token.as_str();
    assert!(is_known(tokens, text).await, "a card holds it");
    assert!(!is_known(tokens, "never-made").await);
    let lease = fixture.now + TimeDelta::minutes(1);
    let removed = cards.remove(fixture.customer, row.card, lease, fixture.now, None);
    let removed = removed.await.expect("a removal").expect("the card");
    assert!(is_known(tokens, text).await, "it is queued");
    let deletion = removed.deletion.expect("a deletion");
    intents.deletion_done(deletion.id).await.expect("done");
    assert!(!is_known(tokens, text).await);
}

fn orphan(fixture: &Fixture, text: &str) -> OrphanToken {
    OrphanToken {
        pos: fixture.pos,
        account: account("main"),
        token: token(text),
        provider_customer_key: ProviderCustomerKey::parse("lost-key").ok(),
    }
}

async fn only_an_absent_token_is_queued(
    tokens: &dyn StoredTokens,
    intents: &dyn Intents,
    fixture: &Fixture,
    held: &StoredToken,
) {
    let queue = async |text: &str, pos: PosId| {
        let orphan = OrphanToken {
            pos,
            ..orphan(fixture, text)
        };
        tokens.queue(&orphan).await.expect("an answer")
    };
    let held = held.token.as_str();
    assert!(!queue(held, fixture.pos).await, "a card holds it");
    assert!(
        !queue(held, fixture.other_pos).await,
        "a card holds it elsewhere"
    );
    assert!(queue("lost", fixture.pos).await);
    assert!(!queue("lost", fixture.pos).await, "it is queued");
    assert!(
        !queue("lost", fixture.other_pos).await,
        "it is queued elsewhere"
    );

    let leased = intents.lease_deletions(&terms(10, fixture.now)).await;
    let leased = leased.expect("a lease");
    let found: Vec<_> = leased
        .iter()
        .map(|one| {
            (
                one.pos,
                &one.account,
                &one.token,
                &one.provider_customer_key,
            )
        })
        .collect();
    let lost = orphan(fixture, "lost");
    let expected = (
        lost.pos,
        &lost.account,
        &lost.token,
        &lost.provider_customer_key,
    );
    assert_eq!(found, [expected], "the reconciler deletes it");
    intents.deletion_done(leased[0].id).await.expect("done");
}

async fn a_card_that_is_saved_with_a_queued_token_reclaims_it(
    tokens: &dyn StoredTokens,
    intents: &dyn Intents,
    fixture: &Fixture,
) {
    let orphan = orphan(fixture, "made-again");
    let queued = tokens.queue(&orphan).await;
    assert!(queued.expect("an answer"));
    save(intents, 9, "made-again", fixture).await;
    assert!(is_known(tokens, "made-again").await);
    let leased = intents.lease_deletions(&terms(10, fixture.now)).await;
    assert_eq!(leased.expect("a lease"), [], "it is not deleted");
}
