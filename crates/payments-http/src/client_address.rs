//! The client's address: the peer's, or the one that trusted proxies name.

use std::net::{IpAddr, SocketAddr};

use actix_web::HttpRequest;
use actix_web::http::header::{FORWARDED, HeaderMap, X_FORWARDED_FOR};

use ipnet::IpNet;

use crate::settings::{ForwardedHeader, Http, LoggedAddress};
use crate::state::{self, AppState};

/// The address of a request's client, for limits and logs. An IPv4 address is never in its IPv6 form.
///
/// Proxies append to the header, so it is read from its end: the last address that no trusted proxy has is the client.
/// Earlier entries are set by the client.
pub(crate) fn client_address(request: &HttpRequest) -> Option<IpAddr> {
    let peer = request.peer_addr()?.ip().to_canonical();
    let state = state::of_request(request).ok()?;
    Some(behind(peer, request.headers(), &state.settings.http))
}

/// The address for the log: its block, a keyed hash, or nothing.
pub(crate) fn logged(address: IpAddr, state: &AppState) -> Option<String> {
    match state.settings.log.client_address {
        LoggedAddress::Off => None,
        LoggedAddress::Block => block(address),
        LoggedAddress::Hashed => {
            let bytes = match address {
                IpAddr::V4(address) => address.octets().to_vec(),
                IpAddr::V6(address) => address.octets().to_vec(),
            };
            Some(state.card_storage.keys().counter_key("client", &bytes))
        }
    }
}

/// The /24 of IPv4 or the /48 of IPv6, which identifies no household.
fn block(address: IpAddr) -> Option<String> {
    let bits = if address.is_ipv4() { 24 } else { 48 };
    let block = IpNet::new(address, bits).ok()?.trunc();
    Some(block.to_string())
}

fn behind(peer: IpAddr, headers: &HeaderMap, http: &Http) -> IpAddr {
    let name = match http.forwarded_header {
        ForwardedHeader::XForwardedFor => X_FORWARDED_FOR,
        ForwardedHeader::Forwarded => FORWARDED,
    };
    let mut client = peer;
    let lines: Vec<_> = headers.get_all(name).collect();
    let hops = lines.into_iter().rev().flat_map(|line| {
        let elements = line.to_str().unwrap_or_default().rsplit(',');
        elements.map(|element| address(http.forwarded_header, element.trim()))
    });
    for hop in hops {
        if !http.trusted_proxies.contain(client) {
            break;
        }
        // If a proxy names no client, the proxy is the client.
        let Some(hop) = hop else { break };
        client = hop;
    }
    client
}

fn address(header: ForwardedHeader, element: &str) -> Option<IpAddr> {
    let node = match header {
        ForwardedHeader::XForwardedFor => element,
        ForwardedHeader::Forwarded => {
            let mut pairs = element.split(';').filter_map(|pair| pair.split_once('='));
            let (_, node) = pairs.find(|(name, _)| name.trim().eq_ignore_ascii_case("for"))?;
            node.trim().trim_matches('"')
        }
    };
    let bare = node.trim_start_matches('[').trim_end_matches(']');
    let address = bare.parse().ok().or_else(|| {
        let with_port = node.parse::<SocketAddr>().ok()?;
        Some(with_port.ip())
    });
    address.map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};

    use super::{behind, block};
    use crate::settings::{ForwardedHeader, Http, Sources, load};

    fn settings(header: ForwardedHeader) -> Http {
        let sources = Sources {
            files: Vec::new(),
            environment: vec![(
                "PAYMENTS__HTTP__TRUSTED_PROXIES".to_owned(),
                "10.0.0.0/8,::1,2001:db8::/32".to_owned(),
            )],
        };
        let mut http = load(&sources).unwrap().settings.http;
        http.forwarded_header = header;
        http
    }

    fn of(http: &Http, peer: &str, lines: &[(&str, &str)]) -> String {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
            headers.append(name, HeaderValue::from_str(value).unwrap());
        }
        behind(peer.parse().unwrap(), &headers, http).to_string()
    }

    #[test]
    fn only_trusted_proxies_are_believed_from_the_last_to_the_first() {
        let http = settings(ForwardedHeader::XForwardedFor);
        for (peer, lines, client) in [
            ("192.0.2.1", &["203.0.113.9"][..], "192.0.2.1"),
            ("10.0.0.1", &[], "10.0.0.1"),
            ("10.0.0.1", &["203.0.113.9"], "203.0.113.9"),
            ("10.0.0.1", &["1.1.1.1, 203.0.113.9"], "203.0.113.9"),
            (
                "10.0.0.1",
                &["1.1.1.1", "203.0.113.9, 10.9.9.9"],
                "203.0.113.9",
            ),
            (
                "10.0.0.1",
                &["203.0.113.9,10.9.9.9,10.9.9.8"],
                "203.0.113.9",
            ),
            ("10.0.0.1", &["10.1.1.1, 10.2.2.2"], "10.1.1.1"),
            ("10.0.0.1", &["203.0.113.9, unknown"], "10.0.0.1"),
            ("10.0.0.1", &["203.0.113.9, unknown, 10.9.9.9"], "10.9.9.9"),
            ("10.0.0.1", &["203.0.113.9,"], "10.0.0.1"),
            ("10.0.0.1", &["203.0.113.9:4711"], "203.0.113.9"),
            ("::1", &["[2001:db9::7]:4711"], "2001:db9::7"),
            ("::1", &["2001:db9::7"], "2001:db9::7"),
            ("::1", &["2001:db9::7, ::ffff:10.0.0.1"], "2001:db9::7"),
        ] {
            let lines: Vec<_> = lines
                .iter()
                .map(|line| ("x-forwarded-for", *line))
                .collect();
            assert_eq!(of(&http, peer, &lines), client, "{peer} {lines:?}");
        }
    }

    #[test]
    fn a_block_is_of_many_customers() {
        for (address, expected) in [
            ("203.0.113.9", "203.0.113.0/24"),
            ("2001:db8:1:2:3::4", "2001:db8:1::/48"),
        ] {
            let block = block(address.parse().unwrap());
            assert_eq!(block.as_deref(), Some(expected));
        }
    }

    #[test]
    fn only_the_header_that_the_proxies_write_is_read() {
        let both = [
            ("x-forwarded-for", "203.0.113.1"),
            ("forwarded", "for=203.0.113.2"),
        ];
        let x = settings(ForwardedHeader::XForwardedFor);
        assert_eq!(of(&x, "10.0.0.1", &both), "203.0.113.1");
        let standard = settings(ForwardedHeader::Forwarded);
        assert_eq!(of(&standard, "10.0.0.1", &both), "203.0.113.2");
    }

    #[test]
    fn the_standard_header_is_read_with_its_parameters_quotes_ports_and_hidden_names() {
        let http = settings(ForwardedHeader::Forwarded);
        for (line, client) in [
            ("For=203.0.113.9;proto=https;by=10.0.0.1", "203.0.113.9"),
            (
                "for=1.1.1.1, proto=https; for=\"203.0.113.9:4711\"",
                "203.0.113.9",
            ),
            ("for=\"[2001:db9::7]:4711\"", "2001:db9::7"),
            ("for=\"[2001:db9::7]\", for=10.1.1.1", "2001:db9::7"),
            ("for=203.0.113.9, for=_hidden", "10.0.0.1"),
            ("proto=https", "10.0.0.1"),
        ] {
            assert_eq!(
                of(&http, "10.0.0.1", &[("forwarded", line)]),
                client,
                "{line}"
            );
        }
    }
}
