//! The tables of the limits on messages.

diesel::table! {
    sms_counters (key) {
        key -> Text,
        used -> Integer,
        most -> Integer,
        ends_at -> Timestamp,
    }
}

diesel::table! {
    sms_codes (code) {
        code -> Text,
        prefix -> Text,
        sent_at -> Timestamp,
        is_verified -> Bool,
    }
}

diesel::table! {
    sms_pauses (prefix) {
        prefix -> Text,
        paused_until -> Timestamp,
    }
}

diesel::table! {
    verified_customers (customer) {
        customer -> BigInt,
    }
}
