//! The outcomes of calls to providers, and what the ports return for them.

use payments_core::ports::{SmsFailure, TokenizeFailure, Unavailable};
use payments_core::tokenization::{GatewayRefusal, RefusalReason};

/// The outcome of a call, for metrics and logs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// The provider accepted the call.
    Done,
    /// The provider, or the bank behind it, refused.
    Refused,
    /// The number, expiry or CVV is not valid.
    InvalidCard,
    /// The provider rejects our account, secret or setting.
    Misconfigured,
    /// The provider's rate limit was exceeded.
    RateLimited,
    /// It was not executed.
    Unavailable,
    /// It may or may not have been executed.
    Unknown,
}

impl Outcome {
    /// The word in logs and metrics.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Refused => "refused",
            Self::InvalidCard => "invalid_card",
            Self::Misconfigured => "misconfigured",
            Self::RateLimited => "rate_limited",
            Self::Unavailable => "unavailable",
            Self::Unknown => "unknown",
        }
    }
}

/// Why a call failed. Of what the provider or the caller sent it holds a cleaned code only.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ProviderError {
    /// A definite refusal of this card or this phone.
    #[error("refused{}", in_brackets(.code.as_deref()))]
    Refused {
        reason: RefusalReason,
        code: Option<String>,
    },
    /// This provider cannot reach the phone; nothing was sent.
    #[error("the sender does not reach the number{}", in_brackets(.code.as_deref()))]
    OutOfReach { code: Option<String> },
    /// Our configuration is wrong; `what` names the setting.
    #[error("misconfigured: {what}{}", in_brackets(.code.as_deref()))]
    Misconfigured { what: String, code: Option<String> },
    /// The rate limit was exceeded; the call was not executed.
    #[error("rate limited{}", in_brackets(.code.as_deref()))]
    RateLimited { code: Option<String> },
    /// The call was not executed.
    #[error("unavailable: {what}{}", in_brackets(.code.as_deref()))]
    Unavailable {
        what: &'static str,
        code: Option<String>,
    },
    /// It may or may not have been executed.
    #[error("unknown outcome: {what}")]
    Unknown { what: &'static str },
}

fn in_brackets(code: Option<&str>) -> String {
    code.map(|code| format!(" ({code})")).unwrap_or_default()
}

impl ProviderError {
    pub(crate) fn misconfigured(what: &str, code: Option<String>) -> Self {
        Self::Misconfigured {
            what: what.to_owned(),
            code,
        }
    }

    pub(crate) fn outcome(&self) -> Outcome {
        match self {
            Self::Refused {
                reason: RefusalReason::InvalidCard,
                ..
            } => Outcome::InvalidCard,
            Self::Refused { .. } | Self::OutOfReach { .. } => Outcome::Refused,
            Self::Misconfigured { .. } => Outcome::Misconfigured,
            Self::RateLimited { .. } => Outcome::RateLimited,
            Self::Unavailable { .. } => Outcome::Unavailable,
            Self::Unknown { .. } => Outcome::Unknown,
        }
    }

    pub(crate) fn code(&self) -> Option<&str> {
        match self {
            Self::Refused { code, .. }
            | Self::OutOfReach { code }
            | Self::Misconfigured { code, .. }
            | Self::RateLimited { code }
            | Self::Unavailable { code, .. } => code.as_deref(),
            Self::Unknown { .. } => None,
        }
    }

    /// What a retry's error says about the call whose response was lost. A retry that was not executed proves nothing about
    /// the first call; a definite refusal does, if the idempotency key makes it the first call's response.
    pub(crate) fn after_a_lost_answer(self) -> Self {
        match self {
            Self::Misconfigured { .. } | Self::RateLimited { .. } | Self::Unavailable { .. } => {
                Self::Unknown {
                    what: "the response was lost, and the retry was not executed",
                }
            }
            known @ (Self::Refused { .. } | Self::OutOfReach { .. } | Self::Unknown { .. }) => {
                known
            }
        }
    }

    pub(crate) fn unavailable(self, provider: &'static str) -> Unavailable {
        Unavailable::new(provider, self)
    }

    pub(crate) fn tokenize_failure(self, provider: &'static str) -> TokenizeFailure {
        match self {
            Self::Refused { reason, code } => TokenizeFailure::Refused(GatewayRefusal {
                reason,
                gateway_code: code,
            }),
            Self::Unknown { .. } => TokenizeFailure::Unknown,
            Self::OutOfReach { .. }
            | Self::Misconfigured { .. }
            | Self::RateLimited { .. }
            | Self::Unavailable { .. } => TokenizeFailure::Unavailable(self.unavailable(provider)),
        }
    }

    pub(crate) fn sms_failure(self, provider: &'static str) -> SmsFailure {
        match self {
            Self::Refused { .. } => SmsFailure::Refused,
            Self::OutOfReach { .. } => SmsFailure::OutOfReach,
            Self::Unknown { .. } => SmsFailure::Unknown,
            Self::Misconfigured { .. } | Self::RateLimited { .. } | Self::Unavailable { .. } => {
                SmsFailure::Unavailable(self.unavailable(provider))
            }
        }
    }
}

/// The reason of a code in a provider's table, if the table has it.
pub(crate) fn reason_of(table: &[(RefusalReason, &[&str])], code: &str) -> Option<RefusalReason> {
    let row = table.iter().find(|(_, codes)| codes.contains(&code));
    row.map(|(reason, _)| *reason)
}

/// The maximum length of a code that is kept.
const CODE_LENGTH: usize = 40;

/// A provider's code, safe for the audit record and the log: 1 to 40 letters, digits, `_`, `-`, `.`; `None` if it has
/// other characters or ten digits in a row, which could be part of a card or phone number.
pub(crate) fn clean_code(code: &str) -> Option<String> {
    let is_number = |run: &[u8]| run.iter().all(u8::is_ascii_digit);
    let has_number = code.as_bytes().windows(10).any(is_number);
    clean(code).filter(|_| !has_number)
}

/// A provider's id of a message, of the same characters; `None` if it is just a number of ten digits or more.
pub(crate) fn clean_id(id: &str) -> Option<String> {
    let is_number = id.len() > 9 && id.bytes().all(|byte| byte.is_ascii_digit());
    clean(id).filter(|_| !is_number)
}

fn clean(text: &str) -> Option<String> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte);
    let is_clean = (1..=CODE_LENGTH).contains(&text.len()) && text.bytes().all(allowed);
    is_clean.then(|| text.to_owned())
}

/// A provider's code in JSON: a string or a number.
#[derive(serde::Deserialize)]
#[serde(untagged)]
pub(crate) enum Code {
    Text(String),
    Number(i64),
}

impl Code {
    pub(crate) fn text(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Number(number) => number.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{clean_code, clean_id};

    #[test]
    fn a_message_id_may_have_many_digits_but_not_be_a_number() {
        let id = "SM00000000000000000000000000000001";
        assert_eq!(clean_id(id).as_deref(), Some(id));
        assert_eq!(clean_id("5528790000000008"), None);
    }

    #[test]
    fn a_code_with_other_characters_is_dropped() {
        assert_eq!(clean_code("10051").as_deref(), Some("10051"));
        assert_eq!(
            clean_code("card_declined.do-not").as_deref(),
            Some("card_declined.do-not")
        );
        for dirty in [
            "",
            "a b",
            "<b>",
            "5528790000000008",
            "905551234567",
            "E-5528790000000008-1",
            &"x".repeat(41),
        ] {
            assert_eq!(clean_code(dirty), None, "{dirty}");
        }
    }
}
