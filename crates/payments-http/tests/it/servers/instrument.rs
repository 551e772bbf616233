//! Instruments of saved cards, while the audit log cannot be written.

use crate::manage::instrument::Shop;
use crate::quotes::{of_saved_card, quote, text};
use serde_json::json;

#[tokio::test]
async fn without_an_audit_record_there_is_no_token() {
    let shop = Shop::start(&[]).await;
    let card = shop.card(1, 2099).await;
    let given = quote(&shop.app, &of_saved_card(card)).await;
    let of_order = |order: &str| json!({"order": order, "quote": text(&given)});
    let body = of_order("ORD-1");
    let fail = "CREATE FUNCTION fail() RETURNS TRIGGER LANGUAGE plpgsql AS $$ BEGIN RAISE 'out of order'; END $$;
        CREATE TRIGGER fail BEFORE INSERT ON audit_log FOR EACH ROW EXECUTE FUNCTION fail()";
    shop.app.change_database(fail).await;
    let refused = shop.ask(card, &body).await;
    assert_eq!(refused.status, 503, "{refused:?}");
    assert_eq!(refused.header("retry-after"), "1");
    assert!(!refused.body.contains("secret"), "{refused:?}");

    // A trigger that swallows the record is no record either.
    let swallow = "DROP TRIGGER fail ON audit_log;
        CREATE OR REPLACE FUNCTION fail() RETURNS TRIGGER LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
        CREATE TRIGGER fail BEFORE INSERT ON audit_log FOR EACH ROW EXECUTE FUNCTION fail()";
    shop.app.change_database(swallow).await;
    let refused = shop.ask(card, &body).await;
    assert_eq!(refused.status, 503, "{refused:?}");
    assert!(!refused.body.contains("secret"), "{refused:?}");

    let mend = "DROP TRIGGER fail ON audit_log; DROP FUNCTION fail";
    shop.app.change_database(mend).await;
    // The order without an answer has not used the quote.
    assert_eq!(shop.ask(card, &of_order("ORD-2")).await.status, 200);
    assert_eq!(shop.records().await.len(), 1);
}
