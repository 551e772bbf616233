//! The scripted results of a fake gateway.

use crate::tokenization::RefusalReason;

/// What the gateway does with a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GatewayAct {
    /// Makes a token, and returns it.
    Succeed,
    /// Refuses the card.
    Refuse(RefusalReason),
    /// Is unavailable; nothing was sent.
    BeUnavailable,
    /// Times out, and makes no token.
    TimeOut,
    /// Makes a token, and times out.
    MakeAndTimeOut,
    /// Times out, and makes the token so late that only the second search finds it.
    MakeLate,
    /// Returns a token that contains the card's number.
    RevealNumber,
    /// Returns a customer key that contains the card's number.
    RevealNumberInKey,
    /// Returns the card's number as the token.
    GiveNumberAsToken,
    /// Returns a token that is a Luhn-valid number of its own.
    GiveNumericToken,
    /// Returns the token that it returned for this number before, if any.
    RepeatToken,
    /// Requires an action of the customer ([`super::FakeGateway::approve`], [`super::FakeGateway::decline`]).
    AskCustomer,
    /// Requires an action, and then returns a token that contains the card's number.
    AskCustomerAndReveal,
}
