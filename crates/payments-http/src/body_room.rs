//! Limits the memory of large bodies that arrive concurrently.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::error::{ApiError, Problem};

/// Bodies up to this size are not counted, because connections are limited anyway.
const SMALL_BYTES: usize = 64 * 1_024;
const ROOM_BYTES: usize = 64 * 1_024 * 1_024;
const UNIT_BYTES: usize = 1_024;

/// The memory limit for all large bodies together.
pub struct BodyRoom(Arc<Semaphore>);

impl BodyRoom {
    /// 64 MiB, or one body of the largest size if that is more.
    pub fn for_bodies_of(largest_bytes: usize) -> Self {
        let units = units(ROOM_BYTES.max(largest_bytes));
        Self(Arc::new(Semaphore::new(units.min(Semaphore::MAX_PERMITS))))
    }

    /// Reserves memory for a body until the permit is dropped, or fails with [`Problem::Unavailable`] if other bodies
    /// use it.
    pub fn take(&self, bytes: usize) -> Result<Option<OwnedSemaphorePermit>, ApiError> {
        if bytes <= SMALL_BYTES {
            return Ok(None);
        }
        let units = u32::try_from(units(bytes)).unwrap_or(u32::MAX);
        let taken = Arc::clone(&self.0).try_acquire_many_owned(units);
        taken
            .map(Some)
            .map_err(|_| ApiError::new(Problem::Unavailable).retry_after(1))
    }
}

const fn units(bytes: usize) -> usize {
    bytes.div_ceil(UNIT_BYTES)
}
