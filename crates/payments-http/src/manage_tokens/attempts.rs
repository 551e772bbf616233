//! Wrong management tokens and calls of the console's provider, counted by the client's address.
//!
//! Only wrong tokens are counted and refused. A valid token works from every address at any time: a back office that shares
//! its proxy's address with an attacker cannot be locked out. Tokens are random, so that the limit is not what keeps them from
//! being guessed; it keeps guessing cheap for the service, and visible.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};

/// Addresses that are counted one by one; any more share one count.
const MAX_ADDRESSES: usize = 10_000;
const WINDOW: TimeDelta = TimeDelta::minutes(1);

/// The unit that attempts are counted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Source {
    /// An IPv4 address, or the /64 network of an IPv6 address, which one client has whole.
    Address(IpAddr),
    /// Connections without an address, and addresses beyond [`MAX_ADDRESSES`].
    Other,
}

impl Source {
    fn of(address: Option<IpAddr>) -> Self {
        match address.map(|address| address.to_canonical()) {
            Some(IpAddr::V6(address)) => {
                let [a, b, c, d, ..] = address.segments();
                Self::Address(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into())
            }
            Some(address) => Self::Address(address),
            None => Self::Other,
        }
    }
}

#[derive(Clone, Copy, Debug)]
struct Window {
    began: DateTime<Utc>,
    wrong: u32,
}

impl Window {
    /// A clock that was set back ends the window too.
    fn is_over(&self, now: DateTime<Utc>) -> bool {
        now < self.began || now - self.began >= WINDOW
    }
}

/// The outcome of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Attempt {
    /// It is one of those that are allowed.
    Counted,
    /// There were too many; retry after this many seconds.
    TooMany {
        /// From 1 to 60.
        retry_after_seconds: u32,
        /// Whether this is the first one too many in this minute.
        is_first: bool,
    },
}

#[derive(Debug)]
pub(crate) struct Attempts {
    per_minute: u32,
    windows: Mutex<HashMap<Source, Window>>,
}

impl Attempts {
    pub(crate) fn new(per_minute: u32) -> Self {
        Self {
            per_minute,
            windows: Mutex::default(),
        }
    }

    /// Counts one more.
    pub(crate) fn count(&self, address: Option<IpAddr>, now: DateTime<Utc>) -> Attempt {
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        let mut source = Source::of(address);
        if windows.len() >= MAX_ADDRESSES && !windows.contains_key(&source) {
            windows.retain(|_, window| !window.is_over(now));
            if windows.len() >= MAX_ADDRESSES {
                source = Source::Other;
            }
        }
        let fresh = Window {
            began: now,
            wrong: 0,
        };
        let window = windows.entry(source).or_insert(fresh);
        if window.is_over(now) {
            *window = fresh;
        }
        window.wrong = window.wrong.saturating_add(1);
        if window.wrong <= self.per_minute {
            return Attempt::Counted;
        }
        let left = (WINDOW - (now - window.began)).num_seconds();
        Attempt::TooMany {
            retry_after_seconds: u32::try_from(left).unwrap_or(0).max(1),
            is_first: window.wrong == self.per_minute.saturating_add(1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + seconds, 0).unwrap()
    }

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn an_address_has_so_many_wrong_tokens_a_minute() {
        let attempts = Attempts::new(2);
        let one = Some(address("192.0.2.1"));
        assert_eq!(attempts.count(one, at(0)), Attempt::Counted);
        assert_eq!(attempts.count(one, at(1)), Attempt::Counted);
        let too_many = |retry_after_seconds, is_first| Attempt::TooMany {
            retry_after_seconds,
            is_first,
        };
        assert_eq!(attempts.count(one, at(20)), too_many(40, true));
        assert_eq!(attempts.count(one, at(21)), too_many(39, false));
        assert_eq!(
            attempts.count(Some(address("192.0.2.2")), at(21)),
            Attempt::Counted
        );
        assert_eq!(attempts.count(None, at(21)), Attempt::Counted);
        assert_eq!(attempts.count(one, at(60)), Attempt::Counted);
        assert_eq!(attempts.count(one, at(-1)), Attempt::Counted);
    }

    #[test]
    fn an_ipv6_network_and_an_ipv4_address_in_ipv6_form_are_one_source() {
        let attempts = Attempts::new(1);
        for (first, second) in [
            ("2001:db8::1", "2001:db8::ffff:1"),
            ("192.0.2.1", "::ffff:192.0.2.1"),
        ] {
            assert_eq!(
                attempts.count(Some(address(first)), at(0)),
                Attempt::Counted
            );
            assert_ne!(
                attempts.count(Some(address(second)), at(0)),
                Attempt::Counted
            );
        }
        assert_eq!(
            attempts.count(Some(address("2001:db8:0:1::1")), at(0)),
            Attempt::Counted
        );
    }

    #[test]
    fn many_addresses_take_no_more_memory_and_those_beyond_share_one_count() {
        let attempts = Attempts::new(1);
        let nth = |n: u32| Some(IpAddr::V4(n.into()));
        let most = u32::try_from(MAX_ADDRESSES).unwrap();
        for n in 0..most {
            assert_eq!(attempts.count(nth(n), at(0)), Attempt::Counted);
        }
        assert_eq!(attempts.count(nth(most), at(0)), Attempt::Counted);
        assert_ne!(attempts.count(nth(most + 1), at(0)), Attempt::Counted);
        assert!(attempts.windows.lock().unwrap().len() <= MAX_ADDRESSES + 1);
        assert_eq!(attempts.count(nth(most + 1), at(61)), Attempt::Counted);
        assert_eq!(attempts.windows.lock().unwrap().len(), 1);
    }
}
