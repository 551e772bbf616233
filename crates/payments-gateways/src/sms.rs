//! What the SMS senders have in common: how numbers are written, how much text one segment holds, and what happens
//! when a sender fails.

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
