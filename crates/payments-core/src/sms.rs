//! SMS messages: their texts, limits and delivery.

mod delivery;
mod limits;
mod message;

pub use delivery::{DeliveryState, SentMessage};
pub use limits::{
    JudgedSpan, PausedPrefix, SmsAnswer, SmsBreaker, SmsCounter, SmsGrant, SmsLimit, SmsRequest,
    refusal as sms_refusal, refused as sms_refused,
};
pub use message::{SmsReceipt, SmsText};
