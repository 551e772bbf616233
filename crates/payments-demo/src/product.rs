//! The page of a product, with its installments.

use actix_web::{Error, HttpRequest, HttpResponse, web};
use maud::{Markup, html};
use payments_core::id::ProductId;
use payments_core::record::{Key, Part, Record};
use payments_core::store_data::Product;

use super::frame::{Page, Visit};
use super::{picture, products, why};
use crate::host::Demo;

/// The product's page, or a page that says it does not exist.
pub(crate) async fn show(
    demo: web::Data<Demo>,
    request: HttpRequest,
) -> Result<HttpResponse, Error> {
    let visit = Visit::of(&request, &demo).await?;
    let product = match path_pk(&demo, &request) {
        Some(pk) => find(&demo, pk).await?,
        None => None,
    };
    Ok(match product {
        Some(product) => page(&visit, &product, &why::of(&demo, &visit, &product).await?),
        None => visit.missing(visit.text("product-missing")),
    })
}

/// The primary key in the path.
pub(crate) fn path_pk(demo: &Demo, request: &HttpRequest) -> Option<ProductId> {
    ProductId::new(demo.host.path_pk(request)?).ok()
}

/// The product, if it is active.
pub(crate) async fn find(demo: &Demo, pk: ProductId) -> Result<Option<Product>, Error> {
    let record = demo.record(Part::Products, &Key::Pk(pk.get())).await?;
    Ok(match record {
        Some(Record::Product(product)) if product.is_active => Some(product),
        _ => None,
    })
}

fn page(visit: &Visit, product: &Product, why: &Markup) -> HttpResponse {
    let name = products::name(visit.texts, product);
    let (pk, currency) = (product.pk.get(), product.price.currency.code());
    let content = html! {
        (visit.crumbs(&[("/", "nav-products")], &name))
        section.product {
            (picture::of(product))
            div.product-facts {
                h1 { (name) }
                p.product-price { (visit.money(product.price)) }
                p.product-plan #headline {}
                button.primary #add type="button" data-product=(pk) { (visit.text("add")) }
                p.error #add-error role="alert" hidden {}
                p.hint { (visit.text("product-hint")) }
            }
        }
        section aria-labelledby="plans-title" {
            h2 #plans-title { (visit.text("plans-title")) }
            (visit.needs_script())
            div #matrix-problem.problem role="alert" hidden {}
            div #matrix data-product=(pk) data-currency=(currency) { span.bone {} span.bone {} span.bone {} }
        }
        (why)
    };
    visit.page(&Page {
        title: &name,
        script: "product.js",
        content,
    })
}
