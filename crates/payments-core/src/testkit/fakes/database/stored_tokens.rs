//! The tokens of all saved cards.

use async_trait::async_trait;

use crate::card::StatedToken;
use crate::catalog::GatewayAccount;
use crate::id::{PosId, SavedCardId};
use crate::intent::TokenDeletion;
use crate::ports::{StoredTokens, Unavailable};
use crate::saved_card::{OrphanToken, StoredToken, TokenState};

use super::backlog::Tries;
use super::{FakeDatabase, Tables, lock};

impl Tables {
    fn token_state(&self, pos: &[PosId], token: &str) -> TokenState {
        let mut cards = self.cards.iter().map(|row| &row.card);
        let mut queued = self.deletions.iter().map(|row| &row.deletion);
        if cards.any(|card| pos.contains(&card.pos) && card.token.as_str() == token) {
            TokenState::Held
        } else if queued.any(|one| pos.contains(&one.pos) && one.token.as_str() == token) {
            TokenState::Queued
        } else {
            TokenState::Absent
        }
    }
}

#[async_trait]
impl StoredTokens for FakeDatabase {
    async fn accounts(&self) -> Result<Vec<(PosId, GatewayAccount)>, Unavailable> {
        let work = || {
            let tables = lock(&self.tables);
            let cards = tables.cards.iter().map(|row| &row.card);
            let mut all: Vec<_> = cards.map(|card| (card.pos, card.account.clone())).collect();
            all.sort();
            all.dedup();
            all
        };
        self.faults.call("stored_tokens.accounts", work).await
    }

    async fn page(
        &self,
        pos: PosId,
        account: &GatewayAccount,
        after: Option<SavedCardId>,
        limit: u32,
    ) -> Result<Vec<StoredToken>, Unavailable> {
        let work = || {
            let tables = lock(&self.tables);
            let rows = tables.cards.iter().filter(|row| {
                (row.card.pos, &row.card.account) == (pos, account) && Some(row.pk) > after
            });
            let mut page: Vec<StoredToken> = rows
                .map(|row| StoredToken {
                    card: row.pk,
                    customer: row.card.customer,
                    token: row.card.token.clone(),
                    provider_customer_key: row.card.provider_customer_key.clone(),
                })
                .collect();
            page.sort_by_key(|one| one.card);
            page.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
            page
        };
        self.faults.call("stored_tokens.page", work).await
    }

    async fn state(&self, pos: &[PosId], token: &StatedToken) -> Result<TokenState, Unavailable> {
        let work = || lock(&self.tables).token_state(pos, token.token());
        self.faults.call("stored_tokens.state", work).await
    }

    async fn queue(&self, orphan: &OrphanToken, pos: &[PosId]) -> Result<bool, Unavailable> {
        let now = self.now();
        let work = || {
            self.change(|tables| {
                let token = orphan.token.as_str();
                if tables.token_state(pos, token) != TokenState::Absent {
                    return false;
                }
                let deletion = TokenDeletion {
                    id: tables.next_pk(),
                    pos: orphan.pos,
                    account: orphan.account.clone(),
                    token: orphan.token.clone(),
                    provider_customer_key: orphan.provider_customer_key.clone(),
                };
                tables.queue(None, deletion, Tries::default(), now)
            })
        };
        self.faults.call("stored_tokens.queue", work).await
    }
}
