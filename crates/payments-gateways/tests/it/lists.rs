//! Lists of all tokens of an account.

use payments_core::tokenization::ListOf;
use payments_gateways::fakes::FakeStripe;

use crate::gateways::{ACCOUNTS, craftgate, iyzico, stripe, stripe_bench};
use crate::harness::{issued, reference, request};
use crate::tokenizer_contract::{Bench, GOOD, list, references};

/// More than a page of cards at Craftgate, or of customers at Stripe.
const MANY: u128 = 27;

#[tokio::test]
async fn all_tokens_of_an_account_are_listed_page_by_page() {
    let benches: [Box<dyn Bench>; 2] = [Box::new(craftgate().await), Box::new(stripe().await)];
    for bench in benches {
        let mut expected = Vec::new();
        for number in 0..MANY {
            let request = request(GOOD, &reference(number), None);
            let stored = bench.tokenizer().tokenize(&bench.pos(1), request).await;
            let token = issued(stored).unwrap().token.as_str().to_owned();
            expected.push((token, Some(reference(number).0)));
        }
        let other = request(GOOD, &reference(MANY), None);
        let other = bench.tokenizer().tokenize(&bench.pos(2), other).await;
        assert!(other.is_ok());
        expected.sort();

        let (tokens, pages) = list(&*bench, 1, &ListOf::Account).await.unwrap();
        assert_eq!((references(&tokens), pages), (expected, 2));
        let (tokens, pages) = list(&*bench, 2, &ListOf::Account).await.unwrap();
        assert_eq!((tokens.len(), pages), (1, 1), "the other account's");
    }
}

#[tokio::test]
async fn iyzico_lists_no_account() {
    let bench = iyzico().await;
    assert!(list(&bench, 1, &ListOf::Account).await.is_none());
}

#[tokio::test]
async fn cards_of_other_software_have_no_reference() {
    let fake = FakeStripe::with_secret_keys(&[ACCOUNTS[0].1]);
    let bench = stripe_bench(fake.clone()).await;
    let ours = request(GOOD, &reference(1), None);
    let ours = issued(bench.tokenizer().tokenize(&bench.pos(1), ours).await).unwrap();
    let customer = ours.provider_customer_key.unwrap();
    fake.attach_others_cards(customer.as_str(), 22);
    let (tokens, _) = list(&bench, 1, &ListOf::Account).await.unwrap();
    let (our, others): (Vec<_>, Vec<_>) = tokens.iter().partition(|one| one.reference.is_some());
    assert_eq!((our.len(), others.len()), (1, 22));
}
