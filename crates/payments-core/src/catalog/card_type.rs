//! Card types: the programs that several banks share.

use alloc::string::String;

use serde::Serialize;

use crate::id::CardTypeId;
use crate::json::{Json, Object, Reader, field};
use crate::slug::Slug;

/// A card type (Bonus, Axess, World, …).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CardType {
    /// The card type's primary key.
    pub pk: CardTypeId,
    /// The card type's display name.
    pub name: String,
    /// The card type's slug, unique among card types.
    pub slug: Slug,
    /// The absolute URL of a logo.
    pub logo: Option<String>,
    /// The path of a logo, below this service's static files or the front end's.
    pub logo_path: Option<String>,
}

impl CardType {
    /// A card type without a logo.
    pub fn new(pk: CardTypeId, name: impl Into<String>, slug: Slug) -> Self {
        Self {
            pk,
            name: name.into(),
            slug,
            logo: None,
            logo_path: None,
        }
    }

    pub(crate) fn read(reader: &mut Reader, json: &Json<'_>) -> Option<Self> {
        let mut card_type = Object::of(reader, json)?;
        let pk = card_type.pk(reader, CardTypeId::get);
        let name = card_type.required(reader, "name", field::name);
        let slug = card_type.required(reader, "slug", field::slug);
        let logo = card_type.nullable(reader, "logo", field::logo);
        let logo_path = card_type.nullable(reader, "logo_path", field::logo_path);
        card_type.finish(reader);
        Some(Self {
            pk: pk?,
            name: name?,
            slug: slug?,
            logo: logo?,
            logo_path: logo_path?,
        })
    }
}
