//! Card types in documents.

use serde::Serialize;

use crate::catalog::CardType;
use crate::id::CardTypeId;

use super::field;
use super::json::Json;
use super::object::Object;
use super::reader::Reader;

pub(super) fn read(reader: &mut Reader<'_>, json: &Json<'_>) -> Option<CardType> {
    let mut card_type = Object::of(reader, json)?;
    let pk = card_type.pk(reader, CardTypeId::get);
    let name = card_type.required(reader, "name", field::name);
    let slug = card_type.required(reader, "slug", field::slug);
    let logo = card_type.nullable(reader, "logo", field::logo);
    let logo_path = card_type.nullable(reader, "logo_path", field::logo_path);
    card_type.finish(reader);
    Some(CardType {
        pk: pk?,
        name: name?,
        slug: slug?,
        logo: logo?,
        logo_path: logo_path?,
    })
}

pub(super) fn write(card_type: &CardType) -> impl Serialize + '_ {
    #[derive(Serialize)]
    struct Shape<'a> {
        pk: i64,
        name: &'a str,
        slug: &'a str,
        logo: Option<&'a str>,
        logo_path: Option<&'a str>,
    }

    Shape {
        pk: card_type.pk.get(),
        name: &card_type.name,
        slug: card_type.slug.as_str(),
        logo: card_type.logo.as_deref(),
        logo_path: card_type.logo_path.as_deref(),
    }
}
