//! What Craftgate's codes mean to us.

use payments_core::ports::RefusalReason;
use serde::de::DeserializeOwned;

use super::message::{Errors, Wrapped};
use crate::http::Answer;
use crate::outcome::{self, Code, Trouble, clean_code};

/// No customer with that `cardUserKey`, as far as the group says (not verified against the live service).
const NO_SUCH_CUSTOMER: &str = "CARD_USER_NOT_FOUND";

/// Reads an answer: data below 400, a clear no with a code from 400 to 499, and nothing certain after that.
pub(super) fn verdict<T: DeserializeOwned>(answer: &Answer) -> Result<Option<T>, Trouble> {
    // A deletion has nothing to say, and may say it without a body.
    if (200..=299).contains(&answer.status()) && answer.is_empty() {
        return Ok(None);
    }
    read(answer.status(), answer.json())
}

fn read<T>(http_status: u16, body: Result<Wrapped<T>, Trouble>) -> Result<Option<T>, Trouble> {
    match (http_status, body) {
        (200..=299, Ok(Wrapped { errors: None, data })) => Ok(data),
        (429, _) => Err(Trouble::RateLimited { code: None }),
        (401 | 403, _) => Err(Trouble::Misconfigured {
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
        (_, Ok(_)) => Err(Trouble::Unknown {
            what: "the answer says neither yes nor no",
        }),
    }
}

fn refused(errors: &Errors) -> Trouble {
    let code = errors
        .error_code
        .as_ref()
        .map(Code::text)
        .unwrap_or_default();
    let group = errors.error_group.as_deref().unwrap_or_default();
    let kept = clean_code(group).filter(|_| code.is_empty() || group == NO_SUCH_CUSTOMER);
    Trouble::Refused {
        reason: reason(&code, group),
        code: kept.or_else(|| clean_code(&code)),
    }
}

/// The table of groups.
const GROUPS: [(RefusalReason, &[&str]); 6] = [
    (
        RefusalReason::Declined,
        &["NOT_SUFFICIENT_FUNDS", "DO_NOT_HONOR", "DECLINED"],
    ),
    (RefusalReason::ExpiredCard, &["EXPIRED_CARD"]),
    (
        RefusalReason::InvalidCard,
        &["INVALID_CARD_NUMBER", "INVALID_CVC2", "INVALID_EXPIRE_DATE"],
    ),
    (
        RefusalReason::NotAllowed,
        &["NOT_PERMITTED_TO_CARDHOLDER", "NOT_PERMITTED_TO_TERMINAL"],
    ),
    (
        RefusalReason::ContactBank,
        &[
            "LOST_CARD",
            "STOLEN_CARD",
            "PICKUP_CARD",
            "RESTRICTED_CARD",
            "FRAUD_SUSPECT",
        ],
    ),
    (
        RefusalReason::TryLater,
        &[
            "GENERAL_ERROR",
            "ISSUER_OR_SWITCH_INOPERATIVE",
            "REQUEST_TIMEOUT",
        ],
    ),
];

/// The group first, then the code; an unknown pair gets the generic sentence.
fn reason(code: &str, group: &str) -> RefusalReason {
    outcome::reason_of(&GROUPS, group).unwrap_or_else(|| of_code(code))
}

/// Codes below 10,000 are about the request, and so about the card in it.
fn of_code(code: &str) -> RefusalReason {
    match code {
        "10051" | "10005" | "10012" => RefusalReason::Declined,
        "10054" => RefusalReason::ExpiredCard,
        "10041" | "10043" => RefusalReason::ContactBank,
        "10057" | "10058" => RefusalReason::NotAllowed,
        code if is_about_the_request(code) => RefusalReason::InvalidCard,
        _ => RefusalReason::Other,
    }
}

fn is_about_the_request(code: &str) -> bool {
    code.parse::<u32>()
        .is_ok_and(|code| (1..10_000).contains(&code))
}

pub(super) fn says_no_such_customer(trouble: &Trouble) -> bool {
    trouble.code() == Some(NO_SUCH_CUSTOMER)
}

#[cfg(test)]
mod tests {
    use payments_core::ports::RefusalReason;

    use super::super::message::{Ignored, Wrapped};
    use super::{GROUPS, Trouble, read, reason};
    use crate::documented::{self, Adapter, UNREADABLE};
    use crate::outcome::Outcome;

    fn check(http_status: u16, body: &str, expected: Outcome) {
        let unreadable = Trouble::Unknown {
            what: "the answer cannot be read",
        };
        let body_read = serde_json::from_str::<Wrapped<Ignored>>(body).map_err(|_| unreadable);
        let outcome = read(http_status, body_read)
            .err()
            .map_or(Outcome::Done, |trouble| trouble.outcome());
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
        check(
            400,
            r#"{"errors":{"errorCode":4152}}"#,
            Outcome::InvalidCard,
        );
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
            ("GENERAL_ERROR", "4152", RefusalReason::TryLater),
            ("SOMETHING_NEW", "10043", RefusalReason::ContactBank),
            ("SOMETHING_NEW", "19999", RefusalReason::Other),
        ] {
            assert_eq!(reason(code, group), expected, "{group} {code}");
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
