//! Cards in documents.

use serde::Serialize;

use crate::catalog::{Bin, BinRange, Card, CardPaymentType};
use crate::id::CardId;
use crate::record::Part;

use super::json::Json;
use super::object::Object;
use super::problem::{Expected, Problem};
use super::reader::Reader;
use super::{field, plan};

pub(super) fn read(reader: &mut Reader<'_>, json: &Json<'_>) -> Option<Card> {
    let mut card = Object::of(reader, json)?;
    let pk = card.pk(reader, CardId::get);
    let name = card.required(reader, "name", field::name);
    let slug = card.required(reader, "slug", field::slug);
    let card_payment_type = card.required(reader, "card_payment_type", card_payment_type);
    let bank = card.required(reader, "bank", field::reference(Part::Banks));
    let card_type = card.required(reader, "card_type", field::reference(Part::CardTypes));
    let pos = card.required(reader, "pos", field::reference(Part::Pos));
    let sort_order = card.optional(
        reader,
        "sort_order",
        0,
        field::integer(Expected::Integer, Some),
    );
    let is_active = card.optional(reader, "is_active", true, field::boolean);
    let mut entries = Vec::new();
    let bins = card.optional(reader, "bins", Vec::new(), |reader, json| {
        let ranges = bin_ranges(reader, json)?;
        entries = entries_of(&ranges);
        Some(ranges.into_iter().flat_map(BinRange::bins).collect())
    });
    let installments = card.optional(reader, "installments", Vec::new(), |reader, json| {
        reader.at_most(field::MAX_LIST, json, plan::read)
    });
    card.finish(reader);
    let pk = pk?;
    if !entries.is_empty() {
        reader.bin_entries.insert(pk, entries);
    }
    Some(Card {
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

/// As many BINs as one kind of card of a large bank has, by eight digits each, several times over.
const MAX_BINS: usize = 20_000;

fn card_payment_type(reader: &mut Reader<'_>, json: &Json<'_>) -> Option<CardPaymentType> {
    field::text(Expected::CardPaymentType, CardPaymentType::from_word)(reader, json)
}

/// BINs, and ranges of them.
fn bin_ranges(reader: &mut Reader<'_>, json: &Json<'_>) -> Option<Vec<BinRange>> {
    let mut room = MAX_BINS as u64;
    let mut range = |reader: &mut Reader<'_>, json: &Json<'_>| {
        let parse = |text: &str| BinRange::parse(text).ok();
        let range = field::text(Expected::Bin, parse)(reader, json)?;
        let Some(rest) = room.checked_sub(range.count()) else {
            return reader.problem(Problem::TooMany(MAX_BINS));
        };
        room = rest;
        Some(range)
    };
    reader.at_most(MAX_BINS, json, &mut range)
}

/// For each BIN the place of its entry in the list; empty if every entry is one BIN.
fn entries_of(ranges: &[BinRange]) -> Vec<usize> {
    if ranges.iter().all(|range| range.count() == 1) {
        return Vec::new();
    }
    let entries = ranges.iter().enumerate();
    entries
        .flat_map(|(entry, range)| range.bins().map(move |_| entry))
        .collect()
}

pub(super) fn write(card: &Card) -> impl Serialize + '_ {
    #[derive(Serialize)]
    struct Shape<'a, P> {
        pk: i64,
        name: &'a str,
        slug: &'a str,
        card_payment_type: CardPaymentType,
        bank: i64,
        card_type: i64,
        pos: i64,
        sort_order: i64,
        is_active: bool,
        bins: Vec<&'a str>,
        installments: Vec<P>,
    }

    Shape {
        pk: card.pk.get(),
        name: &card.name,
        slug: card.slug.as_str(),
        card_payment_type: card.card_payment_type,
        bank: card.bank.get(),
        card_type: card.card_type.get(),
        pos: card.pos.get(),
        sort_order: card.sort_order,
        is_active: card.is_active,
        bins: card.bins.iter().map(Bin::as_str).collect(),
        installments: card.installments.iter().map(plan::write).collect(),
    }
}
