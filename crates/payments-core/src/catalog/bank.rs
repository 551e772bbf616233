//! Banks that issue cards.

use alloc::string::String;

use serde::Serialize;

use crate::id::BankId;
use crate::json::{Json, Object, Reader, field};
use crate::slug::Slug;

/// A bank that issues cards.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Bank {
    /// The bank's primary key.
    pub pk: BankId,
    /// The bank's display name.
    pub name: String,
    /// The bank's slug, unique among banks.
    pub slug: Slug,
    /// The absolute URL of a logo.
    pub logo: Option<String>,
    /// The path of a logo, below this service's static files or the front end's.
    pub logo_path: Option<String>,
}

impl Bank {
    /// A bank without a logo.
    pub fn new(pk: BankId, name: impl Into<String>, slug: Slug) -> Self {
        Self {
            pk,
            name: name.into(),
            slug,
            logo: None,
            logo_path: None,
        }
    }

    pub(crate) fn read(reader: &mut Reader, json: &Json<'_>) -> Option<Self> {
        let mut bank = Object::of(reader, json)?;
        let pk = bank.pk(reader, BankId::get);
        let name = bank.required(reader, "name", field::name);
        let slug = bank.required(reader, "slug", field::slug);
        let logo = bank.nullable(reader, "logo", field::logo);
        let logo_path = bank.nullable(reader, "logo_path", field::logo_path);
        bank.finish(reader);
        Some(Self {
            pk: pk?,
            name: name?,
            slug: slug?,
            logo: logo?,
            logo_path: logo_path?,
        })
    }
}
