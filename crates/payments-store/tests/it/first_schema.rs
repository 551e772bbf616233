//! A database as the first migration left it.

use payments_core::record::Record;
use payments_store::Store;

use crate::fixture::{author, bank, card_type, change, customer, fill};

/// What a program of that time wrote.
pub(crate) const FIRST_SCHEMA: &str = "
INSERT INTO banks (pk, name, slug, logo, logo_path)
    VALUES (1, 'garanti Bankası', 'garanti', NULL, 'logos/garanti.svg');
INSERT INTO card_types (pk, name, slug, logo, logo_path)
    VALUES (1, 'bonus', 'bonus', 'https://shop.example/bonus.png', NULL);
INSERT INTO pos (pk, name, slug, gateway, is_active, config) VALUES (1, 'main', 'main', 'sandbox', TRUE, '{}');
INSERT INTO cards (pk, name, slug, card_payment_type, bank, card_type, pos, sort_order, is_active)
    VALUES (1, 'Bonus', 'bonus', 'credit', 1, 1, 1, 10, TRUE);
INSERT INTO card_bins (bin, card, position) VALUES ('554960', 1, 0);
INSERT INTO plans (pk, card, installment_count, interest_rate, label, is_active, position)
    VALUES (11, 1, 3, 50000, '{\"tr\": \"3 Taksit\"}', TRUE, 0);
INSERT INTO rules (slug, name, condition, effect, is_active, valid_from, valid_until)
    VALUES ('always', 'Always', '{}', '{}', TRUE, '2026-01-01 00:00:00', NULL);
UPDATE catalog_version SET version = 41;
";

/// Asserts that this program reads it and continues from there.
pub(crate) async fn first_schema_is_read(store: &Store) {
    let (version, parts) = store.catalog.load().await.expect("a catalog");
    assert_eq!(version.0, 41);
    assert_eq!(parts.banks, [bank(1, "garanti")]);
    assert_eq!(parts.card_types, [card_type(1, "bonus")]);
    let [card] = &parts.cards[..] else {
        panic!("one card, not {:?}", parts.cards);
    };
    assert_eq!(card.bins[0].as_str(), "554960");
    assert_eq!(card.installments[0].interest_rate.to_string(), "5");
    assert_eq!(
        parts.rules[0].valid_from.expect("a beginning").timestamp(),
        1_767_225_600
    );
    fill(store).await;
    let more = change([Record::Customer(customer(70))]);
    store
        .records
        .apply(&more, author())
        .await
        .expect("a change");
    assert_eq!(store.catalog.version().await.expect("a version").0, 42);
}
