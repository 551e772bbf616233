//! Slugs in rules that no object of the catalog has. They are allowed: a rule may be written before its card.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::String;
use alloc::vec::Vec;

use crate::catalog::CatalogParts;
use crate::json::{Mention, Problem, Violation, Violations};
use crate::pointer::is_repeatable;
use crate::record::{Key, Part};

use super::reading::Nearest;

type Known<'p> = BTreeMap<Part, BTreeSet<&'p str>>;

/// A warning for each tested slug that no object has, up to [`Violations::MAX_REPORTED`].
pub(super) fn unknown_slugs(
    tested: &[Mention],
    parts: &CatalogParts,
    nearest: Nearest,
) -> Vec<Violation> {
    if tested.is_empty() {
        return Vec::new();
    }
    let known = known(parts);
    let unknown = tested.iter().filter_map(|mention| {
        let Key::Slug(slug) = &mention.key else {
            return None;
        };
        let known = known.get(&mention.part)?;
        if known.contains(slug.as_str()) {
            return None;
        }
        let text = sentence(mention.part, slug.as_str(), known, nearest);
        let problem = Problem::Invalid(text.into());
        Some(Violation::new(mention.pointer.as_str(), problem))
    });
    unknown.take(Violations::MAX_REPORTED).collect()
}

fn known(parts: &CatalogParts) -> Known<'_> {
    let banks = parts.banks.iter().map(|one| one.slug.as_str());
    let card_types = parts.card_types.iter().map(|one| one.slug.as_str());
    let cards = parts.cards.iter().map(|one| one.slug.as_str());
    let options = parts.payment_options.iter().map(|one| one.slug.as_str());
    BTreeMap::from([
        (Part::Banks, banks.collect()),
        (Part::CardTypes, card_types.collect()),
        (Part::Cards, cards.collect()),
        (Part::PaymentOptions, options.collect()),
    ])
}

/// Repeats no slug that could be a card number.
fn sentence(part: Part, slug: &str, known: &BTreeSet<&str>, nearest: Nearest) -> String {
    let noun = part.noun();
    if !is_repeatable(slug) {
        return format!("no {noun} has this slug");
    }
    let shown = known.iter().copied().filter(|name| is_repeatable(name));
    let shown: Vec<&str> = shown.collect();
    match nearest(slug, &shown) {
        Some(meant) => format!("no {noun} has the slug {slug}; did you mean {meant}?"),
        None => format!("no {noun} has the slug {slug}"),
    }
}
