//! The announced keys of the processes that share this flow store.
//!
//! One hash has all of them, as `process:<name>`, `lasting:<name>` and `sealed:<key>`.

use std::time::Duration;

use payments_core::keys::{KEY_NEEDED_MINUTES, KeyMark, KeyMarks, LastingMark, RingMark};
use payments_core::ports::Unavailable;

use crate::shared_keys::{ANNOUNCED_FOR, SharedKeys};

use super::RedisFlows;
use super::announcements::Announcement;

/// How long a key is needed after it last sealed a value.
const NEEDED_FOR: Duration = Duration::from_secs(KEY_NEEDED_MINUTES as u64 * 60);

impl RedisFlows {
    /// Stores a process's keys for [`ANNOUNCED_FOR`], and returns those of the others.
    pub(crate) async fn announce_keys(
        &self,
        process: &str,
        keys: &KeyMarks,
        seals: bool,
    ) -> Result<SharedKeys, Unavailable> {
        let own = fields_of(process);
        let values = [keys.ring.to_string(), keys.lasting.to_string()];
        let mut announcements: Vec<Announcement> = std::iter::zip(own.clone(), values)
            .map(|(field, value)| Announcement {
                field,
                value,
                expires_after: ANNOUNCED_FOR,
            })
            .collect();
        if seals {
            announcements.push(Announcement {
                field: format!("sealed:{}", keys.ring.sealing),
                value: String::new(),
                expires_after: NEEDED_FOR,
            });
        }
        let key = self.announced_keys();
        let valid = self
            .announce(&key, &announcements, NEEDED_FOR, true)
            .await?;
        let mut shared = SharedKeys::default();
        for (field, value) in valid.iter().filter(|(field, _)| !own.contains(field)) {
            if field.starts_with("process:") {
                shared.rings.extend(value.parse::<RingMark>());
            } else if field.starts_with("lasting:") {
                shared.lasting.extend(value.parse::<LastingMark>());
            } else if let Some(mark) = field.strip_prefix("sealed:") {
                shared.needed.extend(mark.parse::<KeyMark>());
            }
        }
        Ok(shared)
    }

    /// Removes a process's keys.
    pub(crate) async fn withdraw_keys(&self, process: &str) -> Result<(), Unavailable> {
        self.withdraw(&self.announced_keys(), &fields_of(process))
            .await
    }

    fn announced_keys(&self) -> String {
        // Earlier releases announce their rings there, too.
        format!("{}:rings", self.prefix)
    }
}

/// The fields of a process.
fn fields_of(process: &str) -> [String; 2] {
    [format!("process:{process}"), format!("lasting:{process}")]
}
