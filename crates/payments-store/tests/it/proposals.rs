//! Cases of changes that wait for approval.

use chrono::TimeDelta;
use payments_store::{ProposalState, ProposedChange, Store};

use crate::cleanup::clean_up;
use crate::fixture::{author, now};

fn change(name: &str) -> ProposedChange {
    ProposedChange {
        document: format!("{{\"rules\":[\"{name}\"]}}"),
        writes: format!("[\"{name}\"]"),
        deletions: "[]".to_owned(),
        tags: "[\"ü\"]".to_owned(),
    }
}

pub(crate) async fn proposals_are_kept_until_they_are_decided_and_then_for_a_while(store: &Store) {
    let proposals = &store.proposals;
    let mut keys = Vec::new();
    for name in ["a", "b", "c"] {
        let added = proposals.add(&change(name), author()).await;
        keys.push(added.expect("an answer").expect("a key"));
    }
    let again = proposals.add(&change("b"), author()).await;
    assert_eq!(again.expect("an answer"), Some(keys[1]));
    let found = proposals.get(keys[0]).await.expect("an answer");
    let (found, proposed) = found.expect("a proposal");
    assert_eq!(proposed, change("a"));
    assert_eq!(found.writes, change("a").writes);
    assert_eq!(
        (&found.principal, &found.request_id),
        (&author().principal, &author().request_id)
    );
    assert_eq!(
        (found.created_at, found.state, found.decided),
        (now(), ProposalState::Open, None)
    );
    let later = now() + TimeDelta::minutes(5);
    let decide = async |pk, state| {
        let decided = proposals.decide(pk, state, "ben", later);
        decided.await.expect("an answer")
    };
    assert!(decide(keys[1], ProposalState::Approved).await);
    assert!(!decide(keys[1], ProposalState::Rejected).await);
    assert!(!decide(keys[2] + 1, ProposalState::Rejected).await);
    let found = proposals.get(keys[1]).await.expect("an answer");
    let (found, _) = found.expect("a proposal");
    assert_eq!(found.state, ProposalState::Approved);
    assert_eq!(found.decided, Some(("ben".to_owned(), later)));
    let page = async |state, after, limit| {
        let page = proposals.page(state, after, limit).await;
        let page = page.expect("an answer").into_iter();
        page.map(|one| one.pk).collect::<Vec<i64>>()
    };
    assert_eq!(page(None, None, 2).await, [keys[2], keys[1]]);
    assert_eq!(page(None, Some(keys[1]), 2).await, [keys[0]]);
    assert_eq!(
        page(Some(ProposalState::Open), None, 9).await,
        [keys[2], keys[0]]
    );
    clean_up(store, now() + TimeDelta::days(89), 0).await;
    assert_eq!(page(None, None, 9).await.len(), 3);
    clean_up(store, now() + TimeDelta::days(90), 0).await;
    assert!(page(None, None, 9).await.is_empty());
}
