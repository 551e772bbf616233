//! What the core needs from the outside: one small, object-safe trait per purpose, used as `Arc<dyn Port>`.
//!
//! The docs word the obligations of an adapter as MUST. Not found is `None`. Errors say what the caller can do, not
//! what broke. Each call is one transaction. With the feature `mocks`, [`crate::testkit`] has a mock of every port,
//! in-memory fakes of the stateful ones, and contract suites that the fakes and every adapter pass.

pub(crate) mod actions;
pub(crate) mod audit;
pub(crate) mod catalog_source;
pub(crate) mod clock;
pub(crate) mod code_tries;
pub(crate) mod destinations;
pub(crate) mod entropy;
pub(crate) mod erasure;
pub(crate) mod flow_store;
pub(crate) mod held_cards;
pub(crate) mod instruments;
pub(crate) mod intents;
pub(crate) mod purchases;
pub(crate) mod records;
pub(crate) mod saved_cards;
pub(crate) mod sessions;
pub(crate) mod sms;
pub(crate) mod sms_limits;
pub(crate) mod sms_sends;
pub(crate) mod stored_tokens;
pub(crate) mod tokenizer;
mod unavailable;
pub(crate) mod wording;

pub use actions::Actions;
pub use audit::AuditLog;
pub use catalog_source::CatalogSource;
pub use clock::Clock;
pub use code_tries::CodeTries;
pub use destinations::Destinations;
pub use entropy::Entropy;
pub use erasure::Erasure;
pub use flow_store::{FlowStore, SaveFlowError, Version};
pub use held_cards::HeldCards;
pub use instruments::Instruments;
pub use intents::Intents;
pub use purchases::Purchases;
pub use records::{BorrowedSink, ExportSink, Records, RecordsError};
pub use saved_cards::SavedCards;
pub use sessions::Sessions;
pub use sms::{SmsFailure, SmsSender};
pub use sms_limits::SmsLimits;
pub use sms_sends::SmsSends;
pub use stored_tokens::StoredTokens;
pub use tokenizer::{TokenizeFailure, Tokenizer, Tokenizers};
pub use unavailable::Unavailable;
pub use wording::Wording;
