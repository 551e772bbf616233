//! The texts of messages, which the core does not choose.

use crate::language::Language;
use crate::otp::OtpCode;
use crate::sms::SmsText;

/// Texts in customers' languages.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait Wording: Send + Sync {
    /// The SMS that contains a code. MUST fit into one segment and contain no URL.
    fn code_sms(&self, language: Language, code: &OtpCode) -> SmsText;
}
