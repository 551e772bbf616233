//! Counts tries. A try is counted before its code is compared; otherwise concurrent requests could each pass the limit.

use chrono::{DateTime, TimeDelta, Utc};

use crate::keys::KeyId;
use crate::otp::{CodeContext, CodeDigest, CodeTry, OtpCode, Reservation, TryLimits};
use crate::ports::Unavailable;

use super::super::state::ClaimStage;
use super::super::step::MOST_WRONG_CODES;
use super::super::{FlowState, StorageRefusal};
use super::{CardStorage, FlowOwner};

/// What an entered code is compared with.
pub(super) enum Comparison {
    /// Nothing: no code was sent, or it has expired.
    Nothing,
    /// A code made with a key that is not in this process's ring.
    UnknownKey,
    /// The code that was sent.
    Sent(Sent),
}

/// The code that was sent, and the entered code bound to the same context.
#[derive(Clone, Copy)]
pub(super) struct Sent {
    pub(super) digest: CodeDigest,
    pub(super) attempt: CodeDigest,
    /// The code was accepted before: it only returns the same verdict again.
    pub(super) is_used: bool,
    /// The key that sealed the card, if the request may take it: also that of a claim, which it may take over.
    pub(super) card_key: Option<KeyId>,
}

/// The try of a request.
pub(super) enum Attempt {
    /// The try is counted, and the code may be compared. `is_new`: this request counted it.
    Counted { one: CodeTry, is_new: bool },
    /// The tries for this code are used up: no comparison is allowed.
    Exhausted,
    /// No further step is needed: the try was not counted, was given back, or is marked as right.
    Settled,
}

impl Sent {
    pub(super) fn is_right(&self) -> bool {
        self.attempt == self.digest
    }

    /// Whether the state still has this code.
    pub(super) fn is_of(&self, state: &FlowState) -> bool {
        state.code().is_some_and(|code| code.digest == self.digest)
            && card_key(state) == self.card_key
    }
}

impl CardStorage {
    pub(super) fn comparison(
        &self,
        owner: &FlowOwner,
        state: &FlowState,
        code: &OtpCode,
        now: DateTime<Utc>,
    ) -> Comparison {
        let is_used = match state {
            FlowState::Empty | FlowState::CardHeld(_) | FlowState::Void(_) => {
                return Comparison::Nothing;
            }
            FlowState::CodeSent(state) if state.code.expires_at <= now => {
                return Comparison::Nothing;
            }
            FlowState::CodeSent(_) => false,
            FlowState::Claimed(_)
            | FlowState::ActionPending(_)
            | FlowState::Saved(_)
            | FlowState::Failed(_) => true,
        };
        let (Some(sent), Some(flow), false) = (state.code(), state.flow(), state.is_over(now))
        else {
            return Comparison::Nothing;
        };
        let context = CodeContext {
            flow,
            customer: owner.customer,
            session: owner.session.digest(),
            phone: sent.phone,
        };
        let attempt = code.digest(&self.keys, sent.key, &context);
        attempt.map_or(Comparison::UnknownKey, |attempt| {
            Comparison::Sent(Sent {
                digest: sent.digest,
                attempt,
                is_used,
                card_key: card_key(state),
            })
        })
    }

    /// Counts the try.
    ///
    /// # Errors
    /// [`StorageRefusal::TooManyTriesToday`], [`StorageRefusal::Unavailable`].
    pub(super) async fn count(
        &self,
        owner: &FlowOwner,
        sent: &Sent,
        now: DateTime<Utc>,
    ) -> Result<Attempt, StorageRefusal> {
        let one = CodeTry {
            customer: owner.customer,
            day: now.date_naive(),
            code: sent.digest.code_tag(),
            attempt: sent.attempt.tag(&sent.digest),
        };
        // A used code is not worth guessing; the daily limit still applies.
        let per_code = if sent.is_used { u32::MAX } else { most_wrong() };
        self.reserve(one, per_code, now).await
    }

    pub(super) async fn reserve(
        &self,
        one: CodeTry,
        per_code: u32,
        now: DateTime<Utc>,
    ) -> Result<Attempt, StorageRefusal> {
        let limits = TryLimits {
            per_code,
            per_day: self.settings.wrong_codes_per_day,
        };
        match self.ports.code_tries.reserve(&one, limits).await? {
            Reservation::Reserved => Ok(Attempt::Counted { one, is_new: true }),
            Reservation::Known => Ok(Attempt::Counted { one, is_new: false }),
            Reservation::CodeExhausted => Ok(Attempt::Exhausted),
            Reservation::DayExhausted => Err(StorageRefusal::TooManyTriesToday {
                retry_after_seconds: until_next_day(now),
            }),
        }
    }

    /// Gives back a try whose code was not compared.
    pub(super) async fn release(&self, attempt: &Attempt) {
        if let Attempt::Counted { one, is_new: true } = attempt {
            // A surplus try is the safe side.
            let _ = self.ports.code_tries.release(one).await;
        }
    }

    /// Refuses a card that is sealed with a key of another process's ring: taking it would lose it.
    pub(super) fn can_open(&self, sent: &Sent) -> Result<(), Unavailable> {
        match sent.card_key {
            Some(key) if !self.keys.has(key) => Err(Unavailable::new(
                "key ring",
                "the card was sealed with a key that is not in it",
            )),
            Some(_) | None => Ok(()),
        }
    }
}

/// How many wrong codes are allowed for one sent code.
pub(super) fn most_wrong() -> u32 {
    u32::try_from(MOST_WRONG_CODES).unwrap_or(u32::MAX)
}

fn card_key(state: &FlowState) -> Option<KeyId> {
    match state {
        FlowState::CodeSent(state) => state.card?.key,
        FlowState::Claimed(state) if state.stage == ClaimStage::Preparing => state.card.key,
        FlowState::Empty
        | FlowState::CardHeld(_)
        | FlowState::Claimed(_)
        | FlowState::ActionPending(_)
        | FlowState::Saved(_)
        | FlowState::Failed(_)
        | FlowState::Void(_) => None,
    }
}

/// Seconds until the day (UTC) is over, at least 1.
fn until_next_day(now: DateTime<Utc>) -> u32 {
    let midnight = now.date_naive().and_time(chrono::NaiveTime::MIN).and_utc() + TimeDelta::days(1);
    u32::try_from((midnight - now).num_seconds())
        .unwrap_or_default()
        .max(1)
}
