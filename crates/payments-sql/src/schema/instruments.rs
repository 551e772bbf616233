//! The orders that quotes were used for.

diesel::table! {
    quote_uses (jti) {
        jti -> Text,
        order_ref -> Text,
        expires_at -> Timestamp,
    }
}
