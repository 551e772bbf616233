//! What the card-storage protocol refuses, as the client is told it.

use payments_core::card_storage::StorageRefusal;
use payments_core::ports::{DestinationRefused, SmsLimit};

use crate::error::{ApiError, FieldError, Problem};

impl From<StorageRefusal> for ApiError {
    fn from(refusal: StorageRefusal) -> Self {
        match refusal {
            StorageRefusal::NoPos => Problem::GatewayNotAllowed.into(),
            StorageRefusal::CardExpired => Self::validation(vec![
                FieldError::new("card_month", "card-expired"),
                FieldError::new("card_year", "card-expired"),
            ]),
            StorageRefusal::CvvRequired => Self::field("card_cvv", "field-required"),
            StorageRefusal::NoCardHeld => Problem::NoCardHeld.into(),
            StorageRefusal::NoCodeSent => Problem::NoCodeSent.into(),
            StorageRefusal::CodeExpired => Self {
                fields: vec![FieldError::new("otp", "code-expired")],
                ..Self::new(Problem::CodeExpired)
            },
            StorageRefusal::WrongCode => Self::field("otp", "otp-wrong"),
            StorageRefusal::FlowVoid => Self {
                fields: vec![FieldError::new("otp", "flow-void")],
                ..Self::new(Problem::FlowVoid)
            },
            StorageRefusal::CardGone => Problem::CardGone.into(),
            StorageRefusal::SavingInProgress => Self::new(Problem::SavingInProgress).retry_after(1),
            StorageRefusal::Destination(DestinationRefused::NotMobile) => {
                Self::field("phone_number", "phone-not-mobile")
            }
            StorageRefusal::Destination(DestinationRefused::CountryNotAllowed) => {
                Self::field("phone_number", "phone-country-not-allowed")
            }
            StorageRefusal::TooManyCodes {
                limit,
                retry_after_seconds,
            } => Self::new(too_many_codes(limit)).retry_after(retry_after_seconds),
            StorageRefusal::TooManyTriesToday {
                retry_after_seconds,
            } => Self::new(Problem::TooManyToday).retry_after(retry_after_seconds),
            StorageRefusal::GatewayRefused(reason) => Problem::of_refusal(reason).into(),
            StorageRefusal::GatewayUnavailable => Problem::GatewayUnavailable.into(),
            StorageRefusal::OutcomeUnknown => Problem::GatewayOutcomeUnknown.into(),
            StorageRefusal::SmsRefused => Self::field("phone_number", "sms-refused-number"),
            StorageRefusal::SmsUnavailable => Self::new(Problem::SmsUnavailable).retry_after(5),
            StorageRefusal::Unavailable(unavailable) => unavailable.into(),
        }
    }
}

/// Whether the caller asked too often, or all callers together did.
const fn too_many_codes(limit: SmsLimit) -> Problem {
    match limit {
        SmsLimit::Cooldown | SmsLimit::Customer | SmsLimit::Phone | SmsLimit::AddressBlock => {
            Problem::TooManyRequests
        }
        SmsLimit::DailyBudget | SmsLimit::Breaker => Problem::SmsPaused,
    }
}
