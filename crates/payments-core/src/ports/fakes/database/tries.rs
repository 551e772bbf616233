//! Wrong codes of the day.

use async_trait::async_trait;
use chrono::NaiveDate;

use super::{FakeDatabase, lock};
use crate::id::CustomerId;
use crate::ports::{CodeTries, Reservation, Unavailable};

#[async_trait]
impl CodeTries for FakeDatabase {
    async fn reserve(
        &self,
        customer: CustomerId,
        day: NaiveDate,
        limit: u32,
    ) -> Result<Reservation, Unavailable> {
        let work = || {
            let mut tables = lock(&self.tables);
            let count = tables.tries.entry((customer, day)).or_default();
            if *count >= limit {
                return Reservation::Exhausted;
            }
            *count += 1;
            Reservation::Reserved
        };
        self.weather.call("code_tries.reserve", work).await
    }

    async fn release(&self, customer: CustomerId, day: NaiveDate) -> Result<(), Unavailable> {
        let work = || {
            let mut tables = lock(&self.tables);
            let count = tables.tries.entry((customer, day)).or_default();
            *count = count.saturating_sub(1);
        };
        self.weather.call("code_tries.release", work).await
    }
}
