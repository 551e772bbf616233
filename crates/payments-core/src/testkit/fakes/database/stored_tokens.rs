//! The tokens of all saved cards.

use async_trait::async_trait;

use crate::card::StatedToken;
use crate::catalog::GatewayAccount;
use crate::id::{PosId, SavedCardId};
use crate::intent::TokenDeletion;
use crate::ports::{StoredTokens, Unavailable};
use crate::saved_card::{OrphanToken, StoredToken};

use super::backlog::Tries;
use super::{FakeDatabase, Tables, lock};

impl Tables {
    fn knows_token(&self, token: &str) -> bool {
        let cards = self.cards.iter().map(|row| &row.card.token);
        let queued = self.deletions.iter().map(|row| &row.deletion.token);
        cards.chain(queued).any(|one| one.as_str() == token)
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

    async fn is_known(&self, token: &StatedToken) -> Result<bool, Unavailable> {
        let work = || lock(&self.tables).knows_token(token.token());
        self.faults.call("stored_tokens.is_known", work).await
    }

    async fn queue(&self, orphan: &OrphanToken) -> Result<bool, Unavailable> {
        let now = self.now();
        let work = || {
            self.change(|tables| {
                if tables.knows_token(orphan.token.as_str()) {
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
