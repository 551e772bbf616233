//! Instruments of saved cards.

use chrono::{NaiveDate, TimeDelta};
use payments_core::id::{CustomerId, PosId, SavedCardId};
use payments_core::instrument::{Instrument, InstrumentRequest, NoInstrument, QuoteUse};
use payments_core::order::OrderReference;
use payments_core::ports::Unavailable;
use payments_core::quote_id::QuoteId;
use payments_store::{AuditFilter, AuditRow, ExpiringTable, Store};
use serde_json::{Value, json};

use crate::audit::{seal, verdict};
use crate::cleanup::clean_up;
use crate::erasure::{erase, saved};
use crate::fixture::{author, fill, now};
use crate::tampering::Owned;

const ANNE: i64 = 7;

pub(crate) async fn records(store: &Store) -> Vec<AuditRow> {
    let all = AuditFilter::default();
    let page = store.audit_trail.page(&all, None, 1_000);
    let mut rows = page.await.expect("a page");
    rows.retain(|row| row.entry.outcome == "instrument");
    rows
}

fn request(card: SavedCardId, order: &str, quote: Option<u8>) -> InstrumentRequest {
    InstrumentRequest {
        saved_card: card,
        customer: CustomerId::new(ANNE).ok(),
        order: OrderReference::parse(order).expect("a reference"),
        quote: quote.map(|byte| QuoteUse {
            quote: QuoteId::new([byte; 16]),
            pos: PosId::new(1).expect("a key"),
            expires_at: now() + TimeDelta::minutes(15),
            is_valid: true,
        }),
        author: author().clone(),
        today: NaiveDate::from_ymd_opt(2027, 1, 15).expect("a day"),
    }
}

async fn give(
    store: &Store,
    request: &InstrumentRequest,
) -> Result<Result<Instrument, NoInstrument>, Unavailable> {
    store.instruments.give(request).await
}

/// A card of Anne's.
async fn card(store: &Store) -> SavedCardId {
    fill(store).await;
    saved(store, 1, ANNE, "token-1").await;
    let customer = CustomerId::new(ANNE).expect("a key");
    let cards = store.saved_cards.all(customer).await.expect("cards");
    cards.first().expect("a card").pk
}

pub(crate) async fn a_record_names_who_got_what_for_which_order(store: &Store) {
    let pk = card(store).await;
    let request = request(pk, "ORD-10023", Some(1));
    give(store, &request)
        .await
        .expect("an answer")
        .expect("an instrument");
    let found = records(store).await;
    let [AuditRow { entry, customer }] = &found[..] else {
        panic!("one record, not {found:?}");
    };
    assert_eq!((entry.kind.as_str(), *customer), ("card", Some(ANNE)));
    assert_eq!(entry.principal.as_deref(), Some("back office"));
    assert_eq!(entry.request_id.as_deref(), Some("request-1"));
    assert_eq!((entry.pos, entry.at), (Some(1), now()));
    assert_eq!(entry.object_key, Some(pk.to_string()));
    let changes: Value =
        serde_json::from_str(entry.changes.as_deref().expect("changes")).expect("JSON");
    let quote = QuoteId::new([1; 16]).to_string();
    assert_eq!(changes, json!({"order": "ORD-10023", "quote": quote}));
    let text = format!("{entry:?}");
    assert!(
        !text.contains("token-1") && !text.contains("user-key"),
        "{text}"
    );
    seal(store, now()).await;
    assert!(verdict(store).await.is_intact());
}

pub(crate) async fn an_erasure_leaves_no_link_to_the_customer(store: &Store) {
    let pk = card(store).await;
    let request = request(pk, "ORD-1", Some(1));
    give(store, &request)
        .await
        .expect("an answer")
        .expect("an instrument");
    erase(store, ANNE).await.expect("the customer");
    let found = records(store).await;
    assert_eq!(found.len(), 1, "the record stays");
    assert_eq!(found[0].customer, None);
    let refused = give(store, &request).await.expect("an answer");
    assert_eq!(refused, Err(NoInstrument::NotFound));
}

pub(crate) async fn the_use_of_a_quote_is_deleted_a_day_after_the_quote_expired(store: &Store) {
    let pk = card(store).await;
    let first = request(pk, "ORD-1", Some(1));
    give(store, &first)
        .await
        .expect("an answer")
        .expect("an instrument");
    let rows = async |minutes| {
        let report = clean_up(store, now() + TimeDelta::minutes(minutes), 0).await;
        report.rows(ExpiringTable::QuoteUses)
    };
    assert_eq!(rows(15 + 24 * 60 - 1).await, 0);
    let other = give(store, &request(pk, "ORD-2", Some(1))).await;
    assert_eq!(other.expect("an answer"), Err(NoInstrument::QuoteUsed));
    assert_eq!(rows(15 + 24 * 60).await, 1);
}

/// If the audit record cannot be written, no instrument is given and the quote is not used. `break_log` prevents inserts into the
/// audit log, `mend_log` permits them again.
pub(crate) async fn without_an_audit_record_there_is_no_instrument(
    store: &Store,
    database: &impl Owned,
    break_log: &str,
    mend_log: &str,
) {
    let pk = card(store).await;
    assert!(database.run(break_log).await);
    let failed = give(store, &request(pk, "ORD-1", Some(1))).await;
    assert!(failed.is_err(), "{failed:?}");
    assert!(database.run(mend_log).await);
    assert_eq!(records(store).await.len(), 0);
    let other = give(store, &request(pk, "ORD-2", Some(1))).await;
    other
        .expect("an answer")
        .expect("the quote is not used yet");
}

/// A token that is queued for deletion is not issued, even if a row still has it.
pub(crate) async fn a_token_that_is_being_deleted_is_not_given_out(
    store: &Store,
    database: &impl Owned,
) {
    let pk = card(store).await;
    let queued = "INSERT INTO token_deletions (pos, gateway, account, token, queued_at, attempts)
        VALUES (1, 'sandbox', 'main', 'token-1', '2026-11-29 00:00:00', 0)";
    assert!(database.run(queued).await);
    let refused = give(store, &request(pk, "ORD-1", None)).await;
    assert_eq!(refused.expect("an answer"), Err(NoInstrument::DeadToken));
}
