//! Instruments of saved cards, while the audit log cannot be written or the catalog is behind.

use crate::app::json as body_of;
use crate::manage::instrument::Shop;
use crate::quotes::{of_saved_card, quote, text};
use crate::shop::{get, shop};
use crate::shop_payment::{at_the_checkout, in_three, pay, result, saved_card};
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

/// Another process switched the point of sale off or changed its account, and this one has not loaded that yet: it still
/// quotes the plan.
#[tokio::test]
async fn the_demo_charges_no_card_that_became_unusable_and_keeps_the_basket() {
    let app = shop().await;
    let session = at_the_checkout(&app).await;
    let saved = saved_card(&app, &session).await;
    let mut payment = in_three(&app, &session, "?bin=552879").await;
    payment["saved_card"] = saved["pk"].clone();
    for (change, back, status, code) in [
        (
            "is_active = FALSE",
            "is_active = TRUE",
            409,
            "card_unusable",
        ),
        ("account = 'new'", "account = 'main'", 404, "card_not_found"),
    ] {
        let set = async |columns: &str| {
            let pos = &saved["pos"];
            let sql = format!("UPDATE pos SET {columns} WHERE pk = {pos}");
            app.change_database(&sql).await;
        };
        set(change).await;
        let refused = pay(&app, &session, &payment).await;
        assert_eq!(refused.status(), status, "{change}");
        let refused = body_of(refused).await;
        assert_eq!(refused["code"], code, "{change}: {refused}");
        for private in ["552879", "0008", "ORD-1", "eyJ"] {
            assert!(!refused.to_string().contains(private), "{refused}");
        }
        let page = result(&app, &session, "ORD-1").await;
        assert_eq!(page.status(), 404, "{change}");
        let basket = get(&app, &session, "/shop/api/basket/").await;
        assert_eq!(basket["count"], 1, "{change}");
        set(back).await;
    }
    let paid = pay(&app, &session, &payment).await;
    assert_eq!(paid.status(), 200, "the same order can be paid after all");
}
