//! A step that a gateway asked for, stored beside its intent.

use chrono::{DateTime, Utc};

use crate::card::{Brand, CardHolder, CardIdentity, CardName, Expiry};
use crate::consent::ConsentVersion;
use crate::intent::{Intent, IntentOutcome};
use crate::saved_card::NewSavedCard;
use crate::tokenization::{ActionHandle, ActionUrl, IssuedToken, RefusalReason};

use super::ActionDigest;

/// What is kept of a card while its customer is at the gateway; the mask and the fingerprint are with the intent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PendingCard {
    /// Last month of validity, as typed.
    pub expiry: Expiry,
    /// Scheme, as the number tells it.
    pub brand: Brand,
    /// Name on the card.
    pub holder: CardHolder,
    /// The customer's own name for it.
    pub name: Option<CardName>,
    /// When the customer consented to keeping it.
    pub consented_at: DateTime<Utc>,
    /// The version of the text the customer consented to.
    pub consent_version: Option<ConsentVersion>,
}

impl PendingCard {
    /// The row of the card. What the gateway states is taken over what was typed or guessed; the mask is always ours.
    pub fn with(
        self,
        intent: &Intent,
        identity: &CardIdentity,
        issued: IssuedToken,
    ) -> NewSavedCard {
        let facts = issued.facts;
        NewSavedCard {
            customer: intent.customer,
            pos: intent.pos,
            account: intent.account.clone(),
            token: issued.token,
            provider_customer_key: issued.provider_customer_key,
            masked_number: identity.masked_number.clone(),
            fingerprint: identity.fingerprint,
            expiry: facts.expiry.unwrap_or(self.expiry),
            brand: facts.brand.unwrap_or(self.brand),
            family: facts.family,
            bank: facts.bank,
            holder: self.holder,
            name: self.name,
            consented_at: self.consented_at,
            consent_version: self.consent_version,
        }
    }
}

/// A step that a gateway has just asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAction {
    /// Names it in the customer's URLs.
    pub digest: ActionDigest,
    /// By what the gateway knows it.
    pub handle: ActionHandle,
    /// Where at the gateway the customer goes.
    pub url: ActionUrl,
    /// Until then the customer may do it.
    pub deadline: DateTime<Utc>,
    /// The card that is saved then.
    pub card: PendingCard,
}

/// The answer to keeping an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BeginAction {
    /// Committed: the customer may be sent to the gateway.
    Begun,
    /// The intent is closed or unknown, or the customer was erased since it was recorded. Nothing was written; do not
    /// send the customer anywhere.
    Refused,
}

/// An action and its intent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredAction {
    /// The intent.
    pub intent: Intent,
    /// How far it is.
    pub stage: ActionStage,
}

impl StoredAction {
    /// The action as long as its customer can still do it; none where it is over, or the customer was erased.
    pub fn open_for_the_customer(self) -> Option<PendingAction> {
        match self.stage {
            ActionStage::Pending(pending) => Some(pending).filter(|one| one.card.is_some()),
            ActionStage::Over { .. } => None,
        }
    }
}

/// How far an action is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ActionStage {
    /// The intent is open.
    Pending(PendingAction),
    /// The intent is closed.
    Over {
        /// How it ended.
        outcome: IntentOutcome,
        /// The reason of a refusal, if the gateway gave one.
        reason: Option<RefusalReason>,
    },
}

/// An action whose intent is open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PendingAction {
    /// By what the gateway knows it.
    pub handle: ActionHandle,
    /// Where at the gateway the customer goes.
    pub url: ActionUrl,
    /// Until then the customer may do it.
    pub deadline: DateTime<Utc>,
    /// The card that is saved then; none if the customer was erased since.
    pub card: Option<PendingCard>,
}
