//! Requests to a gateway, and its answers and refusals.

mod gateway_action;
mod listing;
mod refusal;
mod token;

pub use gateway_action::{
    ActionHandle, ActionOutcome, ActionUrl, GatewayAction, InvalidAction, Notice, NoticeRefused,
    Tokenized,
};
pub use listing::{ListCursor, ListOf, Listed, ListedToken};
pub use refusal::{GatewayRefusal, RefusalReason};
pub use token::{CalledWith, Found, IssuedToken, TokenSearch, TokenizeRequest};
