//! Traces: where they are sent, and how many.

use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use zeroize::Zeroizing;

use super::BadSettings;
use super::reference::follow;

/// Whether the program can export traces.
const IS_BUILT_IN: bool = cfg!(feature = "traces");

/// The export of traces by OpenTelemetry.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Traces {
    /// The URL of a collector that accepts OTLP over HTTP, without `/v1/traces`; empty: no traces.
    pub endpoint: String,
    /// Headers of each request to it, `name=value` joined by commas, or a reference (`env:NAME`, `file:/path`) to them.
    pub headers: SecretString,
    /// PEM file of authorities trusted besides the machine's own; empty: none.
    pub ca_file: String,
    /// The share of requests and of runs of background jobs that are traced, 0 to 1.
    pub sample_ratio: f64,
    /// Whether the flag in a caller's `traceparent` decides instead.
    pub follow_callers: bool,
    /// The timeout of a request to the collector.
    pub timeout_seconds: u64,
    /// Spans that wait to be sent; further ones are dropped.
    pub queue_size: usize,
}

impl Traces {
    /// The URL that spans are sent to.
    pub fn url(&self) -> String {
        format!("{}/v1/traces", self.endpoint.trim_end_matches('/'))
    }

    pub(super) fn problems(&self) -> Vec<String> {
        self.problems_if(IS_BUILT_IN)
    }

    fn problems_if(&self, is_built_in: bool) -> Vec<String> {
        let mut problems = Vec::new();
        if !self.endpoint.is_empty() && !is_built_in {
            problems.push(
                "traces.endpoint: this program is built without traces; leave it empty, or build with --features traces"
                    .to_owned(),
            );
        }
        if !(0.0..=1.0).contains(&self.sample_ratio) {
            problems.push("traces.sample_ratio must be 0 to 1".to_owned());
        }
        if !self.headers.expose_secret().trim().is_empty() && is_exposed(&self.endpoint) {
            problems.push(
                "traces.headers would leave this machine without TLS: give an endpoint with https://"
                    .to_owned(),
            );
        }
        problems
    }

    /// The headers by name.
    ///
    /// # Errors
    /// [`BadSettings`] without any of their content.
    pub(crate) fn headers(&self) -> Result<Vec<(String, Zeroizing<String>)>, BadSettings> {
        let bad = |problem: &str| BadSettings::one(format!("traces.headers {problem}"));
        let text = follow(self.headers.expose_secret().trim()).map_err(|problem| bad(&problem))?;
        let pairs = text.split(',').map(str::trim);
        let pairs = pairs.filter(|pair| !pair.is_empty()).map(pair);
        let pairs: Option<Vec<_>> = pairs.collect();
        pairs.ok_or_else(|| bad("must be name=value, joined by commas"))
    }
}

/// A header's name and value; `None` for what a header cannot be.
fn pair(text: &str) -> Option<(String, Zeroizing<String>)> {
    let (name, value) = text.split_once('=')?;
    let is_of_name = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    let is_of_value = |byte: u8| byte.is_ascii_graphic() || byte == b' ';
    let is_valid =
        !name.is_empty() && name.bytes().all(is_of_name) && value.bytes().all(is_of_value);
    is_valid.then(|| (name.to_owned(), Zeroizing::new(value.to_owned())))
}

/// Whether requests leave this machine without TLS.
fn is_exposed(endpoint: &str) -> bool {
    let host = endpoint.strip_prefix("http://").map(|rest| {
        let authority = rest.split('/').next().unwrap_or_default();
        authority
            .rsplit_once(':')
            .map_or(authority, |(host, _)| host)
    });
    host.is_some_and(|host| !["localhost", "127.0.0.1", "[::1]"].contains(&host))
}

#[cfg(test)]
mod tests {
    use super::Traces;

    fn traces(endpoint: &str, headers: &str) -> Traces {
        Traces {
            endpoint: endpoint.to_owned(),
            headers: headers.into(),
            ca_file: String::new(),
            sample_ratio: 0.1,
            follow_callers: false,
            timeout_seconds: 10,
            queue_size: 100,
        }
    }

    #[test]
    fn a_program_without_traces_refuses_an_endpoint() {
        let endpoint = traces("http://collector:4318", "");
        assert!(endpoint.problems_if(true).is_empty());
        let [problem] = &endpoint.problems_if(false)[..] else {
            panic!("one problem");
        };
        assert!(problem.contains("built without traces"), "{problem}");
        assert!(traces("", "").problems_if(false).is_empty());
    }

    #[test]
    fn headers_are_not_sent_to_other_machines_without_tls() {
        for (endpoint, is_good) in [
            ("https://otlp.example/otlp", true),
            ("http://127.0.0.1:4318", true),
            ("http://localhost", true),
            ("http://[::1]:4318/", true),
            ("http://collector:4318", false),
            ("http://localhost.example", false),
        ] {
            let problems = traces(endpoint, "authorization=Bearer x").problems_if(true);
            assert_eq!(problems.is_empty(), is_good, "{endpoint}: {problems:?}");
        }
    }

    #[test]
    fn headers_are_pairs() {
        let read = |text: &str| traces("", text).headers();
        let headers = read("authorization=Basic YTpi=, x-team = 7").unwrap_or_default();
        assert!(headers.is_empty(), "a blank is not part of a name");
        let headers = read("authorization=Basic YTpi=,x-team=7").unwrap();
        let headers: Vec<_> = headers
            .iter()
            .map(|(name, value)| (&**name, &***value))
            .collect();
        assert_eq!(headers, [("authorization", "Basic YTpi="), ("x-team", "7")]);
        assert!(read("").unwrap().is_empty());
        for text in ["secret", "=secret", "na me=secret", "a=secret\u{1}"] {
            let bad = read(text).unwrap_err().to_string();
            assert!(!bad.contains("secret"), "{bad}");
        }
    }

    #[test]
    fn spans_are_sent_below_the_endpoint() {
        for endpoint in ["https://otlp.example/otlp", "https://otlp.example/otlp/"] {
            assert_eq!(
                traces(endpoint, "").url(),
                "https://otlp.example/otlp/v1/traces"
            );
        }
    }
}
