//! What Twilio's codes mean to us.

use payments_core::tokenization::RefusalReason;

use super::Reply;
use crate::outcome::{Code, ProviderError, clean_code};

/// Interprets a response: 2xx with a `sid` is a message, 4xx with a code is a definite refusal.
pub(super) fn interpret(
    http_status: u16,
    reply: Result<Reply, ProviderError>,
) -> Result<Reply, ProviderError> {
    match (http_status, reply) {
        (200..=299, Ok(reply)) if reply.sid.is_some() => Ok(reply),
        (429, _) => Err(ProviderError::RateLimited { code: None }),
        (401 | 403, Err(_)) => Err(ProviderError::misconfigured("auth_token", None)),
        (400..=499, Ok(reply)) => {
            let code = reply.code.as_ref().map(Code::text).unwrap_or_default();
            Err(error_of(http_status, &code))
        }
        (_, Ok(_)) => Err(ProviderError::Unknown {
            what: "the response is not a message",
        }),
        (_, Err(unreadable)) => Err(unreadable),
    }
}

fn error_of(http_status: u16, code: &str) -> ProviderError {
    let kept = clean_code(code);
    match code {
        "21211" | "21610" | "21614" | "21635" => ProviderError::Refused {
            reason: RefusalReason::Other,
            code: kept,
        },
        "20003" => ProviderError::misconfigured("account_sid or auth_token", kept),
        // The account may not send to this country, or has no sender that can.
        "21408" | "21612" => ProviderError::OutOfReach { code: kept },
        "21608" => {
            ProviderError::misconfigured("a trial account sends to verified numbers only", kept)
        }
        "21212" | "21606" | "21603" => ProviderError::misconfigured("from", kept),
        "20429" => ProviderError::RateLimited { code: kept },
        _ if http_status == 401 || http_status == 403 => {
            ProviderError::misconfigured("auth_token", kept)
        }
        _ => ProviderError::Unavailable {
            what: "a code we do not know",
            code: kept,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::{Reply, error_of, interpret};
    use crate::documented::{self, Adapter, UNREADABLE};
    use crate::outcome::Outcome;

    fn check(http_status: u16, body: &str, expected: Outcome) {
        let reply = serde_json::from_str::<Reply>(body).map_err(|_| UNREADABLE);
        let outcome = interpret(http_status, reply)
            .err()
            .map_or(Outcome::Done, |error| error.outcome());
        assert_eq!(outcome, expected, "{http_status} {body}");
    }

    #[test]
    fn status_and_code_decide_in_both_shapes_of_errors() {
        check(
            201,
            r#"{"sid":"SM1","status":"queued","error_code":null}"#,
            Outcome::Done,
        );
        check(
            400,
            r#"{"code":21211,"message":"x","more_info":"x","status":400}"#,
            Outcome::Refused,
        );
        check(
            400,
            r#"{"type":"x","title":"x","status":400,"code":21614}"#,
            Outcome::Refused,
        );
        check(401, r#"{"code":20003}"#, Outcome::Misconfigured);
        check(400, r#"{"code":21408}"#, Outcome::Refused);
        for (code, expected) in [
            (21608, Outcome::Misconfigured),
            (21612, Outcome::Refused),
            (21635, Outcome::Refused),
            (99999, Outcome::Unavailable),
        ] {
            check(400, &format!(r#"{{"code":{code}}}"#), expected);
        }
        check(429, r#"{"code":20429}"#, Outcome::RateLimited);
        check(401, "", Outcome::Misconfigured);
        check(503, r#"{"code":20503}"#, Outcome::Unknown);
        check(500, "", Outcome::Unknown);
        check(200, "<html>", Outcome::Unknown);
        check(201, "{}", Outcome::Unknown);
    }

    #[test]
    fn the_page_says_what_each_code_means() {
        let adapter = Adapter {
            is_sms: true,
            of_code: |code: &str| error_of(400, code),
            of_status: |status| interpret(status, Err(UNREADABLE)).err().unwrap(),
        };
        let page = include_str!("../../../../docs/providers/twilio.md");
        adapter.check(page, documented::numbers());
    }
}
