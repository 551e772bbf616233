//! Sealed cards. (Being built: the protocol's owner replaces this.)

/// A card sealed with AES-256-GCM, as the flow store holds it for at most 5 minutes.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedCard(pub Vec<u8>);

/// The sealed bytes cannot be opened: swapped, truncated, flipped, expired or under a lost key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the sealed card cannot be opened")]
pub struct SealingError;
