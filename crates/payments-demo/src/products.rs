//! The first page: all products.

use actix_web::{Error, HttpRequest, HttpResponse, web};
use maud::{Markup, html};
use payments_core::language::Language;
use payments_core::record::PageRequest;
use payments_core::record::{Part, Record};
use payments_core::store_data::Product;

use super::frame::{Page, Visit};
use super::picture;
use super::texts::{self, Texts};
use crate::host::Demo;
use crate::refusal::Refusal;

/// The maximum number of products on the page.
const MAX_PRODUCTS: u32 = 60;

pub(crate) async fn show(
    demo: web::Data<Demo>,
    request: HttpRequest,
) -> Result<HttpResponse, Error> {
    let visit = Visit::of(&request, &demo).await?;
    let page = demo
        .records
        .page(Part::Products, PageRequest::number(1, MAX_PRODUCTS))
        .await
        .map_err(Refusal::Unavailable)?;
    let products: Vec<Product> = page
        .records
        .into_iter()
        .filter_map(|record| {
            if let Record::Product(product) = record {
                Some(product)
            } else {
                None
            }
        })
        .filter(|product| product.is_active)
        .collect();
    let content = html! {
        (hero(&visit))
        @if products.is_empty() { p.note { (visit.text("products-none")) } }
        ul.goods { @for product in &products { (tile(&visit, product)) } }
    };
    let title = visit.text("nav-products");
    Ok(visit.page(&Page {
        title,
        script: "products.js",
        content,
    }))
}

/// What this is, and three ways to try it.
fn hero(visit: &Visit) -> Markup {
    let pay = if visit.has_items() {
        "/shop/checkout/"
    } else {
        "/shop/product/13/"
    };
    let stories = [
        ("story-why", "/shop/product/12/#why-title"),
        ("story-save", "/shop/cards/#try"),
        ("story-pay", pay),
    ];
    html! {
        section.hero.face {
            h1 { (visit.text("hero-what")) }
            p { (visit.text("hero-live")) }
            ol.stories aria-label=(visit.text("stories")) {
                @for (text, path) in stories {
                    li { a href=(path) { strong { (visit.text(text)) } span { (visit.text(&format!("{text}-text"))) } } }
                }
            }
        }
    }
}

fn tile(visit: &Visit, product: &Product) -> Markup {
    let pk = product.pk.get();
    html! {
        li.tile {
            a href=(format!("/shop/product/{pk}/")) {
                (picture::of(product))
                span.tile-name { (name(visit.texts, product)) }
            }
            span.tile-price { (visit.money(product.price)) }
            span.tile-plan data-product=(pk) {}
        }
    }
}

/// A product's name in the visitor's language. Only the demo's own products are translated.
pub(crate) fn name(texts: &Texts, product: &Product) -> String {
    let own = texts.find(&key(product)).filter(|_| is_demo(product));
    own.map_or_else(|| product.name.clone(), str::to_owned)
}

/// Whether a product is one of the demo's own.
pub(crate) fn is_demo(product: &Product) -> bool {
    texts::of(Language::Tr).find(&key(product)) == Some(product.name.as_str())
}

fn key(product: &Product) -> String {
    format!("goods-{}", product.pk)
}
