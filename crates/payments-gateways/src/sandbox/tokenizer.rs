//! The sandbox tokenizer.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use payments_core::card::{ProviderCustomerKey, StatedToken};
use payments_core::catalog::Pos;
use payments_core::ports::{Entropy, TokenizeFailure, Tokenizer, Unavailable};
use payments_core::tokenization::{
    Found, GatewayRefusal, IssuedToken, ListCursor, ListOf, Listed, RefusalReason, TokenSearch,
    TokenizeRequest, Tokenized,
};

use super::ledger::{Entry, Ledger};
use super::scenario::CardScenario;

/// Issues tokens that cannot be charged.
///
/// It is idempotent: one token for each reference and point of sale. A point of sale's configuration may
/// contain `{"needs_cvv": true}`; then a card without a CVV is refused.
pub(super) struct SandboxTokenizer {
    ledger: Arc<Ledger>,
    entropy: Arc<dyn Entropy>,
    timeout: Duration,
}

impl SandboxTokenizer {
    pub(super) fn new(ledger: Arc<Ledger>, entropy: Arc<dyn Entropy>, timeout: Duration) -> Self {
        Self {
            ledger,
            entropy,
            timeout,
        }
    }

    async fn issue(
        &self,
        pos: &Pos,
        request: &TokenizeRequest,
    ) -> Result<IssuedToken, TokenizeFailure> {
        let key = request
            .provider_customer_key
            .as_ref()
            .map(ProviderCustomerKey::as_str);
        let entry = Entry {
            token: self.random_name("sbx_card_"),
            customer_key: key.map_or_else(|| self.random_name("sbx_customer_"), str::to_owned),
            pos: pos.pk,
            reference: request.reference.0.clone(),
            masked_card_number: request.card.pan.mask().to_string(),
            live: true,
        };
        let entered = self
            .ledger
            .enter(entry)
            .await
            .map_err(TokenizeFailure::Unavailable)?;
        entered.issued().ok_or(TokenizeFailure::Unknown)
    }

    /// Without digits, of which some could look like a card number.
    fn random_name(&self, prefix: &str) -> String {
        let mut bytes = [0; 16];
        self.entropy.fill(&mut bytes);
        let letters = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
        let letters: String = letters.map(|half| char::from(b'a' + half)).collect();
        format!("{prefix}{letters}")
    }

    async fn never_answer(&self) -> TokenizeFailure {
        tokio::time::sleep(self.timeout).await;
        TokenizeFailure::Unknown
    }
}

fn refused(reason: RefusalReason, gateway_code: &str) -> TokenizeFailure {
    let gateway_code = Some(gateway_code.to_owned());
    TokenizeFailure::Refused(GatewayRefusal {
        reason,
        gateway_code,
    })
}

#[async_trait]
impl Tokenizer for SandboxTokenizer {
    fn needs_cvv(&self, pos: &Pos) -> bool {
        pos.config
            .get("needs_cvv")
            .and_then(serde_json::Value::as_bool)
            .unwrap_or(false)
    }

    async fn tokenize(
        &self,
        pos: &Pos,
        request: TokenizeRequest,
    ) -> Result<Tokenized, TokenizeFailure> {
        if self.needs_cvv(pos) && request.card.cvv.is_none() {
            return Err(refused(RefusalReason::InvalidCard, "cvv_missing"));
        }
        match CardScenario::of(&request.card.pan) {
            CardScenario::Succeed => self.issue(pos, &request).await.map(Tokenized::Issued),
            CardScenario::Decline => Err(refused(RefusalReason::Declined, "card_declined")),
            CardScenario::GatewayError => Err(refused(RefusalReason::TryLater, "general_error")),
            CardScenario::Garbage => Err(TokenizeFailure::Unknown),
            CardScenario::SilentWithoutToken => Err(self.never_answer().await),
            CardScenario::SilentWithToken => {
                self.issue(pos, &request).await?;
                Err(self.never_answer().await)
            }
        }
    }

    /// The ledger is searched by reference, so the answer is never `CannotTell`.
    async fn find(&self, pos: &Pos, search: &TokenSearch) -> Result<Found, Unavailable> {
        Ok(Found::all(
            self.ledger.live(pos.pk, &search.reference).await,
        ))
    }

    async fn list(
        &self,
        pos: &Pos,
        of: &ListOf,
        _after: Option<ListCursor>,
    ) -> Result<Listed, Unavailable> {
        Ok(Listed::all(self.ledger.list(pos.pk, of).await))
    }

    async fn delete(&self, pos: &Pos, token: &StatedToken) -> Result<(), Unavailable> {
        self.ledger.delete(pos.pk, token).await
    }
}
