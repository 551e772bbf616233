//! The data that is held of a card besides its number and CVV, in a fixed length.

use alloc::vec::Vec;

use chrono::{DateTime, Utc};

use crate::card::{CardHolder, CardName, Expiry, InvalidName, SubmittedCard};
use crate::consent::ConsentVersion;

/// Enough for a holder of 100 and a name of 50 four-byte characters, a consent version of 16 bytes, and the rest.
pub(super) const LENGTH: usize = 640;

/// The length that marks an absent name.
const NONE: u16 = u16::MAX;

pub(super) struct Particulars {
    pub(super) expiry: Expiry,
    pub(super) holder: CardHolder,
    pub(super) name: Option<CardName>,
    /// Precise to the microsecond.
    pub(super) consented_at: DateTime<Utc>,
    /// `None` (encoded as zeros) in the envelope of an earlier release.
    pub(super) consent_version: Option<ConsentVersion>,
}

impl Particulars {
    pub(super) fn write(card: &SubmittedCard, buffer: &mut Vec<u8>) {
        let expiry = card.details.expiry;
        buffer.extend(expiry.month().to_be_bytes());
        buffer.extend(expiry.year().to_be_bytes());
        buffer.extend(card.consented_at.timestamp_micros().to_be_bytes());
        write_text(buffer, Some(card.details.holder.as_str()));
        write_text(buffer, card.name.as_ref().map(CardName::as_str));
        let version = card.consent_version.as_ref().map(ConsentVersion::as_str);
        write_text(buffer, Some(version.unwrap_or_default()));
        debug_assert!(
            buffer.len() <= LENGTH,
            "names are bounded when they are parsed"
        );
    }

    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let (month, bytes) = bytes.split_first_chunk::<4>()?;
        let (year, bytes) = bytes.split_first_chunk::<4>()?;
        let (consented, mut bytes) = bytes.split_first_chunk::<8>()?;
        let holder = read_text(&mut bytes)?;
        let name = read_name(&mut bytes).ok()?;
        let consent_version = read_text(&mut bytes)?;
        Some(Self {
            expiry: Expiry::new(u32::from_be_bytes(*month), i32::from_be_bytes(*year)).ok()?,
            holder: CardHolder::parse(holder).ok()?,
            name,
            consented_at: DateTime::from_timestamp_micros(i64::from_be_bytes(*consented))?,
            consent_version: ConsentVersion::parse(consent_version).ok(),
        })
    }
}

fn write_text(buffer: &mut Vec<u8>, text: Option<&str>) {
    let length = text.map_or(NONE, |text| u16::try_from(text.len()).unwrap_or(NONE));
    buffer.extend(length.to_be_bytes());
    buffer.extend_from_slice(text.unwrap_or_default().as_bytes());
}

fn read_text<'a>(bytes: &mut &'a [u8]) -> Option<&'a str> {
    let (length, rest) = bytes.split_first_chunk::<2>()?;
    let (text, rest) = rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
    *bytes = rest;
    core::str::from_utf8(text).ok()
}

/// `Err` if the bytes cannot be parsed.
fn read_name(bytes: &mut &[u8]) -> Result<Option<CardName>, InvalidName> {
    if let Some(rest) = bytes.strip_prefix(&NONE.to_be_bytes()) {
        *bytes = rest;
        return Ok(None);
    }
    CardName::parse(read_text(bytes).ok_or(InvalidName)?).map(Some)
}
