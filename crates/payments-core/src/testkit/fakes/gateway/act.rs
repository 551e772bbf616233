//! What a fake gateway can be told to do.

use crate::tokenization::RefusalReason;

/// What a gateway does with a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GatewayAct {
    /// Makes a token.
    Succeed,
    /// Says no.
    Refuse(RefusalReason),
    /// Is unreachable; nothing was sent.
    BeAway,
    /// Does not answer, and makes no token.
    TimeOut,
    /// Makes a token and does not answer.
    MakeAndTimeOut,
    /// Does not answer, and makes the token so late that it is found only when asked the second time.
    MakeLate,
    /// Answers with a token that has the card's number in it.
    RevealNumber,
    /// Answers with a customer's key that has the card's number in it.
    RevealNumberInKey,
    /// Answers with the card's number as the token.
    GiveNumberAsToken,
    /// Answers with a number of its own that passes the check of card numbers.
    GiveNumericToken,
    /// Answers with the token it gave this number before, if it did.
    RepeatToken,
    /// Wants the customer to do something first ([`super::FakeGateway::approve`], [`super::FakeGateway::decline`]).
    AskCustomer,
    /// The same, and then answers with a token that has the card's number in it.
    AskCustomerAndReveal,
}
