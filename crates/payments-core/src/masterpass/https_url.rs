//! Strict parsing of absolute `https` URLs: accepts only forms that every parser understands the same way.

/// An absolute `https` URL of printable ASCII, without user name, password, backslash or fragment, whose host is
/// a plain domain name.
pub(super) struct HttpsUrl<'t> {
    host: &'t str,
}

impl<'t> HttpsUrl<'t> {
    /// Parses `https://host[:port][/path][?query]`.
    pub(super) fn parse(text: &'t str) -> Option<Self> {
        let rest = text.strip_prefix("https://")?;
        let is_plain = |byte: u8| byte.is_ascii_graphic() && !b"\\\"<>^`{|}#@".contains(&byte);
        // An `@` is legal in paths, but not needed there, and misleading before a host.
        if !rest.bytes().all(is_plain) {
            return None;
        }
        let authority = rest.split(['/', '?']).next()?;
        let (host, port) = match authority.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (authority, None),
        };
        (is_domain(host) && port.is_none_or(is_port)).then_some(Self { host })
    }

    /// The domain name, as it is written.
    pub(super) fn host(&self) -> &'t str {
        self.host
    }
}

fn is_domain(host: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    host.len() <= 253 && host.split('.').all(is_label)
}

fn is_port(port: &str) -> bool {
    port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_ok_and(|port| port > 0)
}
