//! Payment options: the ways to pay a store offers.

use alloc::string::String;

use serde::{Serialize, Serializer};

use crate::id::{PaymentOptionId, PosId};
use crate::json::{Json, Object, Reader, field};
use crate::record::Part;
use crate::slug::Slug;

/// A way to pay that the store offers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PaymentOption {
    /// The payment option's primary key.
    pub pk: PaymentOptionId,
    /// The payment option's display name.
    pub name: String,
    /// The payment option's slug, unique among payment options.
    pub slug: Slug,
    /// The kind of payment.
    pub payment_type: PaymentType,
    /// The point of sale that charges it.
    pub pos: PosId,
    /// An inactive option is not offered.
    pub is_active: bool,
    /// The position, lowest first; ties are ordered by primary key.
    pub sort_order: i64,
}

/// The kind of a payment option.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PaymentType {
    /// Payment by card, which the listings are about.
    CreditCard,
    /// The Masterpass wallet.
    Masterpass,
    /// A kind that this service stores without using it.
    Other(Slug),
}

impl PaymentType {
    /// The word in documents: `credit_card`, `masterpass`, or the slug of another kind.
    pub fn as_str(&self) -> &str {
        match self {
            Self::CreditCard => "credit_card",
            Self::Masterpass => "masterpass",
            Self::Other(slug) => slug.as_str(),
        }
    }

    /// The kind that a word in documents names.
    pub fn from_slug(slug: Slug) -> Self {
        match slug.as_str() {
            "credit_card" => Self::CreditCard,
            "masterpass" => Self::Masterpass,
            _ => Self::Other(slug),
        }
    }
}

impl PaymentOption {
    /// An active payment option with sort order 0.
    pub fn new(
        pk: PaymentOptionId,
        name: impl Into<String>,
        slug: Slug,
        payment_type: PaymentType,
        pos: PosId,
    ) -> Self {
        Self {
            pk,
            name: name.into(),
            slug,
            payment_type,
            pos,
            is_active: true,
            sort_order: 0,
        }
    }

    pub(crate) fn read(reader: &mut Reader, json: &Json<'_>) -> Option<Self> {
        let mut option = Object::of(reader, json)?;
        let pk = option.pk(reader, PaymentOptionId::get);
        let name = option.required(reader, "name", field::name);
        let slug = option.required(reader, "slug", field::slug);
        let payment_type = option.required(reader, "payment_type", field::slug);
        let pos = option.required(reader, "pos", field::reference(Part::Pos));
        let is_active = option.optional(reader, "is_active", true, field::boolean);
        let sort_order = option.optional(reader, "sort_order", 0, field::any_integer);
        option.finish(reader);
        Some(Self {
            pk: pk?,
            name: name?,
            slug: slug?,
            payment_type: PaymentType::from_slug(payment_type?),
            pos: pos?,
            is_active: is_active?,
            sort_order: sort_order?,
        })
    }
}

impl Serialize for PaymentType {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.as_str())
    }
}
