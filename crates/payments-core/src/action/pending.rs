//! An action that a gateway requires, stored with its intent.

use chrono::{DateTime, Utc};

use crate::card::{Brand, CardHolder, CardIdentity, CardName, Expiry};
use crate::catalog::LeadingDigits;
use crate::consent::ConsentVersion;
use crate::intent::{Intent, IntentOutcome};
use crate::saved_card::NewSavedCard;
use crate::tokenization::{ActionHandle, ActionUrl, IssuedToken, RefusalReason};

use super::ActionDigest;

/// What is retained of a card while its customer is at the gateway. The mask and the fingerprint are
/// stored with the intent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PendingCard {
    /// The first digits that may be stored ([`crate::card::Pan::leading_digits`]).
    pub leading_digits: LeadingDigits,
    /// The last month in which the card is valid, as typed.
    pub expiry: Expiry,
    /// The card scheme, derived from the number.
    pub brand: Brand,
    /// The name on the card.
    pub holder: CardHolder,
    /// The customer's own name for the card.
    pub name: Option<CardName>,
    /// When the customer consented to saving it.
    pub consented_at: DateTime<Utc>,
    /// The version of the text the customer consented to.
    pub consent_version: Option<ConsentVersion>,
}

impl PendingCard {
    /// Builds the row of the card. Facts that the gateway states override what was typed or derived; the
    /// mask is always ours.
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
            leading_digits: self.leading_digits,
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

/// An action that a gateway has just required.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAction {
    /// Identifies the action in the customer's URLs.
    pub digest: ActionDigest,
    /// The gateway's handle of the action.
    pub handle: ActionHandle,
    /// The gateway's URL for the customer.
    pub url: ActionUrl,
    /// Until then the customer may complete the action.
    pub deadline: DateTime<Utc>,
    /// The card that is saved when the action is completed.
    pub card: PendingCard,
}

/// The result of storing an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BeginAction {
    /// Committed: the customer may be sent to the gateway.
    Begun,
    /// The intent is closed or unknown, or the customer was erased since it was recorded. Nothing was written; do not
    /// send the customer to the gateway.
    Refused,
}

/// An action and its intent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredAction {
    /// The intent that the action belongs to.
    pub intent: Intent,
    /// The progress of the action.
    pub stage: ActionStage,
}

impl StoredAction {
    /// The action while its customer can still complete it; `None` if it is over or the customer was erased.
    pub fn open_for_the_customer(self) -> Option<PendingAction> {
        match self.stage {
            ActionStage::Pending(pending) => Some(pending).filter(|one| one.card.is_some()),
            ActionStage::Over { .. } => None,
        }
    }
}

/// The progress of an action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ActionStage {
    /// The intent is open, and the customer may still complete the action.
    Pending(PendingAction),
    /// The intent is closed, and the action is over.
    Over {
        /// How the intent ended.
        outcome: IntentOutcome,
        /// The reason of a refusal, if the gateway stated one.
        reason: Option<RefusalReason>,
    },
}

/// An action whose intent is open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PendingAction {
    /// The gateway's handle of the action.
    pub handle: ActionHandle,
    /// The gateway's URL for the customer.
    pub url: ActionUrl,
    /// Until then the customer may complete the action.
    pub deadline: DateTime<Utc>,
    /// The card that is saved when the action is completed; `None` if the customer was erased since.
    pub card: Option<PendingCard>,
}
