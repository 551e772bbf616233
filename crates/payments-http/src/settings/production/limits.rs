//! Values that are valid but unreasonable in production.

use super::super::Settings;

/// Settings outside of what production allows.
pub(super) fn problems(settings: &Settings) -> Vec<String> {
    let limits = limits(settings).into_iter();
    limits
        .filter(|(_, value, least, most, _)| !(least..=most).contains(&value))
        .map(|(name, _, least, most, why)| {
            format!("{name} must be {least} to {most} in production: {why}")
        })
        .collect()
}

/// A setting, its value, the least and the most it may be, and why.
type Limit = (&'static str, u64, u64, u64, &'static str);

fn limits(settings: &Settings) -> [Limit; 9] {
    let Settings {
        http,
        otp,
        reconciler,
        ..
    } = settings;
    [
        (
            "otp.length",
            u64::from(otp.length),
            6,
            8,
            "a shorter code can be guessed",
        ),
        (
            "otp.codes_per_customer_hour",
            u64::from(otp.codes_per_customer_hour),
            1,
            10,
            "each code is a message that the store pays for",
        ),
        (
            "otp.codes_per_phone_hour",
            u64::from(otp.codes_per_phone_hour),
            1,
            10,
            "each code is a message to a customer's phone",
        ),
        (
            "http.request_deadline_seconds",
            http.request_deadline_seconds,
            5,
            60,
            "a saving takes seconds, and a caller does not wait for minutes",
        ),
        (
            "http.shutdown_timeout_seconds",
            http.shutdown_timeout_seconds,
            5,
            120,
            "requests in flight need seconds",
        ),
        (
            "http.max_connections_per_peer",
            u64::from(http.max_connections_per_peer),
            1,
            10_000,
            "without a limit one peer takes all connections",
        ),
        (
            "http.manage_body_limit_bytes",
            u64::try_from(http.manage_body_limit_bytes).unwrap_or(u64::MAX),
            512,
            64 * 1_024 * 1_024,
            "a body is held in memory",
        ),
        (
            "reconciler.interval_seconds",
            reconciler.interval_seconds,
            1,
            600,
            "orphaned tokens wait for it",
        ),
        (
            "reconciler.gateway_horizon_seconds",
            u64::from(reconciler.gateway_horizon_seconds),
            300,
            86_400,
            "a gateway may finish minutes after its caller gave up",
        ),
    ]
}
