//! Turns a card into a gateway's token.

use alloc::borrow::ToOwned;
use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::sync::Arc;

use async_trait::async_trait;

use crate::card::StatedToken;
use crate::catalog::Pos;
use crate::flow::IntentId;
use crate::tokenization::{
    ActionHandle, ActionOutcome, ActionUrl, Found, GatewayRefusal, ListCursor, ListOf, Listed,
    Notice, NoticeRefused, TokenSearch, TokenizeRequest, Tokenized,
};

use super::Unavailable;

/// Why a gateway returned no token.
#[derive(Debug, thiserror::Error)]
pub enum TokenizeFailure {
    /// The gateway refused the card.
    #[error("the gateway refused the card")]
    Refused(GatewayRefusal),
    /// Nothing was sent, or the gateway reported that it did nothing: there is no token.
    #[error(transparent)]
    Unavailable(Unavailable),
    /// A token may or may not exist. The reconciler determines which.
    #[error("the gateway did not say whether it made a token")]
    Unknown,
}

/// A tokenization gateway. One adapter serves every POS of its gateway; the POS contains the configuration.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait Tokenizer: Send + Sync {
    /// Whether tokenizing at this POS needs the CVV. If not, the CVV is never held.
    fn needs_cvv(&self, pos: &Pos) -> bool;

    /// Makes a token. MUST return [`TokenizeFailure::Unknown`] whenever a token may exist that is not in the answer,
    /// and MUST retry only if nothing was sent or under the same idempotency key. MUST NOT log the request.
    ///
    /// MUST return [`crate::tokenization::Tokenized::ActionRequired`] only for a request with a return
    /// URL, and only with a URL on the gateway's own hosts. Without a return URL, a card that needs the
    /// customer is refused ([`crate::tokenization::RefusalReason::NotAllowed`]).
    async fn tokenize(
        &self,
        pos: &Pos,
        request: TokenizeRequest,
    ) -> Result<Tokenized, TokenizeFailure>;

    /// The live tokens that a call made. MUST return [`crate::tokenization::Found::Nothing`] only if every
    /// token that the call may have made would have been found. A gateway that lists cards by its own customer
    /// key cannot tell without a key, or if it does not know the key, because [`Tokenizer::tokenize`] may then
    /// have created another customer.
    async fn find(&self, pos: &Pos, search: &TokenSearch) -> Result<Found, Unavailable>;

    /// A page of the account's live tokens, or of one customer's: the first page, or the one that `after` names. All
    /// pages together MUST have every token that is live during the whole reading; if the gateway pages by number, one may
    /// be missing for each that is deleted meanwhile. MUST NOT log a token. The default is
    /// for a gateway that has no lists.
    async fn list(
        &self,
        pos: &Pos,
        of: &ListOf,
        after: Option<ListCursor>,
    ) -> Result<Listed, Unavailable> {
        let _ = (pos, of, after);
        Ok(Listed::Unsupported)
    }

    /// Whether a URL is on the gateway's own hosts. A customer is redirected nowhere else. The default, like that of
    /// the next three methods, is for a gateway that never requires an action.
    fn is_own_url(&self, pos: &Pos, url: &ActionUrl) -> bool {
        let _ = (pos, url);
        false
    }

    /// The result of an action that [`Tokenizer::tokenize`] required. MUST ask the gateway. An
    /// action that the gateway does not know is refused, and so is every action of a gateway
    /// that requires none ([`crate::tokenization::GatewayRefusal::of_no_action`]).
    async fn action(&self, pos: &Pos, handle: &ActionHandle) -> Result<ActionOutcome, Unavailable> {
        let _ = (pos, handle);
        Ok(ActionOutcome::Refused(GatewayRefusal::of_no_action()))
    }

    /// Cancels an action. Afterwards it MUST NOT lead to a token; if it already did, the token is returned.
    async fn cancel_action(
        &self,
        pos: &Pos,
        handle: &ActionHandle,
    ) -> Result<ActionOutcome, Unavailable> {
        let _ = (pos, handle);
        Ok(ActionOutcome::Refused(GatewayRefusal::of_no_action()))
    }

    /// The intent whose action a webhook message is about, by the reference of its call; `None` if it is about
    /// something else. MUST refuse a message that the gateway did not sign, or did not sign recently.
    ///
    /// # Errors
    /// [`crate::tokenization::NoticeRefused`]; always for a gateway that sends no such messages.
    fn read_notice(&self, pos: &Pos, notice: &Notice) -> Result<Option<IntentId>, NoticeRefused> {
        let _ = (pos, notice);
        Err(NoticeRefused)
    }

    /// Deletes a token. A token that the gateway does not know MUST count as deleted. MUST NOT log the token: it may
    /// contain a card's number.
    async fn delete(&self, pos: &Pos, token: &StatedToken) -> Result<(), Unavailable>;
}

/// The tokenizers that the settings allow, by gateway name.
#[derive(Clone, Default)]
pub struct Tokenizers(BTreeMap<String, Arc<dyn Tokenizer>>);

impl Tokenizers {
    /// Adds the tokenizer of a gateway.
    #[must_use]
    pub fn with(mut self, gateway: &str, tokenizer: Arc<dyn Tokenizer>) -> Self {
        self.0.insert(gateway.to_owned(), tokenizer);
        self
    }

    /// The tokenizer of a POS; `None` if its gateway cannot save cards or is not allowed.
    pub fn of(&self, pos: &Pos) -> Option<&Arc<dyn Tokenizer>> {
        self.0.get(pos.gateway.as_str())
    }
}
