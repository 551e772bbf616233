//! The contract of every tokenizer, run on the sandbox and on each adapter against its fake.
//!
//! The cards are those of the sandbox; the fakes answer them the same way.

use std::sync::Arc;

use async_trait::async_trait;
use payments_core::card::{ProviderCustomerKey, StatedToken};
use payments_core::catalog::Pos;
use payments_core::ports::{TokenizeFailure, Tokenizer};
use payments_core::tokenization::{
    CalledWith, Found, IssuedToken, ListOf, Listed, ListedToken, TokenSearch,
};

use crate::harness::{issued, reference, request};

pub(crate) const GOOD: &str = "5528790000000008";
pub(crate) const OTHER_GOOD: &str = "374427000000003";
pub(crate) const DECLINED: &str = "4111111111111129";
pub(crate) const GENERAL_ERROR: &str = "4130111111111118";
pub(crate) const SILENT: &str = "4125111111111115";
pub(crate) const SILENT_BUT_MADE: &str = "4124111111111116";
pub(crate) const GARBAGE: &str = "4128111111111112";

/// A tokenizer, its points of sale, and a view of what the gateway holds.
#[async_trait]
pub(crate) trait Bench: Send + Sync {
    fn tokenizer(&self) -> Arc<dyn Tokenizer>;
    fn pos(&self, pk: i64) -> Pos;
    /// The live tokens at the gateway, of all points of sale.
    async fn live_tokens(&self) -> Vec<String>;
}

async fn save(bench: &dyn Bench, number: &str, run: u128) -> Result<IssuedToken, TokenizeFailure> {
    let request = request(number, &reference(run), None);
    issued(bench.tokenizer().tokenize(&bench.pos(1), request).await)
}

/// What is found at the first point of sale.
pub(crate) async fn find(bench: &dyn Bench, run: u128, called_with: CalledWith) -> Found {
    let search = TokenSearch {
        reference: reference(run),
        called_with,
    };
    let found = bench.tokenizer().find(&bench.pos(1), &search).await;
    found.unwrap()
}

pub(crate) fn tokens(found: &Found) -> Vec<StatedToken> {
    match found {
        Found::Tokens(tokens) => tokens.clone(),
        Found::Nothing | Found::CannotTell => Vec::new(),
    }
}

/// Found tokens, each with its customer's key.
pub(crate) fn texts(found: &Found) -> Vec<(String, Option<String>)> {
    let text = |token: StatedToken| {
        let key = token.provider_customer_key().map(str::to_owned);
        (token.token().to_owned(), key)
    };
    tokens(found).into_iter().map(text).collect()
}

pub(crate) fn texts_of(issued: &IssuedToken) -> (String, Option<String>) {
    let key = issued.provider_customer_key.as_ref();
    let key = key.map(|key| key.as_str().to_owned());
    (issued.token.as_str().to_owned(), key)
}

pub(crate) fn stated(issued: &IssuedToken) -> StatedToken {
    StatedToken::of(&issued.token, issued.provider_customer_key.as_ref())
}

pub(crate) async fn a_token_is_made_found_and_deleted(bench: &dyn Bench) {
    let issued = save(bench, GOOD, 1).await.unwrap();
    assert_eq!(bench.live_tokens().await, [issued.token.as_str()]);

    let tokenizer = bench.tokenizer();
    let key = issued.provider_customer_key.clone().unwrap();
    let with_key = || CalledWith::Key(key.clone());
    let found = find(bench, 1, with_key()).await;
    assert_eq!(texts(&found), [texts_of(&issued)]);
    let others = find(bench, 2, with_key()).await;
    assert!(matches!(others, Found::Nothing), "another reference");

    let stated = stated(&issued);
    tokenizer.delete(&bench.pos(1), &stated).await.unwrap();
    assert!(bench.live_tokens().await.is_empty());
    let gone = find(bench, 1, with_key()).await;
    assert!(
        matches!(gone, Found::Nothing),
        "the customer is still known"
    );
}

pub(crate) async fn a_missing_token_counts_as_deleted(bench: &dyn Bench) {
    let issued = save(bench, GOOD, 1).await.unwrap();
    let tokenizer = bench.tokenizer();
    for _ in 0..2 {
        let (pos, token) = (bench.pos(1), stated(&issued));
        tokenizer.delete(&pos, &token).await.unwrap();
    }
    let key = issued.provider_customer_key.as_ref();
    let key = key.map(ProviderCustomerKey::as_str);
    let never_made = StatedToken::parse("never-made", key).unwrap();
    tokenizer.delete(&bench.pos(1), &never_made).await.unwrap();
}

pub(crate) async fn a_second_card_of_the_customer_keeps_the_customer_key(bench: &dyn Bench) {
    let first = save(bench, GOOD, 1).await.unwrap();
    let key = first.provider_customer_key.clone();
    assert!(key.is_some());
    let second = request(OTHER_GOOD, &reference(2), key.clone());
    let second = issued(bench.tokenizer().tokenize(&bench.pos(1), second).await).unwrap();
    assert_eq!(second.provider_customer_key, key);
    assert_ne!(second.token, first.token);
    assert_eq!(bench.live_tokens().await.len(), 2);
    let found = find(bench, 2, CalledWith::Key(key.unwrap())).await;
    assert_eq!(texts(&found), [texts_of(&second)]);
}

pub(crate) async fn a_declined_card_is_refused_and_leaves_nothing(bench: &dyn Bench) {
    let refused = save(bench, DECLINED, 1).await;
    let Err(TokenizeFailure::Refused(refusal)) = refused else {
        panic!("not refused");
    };
    assert_eq!(
        refusal.reason,
        payments_core::tokenization::RefusalReason::Declined
    );
    assert!(refusal.gateway_code.is_some());
    assert!(bench.live_tokens().await.is_empty());
}

pub(crate) async fn a_general_error_is_a_refusal_for_now(bench: &dyn Bench) {
    let refused = save(bench, GENERAL_ERROR, 1).await;
    let Err(TokenizeFailure::Refused(refusal)) = refused else {
        panic!("not refused");
    };
    assert_eq!(
        refusal.reason,
        payments_core::tokenization::RefusalReason::TryLater
    );
    assert!(bench.live_tokens().await.is_empty());
}

pub(crate) async fn silence_is_unknown(bench: &dyn Bench) {
    assert!(matches!(
        save(bench, SILENT, 1).await,
        Err(TokenizeFailure::Unknown)
    ));
    assert!(bench.live_tokens().await.is_empty());
}

pub(crate) async fn a_token_made_in_silence_is_found_and_deleted(bench: &dyn Bench) {
    let key = save(bench, GOOD, 1).await.unwrap().provider_customer_key;
    let silent = request(SILENT_BUT_MADE, &reference(2), key.clone());
    let answer = issued(bench.tokenizer().tokenize(&bench.pos(1), silent).await);
    assert!(matches!(answer, Err(TokenizeFailure::Unknown)));
    assert_eq!(bench.live_tokens().await.len(), 2);

    let found = find(bench, 2, CalledWith::Key(key.unwrap())).await;
    assert_eq!(texts(&found).len(), 1);
    for orphan in &tokens(&found) {
        bench
            .tokenizer()
            .delete(&bench.pos(1), orphan)
            .await
            .unwrap();
    }
    assert_eq!(bench.live_tokens().await.len(), 1);
}

pub(crate) async fn garbage_is_unknown(bench: &dyn Bench) {
    assert!(matches!(
        save(bench, GARBAGE, 1).await,
        Err(TokenizeFailure::Unknown)
    ));
}

pub(crate) async fn a_token_of_one_pos_is_not_found_at_another(bench: &dyn Bench) {
    let issued = save(bench, GOOD, 1).await.unwrap();
    let search = TokenSearch {
        reference: reference(1),
        called_with: CalledWith::Key(issued.provider_customer_key.clone().unwrap()),
    };
    let found = bench.tokenizer().find(&bench.pos(2), &search).await;
    assert!(texts(&found.unwrap()).is_empty());
    bench
        .tokenizer()
        .delete(&bench.pos(2), &stated(&issued))
        .await
        .unwrap();
    assert_eq!(bench.live_tokens().await, [issued.token.as_str()]);
}

/// Listed tokens with their references, in order.
pub(crate) fn references(tokens: &[ListedToken]) -> Vec<(String, Option<String>)> {
    let text = |listed: &ListedToken| {
        let reference = listed
            .reference
            .as_ref()
            .map(|reference| reference.0.clone());
        (listed.token.token().to_owned(), reference)
    };
    let mut texts: Vec<_> = tokens.iter().map(text).collect();
    texts.sort();
    texts
}

/// All pages of a list, and their number; `None` if it is not supported.
pub(crate) async fn list(
    bench: &dyn Bench,
    pk: i64,
    of: &ListOf,
) -> Option<(Vec<ListedToken>, u32)> {
    let (mut all, mut after, mut pages) = (Vec::new(), None, 0);
    loop {
        let listed = bench.tokenizer().list(&bench.pos(pk), of, after).await;
        let Listed::Page { tokens, next } = listed.unwrap() else {
            return None;
        };
        all.extend(tokens);
        pages += 1;
        after = next;
        if after.is_none() {
            return Some((all, pages));
        }
    }
}

pub(crate) async fn a_customers_tokens_are_listed_with_their_references(bench: &dyn Bench) {
    let first = save(bench, GOOD, 1).await.unwrap();
    let key = first.provider_customer_key.clone().unwrap();
    let second = request(OTHER_GOOD, &reference(2), Some(key.clone()));
    let second = issued(bench.tokenizer().tokenize(&bench.pos(1), second).await).unwrap();
    save(bench, GOOD, 3).await.unwrap();
    let of = ListOf::Customer(key.clone());
    let listed = async |pk| list(bench, pk, &of).await.unwrap().0;

    let both = listed(1).await;
    let expected = [(&first, 1), (&second, 2)];
    let mut expected =
        expected.map(|(one, number)| (one.token.as_str().to_owned(), Some(reference(number).0)));
    expected.sort();
    assert_eq!(references(&both), expected, "not the other customer's");
    assert!(
        both.iter()
            .all(|one| one.token.provider_customer_key() == Some(key.as_str()))
    );
    assert!(listed(2).await.is_empty(), "another account");

    let stated = stated(&second);
    bench
        .tokenizer()
        .delete(&bench.pos(1), &stated)
        .await
        .unwrap();
    assert_eq!(references(&listed(1).await).len(), 1, "a deleted token");
    let unknown = ListOf::Customer(ProviderCustomerKey::parse("made-up").unwrap());
    let unknown = list(bench, 1, &unknown).await.unwrap().0;
    assert!(unknown.is_empty());
}

/// Mounts the contract on a bench: `tokenizer_contract!(name, expression of a Bench)`.
macro_rules! tokenizer_contract {
    ($name:ident, $bench:expr, [$($case:ident),+ $(,)?]) => {
        mod $name {
            use super::*;
            $(
                #[tokio::test]
                async fn $case() {
                    let bench = $bench.await;
                    crate::tokenizer_contract::$case(&bench).await;
                }
            )+
        }
    };
    ($name:ident, $bench:expr) => {
        crate::tokenizer_contract::tokenizer_contract!($name, $bench, [
            a_token_is_made_found_and_deleted,
            a_missing_token_counts_as_deleted,
            a_second_card_of_the_customer_keeps_the_customer_key,
            a_declined_card_is_refused_and_leaves_nothing,
            a_general_error_is_a_refusal_for_now,
            silence_is_unknown,
            a_token_made_in_silence_is_found_and_deleted,
            garbage_is_unknown,
            a_token_of_one_pos_is_not_found_at_another,
            a_customers_tokens_are_listed_with_their_references,
        ]);
    };
}

pub(crate) use tokenizer_contract;
