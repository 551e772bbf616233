//! Banks in documents.

use serde::Serialize;

use crate::catalog::Bank;
use crate::id::BankId;

use super::field;
use super::json::Json;
use super::object::Object;
use super::reader::Reader;

pub(super) fn read(reader: &mut Reader<'_>, json: &Json<'_>) -> Option<Bank> {
    let mut bank = Object::of(reader, json)?;
    let pk = bank.pk(reader, BankId::get);
    let name = bank.required(reader, "name", field::name);
    let slug = bank.required(reader, "slug", field::slug);
    let logo = bank.nullable(reader, "logo", field::logo);
    let logo_path = bank.nullable(reader, "logo_path", field::logo_path);
    bank.finish(reader);
    Some(Bank {
        pk: pk?,
        name: name?,
        slug: slug?,
        logo: logo?,
        logo_path: logo_path?,
    })
}

pub(super) fn write(bank: &Bank) -> impl Serialize + '_ {
    #[derive(Serialize)]
    struct Shape<'a> {
        pk: i64,
        name: &'a str,
        slug: &'a str,
        logo: Option<&'a str>,
        logo_path: Option<&'a str>,
    }

    Shape {
        pk: bank.pk.get(),
        name: &bank.name,
        slug: bank.slug.as_str(),
        logo: bank.logo.as_deref(),
        logo_path: bank.logo_path.as_deref(),
    }
}
