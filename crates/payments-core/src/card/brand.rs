//! Card brands (schemes).

/// The scheme of a card number, by its leading digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Brand {
    /// Visa.
    Visa,
    /// Mastercard.
    Mastercard,
    /// American Express.
    Amex,
    /// Troy.
    Troy,
    /// Maestro.
    Maestro,
    /// Any other.
    Other,
}
