//! What the core asks of the world: one small trait per conversation, object-safe, for `Arc<dyn Port>`.
//!
//! Docs word the obligations of an adapter as MUST. Not found is `None`. Errors say what the caller can do, not what
//! broke. One call is one transaction. Under the feature `mocks` every port has a `mockall` mock (`Mock…`), and the
//! stateful ones an in-memory fake in `fakes`, and a suite in `contract` that the fakes and every adapter pass.

mod actions;
mod audit;
mod backlog;
mod catalog_source;
mod clock;
mod code_tries;
#[cfg(feature = "mocks")]
pub mod contract;
mod destinations;
mod entropy;
mod erasure;
#[cfg(feature = "mocks")]
pub mod fakes;
mod flow_store;
mod gateway_action;
mod held_cards;
mod intents;
mod paging;
mod purchases;
mod records;
mod saved_cards;
mod sessions;
mod sms;
mod sms_limits;
mod sms_sends;
mod tokenizer;
mod unavailable;
mod wording;

pub use actions::{
    ActionStage, Actions, BeginAction, NewAction, PendingAction, PendingCard, StoredAction,
};
pub use audit::{AuditLog, AuditOutcome, AuditRecord};
pub use backlog::{Backlog, EntryId, LeaseTerms, Setback, StuckEntry};
pub use catalog_source::CatalogSource;
pub use clock::Clock;
pub use code_tries::{AttemptTag, CodeTag, CodeTries, CodeTry, Reservation, TryLimits, UsedCode};
pub use destinations::{Destination, DestinationPrefix, DestinationRefused, Destinations};
pub use entropy::Entropy;
pub use erasure::{Erased, Erasure, ErasureStatus};
pub use flow_store::{FlowStore, SaveFlowError, Version};
pub use gateway_action::{
    ActionHandle, ActionOutcome, ActionUrl, GatewayAction, InvalidAction, Notice, NoticeRefused,
    Tokenized,
};
pub use held_cards::{HeldCardKey, HeldCards};
pub use intents::{
    Intent, IntentOutcome, IntentStatus, Intents, NewSavedCard, OpenIntent, RecordIntent,
    TokenDeletion,
};
pub use paging::{COUNTED, Filter, Page, PageRequest, PageStart};
pub use purchases::Purchases;
pub use records::{
    Author, BorrowedSink, Deleted, Effect, ExportSink, PartCounts, PosInUse, Records, RecordsError,
    Referrer,
};
pub use saved_cards::{RemovedCard, SavedCard, SavedCards};
pub use sessions::{SessionOwner, Sessions};
pub use sms::{SmsFailure, SmsReceipt, SmsSender, SmsText};
pub use sms_limits::{
    JudgedSpan, PausedPrefix, SmsAnswer, SmsBreaker, SmsCounter, SmsGrant, SmsLimit, SmsLimits,
    SmsRequest, refusal as sms_refusal, refused as sms_refused,
};
pub use sms_sends::{DeliveryState, SentMessage, SmsSends};
pub use tokenizer::{
    CalledWith, Found, GatewayRefusal, IssuedToken, RefusalReason, TokenSearch, TokenizeFailure,
    TokenizeRequest, Tokenizer, Tokenizers,
};
pub use unavailable::Unavailable;
pub use wording::Wording;

#[cfg(feature = "mocks")]
pub use self::{
    actions::MockActions, audit::MockAuditLog, catalog_source::MockCatalogSource, clock::MockClock,
    code_tries::MockCodeTries, destinations::MockDestinations, entropy::MockEntropy,
    erasure::MockErasure, flow_store::MockFlowStore, held_cards::MockHeldCards,
    intents::MockIntents, purchases::MockPurchases, records::MockRecords,
    saved_cards::MockSavedCards, sessions::MockSessions, sms::MockSmsSender,
    sms_limits::MockSmsLimits, sms_sends::MockSmsSends, tokenizer::MockTokenizer,
    wording::MockWording,
};
