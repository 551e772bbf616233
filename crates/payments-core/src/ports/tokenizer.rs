//! Turning a card into a gateway's token.

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
    ActionHandle, ActionOutcome, ActionUrl, Found, GatewayRefusal, Notice, NoticeRefused,
    TokenSearch, TokenizeRequest, Tokenized,
};

use super::Unavailable;

/// Why there is no token to keep.
#[derive(Debug, thiserror::Error)]
pub enum TokenizeFailure {
    /// The gateway said no.
    #[error("the gateway refused the card")]
    Refused(GatewayRefusal),
    /// Nothing was sent, or the gateway said it did nothing: there is no token.
    #[error(transparent)]
    Unavailable(Unavailable),
    /// A token may or may not exist: the reconciler finds out.
    #[error("the gateway did not say whether it made a token")]
    Unknown,
}

/// A tokenization gateway. One adapter serves every POS of its gateway; the POS brings the configuration.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait Tokenizer: Send + Sync {
    /// Whether tokenizing at this POS needs the CVV; if not, it is never held.
    fn needs_cvv(&self, pos: &Pos) -> bool;

    /// Makes a token. MUST say [`TokenizeFailure::Unknown`] whenever a token may exist that is not in the answer, and
    /// MUST retry only where nothing was sent or under the same idempotency key. MUST NOT log the request.
    ///
    /// MUST say [`crate::tokenization::Tokenized::ActionRequired`] only for a request with a return URL, and only with a URL of the gateway's
    /// own hosts; a card that needs the customer without one is refused ([`crate::tokenization::RefusalReason::NotAllowed`]).
    async fn tokenize(
        &self,
        pos: &Pos,
        request: TokenizeRequest,
    ) -> Result<Tokenized, TokenizeFailure>;

    /// The live tokens of a call. MUST say [`crate::tokenization::Found::Nothing`] only where every token that the call may have made would
    /// have been seen: a gateway that lists cards by its key of the customer cannot tell when there is no key, or when
    /// it does not know the key (then [`Tokenizer::tokenize`] may have made another customer).
    async fn find(&self, pos: &Pos, search: &TokenSearch) -> Result<Found, Unavailable>;

    /// Whether a URL leads to the gateway's own hosts. A customer is sent nowhere else. By default, as the three methods
    /// below: of a gateway that never asks its customers for anything.
    fn is_own_url(&self, pos: &Pos, url: &ActionUrl) -> bool {
        let _ = (pos, url);
        false
    }

    /// What became of a step that [`Tokenizer::tokenize`] asked for. MUST ask the gateway. One that the gateway does not
    /// know is refused, as is every one at a gateway that never asks for any ([`crate::tokenization::GatewayRefusal::of_no_action`]).
    async fn action(&self, pos: &Pos, handle: &ActionHandle) -> Result<ActionOutcome, Unavailable> {
        let _ = (pos, handle);
        Ok(ActionOutcome::Refused(GatewayRefusal::of_no_action()))
    }

    /// Sees to it that a step is not done any more. Afterwards it MUST NOT lead to a token; if it did already, the token
    /// is in the answer.
    async fn cancel_action(
        &self,
        pos: &Pos,
        handle: &ActionHandle,
    ) -> Result<ActionOutcome, Unavailable> {
        let _ = (pos, handle);
        Ok(ActionOutcome::Refused(GatewayRefusal::of_no_action()))
    }

    /// Whose action a message in the gateway's name is about, by the reference of its call; none if it is about
    /// something else. MUST refuse one that the gateway did not sign, or did not sign lately.
    ///
    /// # Errors
    /// [`crate::tokenization::NoticeRefused`]; always from a gateway that sends none.
    fn read_notice(&self, pos: &Pos, notice: &Notice) -> Result<Option<IntentId>, NoticeRefused> {
        let _ = (pos, notice);
        Err(NoticeRefused)
    }

    /// Deletes a token. A token the gateway does not know MUST count as deleted. MUST NOT log the token: it may contain
    /// a card's number.
    async fn delete(&self, pos: &Pos, token: &StatedToken) -> Result<(), Unavailable>;
}

/// The tokenizers by gateway name, as the settings allow them.
#[derive(Clone, Default)]
pub struct Tokenizers(BTreeMap<String, Arc<dyn Tokenizer>>);

impl Tokenizers {
    /// Adds the tokenizer of a gateway.
    #[must_use]
    pub fn with(mut self, gateway: &str, tokenizer: Arc<dyn Tokenizer>) -> Self {
        self.0.insert(gateway.to_owned(), tokenizer);
        self
    }

    /// The tokenizer of a POS; none if its gateway cannot save cards or is not allowed here.
    pub fn of(&self, pos: &Pos) -> Option<&Arc<dyn Tokenizer>> {
        self.0.get(pos.gateway.as_str())
    }
}
