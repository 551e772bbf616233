//! What Netgsm's codes mean to us.

use payments_core::tokenization::RefusalReason;

use super::Reply;
use crate::outcome::{ProviderError, clean_code};

/// Interprets a response by its code: an error comes with HTTP 406 or 200.
pub(super) fn interpret(
    http_status: u16,
    reply: Result<Reply, ProviderError>,
) -> Result<Reply, ProviderError> {
    let reply = match (reply, http_status) {
        (Ok(reply), _) => reply,
        (Err(_), 429) => return Err(ProviderError::RateLimited { code: None }),
        (Err(_), 401 | 403) => return Err(ProviderError::misconfigured("password", None)),
        (Err(unreadable), _) => return Err(unreadable),
    };
    match reply.code.text().as_str() {
        "00" | "0" => Ok(reply),
        code => Err(error_of(code)),
    }
}

pub(super) fn error_of(code: &str) -> ProviderError {
    let kept = clean_code(code);
    match code {
        "20" => ProviderError::misconfigured("the text's length or characters", kept),
        "30" => ProviderError::misconfigured(
            "usercode or password, or this machine's address at Netgsm",
            kept,
        ),
        "40" | "41" => ProviderError::misconfigured("header", kept),
        "60" => ProviderError::misconfigured("the account has no OTP package or credit", kept),
        "70" => ProviderError::misconfigured("a parameter of the request", kept),
        // 85 is about this number: another sender must not continue.
        "50" | "51" | "52" | "85" => ProviderError::Refused {
            reason: RefusalReason::Other,
            code: kept,
        },
        "80" => ProviderError::RateLimited { code: kept },
        "100" | "101" => ProviderError::Unavailable {
            what: "Netgsm's own system failed",
            code: kept,
        },
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
    fn the_code_decides() {
        check(
            200,
            r#"{"code":"00","jobid":"17377215342605050417149344"}"#,
            Outcome::Done,
        );
        check(
            200,
            r#"{"code":"00","jobId":17377215342605}"#,
            Outcome::Done,
        );
        for (codes, expected) in [
            (
                vec!["20", "30", "40", "41", "60", "70"],
                Outcome::Misconfigured,
            ),
            (vec!["50", "51", "52", "85"], Outcome::Refused),
            (vec!["80"], Outcome::RateLimited),
            (vec!["100", "101", "999"], Outcome::Unavailable),
        ] {
            for code in codes {
                check(406, &format!(r#"{{"code":"{code}"}}"#), expected);
                check(200, &format!(r#"{{"code":{code}}}"#), expected);
            }
        }
        check(401, "", Outcome::Misconfigured);
        check(429, "", Outcome::RateLimited);
        check(500, "", Outcome::Unknown);
        check(200, "<html>", Outcome::Unknown);
    }

    #[test]
    fn the_page_says_what_each_code_means() {
        let adapter = Adapter {
            is_sms: true,
            of_code: |code: &str| error_of(code),
            of_status: |status| interpret(status, Err(UNREADABLE)).err().unwrap(),
        };
        let page = include_str!("../../../../docs/providers/netgsm.md");
        adapter.check(page, documented::numbers());
    }
}
