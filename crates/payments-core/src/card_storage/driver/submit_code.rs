//! A code is entered.

use crate::catalog::Catalog;
use crate::flow::{ClaimId, FlowKey};
use crate::otp::{CodeDigest, OtpCode};

use super::super::event::{Answer, Event};
use super::super::step::step;
use super::super::{FlowState, StorageRefusal, Verdict};
use super::effects::EffectRunner;
use super::tries::{Comparison, Counted, Sent};
use super::{CardStorage, FlowOwner, MOST_RELOADS, contended};

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
        let key = self.flow_key(owner);
        for _ in 0..MOST_RELOADS {
            let now = self.ports.clock.now();
            let (state, _) = self.load(owner, &key, now).await?;
            let verdict = match self.comparison(owner, &state, &code, now) {
                Comparison::Sent(sent) => self.compare(catalog, owner, &key, &code, sent).await?,
                Comparison::UnknownKey => {
                    let replayed = self.replayed(owner, &key, &state, &code, now).await?;
                    Some(replayed.ok_or(StorageRefusal::NoCodeSent)?)
                }
                Comparison::Nothing => {
                    let replayed = self.replayed(owner, &key, &state, &code, now).await?;
                    let (attempt, claimant) = (CodeDigest::NONE, ClaimId(self.draw()));
                    let refused = step(state, Event::CodeSubmitted { attempt, claimant }, now);
                    let refusal = refused.denial().map(StorageRefusal::from);
                    Some(replayed.ok_or(refusal.unwrap_or(StorageRefusal::NoCodeSent))?)
                }
            };
            if let Some(verdict) = verdict {
                return Ok(verdict);
            }
        }
        Err(contended().into())
    }

    /// Counts the try, compares, and goes on from there; none when the state has another code by then.
    async fn compare(
        &self,
        catalog: &Catalog,
        owner: &FlowOwner,
        key: &FlowKey,
        code: &OtpCode,
        sent: Sent,
    ) -> Result<Option<Verdict>, StorageRefusal> {
        let now = self.ports.clock.now();
        // A repeated right code gets the same answer without a database query.
        let counted = if sent.is_used && sent.is_right() {
            None
        } else {
            Some(self.count(owner, &sent, now).await?)
        };
        if !sent.is_used
            && sent.is_right()
            && let Err(unavailable) = self.can_open(&sent)
        {
            if let Some(Counted::Yes { one, .. }) = &counted {
                let _ = self.ports.code_tries.mark_right(one, None).await;
            }
            return Err(unavailable.into());
        }
        let claimant = ClaimId(self.draw());
        let is_exhausted = matches!(counted, Some(Counted::CodeExhausted));
        // It was counted as an answer to this code, and is compared with no other that was sent meanwhile.
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
        let decided = self.advance(owner, key, event).await;
        if let (Ok(None) | Err(_), Some(counted)) = (&decided, &counted) {
            // The caller learns nothing about the code.
            self.release(counted).await;
        }
        let Some(decided) = decided? else {
            return Ok(None);
        };
        let flow = decided.state.flow();
        let mut runner = EffectRunner::new(self, owner, key, decided.state, decided.version);
        runner.catalog = Some(catalog);
        runner.counted = counted;
        runner.replay = Some(code.replay_tag(&self.keys, key));
        match runner.run(decided.effects).await? {
            Answer::Saved | Answer::Accepted => Ok(Some(Verdict::Saved)),
            Answer::Saving => Ok(Some(Verdict::Saving)),
            Answer::ActionRequired => {
                let flow = flow.ok_or(StorageRefusal::OutcomeUnknown)?;
                Ok(Some(Verdict::ActionRequired(self.keys.action_id(flow))))
            }
            Answer::Denied(denial) => Err(denial.into()),
        }
    }
}
