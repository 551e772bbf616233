//! Wrong codes of the day.

use async_trait::async_trait;

use super::{FakeDatabase, lock};
use crate::ports::{CodeTries, CodeTry, Reservation, Unavailable};

#[async_trait]
impl CodeTries for FakeDatabase {
    async fn reserve(&self, one: &CodeTry, limit: u32) -> Result<Reservation, Unavailable> {
        let work = || {
            let mut tables = lock(&self.tables);
            let tries = tables.tries.entry((one.customer, one.day)).or_default();
            if tries.contains(&one.attempt) {
                return Reservation::Known;
            }
            if tries.len() >= limit as usize {
                return Reservation::Exhausted;
            }
            tries.insert(one.attempt);
            Reservation::Reserved
        };
        self.weather.call("code_tries.reserve", work).await
    }

    async fn release(&self, one: &CodeTry) -> Result<(), Unavailable> {
        let work = || {
            let mut tables = lock(&self.tables);
            let tries = tables.tries.entry((one.customer, one.day)).or_default();
            tries.remove(&one.attempt);
        };
        self.weather.call("code_tries.release", work).await
    }
}
