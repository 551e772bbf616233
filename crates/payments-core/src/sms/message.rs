//! The text of an SMS, and its receipt.

use alloc::string::String;

use zeroize::Zeroizing;

/// The text of an SMS; it holds a code, so it has no `Debug` and is wiped on drop.
pub struct SmsText {
    /// In the customer's language.
    pub localized: Zeroizing<String>,
    /// The same in ASCII, for senders and phones that cannot do better.
    pub ascii: Zeroizing<String>,
}

/// A provider took the message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SmsReceipt {
    /// Which sender.
    pub sender: &'static str,
    /// The provider's id of the message, to follow its delivery.
    pub message_id: Option<String>,
}
