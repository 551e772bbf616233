//! Texts for tests.

use zeroize::Zeroizing;

use crate::language::Language;
use crate::otp::OtpCode;
use crate::ports::Wording;
use crate::sms::SmsText;

/// Writes `code:` and the digits, in every language.
pub struct PlainWording;

impl Wording for PlainWording {
    fn code_sms(&self, _language: Language, code: &OtpCode) -> SmsText {
        let text = code.expose(|digits| format!("code: {digits}"));
        SmsText {
            localized: Zeroizing::new(text.clone()),
            ascii: Zeroizing::new(text),
        }
    }
}
