//! Banks that issue cards.

use crate::id::BankId;
use crate::slug::Slug;

/// A bank.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bank {
    /// Primary key.
    pub pk: BankId,
    /// Display name.
    pub name: String,
    /// Unique among banks.
    pub slug: Slug,
    /// Absolute URL of a logo.
    pub logo: Option<String>,
    /// Path of a logo below this service's static files, or wherever the front end keeps them.
    pub logo_path: Option<String>,
}
