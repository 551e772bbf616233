//! The table of all errors a client can receive.
//!
//! **The client's words are ours:** a status and a sentence of the language files. What a caller, a gateway or a
//! library said is at most logged. `crate::answer` writes the body, in the language of the request.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError};
use payments_core::language::Language;
use payments_core::ports::Unavailable;
use payments_core::tokenization::RefusalReason;
use serde_json::Value;

/// The id of a sentence in the language files.
pub type SentenceId = &'static str;

macro_rules! problems {
    ($($(#[$doc:meta])* $name:ident => $status:ident, $code:literal, $sentence:literal;)+) => {
        /// All reasons to refuse a request.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Problem {
            $($(#[$doc])* $name,)+
        }

        impl Problem {
            /// Every problem, in the order of the table.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// The status of the answer.
            pub const fn status(self) -> StatusCode {
                match self {
                    $(Self::$name => StatusCode::$status,)+
                }
            }

            /// The word in `code`, for programs. It never changes, and no two problems share one.
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$name => $code,)+
                }
            }

            /// The sentence in `detail`.
            pub const fn sentence(self) -> SentenceId {
                match self {
                    $(Self::$name => $sentence,)+
                }
            }
        }
    };
}

problems! {
    /// The caller is not logged in.
    NotAuthenticated => UNAUTHORIZED, "not_authenticated", "not-authenticated";
    /// There is no CSRF token.
    CsrfMissing => FORBIDDEN, "csrf_missing", "csrf-missing";
    /// The CSRF token is invalid, or of another session.
    CsrfFailed => FORBIDDEN, "csrf_failed", "csrf-failed";
    /// A provider's report is not signed by it.
    SignatureRefused => FORBIDDEN, "signature_refused", "signature-refused";
    /// The path does not exist.
    NotFound => NOT_FOUND, "not_found", "not-found";
    /// There is no such product.
    ProductNotFound => NOT_FOUND, "product_not_found", "product-not-found";
    /// There is no such customer.
    CustomerNotFound => NOT_FOUND, "customer_not_found", "customer-not-found";
    /// The customer has no such card.
    CardNotFound => NOT_FOUND, "card_not_found", "card-not-found";
    /// The path exists, but not for this method.
    MethodNotAllowed => METHOD_NOT_ALLOWED, "method_not_allowed", "method-not-allowed";
    /// The request is malformed.
    BadRequest => BAD_REQUEST, "bad_request", "bad-request";
    /// The body does not match its content type.
    MalformedBody => BAD_REQUEST, "malformed_body", "malformed-body";
    /// Some fields are missing or wrong.
    ValidationFailed => BAD_REQUEST, "validation_failed", "validation-failed";
    /// The request timed out while it was read.
    RequestTimeout => REQUEST_TIMEOUT, "request_timeout", "request-timeout";
    /// The body is larger than allowed.
    PayloadTooLarge => PAYLOAD_TOO_LARGE, "payload_too_large", "payload-too-large";
    /// The request line is longer than allowed.
    UriTooLong => URI_TOO_LONG, "uri_too_long", "uri-too-long";
    /// The body's content type is not supported.
    UnsupportedMediaType => UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", "unsupported-media-type";
    /// The headers are larger than allowed.
    HeadersTooLarge => REQUEST_HEADER_FIELDS_TOO_LARGE, "headers_too_large", "headers-too-large";
    /// A rate limit is exceeded.
    TooManyRequests => TOO_MANY_REQUESTS, "rate_limited", "too-many-requests";
    /// A daily limit is exceeded.
    TooManyToday => TOO_MANY_REQUESTS, "daily_limit_reached", "too-many-codes-today";
    /// A dependency is unavailable.
    Unavailable => SERVICE_UNAVAILABLE, "service_unavailable", "service-unavailable";
    /// The response was not ready in time.
    SavingInProgress => SERVICE_UNAVAILABLE, "saving_in_progress", "saving-in-progress";
    /// A defect.
    Internal => INTERNAL_SERVER_ERROR, "internal_error", "internal-error";

    /// No card is held.
    NoCardHeld => BAD_REQUEST, "card_not_held", "no-card-held";
    /// No phone is held.
    NoCodeSent => BAD_REQUEST, "code_not_sent", "no-code-sent";
    /// The code has expired.
    CodeExpired => BAD_REQUEST, "code_expired", "code-expired";
    /// The entered code is wrong.
    OtpWrong => BAD_REQUEST, "otp_wrong", "validation-failed";
    /// Too many wrong codes.
    FlowVoid => BAD_REQUEST, "flow_void", "flow-void";
    /// The held card was dropped.
    CardGone => BAD_REQUEST, "card_discarded", "card-gone";
    /// The card has expired.
    CardExpired => BAD_REQUEST, "card_expired", "validation-failed";
    /// The gateway needs the CVV.
    CvvRequired => BAD_REQUEST, "cvv_required", "validation-failed";
    /// The number is not that of a mobile phone.
    PhoneNotMobile => BAD_REQUEST, "phone_not_mobile", "validation-failed";
    /// Codes are not sent to the number's country.
    PhoneCountryNotAllowed => BAD_REQUEST, "phone_country_not_allowed", "validation-failed";
    /// No code can be sent to this number.
    PhoneRefused => BAD_REQUEST, "phone_refused", "validation-failed";
    /// No code can be sent now.
    SmsUnavailable => SERVICE_UNAVAILABLE, "sms_unavailable", "sms-unavailable";
    /// No code is sent for now: the daily budget is used up, or the breaker is open.
    SmsPaused => SERVICE_UNAVAILABLE, "sms_paused", "sms-paused";
    /// The customer has to act at the gateway first.
    ActionRequired => BAD_REQUEST, "action_required", "action-required";
    /// The gateway could not be reached.
    GatewayUnavailable => BAD_REQUEST, "gateway_unavailable", "gateway-unavailable";
    /// The gateway did not say whether it made a token.
    GatewayOutcomeUnknown => BAD_REQUEST, "gateway_outcome_unknown", "gateway-outcome-unknown";
    /// The bank declined.
    GatewayDeclined => BAD_REQUEST, "gateway_declined", "gateway-declined";
    /// The bank says the card is expired.
    GatewayExpiredCard => BAD_REQUEST, "gateway_expired_card", "gateway-expired-card";
    /// The bank says the card is not valid.
    GatewayInvalidCard => BAD_REQUEST, "gateway_invalid_card", "gateway-invalid-card";
    /// This card may not be saved, or nowhere here.
    GatewayNotAllowed => BAD_REQUEST, "card_not_allowed", "gateway-not-allowed";
    /// The bank asks to retry later.
    GatewayTryLater => BAD_REQUEST, "gateway_try_later", "gateway-try-later";
    /// The customer has to contact the bank.
    GatewayContactBank => BAD_REQUEST, "gateway_contact_bank", "gateway-contact-bank";
    /// The gateway refused for any other reason.
    GatewayRefused => BAD_REQUEST, "gateway_refused", "gateway-generic";

    /// The management token is missing or unknown.
    ManageUnauthorized => UNAUTHORIZED, "management_token_invalid", "manage-unauthorized";
    /// The management token does not have the scope that this needs.
    ManageForbidden => FORBIDDEN, "scope_missing", "manage-forbidden";
    /// A precondition failed (`If-Match`, `If-None-Match`).
    PreconditionFailed => PRECONDITION_FAILED, "precondition_failed", "precondition-failed";
    /// The document has errors.
    ManageValidationFailed => BAD_REQUEST, "document_invalid", "manage-validation-failed";
    /// The saved card cannot be charged.
    CardNotChargeable => CONFLICT, "card_not_chargeable", "card-not-chargeable";
    /// The settings require a quote.
    QuoteRequired => BAD_REQUEST, "quote_required", "quote-required";
    /// The quote is not valid, or not for this saved card.
    QuoteRefused => CONFLICT, "quote_refused", "quote-refused";
    /// The quote was used for another order.
    QuoteUsed => CONFLICT, "quote_used", "quote-used";
    /// No key for quotes is configured.
    QuotesNotConfigured => SERVICE_UNAVAILABLE, "quotes_not_configured", "quotes-not-configured";
    /// The customer's card can be several cards of the catalog, with different plans.
    AmbiguousCard => CONFLICT, "ambiguous_card", "ambiguous-card";
    /// The purchase is not offered the plan.
    NotOffered => CONFLICT, "not_offered", "not-offered";
    /// The change conflicts with stored data.
    ManageConflict => CONFLICT, "conflict", "manage-conflict";
    /// Other objects refer to the one to be deleted.
    ManageReferred => CONFLICT, "still_referenced", "manage-referred";
    /// The audit log does not say what objects were at a moment.
    HistoryUnknown => CONFLICT, "history_unknown", "history-unknown";
    /// The change was stored as a proposal, which waits for approval.
    ApprovalRequired => CONFLICT, "approval_required", "approval-required";
    /// The caller proposed the change, so that a second person has to approve it.
    OwnProposal => FORBIDDEN, "own_proposal", "own-proposal";
    /// What a proposal changes was changed since.
    ProposalStale => CONFLICT, "proposal_stale", "proposal-stale";
    /// The proposal was approved or rejected before.
    ProposalClosed => CONFLICT, "proposal_closed", "proposal-closed";
    /// Cards or tokens belong to an account or gateway that the change would remove.
    ManageInUse => CONFLICT, "still_in_use", "manage-in-use";
}

impl Problem {
    /// The problem of a gateway's refusal.
    pub const fn of_refusal(reason: RefusalReason) -> Self {
        match reason {
            RefusalReason::Declined => Self::GatewayDeclined,
            RefusalReason::ExpiredCard => Self::GatewayExpiredCard,
            RefusalReason::InvalidCard => Self::GatewayInvalidCard,
            RefusalReason::NotAllowed => Self::GatewayNotAllowed,
            RefusalReason::TryLater => Self::GatewayTryLater,
            RefusalReason::ContactBank => Self::GatewayContactBank,
            RefusalReason::Other | _ => Self::GatewayRefused,
        }
    }

    /// An error with field messages.
    pub fn about(self, fields: Vec<FieldError>) -> ApiError {
        ApiError {
            fields,
            ..ApiError::new(self)
        }
    }

    /// The problem of a status that Actix responds with by itself.
    pub fn of_status(status: StatusCode) -> Self {
        const STANDING_FOR_A_STATUS: [Problem; 11] = [
            Problem::NotAuthenticated,
            Problem::CsrfFailed,
            Problem::NotFound,
            Problem::MethodNotAllowed,
            Problem::RequestTimeout,
            Problem::PayloadTooLarge,
            Problem::UriTooLong,
            Problem::UnsupportedMediaType,
            Problem::HeadersTooLarge,
            Problem::TooManyRequests,
            Problem::Unavailable,
        ];
        let same = STANDING_FOR_A_STATUS
            .into_iter()
            .find(|problem| problem.status() == status);
        same.unwrap_or(if status.is_client_error() {
            Self::BadRequest
        } else {
            Self::Internal
        })
    }
}

/// A message about a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldMessage {
    /// A sentence of the language files, for customers.
    Sentence(SentenceId),
    /// English, for the management API's callers.
    English(Cow<'static, str>),
}

/// An error of one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// The field's name, or a JSON pointer in the management API.
    pub field: Cow<'static, str>,
    /// What is wrong with its value.
    pub message: FieldMessage,
}

/// Why a request is refused.
pub struct ApiError {
    /// The status, the code and the `detail`.
    pub problem: Problem,
    /// `errors`, in this order, grouped by field.
    pub fields: Vec<FieldError>,
    /// The `Retry-After` header, in seconds.
    pub retry_after_seconds: Option<u32>,
    /// `Allow`, for a method that is not allowed.
    pub allow: Option<&'static str>,
    /// `next_action`: the URL where the customer continues.
    pub next_action: Option<String>,
    /// `tries_left`: how many more codes may be tried.
    pub tries_left: Option<u8>,
    /// One more member of the body, such as the reasons why a plan is not offered.
    pub more: Option<Box<(&'static str, Value)>>,
    /// The cause, for the log only: never a caller's or a gateway's text.
    pub cause: Option<Box<dyn StdError + Send + Sync>>,
}

impl ApiError {
    /// A problem without details.
    pub const fn new(problem: Problem) -> Self {
        Self {
            problem,
            fields: Vec::new(),
            retry_after_seconds: None,
            allow: None,
            next_action: None,
            tries_left: None,
            more: None,
            cause: None,
        }
    }

    /// The customer has to act first, at this URL of the service.
    pub fn action_required(next_action: String) -> Self {
        Self {
            next_action: Some(next_action),
            ..Self::new(Problem::ActionRequired)
        }
    }

    /// Fields that are missing or wrong.
    pub fn validation(fields: Vec<FieldError>) -> Self {
        Problem::ValidationFailed.about(fields)
    }

    /// One field that is missing or wrong.
    pub fn field(field: &'static str, sentence: SentenceId) -> Self {
        Self::validation(vec![FieldError::new(field, sentence)])
    }

    /// The response's language: English if a message exists in English only, or else the caller's.
    pub fn language(&self, callers: Language) -> Language {
        let is_english = |field: &FieldError| matches!(field.message, FieldMessage::English(_));
        if self.fields.iter().any(is_english) {
            Language::En
        } else {
            callers
        }
    }

    /// Adds a `Retry-After` header, in seconds.
    #[must_use]
    pub const fn retry_after(mut self, seconds: u32) -> Self {
        self.retry_after_seconds = Some(seconds);
        self
    }

    /// Adds a member to the body.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: Value) -> Self {
        self.more = Some(Box::new((name, value)));
        self
    }

    /// Adds the cause, for the log.
    #[must_use]
    pub fn because(mut self, cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.cause = Some(cause.into());
        self
    }
}

impl FieldError {
    /// A sentence about a field.
    pub const fn new(field: &'static str, sentence: SentenceId) -> Self {
        Self {
            field: Cow::Borrowed(field),
            message: FieldMessage::Sentence(sentence),
        }
    }

    /// An English message about a JSON pointer.
    pub fn at(pointer: impl Into<Cow<'static, str>>, text: impl Into<Cow<'static, str>>) -> Self {
        Self {
            field: pointer.into(),
            message: FieldMessage::English(text.into()),
        }
    }
}

impl From<Problem> for ApiError {
    fn from(problem: Problem) -> Self {
        Self::new(problem)
    }
}

impl From<Unavailable> for ApiError {
    fn from(cause: Unavailable) -> Self {
        Self::new(Problem::Unavailable)
            .retry_after(1)
            .because(cause)
    }
}

impl fmt::Debug for ApiError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.problem.sentence())?;
        for field in &self.fields {
            write!(out, " {}", field.field)?;
        }
        Ok(())
    }
}

impl std::error::Error for ApiError {}

impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        self.problem.status()
    }

    /// Only the status: `crate::answer` finds this error in the response and writes the rest.
    fn error_response(&self) -> HttpResponse {
        HttpResponse::new(self.status_code())
    }
}
