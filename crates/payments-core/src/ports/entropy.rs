//! The source of random bytes.

/// Draws the operating system's random numbers.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait Entropy: Send + Sync {
    /// Fills `bytes` with unpredictable bytes. MUST use a cryptographically secure generator, and MUST end the process
    /// rather than return predictable bytes.
    fn fill(&self, bytes: &mut [u8]);
}
