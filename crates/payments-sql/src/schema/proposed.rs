//! Changes that wait for approval.

diesel::table! {
    proposals (pk) {
        pk -> BigInt,
        principal -> Text,
        request_id -> Nullable<Text>,
        created_at -> Timestamp,
        document -> Text,
        writes -> Text,
        deletions -> Text,
        tags -> Text,
        state -> Text,
        decided_by -> Nullable<Text>,
        decided_at -> Nullable<Timestamp>,
    }
}
