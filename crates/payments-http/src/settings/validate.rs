//! Validates the settings of every environment.

use super::card_storage::storage_settings;
use super::{Settings, bounds, production};

/// All problems, including those of production if that is the environment.
pub(super) fn problems(settings: &Settings) -> Vec<String> {
    let mut problems: Vec<String> = Vec::new();
    let mut refuse = |is_bad: bool, problem: &str| {
        if is_bad {
            problems.push(problem.to_owned());
        }
    };
    refuse(
        !is_cookie_name(&settings.session.cookie_name),
        "session.cookie_name must be letters, digits, `-` and `_`",
    );
    refuse(
        !is_public_url(&settings.http.public_url),
        "http.public_url must be empty or begin with http:// or https://, without a user and a query",
    );
    for problem in settings.manage.problems() {
        refuse(true, &problem);
    }
    for problem in settings.console.openid_connect.problems() {
        refuse(true, &problem);
    }
    refuse(
        !is_public_url(&settings.traces.endpoint),
        "traces.endpoint must be empty or begin with http:// or https://, without a user and a query",
    );
    for problem in settings.traces.problems() {
        refuse(true, &problem);
    }
    for problem in bounds::problems(settings) {
        refuse(true, &problem);
    }
    refuse(
        !is_key_prefix(&settings.flows.key_prefix),
        "flows.key_prefix must be 1 to 32 letters, digits, `-` and `_`",
    );
    refuse(
        settings.sms.providers.is_empty(),
        "sms.providers: name at least one",
    );
    refuse(
        !settings.metrics.bind.is_empty() && settings.metrics.address().is_none(),
        "metrics.bind must be empty, or an address and a port",
    );
    if let Err(bad) = settings.log.targets() {
        refuse(true, &bad.to_string());
    }
    refuse(
        !is_front_end_url(&settings.gateways.three_d_secure_return_url),
        "gateways.three_d_secure_return_url must be empty or begin with http:// or https://, without a fragment",
    );
    if let Err(bad) = storage_settings(settings, "") {
        problems.extend(bad.problems);
    }
    if settings.is_production() {
        problems.extend(production::problems(settings));
    }
    problems
}

fn is_cookie_name(name: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    (1..=64).contains(&name.len()) && name.bytes().all(is_allowed)
}

/// Excludes `{}`, which would select a hash slot.
fn is_key_prefix(prefix: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    (1..=32).contains(&prefix.len()) && prefix.bytes().all(is_allowed)
}

fn is_public_url(url: &str) -> bool {
    let host = url.strip_prefix("https://").or(url.strip_prefix("http://"));
    let is_plain = |host: &str| {
        !host.is_empty() && !host.contains(['?', '#', '"', '\\', '@']) && is_visible(url)
    };
    url.is_empty() || host.is_some_and(is_plain)
}

fn is_front_end_url(url: &str) -> bool {
    let host = url.strip_prefix("https://").or(url.strip_prefix("http://"));
    let is_plain = |host: &str| !host.is_empty() && !host.contains(['#', '"', '\\']);
    url.is_empty() || (is_visible(url) && host.is_some_and(is_plain))
}

/// No blank or control character, because it is used in a header.
fn is_visible(url: &str) -> bool {
    url.bytes().all(|byte| byte.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use super::{is_front_end_url, is_public_url};

    #[test]
    fn a_url_that_goes_into_links_and_headers_has_no_blank_and_no_control_character() {
        for url in ["", "https://shop.example", "https://shop.example/back/x"] {
            assert!(is_public_url(url) && is_front_end_url(url), "{url}");
        }
        assert!(is_front_end_url("https://shop.example/back?x=1"));
        for url in [
            "https://shop.example/back\n",
            "https://shop.example/\tback",
            "https://shop.example/a b",
            "https://shop.example/\u{7f}",
            "https://shop.example/ü",
            "https://shop.example/#x",
            "https://",
            "ftp://shop.example",
        ] {
            assert!(!is_public_url(url) && !is_front_end_url(url), "{url:?}");
        }
    }
}
