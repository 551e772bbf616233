//! Held cards, sealed so that the flow store's data and the application's keys together are not enough to open them.
//!
//! AES-256-GCM, three fields, each under its own key. The keys are derived for each flow from the key ring, with the
//! raw session id as salt. The service keeps only that id's SHA-256, so a logout makes the card permanently
//! unreadable. The context of a field (version, key, field, customer, point of sale, flow, deadline) is
//! authenticated with it. All plaintexts of a field have the same length, so that neither the presence of a CVV nor
//! the length of a name is visible.
//!
//! Envelope: version (1) · key id (4) · number · CVV · particulars; each field is nonce (12) · ciphertext · tag (16).

mod particulars;

use alloc::vec::Vec;

use aes_gcm::{AeadInOut, Aes256Gcm, KeyInit};
use chrono::{DateTime, Utc};
use zeroize::Zeroizing;

use crate::card::SubmittedCard;
use crate::flow::FlowId;
use crate::id::{CustomerId, PosId};
use crate::keys::{KeyId, Keys, SecretKey};
use crate::session::SessionId;

use super::{CardDetails, Cvv, Pan};
use particulars::Particulars;

/// A card sealed with AES-256-GCM. The flow store holds it for at most 5 minutes.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedCard(pub Vec<u8>);

/// The sealed bytes cannot be opened, because they were swapped, truncated, altered or expired, or their key is gone.
/// The error does not say which.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the sealed card cannot be opened")]
pub struct SealingError;

/// The context of a held card. It can be opened in this context only.
#[derive(Clone, Copy)]
pub struct SealingContext<'a> {
    /// The raw session id.
    pub session: &'a SessionId,
    /// The customer who is logged in to the session.
    pub customer: CustomerId,
    /// The point of sale that will save the card.
    pub pos: PosId,
    /// The flow that the card belongs to.
    pub flow: FlowId,
    /// After this instant the card is not opened.
    pub deadline: DateTime<Utc>,
}

#[derive(Clone, Copy)]
enum Field {
    Number,
    Cvv,
    Particulars,
}

impl Field {
    const ALL: [Self; 3] = [Self::Number, Self::Cvv, Self::Particulars];

    const fn byte(self) -> u8 {
        match self {
            Self::Number => 1,
            Self::Cvv => 2,
            Self::Particulars => 3,
        }
    }

    const fn label(self) -> &'static str {
        match self {
            Self::Number => "payments/v1/held number",
            Self::Cvv => "payments/v1/held cvv",
            Self::Particulars => "payments/v1/held particulars",
        }
    }

    /// The length of the field's plaintext: one length byte and the maximum number of digits.
    const fn length(self) -> usize {
        match self {
            Self::Number => 1 + Pan::MAX_LENGTH,
            Self::Cvv => 1 + Cvv::MAX_LENGTH,
            Self::Particulars => particulars::LENGTH,
        }
    }

    const fn sealed_length(self) -> usize {
        NONCE + self.length() + TAG
    }
}

const VERSION: u8 = 1;
const HEADER: usize = 1 + 4;
const NONCE: usize = 12;
const TAG: usize = 16;

impl SealedCard {
    /// Seals a card with the newest key of the ring. `fill_random` fills its argument with unpredictable bytes.
    ///
    /// # Errors
    /// [`SealingError`] if the cipher fails, which does not happen at these lengths.
    pub fn seal(
        card: &SubmittedCard,
        context: &SealingContext<'_>,
        keys: &Keys,
        mut fill_random: impl FnMut(&mut [u8]),
    ) -> Result<Self, SealingError> {
        let key = keys.newest();
        let mut envelope = vec![VERSION];
        envelope.extend(key.0.to_be_bytes());
        for field in Field::ALL {
            let mut nonce = [0; NONCE];
            fill_random(&mut nonce);
            let mut buffer = plaintext(field, card);
            cipher(keys, key, field, context)?
                .encrypt_in_place(
                    &nonce.into(),
                    &associated(key, field, context),
                    &mut *buffer,
                )
                .map_err(|_| SealingError)?;
            envelope.extend(nonce);
            envelope.extend_from_slice(&buffer);
        }
        Ok(Self(envelope))
    }

    /// Opens a sealed card.
    ///
    /// # Errors
    /// [`SealingError`] if it cannot be opened, for any reason.
    pub fn open(
        &self,
        context: &SealingContext<'_>,
        keys: &Keys,
        now: DateTime<Utc>,
    ) -> Result<SubmittedCard, SealingError> {
        let (header, mut rest) = self.0.split_at_checked(HEADER).ok_or(SealingError)?;
        let (version, key) = header.split_first().ok_or(SealingError)?;
        let key = KeyId(u32::from_be_bytes(
            key.try_into().map_err(|_| SealingError)?,
        ));
        if *version != VERSION || context.deadline <= now {
            return Err(SealingError);
        }
        let mut next = |field: Field| {
            let (sealed, after) = rest
                .split_at_checked(field.sealed_length())
                .ok_or(SealingError)?;
            rest = after;
            open_field(sealed, keys, key, field, context)
        };
        let number = next(Field::Number)?;
        let cvv = next(Field::Cvv)?;
        let particulars = next(Field::Particulars)?;
        if !rest.is_empty() {
            return Err(SealingError);
        }
        let Particulars {
            expiry,
            holder,
            name,
            consented_at,
            consent_version,
        } = Particulars::read(&particulars).ok_or(SealingError)?;
        let pan = Pan::parse(unpad(&number)?).map_err(|_| SealingError)?;
        let cvv = match unpad(&cvv)? {
            "" => None,
            digits => Some(Cvv::parse(digits).map_err(|_| SealingError)?),
        };
        Ok(SubmittedCard {
            details: CardDetails {
                pan,
                expiry,
                holder,
                cvv,
            },
            name,
            consented_at,
            consent_version,
        })
    }
}

fn plaintext(field: Field, card: &SubmittedCard) -> Zeroizing<Vec<u8>> {
    // Reserve space for the tag: growing the buffer would leave a copy of the plaintext behind.
    let mut buffer = Zeroizing::new(Vec::with_capacity(field.length() + TAG));
    match (field, &card.details.cvv) {
        (Field::Number, _) => card.details.pan.expose(|digits| pad(&mut buffer, digits)),
        (Field::Cvv, Some(cvv)) => cvv.expose(|digits| pad(&mut buffer, digits)),
        (Field::Cvv, None) => pad(&mut buffer, ""),
        (Field::Particulars, _) => Particulars::write(card, &mut buffer),
    }
    buffer.resize(field.length(), 0);
    buffer
}

fn pad(buffer: &mut Vec<u8>, digits: &str) {
    // At most 19 digits, so the length fits into a byte.
    buffer.push(u8::try_from(digits.len()).unwrap_or_default());
    buffer.extend_from_slice(digits.as_bytes());
}

fn unpad(plaintext: &[u8]) -> Result<&str, SealingError> {
    let (length, digits) = plaintext.split_first().ok_or(SealingError)?;
    let digits = digits.get(..usize::from(*length)).ok_or(SealingError)?;
    core::str::from_utf8(digits).map_err(|_| SealingError)
}

fn open_field(
    sealed: &[u8],
    keys: &Keys,
    key: KeyId,
    field: Field,
    context: &SealingContext<'_>,
) -> Result<Zeroizing<Vec<u8>>, SealingError> {
    let (nonce, ciphertext) = sealed.split_first_chunk::<NONCE>().ok_or(SealingError)?;
    let mut buffer = Zeroizing::new(ciphertext.to_vec());
    cipher(keys, key, field, context)?
        .decrypt_in_place(
            &(*nonce).into(),
            &associated(key, field, context),
            &mut *buffer,
        )
        .map_err(|_| SealingError)?;
    Ok(buffer)
}

fn cipher(
    keys: &Keys,
    key: KeyId,
    field: Field,
    context: &SealingContext<'_>,
) -> Result<Aes256Gcm, SealingError> {
    let root = keys.sealing_root(key).ok_or(SealingError)?;
    let own: SecretKey = context
        .session
        .expose(|id| root.derive_salted(id, field.label(), &context.flow.0));
    Ok(Aes256Gcm::new(own.bytes().into()))
}

/// The associated data of a field; every part has a fixed length.
fn associated(key: KeyId, field: Field, context: &SealingContext<'_>) -> Vec<u8> {
    let mut bytes = vec![VERSION];
    bytes.extend(key.0.to_be_bytes());
    bytes.push(field.byte());
    bytes.extend(context.customer.get().to_be_bytes());
    bytes.extend(context.pos.get().to_be_bytes());
    bytes.extend(context.flow.0);
    bytes.extend(context.deadline.timestamp_micros().to_be_bytes());
    bytes
}
