//! Copies a test's data in Redis and restores it later, like a failover to a stale replica.

use std::fmt::Write as _;

use payments_store::testing::{REDIS_URL, named};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

/// Copies every key with the first prefix to the second prefix, replacing existing keys.
const COPY: &str = "
    for _, key in ipairs(redis.call('KEYS', ARGV[2] .. '*')) do redis.call('DEL', key) end
    local copied = 0
    for _, key in ipairs(redis.call('KEYS', ARGV[1] .. '*')) do
        copied = copied + redis.call('COPY', key, ARGV[2] .. string.sub(key, #ARGV[1] + 1))
    end
    return copied";

/// The keys of one test, and the copies of them.
pub(super) struct Copies {
    link: BufReader<TcpStream>,
    prefix: String,
}

impl Copies {
    pub(super) async fn of(prefix: &str) -> Self {
        let url = named(REDIS_URL);
        let (user, rest) = url.split_once('@').expect("a password");
        let (_, password) = user.rsplit_once(':').expect("a password");
        let (server, database) = rest.split_once('/').expect("a database");
        let link = TcpStream::connect(server).await.expect("the server");
        let mut copies = Self {
            link: BufReader::new(link),
            prefix: prefix.to_owned(),
        };
        assert_eq!(copies.send(&["AUTH", password]).await, "+OK");
        assert_eq!(copies.send(&["SELECT", database]).await, "+OK");
        copies
    }

    /// Copies the present keys; returns how many.
    pub(super) async fn keep(&mut self) -> u32 {
        let (from, to) = (self.prefix.clone(), format!("copy-of-{}", self.prefix));
        self.copy(&from, &to).await
    }

    /// Restores the copied keys and deletes nothing; returns how many.
    pub(super) async fn bring_back(&mut self) -> u32 {
        let (from, to) = (format!("copy-of-{}", self.prefix), self.prefix.clone());
        self.copy(&from, &to).await
    }

    async fn copy(&mut self, from: &str, to: &str) -> u32 {
        let copied = self.send(&["EVAL", COPY, "0", from, to]).await;
        let number = copied.strip_prefix(':').and_then(|text| text.parse().ok());
        number.unwrap_or_else(|| panic!("{copied}"))
    }

    async fn send(&mut self, words: &[&str]) -> String {
        let mut message = format!("*{}\r\n", words.len());
        for word in words {
            write!(message, "${}\r\n{word}\r\n", word.len()).expect("a text");
        }
        let sent = self.link.get_mut().write_all(message.as_bytes()).await;
        sent.expect("the server");
        let mut line = String::new();
        self.link.read_line(&mut line).await.expect("an answer");
        line.trim_end().to_owned()
    }
}
