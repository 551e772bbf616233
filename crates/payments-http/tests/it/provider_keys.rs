//! The keys of gateway calls are stored: no token is lost after its card was deleted, or after the gateway deleted its
//! customer.

use payments_gateways::fakes::{FakeIyzico, FakeStripe};
use reqwest::Method;

use crate::app::{CUSTOMER, GOOD_NUMBER};
use crate::provider_harness::{Gateway, Harness, SECRET, Sender};

/// The gateway makes a token for it, and the response is lost.
const SILENT_BUT_MADE: &str = "4124111111111116";

async fn delete_the_card(harness: &Harness) {
    let saved = harness.saved().await;
    let path = format!("/payments/stored-cards/{}/", saved[0]["pk"]);
    let removal = harness
        .app
        .as_session(CUSTOMER, Method::DELETE, &path)
        .await;
    assert_eq!(removal.send().await.expect("an answer").status(), 204);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_token_is_deleted_though_the_customers_only_card_was_deleted_before() {
    for gateway in ["stripe", "iyzico", "craftgate"] {
        let harness = Harness::start(gateway, "netgsm").await;
        assert_eq!(harness.save(GOOD_NUMBER).await.0, 200, "{gateway}");
        assert_eq!(harness.save(SILENT_BUT_MADE).await.0, 400, "{gateway}");
        delete_the_card(&harness).await;
        assert_eq!(harness.gateway.live().len(), 1, "{gateway}: the lost one");
        harness.come_to_rest().await;
        assert!(harness.gateway.live().is_empty(), "{gateway}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_customer_deleted_at_stripe_can_save_cards_and_leaves_no_orphan() {
    let stripe = FakeStripe::with_secret_keys(&[SECRET]);
    let gateway = Gateway::stripe(&stripe).await;
    let harness = Harness::start_with(gateway, vec![Sender::start("netgsm").await], &[]).await;
    assert_eq!(harness.save(GOOD_NUMBER).await.0, 200);
    stripe.delete_customer("cus_0");
    assert_eq!(harness.save("374427000000003").await.0, 200);
    assert_eq!(stripe.tokens().live().len(), 1);

    // The new customer is deleted, too, and this time the responses are lost.
    stripe.delete_customer("cus_1");
    assert_eq!(harness.save(SILENT_BUT_MADE).await.0, 400);
    assert_eq!(stripe.tokens().live().len(), 1);
    harness.come_to_rest().await;
    assert!(stripe.tokens().live().is_empty());
}

#[tokio::test]
async fn a_deletion_at_iyzico_carries_the_id_of_the_request() {
    let iyzico = FakeIyzico::with_accounts(&[("the-account", SECRET)]);
    let gateway = Gateway::iyzico(&iyzico).await;
    let harness = Harness::start_with(gateway, vec![Sender::start("netgsm").await], &[]).await;
    assert_eq!(harness.save(GOOD_NUMBER).await.0, 200);
    let path = format!("/payments/stored-cards/{}/", harness.saved().await[0]["pk"]);
    let removal = harness
        .app
        .as_session(CUSTOMER, Method::DELETE, &path)
        .await;
    let removal = removal.header("x-request-id", "checkout-42").send().await;
    assert_eq!(removal.expect("an answer").status(), 204);
    assert_eq!(iyzico.deletions(), ["checkout-42"]);
}
