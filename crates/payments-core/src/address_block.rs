//! Blocks of network addresses, as one household or one rented machine has them.

// `core::net` has addresses alone, and no sockets.
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The first bits of an address: 24 of IPv4, 56 of IPv6. Personal data.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum AddressBlock {
    /// A /24.
    V4([u8; 3]),
    /// A /56.
    V6([u8; 7]),
}

impl AddressBlock {
    /// The block of an address; none of one that is no customer's (loopback, private, link-local): it is a proxy's or a
    /// load balancer's, and all clients share it.
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

    /// What tells blocks apart.
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
