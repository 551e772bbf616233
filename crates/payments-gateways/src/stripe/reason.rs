//! What Stripe's codes mean to us.

use payments_core::tokenization::RefusalReason;
use serde::de::DeserializeOwned;

use super::message::{Error, Failure, SetupIntent};
use crate::http::Answer;
use crate::outcome::{self, ProviderError, clean_code};

const NO_SUCH_OBJECT: &str = "resource_missing";
/// The cardholder failed to authenticate, or gave up.
pub(super) const AUTHENTICATION_FAILED: &str = "setup_intent_authentication_failure";
/// Our code for the same of the parameter `customer`.
const NO_SUCH_CUSTOMER: &str = "resource_missing.customer";

/// Interprets a response: an object below 300, a definite refusal from 400 to 499, and an unknown outcome above.
pub(super) fn interpret<T: DeserializeOwned>(answer: &Answer) -> Result<T, ProviderError> {
    match answer.status() {
        200..=299 => answer.json(),
        status => Err(error_of(
            status,
            answer.json::<Failure>().map(|failure| failure.error),
        )),
    }
}

fn error_of(http_status: u16, error: Result<Error, ProviderError>) -> ProviderError {
    match (http_status, error) {
        (429, _) => ProviderError::RateLimited { code: None },
        (401 | 403, _) => {
            ProviderError::misconfigured("secret_key: Stripe does not accept it", None)
        }
        (409, _) => ProviderError::Unknown {
            what: "the same call is under way",
        },
        (400..=499, Ok(error)) => refused(&error),
        (_, Ok(_)) => ProviderError::Unknown {
            what: "the provider failed",
        },
        (_, Err(unreadable)) => unreadable,
    }
}

fn refused(error: &Error) -> ProviderError {
    let code = error
        .decline_code
        .as_deref()
        .or(error.code.as_deref())
        .unwrap_or_default();
    let kept = clean_code(code);
    let is_about_the_card = error
        .param
        .as_deref()
        .is_some_and(|param| param.starts_with("card"));
    match error.kind.as_str() {
        "card_error" => ProviderError::Refused {
            reason: reason(code),
            code: kept,
        },
        _ if is_about_the_card => ProviderError::Refused {
            reason: RefusalReason::InvalidCard,
            code: kept,
        },
        "invalid_request_error" if code == NO_SUCH_OBJECT => ProviderError::Refused {
            reason: RefusalReason::Other,
            code: match error.param.as_deref() {
                Some("customer") => Some(NO_SUCH_CUSTOMER.to_owned()),
                _ => kept,
            },
        },
        "idempotency_error" => ProviderError::Unknown {
            what: "the idempotency key was used before",
        },
        // A parameter that the version of the API does not take, a right that the account does not have, …: the code
        // says which, if Stripe sends one.
        _ => ProviderError::misconfigured(
            "Stripe does not take this request from this account",
            kept,
        ),
    }
}

/// The reasons of decline codes and error codes; an unknown one gets the generic sentence.
const REASONS: [(RefusalReason, &[&str]); 6] = [
    (
        RefusalReason::Declined,
        &[
            "card_declined",
            "card_velocity_exceeded",
            "do_not_honor",
            "duplicate_transaction",
            "generic_decline",
            "incorrect_address",
            "incorrect_pin",
            "incorrect_zip",
            "insufficient_funds",
            "invalid_amount",
            "invalid_pin",
            // Must look like any other decline: the cardholder may be a fraudster.
            "merchant_blacklist",
            "pin_try_exceeded",
            "test_mode_live_card",
            "testmode_decline",
            "transaction_not_allowed",
            "withdrawal_count_limit_exceeded",
        ],
    ),
    (
        RefusalReason::ExpiredCard,
        &["expired_card", "expired_payment_method"],
    ),
    (
        RefusalReason::InvalidCard,
        &[
            "incorrect_cvc",
            "incorrect_number",
            "invalid_cvc",
            "invalid_expiry_month",
            "invalid_expiry_year",
            "invalid_number",
            "live_mode_test_card",
        ],
    ),
    (
        RefusalReason::NotAllowed,
        &[
            "authentication_not_handled",
            "authentication_required",
            "card_not_supported",
            "currency_not_supported",
            "mobile_device_authentication_required",
            "offline_pin_required",
            "online_or_offline_pin_required",
            AUTHENTICATION_FAILED,
            "three_d_secure_authentication_not_supported",
        ],
    ),
    (
        RefusalReason::ContactBank,
        &[
            "approve_with_id",
            "call_issuer",
            "do_not_try_again",
            "fraudulent",
            "invalid_account",
            "lost_card",
            "new_account_information_available",
            "no_action_taken",
            "not_permitted",
            "pickup_card",
            "restricted_card",
            "revocation_of_all_authorizations",
            "revocation_of_authorization",
            "security_violation",
            "service_not_allowed",
            "stolen_card",
            "stop_payment_order",
        ],
    ),
    (
        RefusalReason::TryLater,
        &[
            "card_decline_rate_limit_exceeded",
            "issuer_not_available",
            "processing_error",
            "reenter_transaction",
            "three_d_secure_authentication_upstream_error",
            "try_again_later",
        ],
    ),
];

pub(super) fn reason(code: &str) -> RefusalReason {
    outcome::reason_of(&REASONS, code).unwrap_or(RefusalReason::Other)
}

/// A setup intent attaches the card only when it has succeeded.
pub(super) fn of_setup_intent(intent: &SetupIntent) -> Result<(), ProviderError> {
    let refused = |reason| ProviderError::Refused {
        reason,
        code: clean_code(&intent.status),
    };
    match intent.status.as_str() {
        "succeeded" => Ok(()),
        "requires_action" | "requires_confirmation" => Err(refused(RefusalReason::NotAllowed)),
        "requires_payment_method" | "canceled" => Err(refused(RefusalReason::Declined)),
        _ => Err(ProviderError::Unknown {
            what: "the setup intent is not decided",
        }),
    }
}

pub(super) fn says_no_such_object(error: &ProviderError) -> bool {
    error.code() == Some(NO_SUCH_OBJECT) || says_no_such_customer(error)
}

pub(super) fn says_no_such_customer(error: &ProviderError) -> bool {
    error.code() == Some(NO_SUCH_CUSTOMER)
}

#[cfg(test)]
mod tests {
    use payments_core::tokenization::RefusalReason;

    use super::{Failure, ProviderError, REASONS, SetupIntent, error_of};
    use crate::documented::{Adapter, UNREADABLE};
    use crate::outcome::Outcome;

    fn check(http_status: u16, body: &str, expected: Outcome) {
        let unreadable = ProviderError::Unknown {
            what: "the answer cannot be read",
        };
        let failure = serde_json::from_str::<Failure>(body).map_err(|_| unreadable);
        let outcome = error_of(http_status, failure.map(|failure| failure.error)).outcome();
        assert_eq!(outcome, expected, "{http_status} {body}");
    }

    #[test]
    fn status_kind_and_code_decide() {
        check(
            402,
            r#"{"error":{"type":"card_error","code":"card_declined","decline_code":"lost_card"}}"#,
            Outcome::Refused,
        );
        check(
            402,
            r#"{"error":{"type":"card_error","code":"incorrect_cvc"}}"#,
            Outcome::InvalidCard,
        );
        check(
            400,
            r#"{"error":{"type":"invalid_request_error","param":"card[number]"}}"#,
            Outcome::InvalidCard,
        );
        check(
            402,
            r#"{"error":{"type":"invalid_request_error"}}"#,
            Outcome::Misconfigured,
        );
        check(
            404,
            r#"{"error":{"type":"invalid_request_error","code":"resource_missing"}}"#,
            Outcome::Refused,
        );
        check(
            401,
            r#"{"error":{"type":"invalid_request_error"}}"#,
            Outcome::Misconfigured,
        );
        check(
            409,
            r#"{"error":{"type":"idempotency_error"}}"#,
            Outcome::Unknown,
        );
        check(429, "", Outcome::RateLimited);
        check(500, r#"{"error":{"type":"api_error"}}"#, Outcome::Unknown);
        check(302, "", Outcome::Unknown);
    }

    /// The card decline codes of Stripe's documentation (docs.stripe.com/declines/codes) of October 2026, the deprecated ones too.
    const PUBLISHED: [&str; 50] = [
        "approve_with_id",
        "authentication_not_handled",
        "authentication_required",
        "call_issuer",
        "card_not_supported",
        "card_velocity_exceeded",
        "currency_not_supported",
        "do_not_honor",
        "do_not_try_again",
        "duplicate_transaction",
        "expired_card",
        "fraudulent",
        "generic_decline",
        "incorrect_address",
        "incorrect_cvc",
        "incorrect_number",
        "incorrect_pin",
        "incorrect_zip",
        "insufficient_funds",
        "invalid_account",
        "invalid_amount",
        "invalid_cvc",
        "invalid_expiry_month",
        "invalid_expiry_year",
        "invalid_number",
        "invalid_pin",
        "issuer_not_available",
        "lost_card",
        "merchant_blacklist",
        "mobile_device_authentication_required",
        "new_account_information_available",
        "no_action_taken",
        "not_permitted",
        "offline_pin_required",
        "online_or_offline_pin_required",
        "pickup_card",
        "pin_try_exceeded",
        "processing_error",
        "reenter_transaction",
        "restricted_card",
        "revocation_of_all_authorizations",
        "revocation_of_authorization",
        "security_violation",
        "service_not_allowed",
        "stolen_card",
        "stop_payment_order",
        "testmode_decline",
        "transaction_not_allowed",
        "try_again_later",
        "withdrawal_count_limit_exceeded",
    ];

    #[test]
    fn every_published_decline_code_has_a_sentence_of_its_own() {
        for code in PUBLISHED {
            assert_ne!(super::reason(code), RefusalReason::Other, "{code}");
        }
        assert_eq!(super::reason("a_new_code"), RefusalReason::Other);
    }

    #[test]
    fn a_removed_parameter_is_recognized_by_its_code() {
        let removed = r#"{"error":{"type":"invalid_request_error",
            "code":"payment_method_types_no_longer_supported","param":"payment_method_types"}}"#;
        let failure: Failure = serde_json::from_str(removed).unwrap();
        assert_eq!(
            error_of(400, Ok(failure.error)).to_string(),
            "misconfigured: Stripe does not take this request from this account \
             (payment_method_types_no_longer_supported)"
        );
    }

    #[test]
    fn the_page_says_what_each_code_means() {
        let page = include_str!("../../../../docs/providers/stripe.md");
        let of_code = |code: &str| match code {
            "requires_action" => {
                let said = format!(r#"{{"id":"seti_1","status":"{code}"}}"#);
                let intent: SetupIntent = serde_json::from_str(&said).unwrap();
                super::of_setup_intent(&intent).unwrap_err()
            }
            code => {
                let error = format!(r#"{{"type":"card_error","decline_code":"{code}"}}"#);
                error_of(402, serde_json::from_str(&error).map_err(|_| UNREADABLE))
            }
        };
        let adapter = Adapter {
            is_sms: false,
            of_code,
            of_status: |status| error_of(status, Err(UNREADABLE)),
        };
        let codes = REASONS.iter().flat_map(|(_, codes)| *codes);
        adapter.check(page, codes.map(|code| (*code).to_owned()));
    }
}
