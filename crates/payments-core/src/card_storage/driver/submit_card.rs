//! Submits a card.

use crate::card::{SealedCard, SealingContext, SubmittedCard};
use crate::catalog::{Catalog, Pos};
use crate::flow::{FlowId, FlowKey, HeldCardKey, SubmissionId};
use crate::id::PosId;
use crate::ports::{SaveFlowError, Unavailable};

use super::super::event::Event;
use super::super::state::HeldCard;
use super::super::step::step;
use super::effects::{CurrentFlow, SubmitCardRunner};
use super::refusal::StorageRefusal;
use super::{CardStorage, Decided, FlowOwner, MOST_RELOADS, contended, seconds};

/// A sealed card in the store, which a state may or may not name.
#[derive(Clone, Copy)]
struct Held {
    flow: FlowId,
    card: HeldCard,
}

impl CardStorage {
    /// Seals a card and holds it for the card lifetime, until its owner submits a code. A second card voids the code
    /// that was sent for the first.
    ///
    /// # Errors
    /// [`StorageRefusal::CardExpired`], [`StorageRefusal::NoPos`], [`StorageRefusal::CvvRequired`],
    /// [`StorageRefusal::SavingInProgress`] or [`StorageRefusal::Unavailable`]; the card is then not held.
    pub async fn submit_card(
        &self,
        catalog: &Catalog,
        owner: &FlowOwner,
        card: SubmittedCard,
    ) -> Result<(), StorageRefusal> {
        if card.details.expiry.is_past(self.ports.clock.today()) {
            return Err(StorageRefusal::CardExpired);
        }
        let (pos, card) = self.place(catalog, card)?;
        let key = self.flow_key(owner);
        let mut held = None;
        match self.hold(owner, &key, pos.pk, &card, &mut held).await {
            Ok(decided) => {
                drop(card);
                let (flow, effects) = CurrentFlow::after(decided, self, owner, &key);
                SubmitCardRunner { flow }.run(effects).await
            }
            Err(refusal) => {
                self.discard(&key, held).await;
                Err(refusal)
            }
        }
    }

    /// Stores the card first, and then the state that names it, so that a state never names a missing card. Cards that
    /// no state names are discarded. `held` is the card that is held now.
    async fn hold(
        &self,
        owner: &FlowOwner,
        key: &FlowKey,
        pos: PosId,
        card: &SubmittedCard,
        held: &mut Option<Held>,
    ) -> Result<Decided, StorageRefusal> {
        let fresh = FlowId(self.draw());
        for _ in 0..MOST_RELOADS {
            let now = self.ports.clock.now();
            let (before, version) = self.load(owner, key, now).await?;
            let flow = before.joined_by_card(now).unwrap_or(fresh);
            let former = held.filter(|held| held.flow == flow);
            let next = former.unwrap_or_else(|| Held {
                flow,
                card: HeldCard {
                    submission: SubmissionId(self.draw()),
                    pos,
                    key: Some(self.keys.newest()),
                    deadline: now + seconds(self.settings.card_lifetime_seconds),
                },
            });
            let event = Event::CardSubmitted {
                flow,
                card: next.card,
            };
            let transition = step(before, event, now);
            if let Some(denial) = transition.denial() {
                return Err(denial.into());
            }
            if former.is_none() {
                // The card is sealed for a flow that is no longer the current one.
                self.discard(key, held.replace(next)).await;
                self.put(owner, key, &next, card).await?;
            }
            let (state, effects) = (transition.state, transition.effects);
            let deadline = next.card.deadline.max(state.deadline().unwrap_or(now));
            match self.store(key, version, &state, deadline, now).await {
                Ok(version) => {
                    return Ok(Decided {
                        state,
                        version: Some(version),
                        effects,
                    });
                }
                Err(SaveFlowError::Stale) => {}
                Err(SaveFlowError::Unavailable(unavailable)) => return Err(unavailable.into()),
            }
        }
        Err(contended().into())
    }

    async fn put(
        &self,
        owner: &FlowOwner,
        key: &FlowKey,
        held: &Held,
        card: &SubmittedCard,
    ) -> Result<(), Unavailable> {
        let context = sealing(owner, held.flow, &held.card);
        let sealed = SealedCard::seal(card, &context, &self.keys, |bytes| {
            self.ports.entropy.fill(bytes);
        })
        .map_err(|error| Unavailable::new("sealing", error))?;
        let name = held_key(key, &held.card);
        let (deadline, now) = (held.card.deadline, self.ports.clock.now());
        self.ports
            .held_cards
            .put(&name, &sealed, deadline, now)
            .await
    }

    async fn discard(&self, key: &FlowKey, held: Option<Held>) {
        if let Some(held) = held {
            self.drop_card(key, &held.card).await;
        }
    }

    /// Discards a card that no state names any more.
    pub(super) async fn drop_card(&self, key: &FlowKey, card: &HeldCard) {
        // If the store is unavailable, the card expires by itself.
        let _ = self.ports.held_cards.discard(&held_key(key, card)).await;
    }

    /// Chooses the point of sale that will save a card. The CVV is kept only if the gateway there needs it.
    fn place<'a>(
        &self,
        catalog: &'a Catalog,
        mut card: SubmittedCard,
    ) -> Result<(&'a Pos, SubmittedCard), StorageRefusal> {
        let pos = card
            .details
            .pan
            .expose(|digits| catalog.pos_for_pan_digits(digits.as_bytes()));
        let pos = pos.ok_or(StorageRefusal::NoPos)?;
        let tokenizer = self.ports.tokenizers.of(pos).ok_or(StorageRefusal::NoPos)?;
        if !tokenizer.needs_cvv(pos) {
            card.details.cvv = None;
        } else if card.details.cvv.is_none() {
            return Err(StorageRefusal::CvvRequired);
        }
        Ok((pos, card))
    }
}

pub(super) fn held_key(key: &FlowKey, card: &HeldCard) -> HeldCardKey {
    HeldCardKey {
        flow: key.clone(),
        submission: card.submission.to_hex(),
    }
}

pub(super) fn sealing<'a>(
    owner: &'a FlowOwner,
    flow: FlowId,
    card: &HeldCard,
) -> SealingContext<'a> {
    SealingContext {
        session: &owner.session,
        customer: owner.customer,
        pos: card.pos,
        flow,
        deadline: card.deadline,
    }
}
