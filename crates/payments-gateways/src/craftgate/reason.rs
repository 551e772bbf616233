//! What Craftgate's codes mean to us.

use payments_core::tokenization::RefusalReason;
use serde::de::DeserializeOwned;

use super::message::{Errors, Wrapped};
use crate::http::Answer;
use crate::outcome::{self, Code, ProviderError, clean_code};

/// Interprets a response: data below 400, a definite refusal with a code from 400 to 499, and an unknown outcome above.
pub(super) fn interpret<T: DeserializeOwned>(answer: &Answer) -> Result<Option<T>, ProviderError> {
    // A deletion may have no body.
    if (200..=299).contains(&answer.status()) && answer.is_empty() {
        return Ok(None);
    }
    read(answer.status(), answer.json())
}

fn read<T>(
    http_status: u16,
    body: Result<Wrapped<T>, ProviderError>,
) -> Result<Option<T>, ProviderError> {
    match (http_status, body) {
        (200..=299, Ok(Wrapped { errors: None, data })) => Ok(data),
        (429, _) => Err(ProviderError::RateLimited { code: None }),
        (401 | 403, _) => Err(ProviderError::Misconfigured {
            what: "api_key or secret_key: Craftgate does not accept the signature".to_owned(),
            code: None,
        }),
        (
            400..=499,
            Ok(Wrapped {
                errors: Some(errors),
                ..
            }),
        ) => Err(refused(&errors)),
        (_, Err(unreadable)) => Err(unreadable),
        (_, Ok(_)) => Err(ProviderError::Unknown {
            what: "the answer says neither yes nor no",
        }),
    }
}

fn refused(errors: &Errors) -> ProviderError {
    let code = errors
        .error_code
        .as_ref()
        .map(Code::text)
        .unwrap_or_default();
    let group = errors.error_group.as_deref().unwrap_or_default();
    let kept = clean_code(group).filter(|_| code.is_empty());
    ProviderError::Refused {
        reason: reason(&code, group),
        code: kept.or_else(|| clean_code(&code)),
    }
}

/// The reasons of error groups.
const GROUPS: [(RefusalReason, &[&str]); 6] = [
    (
        RefusalReason::Declined,
        &[
            "DECLINED",
            "DO_NOT_HONOUR",
            "EXCEEDS_WITHDRAWAL_AMOUNT_LIMIT",
            "INVALID_TRANSACTION",
            "NOT_SUFFICIENT_FUNDS",
        ],
    ),
    (RefusalReason::ExpiredCard, &["EXPIRED_CARD"]),
    (
        RefusalReason::InvalidCard,
        &[
            "BIN_NOT_FOUND",
            "INVALID_CARD_NUMBER",
            "INVALID_CVC2",
            "INVALID_CVC2_LENGTH",
            "INVALID_EXPIRE_YEAR_MONTH",
            "NO_SUCH_ISSUER",
        ],
    ),
    (
        RefusalReason::NotAllowed,
        &[
            "CARD_NOT_PERMITTED",
            "NOT_PERMITTED_TO_CARDHOLDER",
            "NOT_PERMITTED_TO_TERMINAL",
        ],
    ),
    (
        RefusalReason::ContactBank,
        &[
            "BLOCKED_CARD",
            "FRAUD_SUSPECT",
            "LOST_CARD",
            "PICKUP_CARD",
            "REFER_TO_CARD_ISSUER",
            "RESTRICTED_BY_LAW",
            "RESTRICTED_CARD",
            "STOLEN_CARD",
        ],
    ),
    (
        RefusalReason::TryLater,
        &[
            "COMMUNICATION_OR_SYSTEM_ERROR",
            "GENERAL_ERROR",
            "ISSUER_OR_SWITCH_INOPERATIVE",
            "NO_RESPONSE",
            "REQUEST_TIMEOUT",
        ],
    ),
];

/// By the group first, then by the code; an unknown pair gets the generic sentence. So does every code below 10,000: it is
/// Craftgate's own, while our sentences for the other reasons speak for the bank.
fn reason(code: &str, group: &str) -> RefusalReason {
    if is_about_the_request(code) {
        return RefusalReason::Other;
    }
    outcome::reason_of(&GROUPS, group).unwrap_or_else(|| of_code(code))
}

fn of_code(code: &str) -> RefusalReason {
    match code {
        "10051" | "10005" | "10012" => RefusalReason::Declined,
        "10054" => RefusalReason::ExpiredCard,
        "10041" | "10043" => RefusalReason::ContactBank,
        "10057" | "10058" => RefusalReason::NotAllowed,
        _ => RefusalReason::Other,
    }
}

fn is_about_the_request(code: &str) -> bool {
    code.parse::<u32>()
        .is_ok_and(|code| (1..10_000).contains(&code))
}

/// Whether Craftgate itself refused the request, before the bank. No code reliably says which part of it.
pub(super) fn is_of_the_request(error: &ProviderError) -> bool {
    matches!(error, ProviderError::Refused { code: Some(code), .. } if is_about_the_request(code))
}

#[cfg(test)]
mod tests {
    use payments_core::tokenization::RefusalReason;

    use super::super::message::{Ignored, Wrapped};
    use super::{GROUPS, ProviderError, read, reason};
    use crate::documented::{self, Adapter, UNREADABLE};
    use crate::outcome::Outcome;

    fn check(http_status: u16, body: &str, expected: Outcome) {
        let unreadable = ProviderError::Unknown {
            what: "the answer cannot be read",
        };
        let body_read = serde_json::from_str::<Wrapped<Ignored>>(body).map_err(|_| unreadable);
        let outcome = read(http_status, body_read)
            .err()
            .map_or(Outcome::Done, |error| error.outcome());
        assert_eq!(outcome, expected, "{http_status} {body}");
    }

    #[test]
    fn the_http_status_and_the_code_decide() {
        check(200, r#"{"data":{}}"#, Outcome::Done);
        check(200, r#"{"data":null}"#, Outcome::Done);
        check(
            422,
            r#"{"errors":{"errorCode":"10051","errorGroup":"NOT_SUFFICIENT_FUNDS"}}"#,
            Outcome::Refused,
        );
        check(400, r#"{"errors":{"errorCode":4152}}"#, Outcome::Refused);
        check(
            401,
            r#"{"errors":{"errorCode":"1"}}"#,
            Outcome::Misconfigured,
        );
        check(403, "", Outcome::Misconfigured);
        check(429, "", Outcome::RateLimited);
        check(404, "<html>", Outcome::Unknown);
        check(500, r#"{"errors":{"errorCode":"0"}}"#, Outcome::Unknown);
        check(200, r#"{"errors":{"errorCode":"0"}}"#, Outcome::Unknown);
        check(302, "", Outcome::Unknown);
    }

    #[test]
    fn the_group_decides_before_the_code() {
        for (group, code, expected) in [
            ("NOT_SUFFICIENT_FUNDS", "10054", RefusalReason::Declined),
            ("GENERAL_ERROR", "10000", RefusalReason::TryLater),
            ("SOMETHING_NEW", "10043", RefusalReason::ContactBank),
            ("SOMETHING_NEW", "19999", RefusalReason::Other),
        ] {
            assert_eq!(reason(code, group), expected, "{group} {code}");
        }
    }

    #[test]
    fn a_code_of_craftgates_own_is_not_shown_as_the_banks_word() {
        for code in ["1", "4152", "9999"] {
            for group in ["", "EXPIRED_CARD"] {
                assert_eq!(reason(code, group), RefusalReason::Other, "{group} {code}");
            }
        }
    }

    #[test]
    fn the_page_says_what_each_code_means() {
        let page = include_str!("../../../../docs/providers/craftgate.md");
        let of_code = |word: &str| {
            let key = match word.parse::<u32>() {
                Ok(_) => "errorCode",
                Err(_) => "errorGroup",
            };
            let body = format!(r#"{{"errors":{{"{key}":"{word}"}}}}"#);
            let body = serde_json::from_str::<Wrapped<Ignored>>(&body).map_err(|_| UNREADABLE);
            read(422, body).err().unwrap()
        };
        let adapter = Adapter {
            is_sms: false,
            of_code,
            of_status: |status| read::<Ignored>(status, Err(UNREADABLE)).err().unwrap(),
        };
        let groups = GROUPS.iter().flat_map(|(_, groups)| *groups);
        let groups = groups.map(|group| (*group).to_owned());
        adapter.check(page, documented::numbers().chain(groups));
    }
}
