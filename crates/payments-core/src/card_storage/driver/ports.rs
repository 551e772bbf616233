//! The ports that the driver uses.

use alloc::sync::Arc;

use crate::ports::{
    Actions, AuditLog, Clock, CodeTries, Destinations, Entropy, FlowStore, HeldCards, Intents,
    SavedCards, SmsLimits, SmsSender, StoredTokens, Tokenizers, Wording,
};

/// The ports of card storage.
#[derive(Clone)]
pub struct Ports {
    /// Stores the states of flows.
    pub flows: Arc<dyn FlowStore>,
    /// Stores sealed cards.
    pub held_cards: Arc<dyn HeldCards>,
    /// Stores intents and the queue of token deletions.
    pub intents: Arc<dyn Intents>,
    /// Stores the actions that gateways require.
    pub actions: Arc<dyn Actions>,
    /// Stores saved cards.
    pub saved_cards: Arc<dyn SavedCards>,
    /// Reads the tokens of all saved cards, to compare them with the gateways.
    pub stored_tokens: Arc<dyn StoredTokens>,
    /// Counts tries per code and per customer and day.
    pub code_tries: Arc<dyn CodeTries>,
    /// Decides which phones a code may be sent to.
    pub destinations: Arc<dyn Destinations>,
    /// Counts messages before they are sent.
    pub sms_limits: Arc<dyn SmsLimits>,
    /// Appends to the audit log.
    pub audit: Arc<dyn AuditLog>,
    /// Sends the codes.
    pub sms: Arc<dyn SmsSender>,
    /// The gateways, by name.
    pub tokenizers: Tokenizers,
    /// The source of the time.
    pub clock: Arc<dyn Clock>,
    /// The source of random bytes.
    pub entropy: Arc<dyn Entropy>,
    /// The texts of the messages.
    pub wording: Arc<dyn Wording>,
}
