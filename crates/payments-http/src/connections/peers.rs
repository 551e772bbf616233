//! Counts connections by peer.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError};

use crate::settings::Networks;

/// Counts the open connections of all workers by peer.
pub(super) struct Peers {
    /// 0: no limit, and nothing is counted.
    limit: u32,
    exempt: Networks,
    open: Mutex<HashMap<IpAddr, u32>>,
}

/// A connection that is counted until this value is dropped.
pub(super) struct Place(Option<(Arc<Peers>, IpAddr)>);

impl Peers {
    pub(super) fn new(limit: u32, exempt: Networks) -> Self {
        Self {
            limit,
            exempt,
            open: Mutex::default(),
        }
    }

    /// Counts a connection, or refuses it.
    pub(super) fn enter(self: &Arc<Self>, peer: Option<IpAddr>) -> Option<Place> {
        let Some(peer) = peer.map(|peer| peer.to_canonical()) else {
            return Some(Place(None));
        };
        if self.limit == 0 || self.exempt.contain(peer) {
            return Some(Place(None));
        }
        let peer = block(peer);
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let count = open.entry(peer).or_default();
        if *count >= self.limit {
            return None;
        }
        *count += 1;
        Some(Place(Some((Arc::clone(self), peer))))
    }

    fn leave(&self, peer: IpAddr) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = open.get_mut(&peer) {
            *count -= 1;
            if *count == 0 {
                open.remove(&peer);
            }
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some((peers, peer)) = self.0.take() {
            peers.leave(peer);
        }
    }
}

/// One customer's line usually has a /64 of IPv6, and may use any address of it.
fn block(peer: IpAddr) -> IpAddr {
    match peer {
        IpAddr::V4(_) => peer,
        IpAddr::V6(address) => {
            let prefix = u128::from(address) & (u128::MAX << 64);
            Ipv6Addr::from(prefix).into()
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{Peers, Place};
    use crate::settings::Networks;

    fn enter(peers: &Arc<Peers>, address: &str) -> Option<Place> {
        peers.enter(Some(address.parse().unwrap()))
    }

    #[test]
    fn the_addresses_of_one_ipv6_line_share_a_limit() {
        let peers = Arc::new(Peers::new(1, Networks::default()));
        let held = enter(&peers, "2001:db8:1:1::1");
        assert!(held.is_some());
        assert!(enter(&peers, "2001:db8:1:1:ffff::1").is_none());
        assert!(enter(&peers, "2001:db8:1:2::1").is_some());
        drop(held);
        assert!(enter(&peers, "2001:db8:1:1::2").is_some());
    }

    #[test]
    fn an_ipv4_address_is_the_same_on_a_socket_of_both_kinds() {
        let peers = Arc::new(Peers::new(1, Networks(vec!["10.0.0.0/8".parse().unwrap()])));
        let held = enter(&peers, "::ffff:192.0.2.1");
        assert!(held.is_some());
        assert!(enter(&peers, "192.0.2.1").is_none());
        let proxies = [(); 3].map(|()| enter(&peers, "::ffff:10.1.2.3"));
        assert!(proxies.iter().all(Option::is_some));
    }

    #[test]
    fn no_peer_is_remembered_without_a_connection() {
        let peers = Arc::new(Peers::new(5, Networks::default()));
        drop(enter(&peers, "192.0.2.1"));
        assert!(peers.open.lock().unwrap().is_empty());
    }
}
