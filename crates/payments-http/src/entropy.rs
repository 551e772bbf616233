//! The operating system's randomness: the one place that draws it.

use payments_core::ports::Entropy;

/// The operating system's generator.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        #[expect(clippy::disallowed_methods, reason = "this is the entropy adapter")]
        let drawn = getrandom::fill(bytes);
        if drawn.is_err() {
            // Predictable keys or codes are worse than no service.
            tracing::error!("the operating system provides no random numbers");
            std::process::abort();
        }
    }
}
