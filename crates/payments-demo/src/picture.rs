//! Drawings of products: the shop has no photographs.

use maud::{Markup, html};
use payments_core::store_data::Product;

use super::{assets, products};

/// Categories and their drawings, narrower categories first.
const DRAWINGS: [(&str, &str); 23] = [
    ("electronics/phones", "phone"),
    ("electronics/tablets", "tablet"),
    ("electronics/tv", "tv"),
    ("electronics/audio", "headphones"),
    ("electronics/camera", "camera"),
    ("computers", "laptop"),
    ("jewellery/bullion", "coin"),
    ("jewellery/diamond", "diamond"),
    ("jewellery", "ring"),
    ("white-goods", "fridge"),
    ("small-appliances", "coffee"),
    ("furniture", "sofa"),
    ("food", "bottle"),
    ("cosmetics", "perfume"),
    ("gift-cards", "gift"),
    ("travel/abroad", "plane"),
    ("travel", "hotel"),
    ("fashion", "coat"),
    ("books", "book"),
    ("health", "heart"),
    ("home", "bag"),
    ("toys", "puzzle"),
    ("education", "cap"),
];

/// The drawings of the demo's own products that their categories would not give them.
const OWN: [(i64, &str); 6] = [
    (1, "earrings"),
    (3, "refurbished"),
    (10, "coin"),
    (11, "bar"),
    (12, "necklace"),
    (26, "table"),
];

/// The name of a product's drawing.
fn name(product: &Product) -> &'static str {
    let own = OWN.iter().find(|(pk, _)| *pk == product.pk.get());
    if let Some((_, name)) = own.filter(|_| products::is_demo(product)) {
        return name;
    }
    let is_in = |category: &str| {
        product.categories.iter().any(|path| {
            let rest = path.as_str().strip_prefix(category);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    };
    DRAWINGS
        .iter()
        .find(|(category, _)| is_in(category))
        .map_or("box", |(_, name)| name)
}

/// A product's drawing with its background.
pub(crate) fn of(product: &Product) -> Markup {
    let tint = format!("picture tint-{}", product.pk.get() % 6);
    html! {
        span class=(tint) aria-hidden="true" {
            svg viewBox="0 0 48 48" { use href=(format!("{}#{}", assets::url("pictures.svg"), name(product))) {} }
        }
    }
}

/// An icon of the shop itself.
pub(crate) fn icon(name: &str) -> Markup {
    html! {
        svg.icon viewBox="0 0 24 24" aria-hidden="true" {
            use href=(format!("{}#{name}", assets::url("icons.svg"))) {}
        }
    }
}
