//! Requests, written once before the first is sent: what is measured is the server.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};

/// The place of the key in a path and in a header.
const PLACE: &str = "{}";

/// What is asked for.
#[derive(clap::Args)]
pub(crate) struct Asked {
    /// The path; `{}` stands for a key.
    #[arg(long)]
    path: String,
    /// A header's line; `{}` stands for a key.
    #[arg(long)]
    header: Vec<String>,
    /// File with one key per line; each request takes one at random.
    #[arg(long)]
    keys: PathBuf,
}

/// Every request there is, as bytes.
pub(crate) struct Requests(Vec<Vec<u8>>);

impl Requests {
    /// # Errors
    /// The file of keys cannot be read or has none.
    pub(crate) fn read(asked: &Asked) -> Result<Self> {
        let keys = fs::read_to_string(&asked.keys)
            .with_context(|| format!("{} cannot be read", asked.keys.display()))?;
        let requests: Vec<_> = keys.lines().map(|key| written(asked, key)).collect();
        if requests.is_empty() {
            bail!("{} has no keys", asked.keys.display());
        }
        Ok(Self(requests))
    }

    /// Any of them.
    pub(crate) fn any(&self, dice: &mut Dice) -> &[u8] {
        &self.0[dice.below(self.0.len())]
    }
}

fn written(asked: &Asked, key: &str) -> Vec<u8> {
    let mut request = format!("GET {} HTTP/1.1\r\nHost: 127.0.0.1\r\n", asked.path);
    for header in &asked.header {
        request.push_str(header);
        request.push_str("\r\n");
    }
    request.push_str("\r\n");
    request.replace(PLACE, key).into_bytes()
}

/// Random enough to spread keys, and the same on both sides of a comparison: Marsaglia's xorshift64.
pub(crate) struct Dice(u64);

impl Dice {
    /// Dice of one connection.
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
    use super::{Asked, Dice, written};

    #[test]
    fn the_key_stands_in_the_path_and_in_the_headers() {
        let asked = Asked {
            path: "/product/{}/".to_owned(),
            header: vec!["Cookie: id={}".to_owned()],
            keys: "keys".into(),
        };
        let request = "GET /product/7/ HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: id=7\r\n\r\n";
        assert_eq!(written(&asked, "7"), request.as_bytes());
    }

    #[test]
    fn every_key_comes_up() {
        let mut dice = Dice::of(3);
        let mut seen = [false; 10];
        for _ in 0..1_000 {
            seen[dice.below(10)] = true;
        }
        assert_eq!(seen, [true; 10]);
    }
}
