//! What İleti Merkezi's codes mean to us.

use payments_core::tokenization::RefusalReason;

use super::message::Reply;
use crate::outcome::{Trouble, clean_code, clean_id};

/// Reads an answer by the code in its envelope; the id of the order, if there is one to keep.
pub(super) fn verdict(
    http_status: u16,
    reply: Result<Reply, Trouble>,
) -> Result<Option<String>, Trouble> {
    let response = match (reply, http_status) {
        (Ok(reply), _) => reply.response,
        (Err(_), 429) => return Err(Trouble::RateLimited { code: None }),
        (Err(_), 401 | 403) => return Err(misconfigured("key or hash", None)),
        (Err(unreadable), _) => return Err(unreadable),
    };
    match response.status.code.text().as_str() {
        "200" => Ok(response.order.and_then(|order| clean_id(&order.id.text()))),
        code => Err(trouble(code)),
    }
}

pub(super) fn trouble(code: &str) -> Trouble {
    let kept = clean_code(code);
    match code {
        "400" | "404" | "422" | "453" | "457" | "459" | "467" | "470" => {
            misconfigured("a part of the request", kept)
        }
        "401" => misconfigured("key or hash, or API access is off", kept),
        "402" => misconfigured("the account has no balance", kept),
        "450" | "460" => misconfigured("sender", kept),
        "454" => misconfigured("the text", kept),
        "468" | "469" => misconfigured("the consent register (iys) of the account", kept),
        "452" | "466" => Trouble::Refused {
            reason: RefusalReason::Other,
            code: kept,
        },
        "429" => Trouble::RateLimited { code: kept },
        // The same order again: an earlier one went out.
        "451" => Trouble::Unknown {
            what: "the order is there already",
        },
        _ => Trouble::Unavailable {
            what: "a code we do not know",
            code: kept,
        },
    }
}

fn misconfigured(what: &str, code: Option<String>) -> Trouble {
    Trouble::Misconfigured {
        what: what.to_owned(),
        code,
    }
}

#[cfg(test)]
mod tests {
    use super::{Reply, Trouble, trouble, verdict};
    use crate::documented::{self, Adapter, UNREADABLE};
    use crate::outcome::Outcome;

    fn check(http_status: u16, body: &str, expected: Outcome) {
        let unreadable = Trouble::Unknown {
            what: "the answer cannot be read",
        };
        let reply = serde_json::from_str::<Reply>(body).map_err(|_| unreadable);
        let outcome = verdict(http_status, reply)
            .err()
            .map_or(Outcome::Done, |trouble| trouble.outcome());
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
            of_code: |code: &str| trouble(code),
            of_status: |status| verdict(status, Err(UNREADABLE)).err().unwrap(),
        };
        let page = include_str!("../../../../docs/providers/iletimerkezi.md");
        adapter.check(page, documented::numbers());
    }
}
