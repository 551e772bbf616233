//! The purchases of a comparison.

use std::time::Duration;

use payments_core::ports::Unavailable;
use payments_core::purchase::{Context, KeyedPurchase};
use payments_store::{RecentKeys, StoreSample};
use serde::Serialize;
use tokio::sync::mpsc::Sender;
use tokio::time::{sleep, timeout};

/// How long purchases are read.
const TIME: Duration = Duration::from_secs(2);
/// The most purchases of each context.
const MAX_PURCHASES: u32 = 20_000;
/// The purchases of a query.
const BATCH: usize = 200;
/// How long the database and the workers have for listings between two queries.
const PAUSE: Duration = Duration::from_millis(40);

const CONTEXTS: [Context; 3] = [Context::Basket, Context::PreOrder, Context::Product];

/// Purchases of one context.
pub(super) type Batch = Vec<KeyedPurchase>;

/// Which purchases were compared.
#[derive(Debug, Default, Serialize)]
pub(super) struct Sampled {
    /// Whether the store has no others.
    is_complete: bool,
    baskets: usize,
    pre_orders: usize,
    products: usize,
}

/// Reads the purchases that were written last, those of the three contexts in turn, while there is time.
pub(super) async fn read(
    sample: &dyn StoreSample,
    batches: Sender<Batch>,
) -> Result<Sampled, Unavailable> {
    let mut sampled = Sampled::default();
    match timeout(TIME, read_all(sample, &batches, &mut sampled)).await {
        Ok(is_complete) => sampled.is_complete = is_complete?,
        Err(_elapsed) => {}
    }
    Ok(sampled)
}

/// Returns whether the store has no other purchases.
async fn read_all(
    sample: &dyn StoreSample,
    batches: &Sender<Batch>,
    sampled: &mut Sampled,
) -> Result<bool, Unavailable> {
    let mut recent = Vec::new();
    for context in CONTEXTS {
        recent.push((context, sample.recent_keys(context, MAX_PURCHASES).await?));
    }
    let longest = recent.iter().map(|(_, recent)| recent.keys.len()).max();
    for start in (0..longest.unwrap_or_default()).step_by(BATCH) {
        for (context, RecentKeys { keys, .. }) in &recent {
            let keys = keys.iter().skip(start).take(BATCH);
            let pks: Vec<i64> = keys.map(|key| key.pk()).collect();
            if pks.is_empty() {
                continue;
            }
            let batch = sample.purchases(*context, &pks).await?;
            let count = batch.len();
            if batches.send(batch).await.is_err() {
                return Ok(false);
            }
            sampled.add(*context, count);
            sleep(PAUSE).await;
        }
    }
    Ok(recent.iter().all(|(_, recent)| !recent.has_more))
}

impl Sampled {
    const fn add(&mut self, context: Context, count: usize) {
        match context {
            Context::Basket => self.baskets += count,
            Context::PreOrder => self.pre_orders += count,
            Context::Product => self.products += count,
        }
    }
}
