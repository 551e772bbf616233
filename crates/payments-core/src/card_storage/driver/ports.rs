//! What the driver needs of the world.

use alloc::sync::Arc;

use crate::ports::{
    Actions, AuditLog, Clock, CodeTries, Destinations, Entropy, FlowStore, HeldCards, Intents,
    SavedCards, SmsLimits, SmsSender, Tokenizers, Wording,
};

/// The ports of card storage.
#[derive(Clone)]
pub struct Ports {
    /// Flow state.
    pub flows: Arc<dyn FlowStore>,
    /// Sealed cards.
    pub held_cards: Arc<dyn HeldCards>,
    /// Intents and the queue of deletions.
    pub intents: Arc<dyn Intents>,
    /// What gateways want customers to do.
    pub actions: Arc<dyn Actions>,
    /// Saved cards.
    pub saved_cards: Arc<dyn SavedCards>,
    /// Wrong codes of the day.
    pub code_tries: Arc<dyn CodeTries>,
    /// Which phones codes are sent to.
    pub destinations: Arc<dyn Destinations>,
    /// Limits on codes sent.
    pub sms_limits: Arc<dyn SmsLimits>,
    /// The audit log.
    pub audit: Arc<dyn AuditLog>,
    /// Who brings the codes.
    pub sms: Arc<dyn SmsSender>,
    /// The gateways.
    pub tokenizers: Tokenizers,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
    /// The words of the SMS.
    pub wording: Arc<dyn Wording>,
}
