//! Secrets of providers: configured as references, resolved when they are used.

use zeroize::Zeroizing;

/// Where secrets come from; handed in by whoever knows the settings and the machine.
pub trait SecretSource: Send + Sync {
    /// The secret a reference stands for: `env:NAME`, `file:PATH` or, where the settings allow it, the secret itself.
    /// A file's last line break MUST be left out.
    ///
    /// # Errors
    /// [`SecretError`], without the secret.
    fn resolve(&self, reference: &str) -> Result<Zeroizing<String>, SecretError>;
}

/// A reference that cannot be resolved. A literal secret is not in it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    /// The environment has no such variable, or it is empty.
    #[error("the environment variable {0} is not set")]
    NoVariable(String),
    /// There is no such file, or it cannot be read.
    #[error("the file {0} cannot be read")]
    NoFile(String),
    /// A secret stands in the configuration itself, where only references are allowed.
    #[error("it is written out; use env:NAME or file:PATH")]
    Literal,
}
