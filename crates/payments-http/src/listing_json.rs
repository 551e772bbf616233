//! Listings as JSON, written from integers.
//!
//! What does not depend on the purchase is written once per catalog snapshot and language; a listing then copies those
//! pieces and puts amounts between them. No amount passes through a float.

use std::ops::Range;

use payments_core::catalog::{Card, Catalog, Plan};
use payments_core::language::Language;
use payments_core::listing::{CardOffer, Listing, PlanOffer};
use payments_core::money::{Currency, Money};
use payments_core::slug::Slug;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::i18n::Sentences;

/// Between a card's head and its plans.
const INSTALLMENTS: &str = r#","installments":["#;
/// The approximate size of one plan's amounts.
const AMOUNTS_BYTES: usize = 160;

/// The prepared JSON of a catalog in one language, parallel to its cards.
pub struct Fragments {
    cards: Vec<CardFragments>,
    /// The size of all pieces: an upper bound of a listing without its amounts.
    bytes: usize,
    plans: usize,
}

struct CardFragments {
    /// From `{"pk":` to its bank.
    head: Vec<u8>,
    plans: Vec<PlanFragments>,
}

struct PlanFragments {
    /// From `{"pk":` to `"interest_rate":`.
    before_rate: Vec<u8>,
    /// From `,"label":` to `"amount":`.
    before_amount: Vec<u8>,
}

impl Fragments {
    /// Prepares every card and plan.
    pub fn of(
        catalog: &Catalog,
        language: Language,
        sentences: &Sentences,
        public_url: &str,
    ) -> Self {
        let prepare = |card: &Card| CardFragments {
            head: card_head(catalog, card, public_url),
            plans: card
                .installments
                .iter()
                .map(|plan| plan_of(plan, language, sentences))
                .collect(),
        };
        let cards: Vec<CardFragments> = catalog.cards().iter().map(prepare).collect();
        let plans = cards.iter().map(|card| card.plans.len()).sum();
        let length = |plan: &PlanFragments| plan.before_rate.len() + plan.before_amount.len();
        let of_card = |card: &CardFragments| {
            card.head.len() + INSTALLMENTS.len() + card.plans.iter().map(length).sum::<usize>()
        };
        Self {
            bytes: cards.iter().map(of_card).sum(),
            cards,
            plans,
        }
    }

    /// A card by its position, as listings have it, but without plans.
    ///
    /// # Errors
    /// Its stored JSON is invalid; never for a card of the catalog.
    pub fn card(&self, position: usize) -> Result<Box<RawValue>, serde_json::Error> {
        serde_json::from_slice(&[self.open_card(position), b"}"].concat())
    }

    /// A card by its position, from `{"pk":` to its bank: without plans, and not closed.
    pub fn open_card(&self, position: usize) -> &[u8] {
        &self.cards[position].head
    }

    /// A plan of a listing, as listings have it.
    ///
    /// # Errors
    /// Never for a plan of the catalog.
    pub fn plan(
        &self,
        card: &CardOffer<'_, '_>,
        plan: &PlanOffer<'_>,
        amount: Money,
    ) -> Result<Box<RawValue>, serde_json::Error> {
        let prepared = &self.cards[card.card_position].plans[plan.plan_position];
        let (mut amount_text, mut json) = (Vec::new(), Vec::new());
        amount.write_decimal(&mut amount_text);
        write_plan(&mut json, plan, prepared, &amount_text);
        serde_json::from_slice(&json)
    }
}

fn card_head(catalog: &Catalog, card: &Card, public_url: &str) -> Vec<u8> {
    let card_type = catalog.card_type(card.card_type).map(|one| {
        let logos = (one.logo.as_deref(), one.logo_path.as_deref());
        programme(one.pk.get(), &one.name, &one.slug, logos, public_url)
    });
    let bank = catalog.bank(card.bank).map(|one| {
        let logos = (one.logo.as_deref(), one.logo_path.as_deref());
        programme(one.pk.get(), &one.name, &one.slug, logos, public_url)
    });
    // A catalog's cards always have both (`Catalog::build`).
    let (card_type, bank) = (card_type.unwrap_or_default(), bank.unwrap_or_default());
    let (name, slug) = (json!(card.name), json!(card.slug));
    let payment_type = card.card_payment_type.as_str();
    let pk = card.pk;
    format!(
        r#"{{"pk":{pk},"name":{name},"slug":{slug},"card_payment_type":"{payment_type}","card_type":{card_type},"bank":{bank}"#
    )
    .into_bytes()
}

/// A card type or a bank.
fn programme(
    pk: i64,
    name: &str,
    slug: &Slug,
    (own_logo, logo_path): (Option<&str>, Option<&str>),
    public_url: &str,
) -> String {
    let logo = json!(logo(own_logo, logo_path, public_url));
    let (name, slug, logo_path) = (json!(name), json!(slug), json!(logo_path));
    format!(r#"{{"pk":{pk},"name":{name},"slug":{slug},"logo":{logo},"logo_path":{logo_path}}}"#)
}

/// The absolute URL of a logo: the given one, or this service's file.
fn logo(logo: Option<&str>, logo_path: Option<&str>, public_url: &str) -> Option<String> {
    match (logo, logo_path) {
        (Some(logo), _) => Some(logo.to_owned()),
        (None, Some(path)) => Some(format!("{public_url}/static/{path}")),
        (None, None) => None,
    }
}

fn plan_of(plan: &Plan, language: Language, sentences: &Sentences) -> PlanFragments {
    let own = plan.label.get(&language).cloned();
    let label =
        own.unwrap_or_else(|| sentences.installment_label(language, plan.installment_count));
    let (pk, count) = (plan.pk, plan.installment_count.get());
    PlanFragments {
        before_rate: format!(r#"{{"pk":{pk},"installment_count":{count},"interest_rate":"#)
            .into_bytes(),
        before_amount: format!(
            r#","label":{},"is_active":{},"amount":"#,
            Value::String(label),
            plan.is_active
        )
        .into_bytes(),
    }
}

/// The JSON of a listing.
#[derive(Clone, PartialEq, Eq)]
pub struct ListingJson {
    /// The body of a response.
    pub body: Vec<u8>,
    /// The listed cards, in order.
    pub cards: Vec<CardRange>,
    /// The currency of every amount.
    pub currency: Option<Currency>,
}

/// The position of a card in the catalog, and where its object is in the body.
pub type CardRange = (usize, Range<usize>);

impl ListingJson {
    /// The listing of nothing.
    pub fn empty() -> Self {
        Self::begin(None, 0, 0).end()
    }

    fn begin(currency: Option<Currency>, count: usize, capacity: usize) -> Self {
        let mut body = Vec::with_capacity(128 + capacity);
        body.extend_from_slice(br#"{"count":"#);
        body.extend_from_slice(count.to_string().as_bytes());
        body.extend_from_slice(br#","next":null,"previous":null,"#);
        if let Some(currency) = currency {
            body.extend_from_slice(br#""currency":""#);
            body.extend_from_slice(currency.code().as_bytes());
            body.extend_from_slice(br#"","#);
        }
        body.extend_from_slice(br#""results":["#);
        Self {
            body,
            cards: Vec::with_capacity(count),
            currency,
        }
    }

    fn push(&mut self, card: usize, write: impl FnOnce(&mut Vec<u8>)) {
        if !self.cards.is_empty() {
            self.body.push(b',');
        }
        let start = self.body.len();
        write(&mut self.body);
        self.cards.push((card, start..self.body.len()));
    }

    fn end(mut self) -> Self {
        self.body.extend_from_slice(b"]}");
        self
    }
}

/// A listing of those cards of a whole listing that `is_selected` accepts by their positions.
pub fn restricted(
    body: &[u8],
    cards: &[CardRange],
    currency: Option<Currency>,
    is_selected: impl Fn(usize) -> bool,
) -> ListingJson {
    let selected = cards.iter().filter(|(card, _)| is_selected(*card));
    let selected: Vec<_> = selected.collect();
    let bytes: usize = selected.iter().map(|(_, range)| range.len() + 1).sum();
    let mut json = ListingJson::begin(currency, selected.len(), bytes);
    for (card, range) in selected {
        json.push(*card, |out| out.extend_from_slice(&body[range.clone()]));
    }
    json.end()
}

/// Writes the listing of an amount.
pub fn write(listing: &Listing<'_>, amount: Money, fragments: &Fragments) -> ListingJson {
    let mut amount_text = Vec::with_capacity(24);
    amount.write_decimal(&mut amount_text);
    let capacity = fragments.bytes + fragments.plans * AMOUNTS_BYTES;
    let mut json = ListingJson::begin(Some(amount.currency), listing.len(), capacity);
    for card in listing.offers() {
        let prepared = &fragments.cards[card.card_position];
        json.push(card.card_position, |out| {
            out.extend_from_slice(&prepared.head);
            out.extend_from_slice(INSTALLMENTS.as_bytes());
            for (place, offer) in card.plans.iter().enumerate() {
                if place > 0 {
                    out.push(b',');
                }
                write_plan(
                    out,
                    offer,
                    &prepared.plans[offer.plan_position],
                    &amount_text,
                );
            }
            out.extend_from_slice(b"]}");
        });
    }
    json.end()
}

fn write_plan(out: &mut Vec<u8>, offer: &PlanOffer<'_>, prepared: &PlanFragments, amount: &[u8]) {
    out.extend_from_slice(&prepared.before_rate);
    offer.rate.write_decimal(out);
    out.extend_from_slice(&prepared.before_amount);
    out.extend_from_slice(amount);
    out.extend_from_slice(br#","interest_amount":"#);
    offer.quote.interest_amount().write_decimal(out);
    out.extend_from_slice(br#","total_amount":"#);
    offer.quote.total_amount().write_decimal(out);
    out.extend_from_slice(br#","single_installment_amount":"#);
    offer.quote.single_installment_amount().write_decimal(out);
    out.push(b'}');
}
