//! The text of an SMS, and its receipt.

use alloc::string::String;

use zeroize::Zeroizing;

/// The text of an SMS. It contains a code, so it has no `Debug` and is wiped on drop.
pub struct SmsText {
    /// The text in the customer's language.
    pub localized: Zeroizing<String>,
    /// The text in ASCII, for senders and phones that support nothing else.
    pub ascii: Zeroizing<String>,
}

/// The receipt for a message that a provider accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SmsReceipt {
    /// The name of the sender.
    pub sender: &'static str,
    /// The provider's id of the message, used to track its delivery.
    pub message_id: Option<String>,
}
