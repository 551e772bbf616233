//! Blocks of network addresses: the addresses that one household or one rented server usually has.

// `core::net` has the address types but no sockets.
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A network prefix of an address: /24 for IPv4, /56 for IPv6. Personal data.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum AddressBlock {
    /// The first 24 bits of an IPv4 address.
    V4([u8; 3]),
    /// The first 56 bits of an IPv6 address.
    V6([u8; 7]),
}

impl AddressBlock {
    /// The block of a client's address. `None` for loopback, private and link-local addresses: they belong to a proxy
    /// or load balancer, which all clients share.
    pub fn of(address: IpAddr) -> Option<Self> {
        match address.to_canonical() {
            IpAddr::V4(address) if is_public_v4(address) => {
                address.octets().first_chunk().copied().map(Self::V4)
            }
            IpAddr::V6(address) if is_public_v6(address) => {
                address.octets().first_chunk().copied().map(Self::V6)
            }
            IpAddr::V4(_) | IpAddr::V6(_) => None,
        }
    }

    /// The bytes that identify the block.
    pub const fn as_bytes(&self) -> &[u8] {
        match self {
            Self::V4(bytes) => bytes,
            Self::V6(bytes) => bytes,
        }
    }
}

const fn is_public_v4(address: Ipv4Addr) -> bool {
    let is_ours = address.is_loopback() || address.is_private() || address.is_link_local();
    !is_ours && !address.is_unspecified()
}

const fn is_public_v6(address: Ipv6Addr) -> bool {
    let is_ours = address.is_loopback()
        || address.is_unique_local()
        || address.is_unicast_link_local()
        || address.is_unspecified();
    !is_ours
}

#[cfg(test)]
mod tests {
    use super::AddressBlock;

    fn block(address: &str) -> Option<Vec<u8>> {
        let block = AddressBlock::of(address.parse().unwrap());
        block.map(|block| block.as_bytes().to_vec())
    }

    #[test]
    fn neighbours_share_a_block() {
        assert_eq!(block("203.0.113.7"), block("203.0.113.250"));
        assert_eq!(block("::ffff:203.0.113.7"), block("203.0.113.250"));
        assert_ne!(block("203.0.113.7"), block("203.0.114.7"));
        assert_eq!(
            block("2001:db8:1:2301::1"),
            block("2001:db8:1:23ff:ffff::9")
        );
        assert_ne!(block("2001:db8:1:2301::1"), block("2001:db8:1:2401::1"));
    }

    #[test]
    fn a_proxys_address_belongs_to_no_block() {
        for address in [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.1.1",
            "0.0.0.0",
            "::1",
            "::",
            "fd00::1",
            "fe80::1",
            "::ffff:10.1.2.3",
        ] {
            assert_eq!(block(address), None, "{address}");
        }
    }
}
