//! Counts of BINs.

diesel::table! {
    bin_counts (bin, day) {
        bin -> Text,
        day -> Date,
        count -> BigInt,
    }
}
