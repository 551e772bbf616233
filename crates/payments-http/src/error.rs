//! The one table of what can go wrong, as the client is told it.
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

/// A sentence of the language files, by its id.
pub type SentenceId = &'static str;

macro_rules! problems {
    ($($(#[$doc:meta])* $name:ident => $status:ident, $code:literal, $sentence:literal;)+) => {
        /// Everything a request can be refused for.
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
    /// Nobody is logged in.
    NotAuthenticated => UNAUTHORIZED, "not_authenticated", "not-authenticated";
    /// There is no CSRF token.
    CsrfMissing => FORBIDDEN, "csrf_missing", "csrf-missing";
    /// The CSRF token is not one of ours, or not of this session.
    CsrfFailed => FORBIDDEN, "csrf_failed", "csrf-failed";
    /// A provider's report is not signed by it.
    SignatureRefused => FORBIDDEN, "signature_refused", "signature-refused";
    /// There is nothing at this path.
    NotFound => NOT_FOUND, "not_found", "not-found";
    /// There is no such product.
    ProductNotFound => NOT_FOUND, "product_not_found", "product-not-found";
    /// There is no such customer.
    CustomerNotFound => NOT_FOUND, "customer_not_found", "customer-not-found";
    /// The customer has no such card.
    CardNotFound => NOT_FOUND, "card_not_found", "card-not-found";
    /// The path exists, but not for this method.
    MethodNotAllowed => METHOD_NOT_ALLOWED, "method_not_allowed", "method-not-allowed";
    /// The request is not HTTP we understand.
    BadRequest => BAD_REQUEST, "bad_request", "bad-request";
    /// The body is not what its content type says.
    MalformedBody => BAD_REQUEST, "malformed_body", "malformed-body";
    /// Some fields are missing or wrong.
    ValidationFailed => BAD_REQUEST, "validation_failed", "validation-failed";
    /// The request did not arrive in time.
    RequestTimeout => REQUEST_TIMEOUT, "request_timeout", "request-timeout";
    /// The body is larger than allowed.
    PayloadTooLarge => PAYLOAD_TOO_LARGE, "payload_too_large", "payload-too-large";
    /// The request line is longer than allowed.
    UriTooLong => URI_TOO_LONG, "uri_too_long", "uri-too-long";
    /// The body's content type is none of ours.
    UnsupportedMediaType => UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", "unsupported-media-type";
    /// The headers are larger than allowed.
    HeadersTooLarge => REQUEST_HEADER_FIELDS_TOO_LARGE, "headers_too_large", "headers-too-large";
    /// A limit is used up for now.
    TooManyRequests => TOO_MANY_REQUESTS, "rate_limited", "too-many-requests";
    /// A limit of the day is used up.
    TooManyToday => TOO_MANY_REQUESTS, "daily_limit_reached", "too-many-codes-today";
    /// Something the service needs is away.
    Unavailable => SERVICE_UNAVAILABLE, "service_unavailable", "service-unavailable";
    /// The answer was not ready in time.
    SavingInProgress => SERVICE_UNAVAILABLE, "saving_in_progress", "saving-in-progress";
    /// A defect.
    Internal => INTERNAL_SERVER_ERROR, "internal_error", "internal-error";

    /// No card is held.
    NoCardHeld => BAD_REQUEST, "card_not_held", "no-card-held";
    /// No phone is held.
    NoCodeSent => BAD_REQUEST, "code_not_sent", "no-code-sent";
    /// The code's time is over.
    CodeExpired => BAD_REQUEST, "code_expired", "code-expired";
    /// The entered code is wrong.
    OtpWrong => BAD_REQUEST, "otp_wrong", "validation-failed";
    /// Too many wrong codes.
    FlowVoid => BAD_REQUEST, "flow_void", "flow-void";
    /// The held card was dropped.
    CardGone => BAD_REQUEST, "card_discarded", "card-gone";
    /// The card's last month is over.
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
    /// No code is sent for a while: the store's messages are used up, or its breaker is open.
    SmsPaused => SERVICE_UNAVAILABLE, "sms_paused", "sms-paused";
    /// The customer has something to do at the gateway first.
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
    /// The bank says: later.
    GatewayTryLater => BAD_REQUEST, "gateway_try_later", "gateway-try-later";
    /// The bank wants to be asked.
    GatewayContactBank => BAD_REQUEST, "gateway_contact_bank", "gateway-contact-bank";
    /// Any other refusal.
    GatewayRefused => BAD_REQUEST, "gateway_refused", "gateway-generic";

    /// The management token is missing or unknown.
    ManageUnauthorized => UNAUTHORIZED, "management_token_invalid", "manage-unauthorized";
    /// The management token does not have the scope that this needs.
    ManageForbidden => FORBIDDEN, "scope_missing", "manage-forbidden";
    /// The object is not as the request expects it (`If-Match`, `If-None-Match`).
    PreconditionFailed => PRECONDITION_FAILED, "precondition_failed", "precondition-failed";
    /// The document has errors.
    ManageValidationFailed => BAD_REQUEST, "document_invalid", "manage-validation-failed";
    /// The change collides with what is stored.
    ManageConflict => CONFLICT, "conflict", "manage-conflict";
    /// Other objects refer to the one to be deleted.
    ManageReferred => CONFLICT, "still_referenced", "manage-referred";
    /// Cards or tokens belong to what would be taken away from a point of sale.
    ManageInUse => CONFLICT, "still_in_use", "manage-in-use";
}

impl Problem {
    /// What a gateway's refusal is to the client.
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

    /// The problem with what is said about fields.
    pub fn about(self, fields: Vec<FieldError>) -> ApiError {
        ApiError {
            fields,
            ..ApiError::new(self)
        }
    }

    /// What a status that did not come from this table is to the client: those Actix answers with by itself.
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

/// What is said about one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldMessage {
    /// A sentence of the language files, for customers.
    Sentence(SentenceId),
    /// English of our own, for the management API's callers.
    English(Cow<'static, str>),
}

/// What is wrong with one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// The field's name, or a JSON pointer in the management API.
    pub field: Cow<'static, str>,
    /// What is said about it.
    pub message: FieldMessage,
}

/// Why a request is refused.
pub struct ApiError {
    /// Status and `detail`.
    pub problem: Problem,
    /// `errors`, in this order; several of one field are gathered under it.
    pub fields: Vec<FieldError>,
    /// `Retry-After`, in seconds.
    pub retry_after_seconds: Option<u32>,
    /// `Allow`, for a method that is not.
    pub allow: Option<&'static str>,
    /// `next_action`: where the customer goes on.
    pub next_action: Option<String>,
    /// `tries_left`: how many other codes may still be tried.
    pub tries_left: Option<u8>,
    /// What really happened, for the log: never a caller's or a gateway's words.
    pub cause: Option<Box<dyn StdError + Send + Sync>>,
}

impl ApiError {
    /// A problem with nothing to add.
    pub const fn new(problem: Problem) -> Self {
        Self {
            problem,
            fields: Vec::new(),
            retry_after_seconds: None,
            allow: None,
            next_action: None,
            tries_left: None,
            cause: None,
        }
    }

    /// The customer has something to do first, at this URL of ours.
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

    /// The language of the answer: English where something of it is said in English only, or else the caller's.
    pub fn language(&self, callers: Language) -> Language {
        let is_english = |field: &FieldError| matches!(field.message, FieldMessage::English(_));
        if self.fields.iter().any(is_english) {
            Language::En
        } else {
            callers
        }
    }

    /// The same with a time after which to try again.
    #[must_use]
    pub const fn retry_after(mut self, seconds: u32) -> Self {
        self.retry_after_seconds = Some(seconds);
        self
    }

    /// The same with what really happened, for the log.
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

    /// English about what a JSON pointer points to.
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

    /// The status only: `crate::answer` finds this error in the response and writes the rest.
    fn error_response(&self) -> HttpResponse {
        HttpResponse::new(self.status_code())
    }
}
