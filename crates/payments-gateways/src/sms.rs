//! Shared parts of the SMS senders: number formats, the size of a segment, and fallback
//! to the next sender.

mod adapter;
mod failover;
mod number;
mod segments;
mod text;

pub use adapter::{DeliveryReports, SmsAdapter};
pub use failover::FailoverSms;
pub use number::{NumberPlan, UnknownCountry};
pub use payments_core::sms::DeliveryState;
pub use segments::{Alphabet, Size, size};
pub(crate) use text::one_segment;
