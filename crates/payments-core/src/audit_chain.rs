//! A hash chain over the audit log: the seal of a record is an HMAC over the record and the previous seal.
//!
//! Without the key, a writer of the database cannot change, remove, insert or reorder sealed records unnoticed:
//! a seal would no longer match. The chain follows the order of sealing, so a record that commits late is
//! sealed late and delays no other. The chain does not detect that its newest records were cut off: keep a copy
//! of the last seal elsewhere.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use chrono::{DateTime, NaiveDate, Utc};

use crate::hex;
use crate::keys::AuditKey;

/// An audit record as it is stored and sealed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditEntry {
    /// The record's primary key.
    pub id: i64,
    /// When it happened.
    pub at: DateTime<Utc>,
    /// The kind of record: `card` or `management`.
    pub kind: String,
    /// What happened.
    pub outcome: String,
    /// The customer's random pseudonym.
    pub pseudonym: Option<String>,
    /// The id of the intent.
    pub intent: Option<String>,
    /// The primary key of the point of sale.
    pub pos: Option<i64>,
    /// The gateway's own code for a refusal.
    pub gateway_code: Option<String>,
    /// The author: a person, or the name of a management token or of a command.
    pub principal: Option<String>,
    /// The request id, as in the service's log.
    pub request_id: Option<String>,
    /// The part of the import document that the changed object belongs to.
    pub part: Option<String>,
    /// The key of the changed object, or of the saved card that an instrument was given for.
    pub object_key: Option<String>,
    /// What changed, or the order and quote that an instrument was given for, as JSON.
    pub changes: Option<String>,
    /// When the customer consented.
    pub consented_at: Option<DateTime<Utc>>,
    /// The version of the text that the customer consented to.
    pub consent_version: Option<String>,
}

impl AuditEntry {
    /// The name and value of each field that has a value. A new optional field does not change the seals
    /// of records without it.
    fn fields(&self) -> Vec<(&'static str, String)> {
        let instant = |at: DateTime<Utc>| at.timestamp_micros().to_string();
        let text = |text: &Option<String>| text.clone();
        let optional = [
            ("pseudonym", text(&self.pseudonym)),
            ("intent", text(&self.intent)),
            ("pos", self.pos.map(|pos| pos.to_string())),
            ("gateway_code", text(&self.gateway_code)),
            ("principal", text(&self.principal)),
            ("request_id", text(&self.request_id)),
            ("part", text(&self.part)),
            ("object_key", text(&self.object_key)),
            ("changes", text(&self.changes)),
            ("consented_at", self.consented_at.map(instant)),
            ("consent_version", text(&self.consent_version)),
        ];
        let mut fields = vec![
            ("id", self.id.to_string()),
            ("at", instant(self.at)),
            ("kind", self.kind.clone()),
            ("outcome", self.outcome.clone()),
        ];
        let present = optional.into_iter();
        fields.extend(present.filter_map(|(name, value)| Some((name, value?))));
        fields
    }
}

/// The HMAC of a record and the seal before it, or the tag of the chain's beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seal(pub [u8; 32]);

impl Seal {
    /// The value that the first seal is chained to.
    pub const NONE: Self = Self([0; 32]);

    /// Lower-case hexadecimal, as it is stored and printed.
    pub fn to_hex(self) -> String {
        hex::encode(&self.0)
    }

    /// Parses 64 hexadecimal digits; `None` for any other text.
    pub fn from_hex(text: &str) -> Option<Self> {
        hex::decode(text).map(Self)
    }
}

/// A link of the chain, without its record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    /// The position in the chain, counted from 1.
    pub number: i64,
    /// The day (UTC) of the sealing. Never earlier than the day of the previous link.
    pub day: NaiveDate,
    /// The seal of the record.
    pub seal: Seal,
}

impl AuditKey {
    /// Computes the seal of a record at its place in the chain.
    pub fn seal(&self, previous: &Seal, number: i64, day: NaiveDate, entry: &AuditEntry) -> Seal {
        let fields = entry.fields();
        let (number, day) = (number.to_be_bytes(), day.to_string());
        let mut parts: Vec<&[u8]> = vec![b"link", &previous.0, &number, day.as_bytes()];
        for (name, value) in &fields {
            parts.push(name.as_bytes());
            parts.push(value.as_bytes());
        }
        Seal(self.tag(&parts))
    }

    /// Computes the tag of the last link that retention dropped, where the chain now begins. Without the key, days
    /// cannot be dropped unnoticed.
    pub fn beginning(&self, last_dropped: &Link) -> Seal {
        let (number, day) = (
            last_dropped.number.to_be_bytes(),
            last_dropped.day.to_string(),
        );
        let parts: [&[u8]; 4] = [b"beginning", &number, day.as_bytes(), &last_dropped.seal.0];
        Seal(self.tag(&parts))
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, NaiveDate};

    use super::{AuditEntry, Link, Seal};
    use crate::keys::{AuditKey, LastingKey};

    fn key(byte: u8) -> AuditKey {
        AuditKey::of(&LastingKey::new(&[byte; 32]).unwrap())
    }

    fn day(day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, day).unwrap()
    }

    fn entry() -> AuditEntry {
        AuditEntry {
            id: 7,
            at: DateTime::from_timestamp_micros(1_800_000_000_123_456).unwrap(),
            kind: "card".to_owned(),
            outcome: "saved".to_owned(),
            pseudonym: Some("a".repeat(32)),
            ..AuditEntry::default()
        }
    }

    #[test]
    fn a_seal_depends_on_the_key_the_place_the_day_and_every_field() {
        let seal = key(1).seal(&Seal::NONE, 1, day(28), &entry());
        assert_eq!(key(1).seal(&Seal::NONE, 1, day(28), &entry()), seal);
        let text = |text: &str| Some(text.to_owned());
        let others = [
            AuditEntry { id: 8, ..entry() },
            AuditEntry {
                at: DateTime::default(),
                ..entry()
            },
            AuditEntry {
                kind: "management".to_owned(),
                ..entry()
            },
            AuditEntry {
                outcome: "refused".to_owned(),
                ..entry()
            },
            AuditEntry {
                pseudonym: None,
                ..entry()
            },
            AuditEntry {
                intent: text("a"),
                ..entry()
            },
            AuditEntry {
                pos: Some(1),
                ..entry()
            },
            AuditEntry {
                gateway_code: text("a"),
                ..entry()
            },
            AuditEntry {
                principal: text("a"),
                ..entry()
            },
            AuditEntry {
                request_id: text("a"),
                ..entry()
            },
            AuditEntry {
                part: text("a"),
                ..entry()
            },
            AuditEntry {
                object_key: text("a"),
                ..entry()
            },
            AuditEntry {
                changes: text("a"),
                ..entry()
            },
            AuditEntry {
                consented_at: Some(DateTime::default()),
                ..entry()
            },
            AuditEntry {
                consent_version: text("a"),
                ..entry()
            },
        ];
        let mut seals: Vec<Seal> = others
            .iter()
            .map(|entry| key(1).seal(&Seal::NONE, 1, day(28), entry))
            .collect();
        seals.extend([
            seal,
            key(2).seal(&Seal::NONE, 1, day(28), &entry()),
            key(1).seal(&seal, 1, day(28), &entry()),
            key(1).seal(&Seal::NONE, 2, day(28), &entry()),
            key(1).seal(&Seal::NONE, 1, day(29), &entry()),
        ]);
        for (index, one) in seals.iter().enumerate() {
            assert!(!seals[..index].contains(one), "the seal of change {index}");
        }
    }

    #[test]
    fn the_tag_of_a_beginning_depends_on_all_of_it() {
        let link = Link {
            number: 3,
            day: day(28),
            seal: Seal([9; 32]),
        };
        let others = [
            Link { number: 4, ..link },
            Link {
                day: day(27),
                ..link
            },
            Link {
                seal: Seal([8; 32]),
                ..link
            },
        ];
        let tag = key(1).beginning(&link);
        assert!(others.iter().all(|other| key(1).beginning(other) != tag));
        assert_ne!(key(2).beginning(&link), tag);
        assert_ne!(key(1).id(), key(2).id());
    }
}
