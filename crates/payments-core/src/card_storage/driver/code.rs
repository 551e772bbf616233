//! A code is entered.

use chrono::{DateTime, TimeDelta, Utc};

use crate::catalog::Catalog;
use crate::otp::{CodeContext, CodeDigest, OtpCode};
use crate::ports::{CodeTry, Reservation};

use super::super::event::{Answer, Event};
use super::super::{FlowState, StorageRefusal, Verdict};
use super::carrying::Carrying;
use super::{CardStorage, FlowOwner};

impl CardStorage {
    /// Saves the held card, if the code is right. Of several requests with the right code one saves it; the others, and
    /// those repeated later within the code's life, get the same answer or [`Verdict::Saving`].
    ///
    /// # Errors
    /// Any [`StorageRefusal`] that is about codes, the held card, the gateway or the stores. After
    /// [`StorageRefusal::OutcomeUnknown`] the reconciler removes what may have been left at the gateway.
    pub async fn submit_code(
        &self,
        catalog: &Catalog,
        owner: &FlowOwner,
        code: OtpCode,
    ) -> Result<Verdict, StorageRefusal> {
        let (key, now) = (self.flow_key(owner), self.ports.clock.now());
        let (state, _) = self.load(&key, now).await?;
        let sent = state.code().map_or(CodeDigest::NONE, |code| code.digest);
        let attempt = self.attempt(owner, &state, &code);
        let one = CodeTry {
            customer: owner.customer,
            day: now.date_naive(),
            attempt: attempt.tag(&sent),
        };
        // The try is counted before the code is looked at, or N requests at once would see one room N times.
        let limit = self.settings.wrong_codes_per_day;
        let reserved = match self.ports.code_tries.reserve(&one, limit).await? {
            Reservation::Reserved => Some(one),
            Reservation::Known => None,
            Reservation::Exhausted => {
                let retry_after_seconds = until_next_day(now);
                return Err(StorageRefusal::TooManyTriesToday {
                    retry_after_seconds,
                });
            }
        };
        // It was counted as an answer to this code, and is compared with no other that was sent meanwhile.
        let event = |state: &FlowState, _| {
            let is_same = state.code().is_none_or(|code| code.digest == sent);
            let attempt = if is_same { attempt } else { CodeDigest::NONE };
            Event::CodeSubmitted { attempt }
        };
        let decided = match self.advance(&key, event).await {
            Ok(decided) => decided,
            Err(unavailable) => {
                // The caller learns nothing about the code, so an outage costs no tries.
                if let Some(one) = reserved {
                    let _ = self.ports.code_tries.release(&one).await;
                }
                return Err(unavailable.into());
            }
        };
        let mut carrying = Carrying::new(self, owner, key, decided.state, decided.version);
        carrying.catalog = Some(catalog);
        carrying.reserved = reserved;
        match carrying.run(decided.effects).await? {
            Answer::Saved | Answer::Accepted => Ok(Verdict::Saved),
            Answer::Saving => Ok(Verdict::Saving),
            Answer::Denied(denial) => Err(denial.into()),
        }
    }

    /// The submitted code, bound to what the state's own code is bound to. Without one there is nothing to compare with.
    fn attempt(&self, owner: &FlowOwner, state: &FlowState, code: &OtpCode) -> CodeDigest {
        let digest = || {
            let sent = state.code()?;
            let context = CodeContext {
                flow: state.flow()?,
                customer: owner.customer,
                session: owner.session.digest(),
                phone: sent.phone,
            };
            code.digest(&self.keys, sent.key, &context)
        };
        digest().unwrap_or(CodeDigest::NONE)
    }
}

/// Seconds until the day (UTC) is over, at least 1.
fn until_next_day(now: DateTime<Utc>) -> u32 {
    let midnight = now.date_naive().and_time(chrono::NaiveTime::MIN).and_utc() + TimeDelta::days(1);
    u32::try_from((midnight - now).num_seconds())
        .unwrap_or_default()
        .max(1)
}
