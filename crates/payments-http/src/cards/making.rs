//! How listings that are kept are made: at once for a caller who waits, and again, in the background, for those who will
//! come.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use payments_core::id::ProductId;
use payments_core::ports::Clock;
use payments_core::purchase::Purchase;
use tokio::sync::Semaphore;

use super::kept::Kept;
use super::product_listings::NotListed;
use super::ready::ReadyListing;

/// Those that fall due within this part of a listing's time are read together: one query for all of them.
const GATHERED_FOR: u32 = 16;

/// What a listing is made from.
pub trait Source: Send + Sync + 'static {
    /// What is bought, as it is now.
    fn read(&self) -> impl Future<Output = Result<Purchase, NotListed>> + Send;

    /// The listing's body.
    fn write(&self, purchase: &Purchase) -> Vec<u8>;
}

/// Makes listings.
pub(super) struct Maker {
    /// How long one may be given out, counted from before it is read.
    keep_for: Duration,
    clock: Arc<dyn Clock>,
    /// Held by the one that is made again.
    turn: Semaphore,
}

impl Maker {
    /// Listings may be given out for so long.
    pub(super) fn new(keep_for: Duration, clock: Arc<dyn Clock>) -> Self {
        Self {
            keep_for,
            clock,
            turn: Semaphore::new(1),
        }
    }

    /// The time.
    pub(super) fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// A listing for a caller who waits.
    ///
    /// # Errors
    /// The source's.
    pub(super) async fn make(
        &self,
        product: ProductId,
        source: impl Source,
    ) -> Result<Arc<Kept>, NotListed> {
        let begun = self.now();
        let purchase = source.read().await?;
        let listing = Arc::new(ReadyListing::new(source.write(&purchase)));
        Ok(self.kept(product, begun, listing))
    }

    /// The listing that takes the place of one that is still given out. Nobody waits for it, so it waits: for others, to
    /// be read with them, and then for the ones before it, so that customers' requests come in between.
    ///
    /// # Errors
    /// The source's.
    pub(super) async fn make_again(
        &self,
        product: ProductId,
        source: impl Source,
        before: Arc<ReadyListing>,
    ) -> Result<Arc<Kept>, NotListed> {
        tokio::time::sleep(self.until_read_together()).await;
        let begun = self.now();
        let purchase = source.read().await?;
        let turn = self.turn.acquire().await;
        let body = source.write(&purchase);
        // What did not change keeps its tag, and is not packed again.
        let is_unchanged = **before.body() == *body;
        let listing = if is_unchanged {
            before
        } else {
            Arc::new(ReadyListing::new(body))
        };
        tokio::task::yield_now().await;
        drop(turn);
        Ok(self.kept(product, begun, listing))
    }

    fn kept(
        &self,
        product: ProductId,
        begun: DateTime<Utc>,
        listing: Arc<ReadyListing>,
    ) -> Arc<Kept> {
        // A clock that was set back meanwhile leaves nothing to keep.
        let took = (self.now() - begun).to_std().unwrap_or(Duration::MAX);
        let fresh_for = self.keep_for.saturating_sub(took);
        let renew_at = begun + renew_after(self.keep_for, product);
        Arc::new(Kept::new(listing, fresh_for, renew_at))
    }

    /// The same moment for all who ask within a sixteenth of a listing's time.
    fn until_read_together(&self) -> Duration {
        let period = (self.keep_for / GATHERED_FOR).as_micros().max(1);
        let period = i64::try_from(period).unwrap_or(i64::MAX);
        let passed = self.now().timestamp_micros().rem_euclid(period);
        Duration::from_micros((period - passed).unsigned_abs())
    }
}

/// Half to three quarters of a listing's time, by its product: those that were read together are not read together for
/// ever.
fn renew_after(keep_for: Duration, product: ProductId) -> Duration {
    /// 2^32 over the golden ratio: keys that follow each other fall far apart.
    const FAR_APART: i64 = 0x9E37_79B9;
    let spread = product.get().wrapping_mul(FAR_APART).to_be_bytes()[4];
    keep_for / 2 + keep_for / 4 * u32::from(spread) / 256
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use payments_core::id::ProductId;

    use super::renew_after;

    #[test]
    fn products_that_were_read_together_are_not_renewed_together() {
        let keep_for = Duration::from_secs(1);
        let times = (1..=500).map(|pk| renew_after(keep_for, ProductId::new(pk).unwrap()));
        let mut milliseconds: Vec<_> = times.map(|time| time.as_millis()).collect();
        milliseconds.sort_unstable();
        assert!(milliseconds[0] >= 500 && milliseconds[499] <= 750);
        let of_a_hundred = milliseconds.windows(100).map(|some| some[99] - some[0]);
        assert!(of_a_hundred.min() > Some(40), "{milliseconds:?}");
    }
}
