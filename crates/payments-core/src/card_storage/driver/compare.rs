//! The full comparison: finds the live tokens without a saved card, and the saved cards without a live token.
//!
//! The reconciler knows only what the database knows. After a database was restored from a backup, cards that were saved
//! since are tokens without rows, and cards that were deleted since are rows without tokens.
//!
//! Savings and deletions go on meanwhile, so the order of the questions matters. At each account the gateway is read
//! first and the rows after, and whatever does not match is asked about again: [`CardStorage::is_orphan`] and
//! [`CardStorage::is_dead`] say in which order.

mod reading;
mod report;

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;

use crate::card::{ProviderCustomerKey, StatedToken};
use crate::catalog::{Catalog, GatewayAccount, Pos};
use crate::flow::IntentId;
use crate::id::{PosId, SavedCardId};
use crate::intent::{IntentStatus, Setback};
use crate::ports::{Tokenizer, Unavailable};
use crate::saved_card::{OrphanToken, StoredToken};
use crate::tokenization::{ListOf, ListedToken};

use super::CardStorage;
use reading::{Reading, list_all};

pub use report::{ComparedAccount, Comparison, DeadRow, Orphan, OrphanEnd};

/// The number of rows that are read at once.
const ROWS: u32 = 500;

/// Why an account cannot be compared, or why the database cannot be asked.
enum Stop {
    Setback(Setback),
    Unavailable(Unavailable),
}

impl From<Setback> for Stop {
    fn from(setback: Setback) -> Self {
        Self::Setback(setback)
    }
}

impl From<Unavailable> for Stop {
    fn from(unavailable: Unavailable) -> Self {
        Self::Unavailable(unavailable)
    }
}

/// An account at a point of sale, and how it is asked.
struct Place<'a> {
    tokenizer: &'a dyn Tokenizer,
    pos: Pos,
    account: GatewayAccount,
}

impl CardStorage {
    /// Compares the saved cards with the tokens at every account that the catalog or a saved card names. If `deletes`,
    /// queues the orphans for deletion: live tokens that were made with a reference of ours, that no saved card holds,
    /// that are not queued, and whose saving is not in progress. Nothing else is changed.
    ///
    /// A reference of ours cannot be told from one of another installation. If another one saves cards at the same
    /// account of a gateway, its tokens are orphans here: never let `deletes` be true then.
    ///
    /// # Errors
    /// [`Unavailable`] if the database is unavailable. What was queued until then stays queued. An account whose gateway
    /// is unavailable is no error: [`ComparedAccount::setback`].
    pub async fn compare_with_gateways(
        &self,
        catalog: &Catalog,
        deletes: bool,
    ) -> Result<Comparison, Unavailable> {
        let mut comparison = Comparison::default();
        let mut reported = BTreeSet::new();
        for ((pos, account), has_rows) in self.places(catalog).await? {
            let mut compared = ComparedAccount::of(pos, account.clone());
            match self.reach(catalog, pos, &account) {
                Ok((tokenizer, pos)) => {
                    let place = Place {
                        tokenizer,
                        pos,
                        account,
                    };
                    let comparing = self.compare_at(&place, deletes, &reported, &mut compared);
                    match comparing.await {
                        Ok(()) => {}
                        Err(Stop::Setback(setback)) => compared.setback = Some(setback),
                        Err(Stop::Unavailable(unavailable)) => return Err(unavailable),
                    }
                    let found = compared.orphans.iter();
                    reported.extend(found.map(|orphan| orphan.reference.clone()));
                }
                // A gateway that saves no cards.
                Err(Setback::GatewayNotEnabled) if !has_rows => continue,
                Err(setback) => compared.setback = Some(setback),
            }
            comparison.accounts.push(compared);
        }
        Ok(comparison)
    }

    /// The accounts to compare, and whether saved cards name them.
    async fn places(
        &self,
        catalog: &Catalog,
    ) -> Result<BTreeMap<(PosId, GatewayAccount), bool>, Unavailable> {
        let mut places = BTreeMap::new();
        for pos in catalog.points_of_sale() {
            for label in pos.labels() {
                let gateway = pos.gateway.clone();
                places.insert((pos.pk, GatewayAccount { gateway, label }), false);
            }
        }
        let named = self.ports.stored_tokens.accounts().await?;
        places.extend(named.into_iter().map(|place| (place, true)));
        Ok(places)
    }

    /// Compares one account. Leaves out the orphans that were reported at another.
    async fn compare_at(
        &self,
        place: &Place<'_>,
        deletes: bool,
        reported: &BTreeSet<IntentId>,
        compared: &mut ComparedAccount,
    ) -> Result<(), Stop> {
        let reading = self.read_gateway(place).await?;
        compared.is_whole = reading.is_whole();
        compared.tokens = reading.count();
        let mut unmatched = reading.unmatched();
        let mut suspects = Vec::new();
        let mut after = None;
        while let Some(page) = self.rows_after(place, &mut after).await? {
            for row in page {
                compared.rows += 1;
                if let Some(position) = reading.position_of(&row.token) {
                    unmatched.remove(&position);
                } else if reading.covers(&row) {
                    suspects.push(row);
                } else {
                    compared.unchecked_rows += 1;
                }
            }
        }
        for position in unmatched {
            let Some(token) = reading.at(position) else {
                continue;
            };
            let Some(reference) = &token.reference else {
                let is_known = self.is_known(&token.token).await?;
                compared.foreign_tokens += u64::from(!is_known);
                continue;
            };
            if reported.contains(reference) || !self.is_orphan(place, reference, token).await? {
                continue;
            }
            if let Some(end) = self.end_orphan(place, &token.token, deletes).await? {
                let reference = reference.clone();
                compared.orphans.push(Orphan { reference, end });
            }
        }
        for row in suspects {
            if self.is_dead(place, &row).await? {
                let StoredToken { card, customer, .. } = row;
                compared.dead_rows.push(DeadRow { card, customer });
            }
        }
        Ok(())
    }

    /// The next page of the rows at an account; `None` after the last.
    async fn rows_after(
        &self,
        place: &Place<'_>,
        after: &mut Option<SavedCardId>,
    ) -> Result<Option<Vec<StoredToken>>, Unavailable> {
        let stored = &self.ports.stored_tokens;
        let page = stored.page(place.pos.pk, &place.account, *after, ROWS);
        let page = page.await?;
        *after = page.last().map(|row| row.card);
        Ok(after.map(|_| page))
    }

    /// Reads the whole account, or else the customers that saved cards name.
    async fn read_gateway(&self, place: &Place<'_>) -> Result<Reading, Stop> {
        let (tokenizer, pos) = (place.tokenizer, &place.pos);
        if let Some(tokens) = list_all(tokenizer, pos, &ListOf::Account).await? {
            return Ok(Reading::of_account(tokens));
        }
        let mut keys = BTreeMap::new();
        let mut after = None;
        while let Some(page) = self.rows_after(place, &mut after).await? {
            let named = page.into_iter().filter_map(|row| row.provider_customer_key);
            keys.extend(named.map(|key| (key.as_str().into(), key)));
        }
        let mut tokens = Vec::new();
        for key in keys.values() {
            let of = ListOf::Customer(key.clone());
            let listed = list_all(tokenizer, pos, &of).await?;
            tokens.extend(listed.ok_or(Setback::CannotTell)?);
        }
        Ok(Reading::of_customers(keys.into_keys().collect(), tokens))
    }

    /// Whether a saved card holds a token, or it is queued. A text that may not be stored is not sent to the database.
    async fn is_known(&self, token: &StatedToken) -> Result<bool, Unavailable> {
        if token.keepable().is_err() {
            return Ok(false);
        }
        self.ports.stored_tokens.is_known(token).await
    }

    /// Whether a token that was listed belongs to nothing. In this order: an intent that is not open now has either
    /// committed its card, or queued its token, or made none; a token that is neither held nor queued then may have been
    /// deleted meanwhile, so the gateway is asked last.
    async fn is_orphan(
        &self,
        place: &Place<'_>,
        reference: &IntentId,
        listed: &ListedToken,
    ) -> Result<bool, Stop> {
        let token = &listed.token;
        if self.ports.intents.status(reference).await? == IntentStatus::Open
            || self.is_known(token).await?
        {
            return Ok(false);
        }
        let key = token.provider_customer_key();
        match key.and_then(|key| ProviderCustomerKey::parse(key).ok()) {
            Some(key) => place.lists(key, token.token()).await,
            None => Ok(true),
        }
    }

    /// Whether a row's token is gone. In this order: the token may have been made after the gateway was read, so the
    /// gateway is asked again; if it has no such token then, the card may have been deleted meanwhile, so the database is
    /// asked last.
    async fn is_dead(&self, place: &Place<'_>, row: &StoredToken) -> Result<bool, Stop> {
        let Some(key) = &row.provider_customer_key else {
            return Ok(false);
        };
        if place.lists(key.clone(), row.token.as_str()).await? {
            return Ok(false);
        }
        let after = SavedCardId::new(row.card.get() - 1).ok();
        let stored = &self.ports.stored_tokens;
        let again = stored.page(place.pos.pk, &place.account, after, 1).await?;
        Ok(again.contains(row))
    }

    /// Queues an orphan, if that is wanted and possible. `None` if a card or the queue has it by now.
    async fn end_orphan(
        &self,
        place: &Place<'_>,
        stated: &StatedToken,
        deletes: bool,
    ) -> Result<Option<OrphanEnd>, Unavailable> {
        let keepable = stated.keepable().ok();
        // Its card is unknown, so its number cannot be looked for.
        let keepable = keepable.filter(|_| !stated.may_contain_number());
        let Some((token, provider_customer_key)) = keepable else {
            return Ok(Some(OrphanEnd::NotStorable));
        };
        if !deletes {
            return Ok(Some(OrphanEnd::Left));
        }
        let orphan = OrphanToken {
            pos: place.pos.pk,
            account: place.account.clone(),
            token,
            provider_customer_key,
        };
        let queued = self.ports.stored_tokens.queue(&orphan);
        Ok(queued.await?.then_some(OrphanEnd::Queued))
    }
}

impl Place<'_> {
    /// Whether the gateway lists a customer's token now.
    async fn lists(&self, key: ProviderCustomerKey, token: &str) -> Result<bool, Stop> {
        let listed = list_all(self.tokenizer, &self.pos, &ListOf::Customer(key)).await?;
        let listed = listed.ok_or(Setback::CannotTell)?;
        Ok(listed.iter().any(|one| one.token.token() == token))
    }
}
