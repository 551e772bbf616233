//! Masks the secrets of URLs.

use super::reference::is_reference;

/// Query parameters that hold no secret; all others are masked.
const SHOWN_PARAMETERS: [&str; 11] = [
    "application_name",
    "connect_timeout",
    "dbname",
    "host",
    "master",
    "port",
    "protocol",
    "sslmode",
    "target_session_attrs",
    "tls",
    "user",
];

const MASK: &str = "********";

/// Masks the credentials: `scheme://user:********@host/path?sslmode=require&password=********`.
///
/// A password that is not percent-encoded may contain characters that end an authority (`/`, `?`, `#`, `@`). So the
/// credentials reach to the last `@`, and if one follows a `?`, only the scheme is shown.
pub(super) fn masked(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        return without_authority(url);
    };
    let (place, query) = match rest.split_once('?') {
        Some((_, query)) if query.contains('@') => return format!("{scheme}://{MASK}"),
        Some((place, query)) => (place, Some(query)),
        None => (rest, None),
    };
    let place = match place.rsplit_once('@') {
        Some((credentials, host)) => {
            let user = credentials.split(':').next().unwrap_or_default();
            format!("{user}:{MASK}@{host}")
        }
        None => place.to_owned(),
    };
    match query {
        Some(query) => format!("{scheme}://{place}?{}", masked_query(query)),
        None => format!("{scheme}://{place}"),
    }
}

/// Whether a URL has, or may have, a password.
pub(super) fn holds_secret(url: &str) -> bool {
    let Some((_, rest)) = url.split_once("://") else {
        return without_authority(url) == MASK;
    };
    let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
    let has_password = |(credentials, _): (&str, &str)| credentials.contains(':');
    query.contains('@')
        || place.rsplit_once('@').is_some_and(has_password)
        || masked_query(query) != query
}

/// `sqlite:<path>` and `memory:` hold no secret; anything else is not understood, and may.
fn without_authority(url: &str) -> String {
    let is_harmless = url.is_empty() || url == "memory:" || url.starts_with("sqlite:");
    if is_harmless || is_reference(url) {
        url.to_owned()
    } else {
        MASK.to_owned()
    }
}

fn masked_query(query: &str) -> String {
    let pairs = query.split('&').map(|pair| match pair.split_once('=') {
        Some((name, _)) if SHOWN_PARAMETERS.contains(&name) => pair.to_owned(),
        Some((name, _)) => format!("{name}={MASK}"),
        None if pair.is_empty() => String::new(),
        None => MASK.to_owned(),
    });
    pairs.collect::<Vec<_>>().join("&")
}

#[cfg(test)]
mod tests {
    use super::{holds_secret, masked};

    #[test]
    fn what_can_be_read_without_harm_is_shown() {
        for (url, shown) in [
            ("", ""),
            ("memory:", "memory:"),
            ("sqlite:var/payments.db", "sqlite:var/payments.db"),
            ("redis://redis:6379/0", "redis://redis:6379/0"),
            ("env:DATABASE_URL", "env:DATABASE_URL"),
            ("file:/run/secrets/url", "file:/run/secrets/url"),
            (
                "postgres://u:pw@h:5432/db?sslmode=require&application_name=shop",
                "postgres://u:********@h:5432/db?sslmode=require&application_name=shop",
            ),
            (
                "redis-sentinel://u:pw@one,two/3?master=shop&tls=true",
                "redis-sentinel://u:********@one,two/3?master=shop&tls=true",
            ),
        ] {
            assert_eq!(masked(url), shown);
        }
    }

    #[test]
    fn a_user_without_a_password_is_no_secret() {
        for url in [
            "postgres://payments@localhost/payments?sslmode=require",
            "postgres://payments@db1,db2/payments?target_session_attrs=read-write",
            "redis://default@redis",
        ] {
            assert!(!holds_secret(url), "{url}");
        }
    }

    #[test]
    fn a_password_is_hidden_whatever_it_holds_and_wherever_it_stands() {
        for url in [
            "postgres://u:SECRET@h/db",
            "postgres://u:SEC/SECRET@h/db",
            "postgres://u:SEC@SECRET@h/db",
            "postgres://u:SEC?SECRET@h/db",
            "postgres://u:SEC@SEC?SECRET@h/db",
            "postgres://u:SEC#SECRET@h/db",
            "postgres://u@h/db?password=SECRET",
            "postgres://u@h/db?sslmode=require&PassWord=SECRET",
            "postgres://u@h/db?pass%77ord=SECRET",
            "postgres://u@h/db?sslpassword=SECRET&sslmode=require",
            "postgres://u@h/db?SECRET",
            "host=h user=u password=SECRET",
            "redis://:SEC/SECRET@h/0",
            "rediss://u:SECRET@h/0?protocol=resp3",
            "redis-cluster://u:SEC/SECRET@one,two?tls=true",
            "redis-sentinel://one?master=shop&password=SECRET",
        ] {
            assert!(holds_secret(url), "{url}");
            let shown = masked(url);
            assert!(!shown.contains("SEC"), "{url} is shown as {shown}");
        }
    }
}
