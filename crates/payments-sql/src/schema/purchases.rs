//! Baskets and pre-orders.

diesel::table! {
    baskets (pk) {
        pk -> BigInt,
        customer -> Nullable<BigInt>,
        state -> Text,
        total_minor -> BigInt,
        currency -> Text,
        // Set by the database.
        updated_at -> Timestamp,
    }
}

diesel::table! {
    basket_items (basket, position) {
        basket -> BigInt,
        position -> Integer,
        product -> BigInt,
        quantity -> BigInt,
        price_minor -> BigInt,
    }
}

diesel::table! {
    pre_orders (pk) {
        pk -> BigInt,
        basket -> BigInt,
        state -> Text,
        total_minor -> BigInt,
        currency -> Text,
        // Set by the database.
        updated_at -> Timestamp,
    }
}
