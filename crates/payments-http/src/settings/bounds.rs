//! Numbers and texts of the settings that have bounds of their own.

use std::net::Ipv6Addr;

use payments_core::consent::ConsentVersion;

use super::card_storage::number_plan;
use super::{Settings, Traces};

/// All values out of bounds, with the bounds.
pub(super) fn problems(settings: &Settings) -> Vec<String> {
    let mut problems = numbers(settings);
    if let Err(error) = number_plan(settings) {
        problems.extend(error.problems);
    }
    let texts = [
        (
            settings.gateways.extra_hosts.iter().all(|one| is_host(one)),
            "gateways.extra_hosts must hold <host> or <host>:<port>, without a scheme",
        ),
        (
            settings
                .masterpass
                .allowed_hosts
                .iter()
                .all(|one| is_host(one) && !one.contains(':')),
            "masterpass.allowed_hosts must hold <host>, without a scheme or a port",
        ),
        (
            ConsentVersion::parse(&settings.consent.version).is_ok(),
            "consent.version must be 1 to 16 letters, digits, dots, dashes and underscores",
        ),
    ];
    let texts = texts.into_iter().filter(|(is_good, _)| !is_good);
    problems.extend(texts.map(|(_, problem)| problem.to_owned()));
    problems
}

/// A hundred years.
const MAX_DAYS: u64 = 36_500;

/// A setting, its value, the least and the most it may be.
type Bound = (&'static str, u64, u64, u64);

fn numbers(settings: &Settings) -> Vec<String> {
    let bounds = of_requests(settings)
        .into_iter()
        .chain(of_stores(settings))
        .chain(of_retention(settings))
        .chain(of_codes(settings))
        .chain(of_gateways(settings))
        .chain(of_traces(&settings.traces));
    bounds
        .filter(|(_, value, least, most)| !(least..=most).contains(&value))
        .map(|(name, _, least, most)| match most {
            u64::MAX => format!("{name} must be at least {least}"),
            most => format!("{name} must be {least} to {most}"),
        })
        .collect()
}

fn size(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

fn of_requests(settings: &Settings) -> [Bound; 14] {
    let Settings {
        http,
        listings,
        manage,
        quotes,
        ..
    } = settings;
    let max_age_seconds = u64::from(listings.max_age_seconds);
    [
        // Actix panics at more.
        ("http.workers", size(http.workers), 0, 512),
        ("http.backlog", u64::from(http.backlog), 1, 65_535),
        (
            "http.max_connections",
            size(http.max_connections),
            1,
            u64::MAX,
        ),
        (
            "http.body_limit_bytes",
            size(http.body_limit_bytes),
            512,
            65_536,
        ),
        (
            "http.manage_body_limit_bytes",
            size(http.manage_body_limit_bytes),
            512,
            u64::MAX,
        ),
        // Actix adds it to a moment, and panics where there is none so late.
        ("http.keep_alive_seconds", http.keep_alive_seconds, 0, 3_600),
        (
            "http.max_connections_per_peer",
            u64::from(http.max_connections_per_peer),
            0,
            1_000_000,
        ),
        (
            "http.write_timeout_seconds",
            http.write_timeout_seconds,
            1,
            120,
        ),
        ("http.body_timeout_seconds", http.body_timeout_seconds, 1, 5),
        (
            "http.header_timeout_seconds",
            http.header_timeout_seconds,
            1,
            30,
        ),
        (
            "listings.keep_milliseconds",
            listings.keep_milliseconds,
            0,
            1_000,
        ),
        ("listings.max_age_seconds", max_age_seconds, 0, 60),
        (
            "quotes.lifetime_seconds",
            u64::from(quotes.lifetime_seconds),
            60,
            86_400,
        ),
        (
            "manage.wrong_tokens_per_minute",
            u64::from(manage.wrong_tokens_per_minute),
            1,
            1_000,
        ),
    ]
}

fn of_traces(traces: &Traces) -> [Bound; 2] {
    [
        ("traces.timeout_seconds", traces.timeout_seconds, 1, 30),
        ("traces.queue_size", size(traces.queue_size), 1, 1_000_000),
    ]
}

fn of_stores(settings: &Settings) -> [Bound; 5] {
    let Settings {
        database, flows, ..
    } = settings;
    [
        ("database.pool_size", size(database.pool_size), 1, u64::MAX),
        (
            "database.wait_timeout_seconds",
            database.wait_timeout_seconds,
            1,
            10,
        ),
        (
            "database.statement_timeout_seconds",
            database.statement_timeout_seconds,
            1,
            60,
        ),
        ("flows.pool_size", size(flows.pool_size), 1, u64::MAX),
        (
            "flows.wait_timeout_seconds",
            flows.wait_timeout_seconds,
            1,
            10,
        ),
    ]
}

fn of_retention(settings: &Settings) -> [Bound; 3] {
    let retention = settings.retention;
    let days = |days: u32| u64::from(days);
    [
        (
            "retention.closed_intent_days",
            days(retention.closed_intent_days),
            0,
            MAX_DAYS,
        ),
        (
            "retention.basket_days",
            days(retention.basket_days),
            0,
            MAX_DAYS,
        ),
        (
            "retention.pre_order_days",
            days(retention.pre_order_days),
            0,
            MAX_DAYS,
        ),
    ]
}

fn of_codes(settings: &Settings) -> Vec<Bound> {
    let Settings { otp, sms, .. } = settings;
    let at_least_one = [
        ("otp.codes_per_customer_hour", otp.codes_per_customer_hour),
        ("otp.codes_per_customer_day", otp.codes_per_customer_day),
        ("otp.codes_per_phone_hour", otp.codes_per_phone_hour),
        ("otp.codes_per_phone_day", otp.codes_per_phone_day),
        (
            "otp.codes_per_address_block_hour",
            otp.codes_per_address_block_hour,
        ),
        (
            "otp.codes_per_address_block_day",
            otp.codes_per_address_block_day,
        ),
    ];
    let mut bounds: Vec<Bound> = at_least_one
        .into_iter()
        .map(|(name, value)| (name, u64::from(value), 1, u64::MAX))
        .collect();
    let budget = u64::from(sms.daily_budget);
    bounds.push(("sms.daily_budget", budget, 2, u64::MAX));
    if sms.breaker_codes > 0 {
        let breaker = [
            ("sms.breaker_codes", sms.breaker_codes, 10, 1_000),
            (
                "sms.breaker_verified_percent",
                sms.breaker_verified_percent,
                1,
                90,
            ),
            (
                "sms.breaker_window_minutes",
                sms.breaker_window_minutes,
                5,
                1_440,
            ),
            (
                "sms.breaker_pause_minutes",
                sms.breaker_pause_minutes,
                1,
                1_440,
            ),
        ];
        let typed = breaker.map(|(name, value, least, most)| (name, u64::from(value), least, most));
        bounds.extend(typed);
    }
    bounds
}

fn of_gateways(settings: &Settings) -> [Bound; 6] {
    let Settings {
        gateways,
        reconciler,
        audit,
        ..
    } = settings;
    let failing_percent = u64::from(gateways.breaker_failing_percent);
    [
        (
            "gateways.connect_timeout_milliseconds",
            gateways.connect_timeout_milliseconds,
            100,
            10_000,
        ),
        (
            "gateways.total_timeout_milliseconds",
            gateways.total_timeout_milliseconds,
            500,
            10_000,
        ),
        ("gateways.breaker_failing_percent", failing_percent, 10, 100),
        (
            "gateways.breaker_pause_seconds",
            gateways.breaker_pause_seconds,
            1,
            600,
        ),
        ("reconciler.batch", u64::from(reconciler.batch), 1, u64::MAX),
        (
            "audit.retention_days",
            u64::from(audit.retention_days),
            0,
            36_500,
        ),
    ]
}

/// A name or an address, and perhaps a port. Underscores are no part of domain names, but of containers'.
fn is_host(text: &str) -> bool {
    if let Some((address, port)) = text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        let is_port = port.is_empty() || port.strip_prefix(':').is_some_and(is_port);
        return address.parse::<Ipv6Addr>().is_ok() && is_port;
    }
    let (host, port) = match text.split_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (text, None),
    };
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    let is_label = |label: &str| (1..=63).contains(&label.len()) && label.bytes().all(is_allowed);
    host.len() <= 253 && host.split('.').all(is_label) && port.is_none_or(is_port)
}

fn is_port(port: &str) -> bool {
    let is_number = port.bytes().all(|byte| byte.is_ascii_digit());
    is_number && port.parse::<u16>().is_ok_and(|port| port > 0)
}

#[cfg(test)]
mod tests {
    use super::is_host;

    #[test]
    fn hosts_are_names_and_addresses_with_or_without_a_port() {
        for host in [
            "api.example.com",
            "proxy.example:8443",
            "127.0.0.1:9000",
            "payments_proxy:8080",
            "[::1]:9000",
            "[::1]",
        ] {
            assert!(is_host(host), "{host}");
        }
        for host in [
            "",
            " api.example.com",
            "https://api.example.com",
            "api.example.com/",
            "api.example.com:",
            "api.example.com:0",
            "api.example.com:99999",
            "api.example.com:+80",
            "user@api.example.com",
            "api..example.com",
            "*.example.com",
            "::1",
            "[::1]9000",
        ] {
            assert!(!is_host(host), "{host}");
        }
    }
}
