//! The responses to refusals of the card-storage protocol.

use payments_core::card_storage::StorageRefusal;
use payments_core::phone::DestinationRefused;
use payments_core::sms::SmsLimit;

use crate::error::{ApiError, FieldError, Problem};

impl From<StorageRefusal> for ApiError {
    fn from(refusal: StorageRefusal) -> Self {
        match refusal {
            StorageRefusal::NoPos => Problem::GatewayNotAllowed.into(),
            StorageRefusal::CardExpired => Problem::CardExpired.about(vec![
                FieldError::new("card_month", "card-expired"),
                FieldError::new("card_year", "card-expired"),
            ]),
            StorageRefusal::CvvRequired => {
                Problem::CvvRequired.about(vec![FieldError::new("card_cvv", "field-required")])
            }
            StorageRefusal::NoCardHeld => Problem::NoCardHeld.into(),
            StorageRefusal::NoCodeSent => Problem::NoCodeSent.into(),
            StorageRefusal::CodeExpired => {
                Problem::CodeExpired.about(vec![FieldError::new("otp", "code-expired")])
            }
            StorageRefusal::WrongCode { tries_left } => Self {
                tries_left,
                ..Problem::OtpWrong.about(vec![FieldError::new("otp", "otp-wrong")])
            },
            StorageRefusal::FlowVoid => {
                Problem::FlowVoid.about(vec![FieldError::new("otp", "flow-void")])
            }
            StorageRefusal::CardGone => Problem::CardGone.into(),
            StorageRefusal::SavingInProgress => Self::new(Problem::SavingInProgress).retry_after(1),
            StorageRefusal::Destination(refused) => destination(refused),
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
            StorageRefusal::SmsRefused => Problem::PhoneRefused
                .about(vec![FieldError::new("phone_number", "sms-refused-number")]),
            StorageRefusal::SmsUnavailable => Self::new(Problem::SmsUnavailable).retry_after(5),
            StorageRefusal::Unavailable(unavailable) => unavailable.into(),
            _ => Problem::Internal.into(),
        }
    }
}

/// Whether this caller, or all callers together, exceeded the limit.
const fn too_many_codes(limit: SmsLimit) -> Problem {
    match limit {
        SmsLimit::Cooldown | SmsLimit::Customer | SmsLimit::Phone | SmsLimit::AddressBlock => {
            Problem::TooManyRequests
        }
        SmsLimit::DailyBudget | SmsLimit::Breaker => Problem::SmsPaused,
    }
}

fn destination(refused: DestinationRefused) -> ApiError {
    let (problem, sentence) = match refused {
        DestinationRefused::NotMobile => (Problem::PhoneNotMobile, "phone-not-mobile"),
        DestinationRefused::CountryNotAllowed => {
            (Problem::PhoneCountryNotAllowed, "phone-country-not-allowed")
        }
    };
    problem.about(vec![FieldError::new("phone_number", sentence)])
}
