//! The requests of a load, in random order.

use payments_bench::job::Requests;

/// Kept-alive connections, each with one request in flight.
pub(crate) const CONNECTIONS: usize = 32;

/// The requests, written before the first is sent: only the server is measured.
pub(crate) struct Written(Vec<Vec<u8>>);

impl Written {
    pub(crate) fn of(requests: &Requests) -> Self {
        let numbers = 1..=requests.numbers;
        Self(numbers.map(|number| requests.written(number)).collect())
    }

    pub(crate) fn one(&self, random: &mut Random) -> &[u8] {
        &self.0[random.below(self.0.len())]
    }
}

/// Marsaglia's xorshift64: random enough to spread requests, and the same on both sides of a comparison.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) const fn of(connection: usize) -> Self {
        Self(0x9E37_79B9_7F4A_7C15 ^ ((connection as u64 + 1) << 20))
    }

    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % end as u64).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use payments_bench::job::Requests;

    use super::{Random, Written};

    #[test]
    fn every_number_is_requested_in_the_path_and_in_the_headers() {
        let written = Written::of(&Requests {
            address: ([127, 0, 0, 1], 80).into(),
            path: "/product/{}/".to_owned(),
            headers: vec!["Cookie: id={}".to_owned()],
            body: String::new(),
            numbers: 10,
            status: 200,
        });
        let mut random = Random::of(3);
        let taken: Vec<_> = (0..1_000).map(|_| written.one(&mut random)).collect();
        for number in 1..=10 {
            let expected = format!(
                "GET /product/{number}/ HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: id={number}\r\n\r\n"
            );
            assert!(taken.contains(&expected.as_bytes()), "{number}");
        }
    }
}
