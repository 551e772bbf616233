//! Cards: what a bank issues under a card type, with the plans it can be paid in.

use crate::id::{BankId, CardId, CardTypeId, PosId};
use crate::slug::Slug;

use super::plan::Plan;

/// A kind of card customers pay with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Card {
    /// Primary key.
    pub pk: CardId,
    /// Display name.
    pub name: String,
    /// Unique over all cards.
    pub slug: Slug,
    /// Credit or debit.
    pub card_payment_type: CardPaymentType,
    /// Who issues it.
    pub bank: BankId,
    /// Its programme.
    pub card_type: CardTypeId,
    /// Where it is charged.
    pub pos: PosId,
    /// Listings show lower numbers first; ties by primary key.
    pub sort_order: i64,
    /// An inactive card is never listed.
    pub is_active: bool,
    /// First digits of the numbers of this card.
    pub bins: Vec<Bin>,
    /// Plans, their counts unique within the card.
    pub installments: Vec<Plan>,
}

/// Whether a card draws on credit or on an account.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum CardPaymentType {
    /// A credit card.
    Credit,
    /// A debit card.
    Debit,
}

impl CardPaymentType {
    /// The contract's word: `credit`, `debit`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Credit => "credit",
            Self::Debit => "debit",
        }
    }

    /// The type of a word, as [`CardPaymentType::as_str`] writes it.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Credit, Self::Debit]
            .into_iter()
            .find(|one| one.as_str() == word)
    }
}

/// A bank identification number: the first 4 to 11 digits of card numbers (ISO/IEC 7812-1 issues 6 or 8).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Bin(String);

/// A text that is not a [`Bin`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("use 4 to 11 digits")]
pub struct InvalidBin;

impl Bin {
    /// Takes 4 to 11 ASCII digits.
    ///
    /// # Errors
    /// [`InvalidBin`].
    pub fn parse(text: &str) -> Result<Self, InvalidBin> {
        if (4..=11).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidBin)
        }
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
