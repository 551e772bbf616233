//! What İleti Merkezi's codes mean to us.

use payments_core::tokenization::RefusalReason;

use super::message::Reply;
use crate::outcome::{ProviderError, clean_code, clean_id};

/// Interprets a response by the code in its envelope; returns the order's id, if it has one.
pub(super) fn interpret(
    http_status: u16,
    reply: Result<Reply, ProviderError>,
) -> Result<Option<String>, ProviderError> {
    let response = match (reply, http_status) {
        (Ok(reply), _) => reply.response,
        (Err(_), 429) => return Err(ProviderError::RateLimited { code: None }),
        (Err(_), 401 | 403) => return Err(ProviderError::misconfigured("key or hash", None)),
        (Err(unreadable), _) => return Err(unreadable),
    };
    match response.status.code.text().as_str() {
        "200" => Ok(response.order.and_then(|order| clean_id(&order.id.text()))),
        code => Err(error_of(code)),
    }
}

pub(super) fn error_of(code: &str) -> ProviderError {
    let kept = clean_code(code);
    match code {
        "400" | "404" | "422" | "453" | "457" | "459" | "467" | "470" => {
            ProviderError::misconfigured("a part of the request", kept)
        }
        "401" => ProviderError::misconfigured("key or hash, or API access is disabled", kept),
        "402" => ProviderError::misconfigured("the account has no balance", kept),
        "450" | "460" => ProviderError::misconfigured("sender", kept),
        "454" => ProviderError::misconfigured("the text", kept),
        "468" | "469" => {
            ProviderError::misconfigured("the consent register (iys) of the account", kept)
        }
        "452" | "466" => ProviderError::Refused {
            reason: RefusalReason::Other,
            code: kept,
        },
        "429" => ProviderError::RateLimited { code: kept },
        // A repeated order: an earlier one was sent.
        "451" => ProviderError::Unknown {
            what: "the order exists already",
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
    fn the_code_in_the_envelope_decides() {
        check(
            200,
            r#"{"response":{"status":{"code":200},"order":{"id":17}}}"#,
            Outcome::Done,
        );
        for (codes, expected) in [
            (
                vec![
                    400, 401, 402, 404, 422, 450, 453, 454, 457, 459, 460, 467, 468, 469, 470,
                ],
                Outcome::Misconfigured,
            ),
            (vec![452, 466], Outcome::Refused),
            (vec![451], Outcome::Unknown),
            (vec![500, 999], Outcome::Unavailable),
        ] {
            for code in codes {
                check(
                    code,
                    &format!(r#"{{"response":{{"status":{{"code":"{code}","message":"x"}}}}}}"#),
                    expected,
                );
            }
        }
        check(401, "", Outcome::Misconfigured);
        check(429, "", Outcome::RateLimited);
        check(500, "", Outcome::Unknown);
        check(200, "{}", Outcome::Unknown);
    }

    #[test]
    fn the_page_says_what_each_code_means() {
        let adapter = Adapter {
            is_sms: true,
            of_code: |code: &str| error_of(code),
            of_status: |status| interpret(status, Err(UNREADABLE)).err().unwrap(),
        };
        let page = include_str!("../../../../docs/providers/iletimerkezi.md");
        adapter.check(page, documented::numbers());
    }
}
