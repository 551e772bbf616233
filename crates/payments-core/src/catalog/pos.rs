//! Points of sale: the merchant's accounts at gateways.

use crate::id::PosId;
use crate::slug::Slug;

/// A merchant account at a gateway.
#[derive(Clone, Debug, PartialEq)]
pub struct Pos {
    /// Primary key.
    pub pk: PosId,
    /// Display name.
    pub name: String,
    /// Unique among points of sale.
    pub slug: Slug,
    /// Name of the gateway (`sandbox`, `iyzico`, `masterpass`, …).
    pub gateway: Slug,
    /// An inactive point of sale charges nothing: its cards are not listed.
    pub is_active: bool,
    /// The gateway's configuration; secrets are references such as `env:IYZICO_SECRET`.
    pub config: serde_json::Map<String, serde_json::Value>,
}
