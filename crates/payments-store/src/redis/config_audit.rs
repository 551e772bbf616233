//! Finds settings of Redis servers that are unsafe for flows and held cards.

use std::fmt;

use deadpool_redis::redis::{self, Value};
use payments_core::ports::Unavailable;

use super::client::Client;
use super::error::ClientError;
use super::unavailable;

/// An unsafe setting of the Redis servers.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FlowConfigIssue {
    /// When memory is full the server evicts entries, such as flows and held cards, instead of refusing new ones.
    Evicts {
        /// The value of `maxmemory-policy`.
        policy: String,
    },
    /// The server writes entries to disk, where sealed cards outlive their five minutes.
    Persists {
        /// The setting: `save` or `appendonly`.
        setting: &'static str,
    },
    /// The server refuses `CONFIG GET`.
    Unknown,
}

impl fmt::Display for FlowConfigIssue {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Evicts { policy } => write!(
                out,
                "the Redis of flows.url has maxmemory-policy {policy}: it may evict limits and used codes; set noeviction"
            ),
            Self::Persists { setting } => write!(
                out,
                "the Redis of flows.url writes to disk ({setting}): sealed cards would outlive their five minutes there; \
                 set save \"\" and appendonly no"
            ),
            Self::Unknown => out.write_str(
                "the settings of the Redis of flows.url are unknown (it refuses CONFIG GET): make sure that it has \
                 maxmemory-policy noeviction, save \"\" and appendonly no",
            ),
        }
    }
}

pub(super) async fn run(client: &Client) -> Result<Vec<FlowConfigIssue>, Unavailable> {
    let mut issues = Vec::new();
    for setting in ["maxmemory-policy", "save", "appendonly"] {
        let values = match values(client, setting).await {
            Ok(values) => values,
            Err(ClientError::Redis(error)) if !error.is_io_error() => {
                return Ok(vec![FlowConfigIssue::Unknown]);
            }
            Err(error) => return Err(unavailable(error)),
        };
        for value in values {
            issues.extend(issue(setting, &value));
        }
    }
    issues.dedup();
    Ok(issues)
}

fn issue(setting: &'static str, value: &str) -> Option<FlowConfigIssue> {
    match (setting, value) {
        ("maxmemory-policy", "noeviction") | ("save", "") | ("appendonly", "no") => None,
        ("maxmemory-policy", policy) => Some(FlowConfigIssue::Evicts {
            policy: policy.to_owned(),
        }),
        (setting, _) => Some(FlowConfigIssue::Persists { setting }),
    }
}

/// The setting's value on each server.
async fn values(client: &Client, setting: &str) -> Result<Vec<String>, ClientError> {
    let answer = client
        .execute_everywhere(redis::cmd("CONFIG").arg("GET").arg(setting))
        .await?;
    let mut words = Vec::new();
    collect_words(answer, &mut words);
    // Name and value are adjacent in any form of the reply.
    let named = words
        .iter()
        .zip(words.iter().skip(1))
        .filter(|(name, _)| *name == setting);
    Ok(named.map(|(_, value)| value.clone()).collect())
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "settings are strings and arrays; the library may add other kinds of values"
)]
fn collect_words(value: Value, words: &mut Vec<String>) {
    match value {
        Value::BulkString(bytes) => words.push(String::from_utf8_lossy(&bytes).into_owned()),
        Value::SimpleString(text) => words.push(text),
        Value::Array(values) | Value::Set(values) => {
            for value in values {
                collect_words(value, words);
            }
        }
        Value::Map(pairs) => {
            for (key, value) in pairs {
                collect_words(key, words);
                collect_words(value, words);
            }
        }
        _ => {}
    }
}
