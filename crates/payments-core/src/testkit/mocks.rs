//! A `mockall` mock of every port.

pub use crate::ports::{
    actions::MockActions, audit::MockAuditLog, catalog_source::MockCatalogSource, clock::MockClock,
    code_tries::MockCodeTries, destinations::MockDestinations, entropy::MockEntropy,
    erasure::MockErasure, flow_store::MockFlowStore, held_cards::MockHeldCards,
    instruments::MockInstruments, intents::MockIntents, purchases::MockPurchases,
    records::MockRecords, saved_cards::MockSavedCards, sessions::MockSessions, sms::MockSmsSender,
    sms_limits::MockSmsLimits, sms_sends::MockSmsSends, stored_tokens::MockStoredTokens,
    tokenizer::MockTokenizer, wording::MockWording,
};
