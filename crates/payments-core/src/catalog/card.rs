//! Cards: what a bank issues under a card type, with the plans it can be paid in.

use alloc::string::String;
use alloc::vec::Vec;

use serde::Serialize;

use crate::id::{BankId, CardId, CardTypeId, PosId};
use crate::json::{Json, Object, Problem, Reader, field};
use crate::record::Part;
use crate::slug::Slug;

use super::bin::{Bin, BinRange};
use super::plan::Plan;

/// A card program of a bank, with its plans. Not a customer's card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Card {
    /// The card's primary key.
    pub pk: CardId,
    /// The card's display name.
    pub name: String,
    /// The card's slug, unique among cards.
    pub slug: Slug,
    /// Whether this is a credit or a debit card.
    pub card_payment_type: CardPaymentType,
    /// The issuing bank.
    pub bank: BankId,
    /// The card's program, such as Bonus.
    pub card_type: CardTypeId,
    /// The point of sale that charges the card.
    pub pos: PosId,
    /// The position in listings, lowest first; ties are ordered by primary key.
    pub sort_order: i64,
    /// An inactive card is never listed.
    pub is_active: bool,
    /// The first digits of the numbers of this card.
    pub bins: Vec<Bin>,
    /// The plans of the card; their installment counts are unique within the card.
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
    /// The contract's word: `credit` or `debit`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Credit => "credit",
            Self::Debit => "debit",
        }
    }

    /// Parses a word as [`CardPaymentType::as_str`] writes it.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Credit, Self::Debit]
            .into_iter()
            .find(|one| one.as_str() == word)
    }
}

impl Card {
    /// An active credit card with sort order 0, without BINs and plans.
    pub fn new(
        pk: CardId,
        name: impl Into<String>,
        slug: Slug,
        bank: BankId,
        card_type: CardTypeId,
        pos: PosId,
    ) -> Self {
        Self {
            pk,
            name: name.into(),
            slug,
            card_payment_type: CardPaymentType::Credit,
            bank,
            card_type,
            pos,
            sort_order: 0,
            is_active: true,
            bins: Vec::new(),
            installments: Vec::new(),
        }
    }

    pub(crate) fn read(reader: &mut Reader, json: &Json<'_>) -> Option<Self> {
        let mut card = Object::of(reader, json)?;
        let pk = card.pk(reader, CardId::get);
        let name = card.required(reader, "name", field::name);
        let slug = card.required(reader, "slug", field::slug);
        let card_payment_type = card.required(reader, "card_payment_type", CardPaymentType::read);
        let bank = card.required(reader, "bank", field::reference(Part::Banks));
        let card_type = card.required(reader, "card_type", field::reference(Part::CardTypes));
        let pos = card.required(reader, "pos", field::reference(Part::Pos));
        let sort_order = card.optional(reader, "sort_order", 0, field::any_integer);
        let is_active = card.optional(reader, "is_active", true, field::boolean);
        let mut entries = Vec::new();
        let bins = card.optional(reader, "bins", Vec::new(), |reader, json| {
            let ranges = bin_ranges(reader, json)?;
            entries = entries_of(&ranges);
            Some(ranges.into_iter().flat_map(BinRange::bins).collect())
        });
        let installments = card.optional(reader, "installments", Vec::new(), |reader, json| {
            reader.at_most(field::MAX_LIST, json, Plan::read)
        });
        card.finish(reader);
        let pk = pk?;
        if !entries.is_empty() {
            reader.bin_entries.insert(pk, entries);
        }
        Some(Self {
            pk,
            name: name?,
            slug: slug?,
            card_payment_type: card_payment_type?,
            bank: bank?,
            card_type: card_type?,
            pos: pos?,
            sort_order: sort_order?,
            is_active: is_active?,
            bins: bins?,
            installments: installments?,
        })
    }
}

impl CardPaymentType {
    pub(crate) fn read(reader: &mut Reader, json: &Json<'_>) -> Option<Self> {
        field::text("credit or debit", Self::from_word)(reader, json)
    }
}

/// Several times the number of eight-digit BINs that one card of a large bank has.
const MAX_BINS: usize = 20_000;

/// Reads BINs and ranges of BINs.
fn bin_ranges(reader: &mut Reader, json: &Json<'_>) -> Option<Vec<BinRange>> {
    let mut room = MAX_BINS as u64;
    let mut range = |reader: &mut Reader, json: &Json<'_>| {
        let parse = |text: &str| BinRange::parse(text).ok();
        let range = field::text(
            "a text of 4 to 11 digits, or a range such as 55260000-55260499",
            parse,
        )(reader, json)?;
        let Some(rest) = room.checked_sub(range.count()) else {
            return reader.problem(Problem::TooMany(MAX_BINS));
        };
        room = rest;
        Some(range)
    };
    reader.at_most(MAX_BINS, json, &mut range)
}

/// The list index of each BIN's entry; empty if every entry is a single BIN.
fn entries_of(ranges: &[BinRange]) -> Vec<usize> {
    if ranges.iter().all(|range| range.count() == 1) {
        return Vec::new();
    }
    let entries = ranges.iter().enumerate();
    entries
        .flat_map(|(entry, range)| range.bins().map(move |_| entry))
        .collect()
}
