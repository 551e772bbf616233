//! What iyzico's codes mean to us.

use payments_core::tokenization::RefusalReason;

use super::message::Reply;
use crate::outcome::{Code, ProviderError};

/// No customer with that `cardUserKey`.
const NO_SUCH_CUSTOMER: &str = "3005";
/// No card with that `cardToken`.
const NO_SUCH_CARD: &str = "3006";
const FAILED: ProviderError = ProviderError::Unknown {
    what: "the provider failed",
};

/// Interprets a response by its `status`, as a refusal may come with any HTTP status below 500. A failed server may
/// have stored the card, even if its body says otherwise.
pub(super) fn interpret(
    http_status: u16,
    reply: Result<Reply, ProviderError>,
) -> Result<Reply, ProviderError> {
    match http_status {
        429 => return Err(ProviderError::RateLimited { code: None }),
        500.. => return Err(FAILED),
        _ => {}
    }
    let reply = reply?;
    match reply.status.as_deref() {
        Some("success") => Ok(reply),
        Some("failure") => Err(error_of(
            reply.error_code.as_ref().map(Code::text).as_deref(),
        )),
        _ => Err(ProviderError::Unknown {
            what: "the answer has no status",
        }),
    }
}

fn error_of(code: Option<&str>) -> ProviderError {
    let kept = code.and_then(crate::outcome::clean_code);
    match code {
        // "System error": sent for any failure, at any step.
        Some("1" | "2") => FAILED,
        Some("3" | "4" | "5") => ProviderError::Misconfigured {
            what: "customer_email: iyzico does not accept it".to_owned(),
            code: kept,
        },
        Some("11") => ProviderError::Misconfigured {
            what: "locale, or another part of the request: iyzico does not accept it".to_owned(),
            code: kept,
        },
        Some("50000") => ProviderError::RateLimited { code: kept },
        Some("1000") => ProviderError::Misconfigured {
            what: "secret_key or api_key: iyzico does not accept the signature".to_owned(),
            code: kept,
        },
        Some("1001") => ProviderError::Misconfigured {
            what: "api_key: iyzico does not know it".to_owned(),
            code: kept,
        },
        _ => ProviderError::Refused {
            reason: reason(code.unwrap_or_default()),
            code: kept,
        },
    }
}

/// The reasons of codes. Codes of 10,000 and more come from banks; an unknown one gets the generic sentence.
fn reason(code: &str) -> RefusalReason {
    match code {
        "10051" | "10005" | "10012" => RefusalReason::Declined,
        "17" | "10054" => RefusalReason::ExpiredCard,
        // 16 and 19 are about the cardholder's name.
        "12" | "13" | "14" | "15" | "16" | "19" | "10084" => RefusalReason::InvalidCard,
        "10057" | "10058" => RefusalReason::NotAllowed,
        "10034" | "10041" | "10043" | "10093" => RefusalReason::ContactBank,
        "100001" => RefusalReason::TryLater,
        _ => RefusalReason::Other,
    }
}

pub(super) fn says_no_such_customer(error: &ProviderError) -> bool {
    matches!(error, ProviderError::Refused { code: Some(code), .. } if code == NO_SUCH_CUSTOMER)
}

pub(super) fn says_no_such_card(error: &ProviderError) -> bool {
    matches!(error, ProviderError::Refused { code: Some(code), .. } if code == NO_SUCH_CARD)
}

#[cfg(test)]
mod tests {
    use super::{ProviderError, Reply, error_of, interpret};
    use crate::documented::{self, Adapter, UNREADABLE};
    use crate::outcome::Outcome;

    fn check(http_status: u16, body: &str, expected: Outcome, code: Option<&str>) {
        let unreadable = ProviderError::Unknown {
            what: "the answer cannot be read",
        };
        let reply = serde_json::from_str::<Reply>(body).map_err(|_| unreadable);
        let error = interpret(http_status, reply).err();
        assert_eq!(
            error.as_ref().map_or(Outcome::Done, ProviderError::outcome),
            expected,
            "{body}"
        );
        assert_eq!(error.as_ref().and_then(ProviderError::code), code, "{body}");
    }

    #[test]
    fn the_status_decides_and_codes_come_as_texts_or_numbers() {
        check(200, r#"{"status":"success"}"#, Outcome::Done, None);
        check(400, r#"{"status":"success"}"#, Outcome::Done, None);
        check(
            200,
            r#"{"status":"failure","errorCode":"10051"}"#,
            Outcome::Refused,
            Some("10051"),
        );
        check(
            400,
            r#"{"status":"failure","errorCode":10051}"#,
            Outcome::Refused,
            Some("10051"),
        );
        check(
            400,
            r#"{"status":"failure","errorCode":"12"}"#,
            Outcome::InvalidCard,
            Some("12"),
        );
        check(
            422,
            r#"{"status":"failure","errorCode":50000}"#,
            Outcome::RateLimited,
            Some("50000"),
        );
        check(
            401,
            r#"{"status":"failure","errorCode":"1000"}"#,
            Outcome::Misconfigured,
            Some("1000"),
        );
        check(200, r#"{"status":"failure"}"#, Outcome::Refused, None);
        check(429, "", Outcome::RateLimited, None);
        check(500, "", Outcome::Unknown, None);
        for failed in [
            r#"{"status":"failure","errorCode":"10051"}"#,
            r#"{"status":"success"}"#,
        ] {
            check(500, failed, Outcome::Unknown, None);
            check(503, failed, Outcome::Unknown, None);
        }
        for code in [1, 2] {
            let system_error = format!(r#"{{"status":"failure","errorCode":{code}}}"#);
            check(200, &system_error, Outcome::Unknown, None);
        }
        check(
            200,
            r#"{"status":"failure","errorCode":"5"}"#,
            Outcome::Misconfigured,
            Some("5"),
        );
        check(200, "<html>", Outcome::Unknown, None);
        check(200, r#"{"state":"success"}"#, Outcome::Unknown, None);
        check(302, "", Outcome::Unknown, None);
    }

    #[test]
    fn the_page_says_what_each_code_means() {
        let adapter = Adapter {
            is_sms: false,
            of_code: |code: &str| error_of(Some(code)),
            of_status: |status| interpret(status, Err(UNREADABLE)).err().unwrap(),
        };
        let page = include_str!("../../../../docs/providers/iyzico.md");
        adapter.check(page, documented::numbers());
    }
}
