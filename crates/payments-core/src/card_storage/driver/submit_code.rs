//! Submits a code.

use crate::catalog::Catalog;
use crate::flow::{ClaimId, FlowKey};
use crate::otp::{CodeDigest, OtpCode};

use super::super::event::Event;
use super::super::step::step;
use super::super::{FlowState, StorageRefusal, Verdict};
use super::effects::{CurrentFlow, SubmitCodeRunner};
use super::tries::{Attempt, Comparison, Sent};
use super::{CardStorage, FlowOwner, Loaded, MOST_RELOADS, contended};

impl CardStorage {
    /// Saves the held card if the code is right. Of several requests with the right code one saves the card; the
    /// others, and retries within the code's lifetime, get the same verdict or [`Verdict::Saving`].
    ///
    /// **Spawn it.** A future that is dropped half-way leaves a claim that blocks the flow for seconds, and perhaps a
    /// token that only [`CardStorage::reconcile`] deletes.
    ///
    /// # Errors
    /// Any [`StorageRefusal`] about codes, the held card, the gateway or the stores. After
    /// [`StorageRefusal::OutcomeUnknown`] the reconciler deletes any token that was left at the gateway.
    pub async fn submit_code(
        &self,
        catalog: &Catalog,
        owner: &FlowOwner,
        code: &OtpCode,
    ) -> Result<Verdict, StorageRefusal> {
        let key = self.flow_key(owner);
        for _ in 0..MOST_RELOADS {
            let now = self.ports.clock.now();
            let loaded = self.load(owner, &key, now).await?;
            let verdict = match self.comparison(owner, &loaded.0, code, now) {
                Comparison::Sent(sent) => {
                    self.compare(catalog, owner, &key, code, loaded, sent)
                        .await?
                }
                Comparison::UnknownKey => {
                    let repeated = self.repeated(owner, &key, &loaded.0, code, now).await?;
                    Some(repeated.ok_or(StorageRefusal::NoCodeSent)?)
                }
                Comparison::Nothing => {
                    let repeated = self.repeated(owner, &key, &loaded.0, code, now).await?;
                    let (attempt, claimant) = (CodeDigest::NONE, ClaimId(self.draw()));
                    let refused = step(loaded.0, Event::CodeSubmitted { attempt, claimant }, now);
                    let refusal = refused.denial().map(StorageRefusal::from);
                    Some(repeated.ok_or(refusal.unwrap_or(StorageRefusal::NoCodeSent))?)
                }
            };
            if let Some(verdict) = verdict {
                return Ok(verdict);
            }
        }
        Err(contended().into())
    }

    /// Counts the try, compares the code and continues from there. `None` if the state has another code by then.
    async fn compare(
        &self,
        catalog: &Catalog,
        owner: &FlowOwner,
        key: &FlowKey,
        code: &OtpCode,
        loaded: Loaded,
        sent: Sent,
    ) -> Result<Option<Verdict>, StorageRefusal> {
        let attempt = self.attempt(owner, &sent).await?;
        let claimant = ClaimId(self.draw());
        let is_exhausted = matches!(attempt, Attempt::Exhausted);
        // The try counts for this code, so it is never compared with a code that was sent in the meantime.
        let event = |state: &FlowState, _| {
            let event = if is_exhausted {
                Event::TriesExhausted { code: sent.digest }
            } else {
                Event::CodeSubmitted {
                    attempt: sent.attempt,
                    claimant,
                }
            };
            sent.is_of(state).then_some(event)
        };
        let decided = self.advance(owner, key, loaded, event).await;
        if matches!(decided, Ok(None) | Err(_)) {
            // The caller learns nothing about the code.
            self.release(&attempt).await;
        }
        let Some(decided) = decided? else {
            return Ok(None);
        };
        let replay = code.replay_tag(&self.keys, key);
        let (flow, effects) = CurrentFlow::after(decided, self, owner, key);
        let runner = SubmitCodeRunner::new(flow, catalog, attempt, replay);
        runner.run(effects).await.map(Some)
    }

    /// Counts the try. A right code that is repeated gets its verdict without a database query.
    async fn attempt(&self, owner: &FlowOwner, sent: &Sent) -> Result<Attempt, StorageRefusal> {
        if sent.is_used && sent.is_right() {
            self.can_open(sent)?;
            return Ok(Attempt::Settled);
        }
        let attempt = self.count(owner, sent, self.ports.clock.now()).await?;
        if !sent.is_used
            && sent.is_right()
            && let Err(unavailable) = self.can_open(sent)
        {
            if let Attempt::Counted { one, .. } = &attempt {
                let _ = self.ports.code_tries.mark_right(one, None).await;
            }
            return Err(unavailable.into());
        }
        Ok(attempt)
    }
}
