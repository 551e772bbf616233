//! The ports of the card-storage protocol.

use std::sync::Arc;

use payments_core::card_storage::Ports;
use payments_core::ports::{Clock, Entropy, Wording};

use super::providers::Providers;
use super::recorded_sms::RecordedSms;
use super::stores::Stores;

/// The ports of the card-storage protocol.
pub(super) fn ports(
    stores: &Stores,
    providers: &Providers,
    clock: &Arc<dyn Clock>,
    entropy: &Arc<dyn Entropy>,
    wording: Arc<dyn Wording>,
) -> Ports {
    Ports {
        flows: Arc::clone(&stores.flows.flows),
        held_cards: Arc::clone(&stores.flows.held_cards),
        intents: Arc::clone(&stores.database.intents),
        actions: Arc::clone(&stores.database.actions),
        saved_cards: Arc::clone(&stores.database.saved_cards),
        stored_tokens: Arc::clone(&stores.database.stored_tokens),
        code_tries: Arc::clone(&stores.database.code_tries),
        destinations: Arc::clone(&providers.destinations),
        sms_limits: Arc::clone(&stores.database.sms_limits),
        audit: Arc::clone(&stores.database.audit),
        sms: RecordedSms::new(
            Arc::clone(&providers.sms),
            Arc::clone(&stores.database.sms_sends),
            Arc::clone(clock),
        ),
        tokenizers: providers.tokenizers.clone(),
        clock: Arc::clone(clock),
        entropy: Arc::clone(entropy),
        wording,
    }
}
