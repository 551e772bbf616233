//! What Redis holds, and what it is told.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Result, ensure};
use deadpool_redis::redis::{Client, Value, cmd};
use futures_util::StreamExt as _;

use super::place::Piece;
use crate::proof::{now, since};
use crate::system::System;

/// How long Redis may take to show a command on a busy machine.
const PATIENCE: Duration = Duration::from_mins(1);

/// Stores bytes under keys of the system.
pub(super) async fn plant(system: &System, controls: &[Vec<u8>]) -> Result<()> {
    let mut redis = system.redis().await?;
    let prefix = system.setting("flows.key_prefix")?;
    for (number, control) in controls.iter().enumerate() {
        let mut set = cmd("SET");
        let set = set.arg(format!("{prefix}:planted:{number}")).arg(control);
        let () = set.arg("EX").arg(600).query_async(&mut redis).await?;
    }
    Ok(())
}

/// The keys of the system and their values. `DUMP` would compress some.
pub(super) async fn content(system: &System) -> Result<Vec<Piece>> {
    let mut redis = system.redis().await?;
    let pattern = format!("{}:*", system.setting("flows.key_prefix")?);
    let keys: Vec<Vec<u8>> = cmd("KEYS").arg(pattern).query_async(&mut redis).await?;
    let mut pieces = Vec::new();
    for key in keys {
        let kind: String = cmd("TYPE").arg(&key).query_async(&mut redis).await?;
        let mut read = match kind.as_str() {
            "string" => cmd("GET"),
            "hash" => cmd("HGETALL"),
            "set" => cmd("SMEMBERS"),
            "zset" => cmd("ZRANGE"),
            "list" => cmd("LRANGE"),
            // It expired.
            "none" => continue,
            other => anyhow::bail!("a key of the type {other}"),
        };
        read.arg(&key);
        if matches!(kind.as_str(), "zset" | "list") {
            read.arg(0).arg(-1);
        }
        let value: Value = read.query_async(&mut redis).await?;
        let mut bytes = key.clone();
        append(&value, &mut bytes);
        let name = key.escape_ascii().to_string();
        pieces.push(Piece { name, bytes });
    }
    Ok(pieces)
}

fn append(value: &Value, bytes: &mut Vec<u8>) {
    bytes.push(b'\n');
    if let Value::BulkString(text) = value {
        bytes.extend(text);
    } else if let Value::Array(values) = value {
        for one in values {
            append(one, bytes);
        }
    } else {
        bytes.extend(format!("{value:?}").into_bytes());
    }
}

/// The commands about the system's keys.
pub(super) struct Monitor {
    lines: Arc<Mutex<Vec<Piece>>>,
}

impl Monitor {
    pub(super) async fn start(system: &System) -> Result<Self> {
        let client = Client::open(system.setting("flows.url")?)?;
        let monitor = client.get_async_monitor().await?;
        let lines = Arc::default();
        let (kept, prefix) = (
            Arc::clone(&lines),
            system.setting("flows.key_prefix")?.to_owned(),
        );
        tokio::spawn(async move {
            let mut all = std::pin::pin!(monitor.into_on_message::<String>());
            while let Some(line) = all.next().await {
                if line.contains(&prefix) {
                    let bytes = unescaped(&line);
                    let name = "a command".to_owned();
                    lock(&kept).push(Piece { name, bytes });
                }
            }
        });
        Ok(Self { lines })
    }

    /// The commands, up to the one with these bytes.
    pub(super) async fn until(&self, last: &[u8]) -> Result<Vec<Piece>> {
        let started = now();
        loop {
            let is_last = |piece: &Piece| piece.bytes.windows(last.len()).any(|part| part == last);
            if lock(&self.lines).iter().rev().any(is_last) {
                return Ok(std::mem::take(&mut *lock(&self.lines)));
            }
            ensure!(since(started) < PATIENCE, "MONITOR does not show a command");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

fn lock(lines: &Mutex<Vec<Piece>>) -> std::sync::MutexGuard<'_, Vec<Piece>> {
    lines.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Undoes how MONITOR writes what is no text: `\x00`, `\"`, `\n`.
fn unescaped(line: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(line.len());
    let mut rest = line.as_bytes();
    while let [first, after @ ..] = rest {
        rest = after;
        let (byte, length) = match (first, after) {
            (b'\\', [b'x', digits @ ..]) if digits.len() >= 2 => {
                let digits = std::str::from_utf8(&digits[..2]).unwrap_or_default();
                (u8::from_str_radix(digits, 16).unwrap_or_default(), 3)
            }
            (b'\\', [b'n', ..]) => (b'\n', 1),
            (b'\\', [b'r', ..]) => (b'\r', 1),
            (b'\\', [b't', ..]) => (b'\t', 1),
            (b'\\', [b'a', ..]) => (7, 1),
            (b'\\', [b'b', ..]) => (8, 1),
            (b'\\', [other, ..]) => (*other, 1),
            _ => (*first, 0),
        };
        bytes.push(byte);
        rest = &rest[length..];
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::unescaped;

    #[test]
    fn what_monitor_escapes_is_undone() {
        assert_eq!(
            unescaped(r#""SET" "a\x00\x7f\n\"\\x""#),
            b"\"SET\" \"a\0\x7f\n\"\\x\""
        );
    }
}
