//! Hosts that are a mistake in production.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::super::Settings;

/// Names that RFC 2606 and RFC 6761 keep for examples and tests, and that no customer can reach.
const EXAMPLES: [&str; 8] = [
    "example.com",
    "example.net",
    "example.org",
    "example",
    "invalid",
    "localhost",
    "test",
    "local",
];

/// Example hosts that were not replaced, and the metadata hosts of clouds.
pub(super) fn problems(settings: &Settings) -> Vec<String> {
    let (gateways, masterpass) = (&settings.gateways, &settings.masterpass);
    let urls = [
        ("http.public_url", &settings.http.public_url),
        (
            "gateways.three_d_secure_return_url",
            &gateways.three_d_secure_return_url,
        ),
    ];
    let of_urls = urls.into_iter().map(|(name, url)| (name, host_of(url)));
    let allowed = masterpass.allowed_hosts.iter();
    let of_masterpass = allowed.map(|host| ("masterpass.allowed_hosts", &**host));
    let extra = || gateways.extra_hosts.iter().map(|host| host_of(host));
    let of_extra = extra().map(|host| ("gateways.extra_hosts", host));
    let examples = of_urls.chain(of_masterpass).chain(of_extra);
    let mut problems: Vec<String> = examples
        .filter(|(_, host)| is_example(host))
        .map(|(name, _)| format!("{name} names a host that is kept for examples: fill in your own"))
        .collect();
    problems.dedup();
    if extra().any(keeps_credentials) {
        let problem =
            "gateways.extra_hosts names an address behind which a cloud keeps its credentials";
        problems.push(problem.to_owned());
    }
    if settings
        .http
        .trusted_proxies
        .0
        .iter()
        .any(|network| network.prefix_len() == 0)
    {
        let problem =
            "http.trusted_proxies trusts every address: name the networks of your proxies";
        problems.push(problem.to_owned());
    }
    problems
}

/// Whether providers' sandboxes are named beside the providers.
pub(super) fn names_a_sandbox(settings: &Settings) -> bool {
    let hosts = settings.gateways.extra_hosts.iter();
    hosts
        .map(|host| host_of(host))
        .any(|host| host.to_ascii_lowercase().starts_with("sandbox"))
}

/// Whether an address is loopback or private, and not unspecified.
pub(super) fn is_internal(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => address.is_loopback() || address.is_private() || is_shared(address),
        IpAddr::V6(address) => {
            address.is_loopback() || address.is_unique_local() || address.is_unicast_link_local()
        }
    }
}

/// 100.64.0.0/10 (RFC 6598), as in the networks of cloud clusters.
const fn is_shared(address: Ipv4Addr) -> bool {
    let [first, second, ..] = address.octets();
    first == 100 && second & 0b1100_0000 == 64
}

/// The host of `scheme://host:port/path`, of `host:port`, or of `[address]:port`.
fn host_of(text: &str) -> &str {
    let rest = text.split_once("://").map_or(text, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    match authority.strip_prefix('[') {
        Some(address) => address.split(']').next().unwrap_or_default(),
        None => authority.split(':').next().unwrap_or_default(),
    }
}

fn is_example(host: &str) -> bool {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    EXAMPLES.iter().any(|example| {
        let rest = host.strip_suffix(example);
        rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    })
}

/// Link-local addresses, among them the metadata services of clouds, and the names of those.
fn keeps_credentials(host: &str) -> bool {
    const NAMES: [&str; 3] = ["metadata.google.internal", "metadata", "instance-data"];
    const EC2: Ipv6Addr = Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254);
    match host.parse() {
        Ok(IpAddr::V4(address)) => address.is_link_local(),
        Ok(IpAddr::V6(address)) => address.is_unicast_link_local() || address == EC2,
        Err(_) => NAMES.contains(&&*host.to_ascii_lowercase()),
    }
}

#[cfg(test)]
mod tests {
    use super::{host_of, is_example, is_internal, keeps_credentials};

    #[test]
    fn hosts_are_found_in_urls_and_beside_ports() {
        for (text, host) in [
            ("https://shop.acme.com.tr/base?x", "shop.acme.com.tr"),
            ("https://shop.acme.com.tr:8443", "shop.acme.com.tr"),
            ("proxy:8080", "proxy"),
            ("[fe80::1]:80", "fe80::1"),
            ("", ""),
        ] {
            assert_eq!(host_of(text), host);
        }
    }

    #[test]
    fn names_kept_for_examples_are_no_hosts_of_a_store() {
        for host in [
            "example.com",
            "shop.EXAMPLE.com",
            "shop.example",
            "localhost",
            "a.test",
            "x.invalid.",
            "printer.local",
        ] {
            assert!(is_example(host), "{host}");
        }
        for host in [
            "",
            "shop.com.tr",
            "myexample.com",
            "attest.com",
            "example.com.tr",
        ] {
            assert!(!is_example(host), "{host}");
        }
    }

    #[test]
    fn addresses_of_private_networks_are_internal_and_all_addresses_are_not() {
        for (address, internal) in [
            ("127.0.0.1", true),
            ("10.1.2.3", true),
            ("100.64.0.1", true),
            ("::1", true),
            ("fd00::1", true),
            ("0.0.0.0", false),
            ("::", false),
            ("203.0.113.7", false),
            ("100.128.0.1", false),
        ] {
            assert_eq!(is_internal(address.parse().unwrap()), internal, "{address}");
        }
    }

    #[test]
    fn the_metadata_services_of_clouds_are_told_by_address_and_name() {
        for host in [
            "169.254.169.254",
            "169.254.170.2",
            "fe80::1",
            "fd00:ec2::254",
            "Metadata.google.internal",
        ] {
            assert!(keeps_credentials(host), "{host}");
        }
        for host in ["10.0.0.1", "proxy", "fd00::1"] {
            assert!(!keeps_credentials(host), "{host}");
        }
    }
}
