//! The hosts that providers may be called at.

use std::collections::BTreeSet;
use std::net::IpAddr;

use reqwest::Url;

/// A base URL that is refused. The error leaves the URL out, which may hold a password.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BaseUrlError {
    /// It cannot be parsed, or has a user, a password, a query or a fragment.
    #[error("not a plain URL such as https://api.example.com")]
    NotPlain,
    /// It is not `https`, and not `http` on this machine.
    #[error("use https")]
    NotHttps,
    /// Its host is not on the list.
    #[error("the host {0} is not on the list of hosts that may be called (extra_hosts)")]
    HostNotAllowed(String),
    /// Its host is a provider's sandbox, which may not be called here.
    #[error("the host {0} is the provider's sandbox, which production refuses")]
    Sandbox(String),
}

/// The hosts of one provider's API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hosts {
    pub live: &'static str,
    pub sandbox: Option<&'static str>,
}

/// The hosts that may be called.
pub struct AllowedHosts {
    /// `host:port`.
    authorities: BTreeSet<String>,
    sandboxes: Vec<&'static str>,
    sandboxes_allowed: bool,
}

impl AllowedHosts {
    /// The hosts of `providers` and extra ones, each `host` (port 443) or `host:port`.
    pub(crate) fn new(
        providers: impl Iterator<Item = Hosts>,
        extra: &[String],
        sandboxes_allowed: bool,
    ) -> Self {
        let (live, sandboxes): (Vec<_>, Vec<_>) =
            providers.map(|hosts| (hosts.live, hosts.sandbox)).unzip();
        let sandboxes: Vec<_> = sandboxes.into_iter().flatten().collect();
        let allowed = sandboxes.iter().copied().filter(|_| sandboxes_allowed);
        let extra = extra.iter().map(String::as_str);
        let hosts = live.into_iter().chain(extra).chain(allowed);
        Self {
            authorities: hosts.map(Self::with_port).collect(),
            sandboxes,
            sandboxes_allowed,
        }
    }

    fn check(&self, host: &str, authority: &str) -> Result<(), BaseUrlError> {
        if !self.sandboxes_allowed && self.sandboxes.contains(&host) {
            return Err(BaseUrlError::Sandbox(host.to_owned()));
        }
        if !self.authorities.contains(authority) {
            return Err(BaseUrlError::HostNotAllowed(authority.to_owned()));
        }
        Ok(())
    }

    fn with_port(host: &str) -> String {
        let host = host.to_ascii_lowercase();
        let has_port = host
            .rsplit_once(':')
            .is_some_and(|(_, port)| port.parse::<u16>().is_ok());
        if has_port {
            host
        } else {
            format!("{host}:443")
        }
    }
}

/// Scheme, host, port and perhaps a path, without a slash at the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BaseUrl(String);

impl BaseUrl {
    pub(crate) fn parse(text: &str, allowed: &AllowedHosts) -> Result<Self, BaseUrlError> {
        let (base, host, authority) = Self::plain(text)?;
        allowed.check(&host, &authority)?;
        Ok(base)
    }

    /// Parses a URL with any host: it is never called, or a provider that is trusted names it.
    pub(crate) fn of_any_host(text: &str) -> Result<Self, BaseUrlError> {
        Self::plain(text).map(|(base, _, _)| base)
    }

    /// Parses a URL that has only scheme, host, port and path; returns it with its host and `host:port`.
    fn plain(text: &str) -> Result<(Self, String, String), BaseUrlError> {
        let url = Url::parse(text).map_err(|_| BaseUrlError::NotPlain)?;
        let bare = url.username().is_empty() && url.password().is_none();
        if !bare || url.query().is_some() || url.fragment().is_some() {
            return Err(BaseUrlError::NotPlain);
        }
        let host = url.host_str().ok_or(BaseUrlError::NotPlain)?;
        let port = url.port_or_known_default().ok_or(BaseUrlError::NotHttps)?;
        if url.scheme() != "https" && !(url.scheme() == "http" && is_this_machine(host)) {
            return Err(BaseUrlError::NotHttps);
        }
        let authority = format!("{host}:{port}");
        let plain = Self(url.as_str().trim_end_matches('/').to_owned());
        Ok((plain, host.to_owned(), authority))
    }

    /// Whether a URL has the same scheme, host and port.
    pub(crate) fn is_origin_of(&self, url: &Url) -> bool {
        Url::parse(&self.0).is_ok_and(|own| own.origin() == url.origin())
    }

    /// The URL of a path below it; path and query are already encoded.
    pub(crate) fn join(&self, path_and_query: &str) -> String {
        format!("{}{path_and_query}", self.0)
    }
}

fn is_this_machine(host: &str) -> bool {
    let address = host
        .trim_start_matches('[')
        .trim_end_matches(']')
        .parse::<IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use std::iter;

    use super::{AllowedHosts, BaseUrl, BaseUrlError, Hosts};

    fn check(text: &str, expected: Result<&str, BaseUrlError>) {
        let hosts = ["api.example.com", "127.0.0.1:9000", "other.example:8443"];
        let allowed = AllowedHosts::new(iter::empty(), &hosts.map(str::to_owned), true);
        let joined = BaseUrl::parse(text, &allowed).map(|base| base.join("/v1/cards"));
        assert_eq!(joined, expected.map(str::to_owned), "{text}");
    }

    #[test]
    fn only_listed_places_may_be_called() {
        check(
            "https://api.example.com",
            Ok("https://api.example.com/v1/cards"),
        );
        check(
            "https://API.example.com/",
            Ok("https://api.example.com/v1/cards"),
        );
        check(
            "https://other.example:8443/x/",
            Ok("https://other.example:8443/x/v1/cards"),
        );
        check(
            "http://127.0.0.1:9000",
            Ok("http://127.0.0.1:9000/v1/cards"),
        );
        for (text, authority) in [
            ("https://evil.example", "evil.example:443"),
            (
                "https://api.example.com.evil.example",
                "api.example.com.evil.example:443",
            ),
            ("https://api.example.com:8443", "api.example.com:8443"),
            ("http://127.0.0.1:9001", "127.0.0.1:9001"),
            ("http://[::1]:9000", "[::1]:9000"),
        ] {
            check(
                text,
                Err(BaseUrlError::HostNotAllowed(authority.to_owned())),
            );
        }
    }

    #[test]
    fn sandboxes_are_refused_by_name_where_they_are_not_allowed() {
        let text = "https://sandbox-api.iyzipay.com";
        let hosts = Hosts {
            live: "api.iyzipay.com",
            sandbox: Some("sandbox-api.iyzipay.com"),
        };
        let sandbox = || vec![text[8..].to_owned()];
        for (sandboxes_allowed, extra) in [(true, vec![]), (false, vec![]), (false, sandbox())] {
            let allowed = AllowedHosts::new(iter::once(hosts), &extra, sandboxes_allowed);
            let expected = BaseUrlError::Sandbox("sandbox-api.iyzipay.com".to_owned());
            let refused = BaseUrl::parse(text, &allowed).err();
            assert_eq!(refused, (!sandboxes_allowed).then_some(expected));
        }
    }

    #[test]
    fn plain_http_and_decorated_urls_are_refused() {
        check("http://api.example.com", Err(BaseUrlError::NotHttps));
        check("ftp://api.example.com", Err(BaseUrlError::NotHttps));
        for text in [
            "",
            "api.example.com",
            "https://user:pass@api.example.com",
            "https://api.example.com?x=1",
            "https://api.example.com#x",
        ] {
            check(text, Err(BaseUrlError::NotPlain));
        }
    }
}
