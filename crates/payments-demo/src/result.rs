//! The page of a paid order.

use actix_web::{Error, HttpRequest, HttpResponse, web};
use maud::{Markup, html};

use super::frame::{FRAME_SCRIPT, Page, Visit};
use crate::host::Demo;
use crate::orders::Receipt;

/// The receipt of one of the visitor's orders, or a page that says there is none.
pub(crate) async fn show(
    demo: web::Data<Demo>,
    request: HttpRequest,
) -> Result<HttpResponse, Error> {
    let visit = Visit::of(&request, &demo).await?;
    let number = request.match_info().get("order").unwrap_or_default();
    let basket = visit.visitor.session.basket;
    let receipt = basket.and_then(|basket| demo.orders.receipt(basket, number));
    Ok(match receipt {
        Some(receipt) => page(&visit, number, &receipt),
        None => visit.missing(visit.text("result-missing")),
    })
}

fn page(visit: &Visit, number: &str, receipt: &Receipt) -> HttpResponse {
    let title = visit.text("result-title");
    let content = html! {
        section.panel.narrow.result aria-labelledby="result-title" {
            h1 #result-title { (title) }
            p.done { (visit.text("result-text")) }
            dl.facts {
                dt { (visit.text("result-order")) } dd { bdi #order { (number) } }
                dt { (visit.text("result-card")) } dd #card { (card(visit, receipt)) }
                @if receipt.installment_count > 1 {
                    dt { (visit.text("your-plan")) }
                    dd { bdi { (receipt.installment_count) " × " (visit.money(receipt.single_installment)) } }
                }
                @if receipt.interest.minor != 0 {
                    dt { (visit.text("interest")) } dd { (visit.money(receipt.interest)) }
                }
                dt { (visit.text("total")) } dd { strong #paid { (visit.money(receipt.total)) } }
            }
            p { a.secondary href="/" { (visit.text("go-on-shopping")) } }
        }
    };
    visit.page(&Page {
        title,
        script: FRAME_SCRIPT,
        content,
    })
}

/// The card, with its masked number while the customer is logged in.
fn card(visit: &Visit, receipt: &Receipt) -> Markup {
    let is_customer = visit.visitor.session.customer.is_some();
    let masked_number = receipt.masked_number.as_ref().filter(|_| is_customer);
    html! {
        (receipt.card)
        @if let Some(masked) = masked_number { " " bdi dir="ltr" { (masked) } }
    }
}
