//! The tables, as Diesel knows them. The migrations make them; types are the same on both databases.
#![expect(missing_docs, reason = "the migrations describe tables and columns")]

mod bins;
mod instruments;
mod proposed;
mod purchases;
mod sms_limits;

pub use bins::bin_counts;
pub use instruments::quote_uses;
pub use proposed::proposals;
pub use purchases::{basket_items, baskets, pre_orders};
pub use sms_limits::{sms_codes, sms_counters, sms_pauses, verified_customers};

diesel::table! {
    catalog_version (id) {
        id -> BigInt,
        version -> BigInt,
    }
}

diesel::table! {
    banks (pk) {
        pk -> BigInt,
        name -> Text,
        slug -> Text,
        logo -> Nullable<Text>,
        logo_path -> Nullable<Text>,
    }
}

diesel::table! {
    card_types (pk) {
        pk -> BigInt,
        name -> Text,
        slug -> Text,
        logo -> Nullable<Text>,
        logo_path -> Nullable<Text>,
    }
}

diesel::table! {
    pos (pk) {
        pk -> BigInt,
        name -> Text,
        slug -> Text,
        gateway -> Text,
        is_active -> Bool,
        config -> Text,
        account -> Text,
    }
}

diesel::table! {
    cards (pk) {
        pk -> BigInt,
        name -> Text,
        slug -> Text,
        card_payment_type -> Text,
        bank -> BigInt,
        card_type -> BigInt,
        pos -> BigInt,
        sort_order -> BigInt,
        is_active -> Bool,
        is_commercial -> Bool,
        is_fallback -> Bool,
    }
}

diesel::table! {
    card_bins (bin) {
        bin -> Text,
        card -> BigInt,
        position -> Integer,
    }
}

diesel::table! {
    plans (pk) {
        pk -> BigInt,
        card -> BigInt,
        installment_count -> Integer,
        interest_rate -> BigInt,
        label -> Text,
        is_active -> Bool,
        position -> Integer,
    }
}

diesel::table! {
    payment_options (pk) {
        pk -> BigInt,
        name -> Text,
        slug -> Text,
        payment_type -> Text,
        pos -> BigInt,
        is_active -> Bool,
        sort_order -> BigInt,
    }
}

diesel::table! {
    rules (slug) {
        slug -> Text,
        name -> Text,
        condition -> Text,
        effect -> Text,
        is_active -> Bool,
        valid_from -> Nullable<Timestamp>,
        valid_until -> Nullable<Timestamp>,
    }
}

diesel::table! {
    products (pk) {
        pk -> BigInt,
        name -> Text,
        price_minor -> BigInt,
        currency -> Text,
        categories -> Text,
        attributes -> Text,
        is_active -> Bool,
    }
}

diesel::table! {
    customers (pk) {
        pk -> BigInt,
        phone_number -> Nullable<Text>,
        segments -> Text,
        is_active -> Bool,
        erased_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    sessions (digest) {
        digest -> Text,
        customer -> Nullable<BigInt>,
        basket -> Nullable<BigInt>,
        pre_order -> Nullable<BigInt>,
        expires_at -> Timestamp,
    }
}

diesel::table! {
    saved_cards (pk) {
        pk -> BigInt,
        customer -> BigInt,
        pos -> BigInt,
        token -> Text,
        provider_customer_key -> Nullable<Text>,
        masked_number -> Text,
        fingerprint -> Text,
        expiry_month -> Integer,
        expiry_year -> Integer,
        brand -> Text,
        holder -> Text,
        name -> Nullable<Text>,
        consented_at -> Timestamp,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        family -> Nullable<Text>,
        bank -> Nullable<Text>,
        consent_version -> Nullable<Text>,
        gateway -> Text,
        account -> Text,
        bin -> Nullable<Text>,
    }
}

diesel::table! {
    intents (id) {
        id -> Text,
        customer -> BigInt,
        pos -> BigInt,
        created_at -> Timestamp,
        looks -> Integer,
        leased_until -> Nullable<Timestamp>,
        outcome -> Nullable<Text>,
        saved_card -> Nullable<BigInt>,
        gateway_code -> Nullable<Text>,
        closed_at -> Nullable<Timestamp>,
        provider_customer_key -> Nullable<Text>,
        fingerprint -> Nullable<Text>,
        masked_number -> Nullable<Text>,
        is_of_erased -> Bool,
        gateway -> Text,
        account -> Text,
        attempts -> Integer,
        tried_at -> Nullable<Timestamp>,
        last_error -> Nullable<Text>,
    }
}

diesel::table! {
    token_deletions (id) {
        id -> BigInt,
        pos -> BigInt,
        token -> Text,
        provider_customer_key -> Nullable<Text>,
        queued_at -> Timestamp,
        leased_until -> Nullable<Timestamp>,
        customer -> Nullable<BigInt>,
        gateway -> Text,
        account -> Text,
        attempts -> Integer,
        tried_at -> Nullable<Timestamp>,
        last_error -> Nullable<Text>,
    }
}

diesel::table! {
    card_actions (intent) {
        intent -> Text,
        digest -> Text,
        deadline -> Timestamp,
        handle -> Nullable<Text>,
        url -> Nullable<Text>,
        refusal -> Nullable<Text>,
        expiry_month -> Nullable<Integer>,
        expiry_year -> Nullable<Integer>,
        brand -> Nullable<Text>,
        holder -> Nullable<Text>,
        name -> Nullable<Text>,
        consented_at -> Nullable<Timestamp>,
        consent_version -> Nullable<Text>,
        bin -> Nullable<Text>,
    }
}

diesel::table! {
    dead_tokens (intent, token) {
        intent -> Text,
        token -> Text,
    }
}

diesel::table! {
    code_tries (customer, day, attempt) {
        customer -> BigInt,
        day -> Date,
        attempt -> Text,
        code -> Nullable<Text>,
        is_shared -> Bool,
        is_right -> Bool,
        replay -> Nullable<Text>,
        intent -> Nullable<Text>,
        used_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    audit_log (id) {
        id -> BigInt,
        kind -> Text,
        intent -> Nullable<Text>,
        ending -> Nullable<Text>,
        pseudonym -> Nullable<Text>,
        pos -> Nullable<BigInt>,
        outcome -> Text,
        gateway_code -> Nullable<Text>,
        at -> Timestamp,
        principal -> Nullable<Text>,
        request_id -> Nullable<Text>,
        part -> Nullable<Text>,
        object_key -> Nullable<Text>,
        changes -> Nullable<Text>,
        consented_at -> Nullable<Timestamp>,
        consent_version -> Nullable<Text>,
    }
}

// A view.
diesel::table! {
    audit_endings (ending) {
        ending -> Nullable<Text>,
    }
}

diesel::table! {
    audit_seals (number) {
        number -> BigInt,
        day -> Date,
        record -> BigInt,
        key_id -> Text,
        seal -> Text,
    }
}

diesel::table! {
    audit_pruned (number) {
        number -> BigInt,
        day -> Date,
        seal -> Text,
        key_id -> Text,
        tag -> Text,
    }
}

diesel::table! {
    audit_unsealed (record) {
        record -> BigInt,
    }
}

diesel::table! {
    customer_pseudonyms (customer) {
        customer -> BigInt,
        pseudonym -> Text,
    }
}

diesel::table! {
    sms_report_turns (sender) {
        sender -> Text,
        taken_until -> Timestamp,
    }
}

diesel::table! {
    sms_sends (sender, message) {
        sender -> Text,
        message -> Text,
        state -> Text,
        sent_at -> Timestamp,
        noted_at -> Timestamp,
    }
}

diesel::table! {
    products_version (id) {
        id -> BigInt,
        version -> BigInt,
    }
}

diesel::joinable!(card_actions -> intents (intent));
diesel::allow_tables_to_appear_in_same_query!(card_actions, intents);
diesel::joinable!(basket_items -> baskets (basket));
diesel::joinable!(basket_items -> products (product));
diesel::joinable!(pre_orders -> baskets (basket));
diesel::joinable!(saved_cards -> customers (customer));
diesel::joinable!(saved_cards -> pos (pos));
diesel::allow_tables_to_appear_in_same_query!(code_tries, intents);
diesel::allow_tables_to_appear_in_same_query!(code_tries, audit_endings);
diesel::allow_tables_to_appear_in_same_query!(pos, token_deletions);
diesel::allow_tables_to_appear_in_same_query!(customers, pos, saved_cards);
diesel::allow_tables_to_appear_in_same_query!(
    basket_items,
    baskets,
    customers,
    pre_orders,
    products,
    products_version,
    sessions,
);

diesel::allow_tables_to_appear_in_same_query!(
    audit_log,
    audit_seals,
    audit_unsealed,
    customer_pseudonyms
);

// Diesel's own record of the migrations that were run.
diesel::table! {
    __diesel_schema_migrations (version) {
        version -> Text,
        run_on -> Timestamp,
    }
}

// Migrations that programs without them can live with: those that have the migration `since`.
diesel::table! {
    schema_compatibility (version) {
        version -> Text,
        since -> Text,
    }
}
