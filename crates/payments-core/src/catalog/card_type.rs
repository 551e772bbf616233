//! Card types: the programmes several banks share.

use crate::id::CardTypeId;
use crate::slug::Slug;

/// A card type (Bonus, Axess, World, …).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardType {
    /// Primary key.
    pub pk: CardTypeId,
    /// Display name.
    pub name: String,
    /// Unique among card types.
    pub slug: Slug,
    /// Absolute URL of a logo.
    pub logo: Option<String>,
    /// Path of a logo below this service's static files, or wherever the front end keeps them.
    pub logo_path: Option<String>,
}
