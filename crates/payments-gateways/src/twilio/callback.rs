//! The callback URL, and the forms in which Twilio signs it.

use reqwest::Url;

use crate::config::ConfigError;

/// Accepts an `https` URL without a user. Its fragment may configure Twilio's retries; Twilio never sends it.
pub(super) fn checked(url: Option<&str>) -> Result<Option<&str>, ConfigError> {
    let is_callback = |text: &str| {
        Url::parse(text).is_ok_and(|url| {
            url.scheme() == "https"
                && url.has_host()
                && url.username().is_empty()
                && url.password().is_none()
        })
    };
    match url {
        Some(text) if !is_callback(text) => {
            let problem = "not a plain URL such as https://shop.example/sms/twilio/status/";
            Err(ConfigError::new("status_callback", problem))
        }
        url => Ok(url),
    }
}

/// The URLs Twilio may have signed: without the fragment, with and without the port. Which one depends on how
/// Twilio called, so its own libraries try both.
pub(super) fn signed_forms(url: &str) -> [String; 2] {
    let (url, _) = url.split_once('#').unwrap_or((url, ""));
    let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let own_port = authority
        .rsplit_once(':')
        .filter(|(_, port)| !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()));
    let usual = if scheme == "http" { "80" } else { "443" };
    let (host, port) = own_port.unwrap_or((authority, usual));
    [
        format!("{scheme}://{host}{path}"),
        format!("{scheme}://{host}:{port}{path}"),
    ]
}

#[cfg(test)]
mod tests {
    use super::{checked, signed_forms};

    #[test]
    fn a_callback_is_a_plain_https_url() {
        for right in [
            None,
            Some("https://shop.example/sms/twilio/status/"),
            Some("https://shop.example:8443/status?shop=1#rc=5&rp=5xx,ct,rt"),
        ] {
            assert_eq!(checked(right), Ok(right));
        }
        for wrong in [
            "shop.example/status",
            "/sms/twilio/status/",
            "http://shop.example/status",
            "https://user:pass@shop.example/status",
            "https://",
        ] {
            let refused = checked(Some(wrong)).unwrap_err();
            assert_eq!(refused.key, "status_callback", "{wrong}");
            assert!(!refused.problem.contains("user"));
        }
    }

    #[test]
    fn a_url_is_signed_with_and_without_its_port_and_never_with_its_fragment() {
        for (url, expected) in [
            (
                "https://shop.example/s?a=1#rc=5",
                [
                    "https://shop.example/s?a=1",
                    "https://shop.example:443/s?a=1",
                ],
            ),
            (
                "https://shop.example:8443/s",
                ["https://shop.example/s", "https://shop.example:8443/s"],
            ),
            (
                "http://127.0.0.1?a=b:c",
                ["http://127.0.0.1?a=b:c", "http://127.0.0.1:80?a=b:c"],
            ),
            (
                "https://[::1]/s",
                ["https://[::1]/s", "https://[::1]:443/s"],
            ),
        ] {
            assert_eq!(signed_forms(url), expected);
        }
    }
}
