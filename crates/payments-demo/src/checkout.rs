//! The checkout: a pre-order of the basket, its delivery, and the payment.

use actix_web::{Error, HttpRequest, HttpResponse, web};
use maud::{Markup, html};

use super::backend::DELIVERIES;
use super::frame::{Page, Visit};
use crate::host::Demo;

pub(crate) async fn show(
    demo: web::Data<Demo>,
    request: HttpRequest,
) -> Result<HttpResponse, Error> {
    let visit = Visit::of(&request, &demo).await?;
    let title = visit.text("checkout");
    let content = html! {
        nav.crumbs aria-label=(visit.text("crumbs")) { a href="/shop/basket/" { (visit.text("nav-basket")) } }
        h1 { (title) }
        div #problem.problem role="alert" hidden {}
        div.split #checkout {
            div.steps {
                (deliveries(&visit))
                section.panel #saved-panel aria-labelledby="saved-title" hidden {
                    h2 #saved-title { (visit.text("pay-with")) }
                    div #saved {}
                }
                section.panel aria-labelledby="pay-title" {
                    h2 #pay-title { (visit.text("choose-card")) }
                    div #offers { span.bone {} span.bone {} }
                }
                (masterpass(&visit))
            }
            aside.summary aria-labelledby="summary-title" {
                h2 #summary-title { (visit.text("summary")) }
                div #summary-lines aria-live="polite" { span.bone {} }
                button.primary #pay type="button" disabled { (visit.text("pay")) }
                p.hint { (visit.text("pay-hint")) }
            }
        }
    };
    Ok(visit.page(&Page {
        title,
        script: "checkout.js",
        content,
    }))
}

fn deliveries(visit: &Visit) -> Markup {
    html! {
        fieldset.panel #deliveries {
            legend { (visit.text("delivery")) }
            @for (name, minor) in DELIVERIES {
                label.choice {
                    input type="radio" name="delivery" value=(name);
                    span { (visit.text(&format!("delivery-{name}"))) }
                    span.choice-price data-delivery=(minor) {}
                }
            }
        }
    }
}

fn masterpass(visit: &Visit) -> Markup {
    html! {
        section.panel aria-labelledby="masterpass-title" {
            h2 #masterpass-title { (visit.text("masterpass-title")) }
            p.hint { (visit.text("masterpass-hint")) }
            div #masterpass { span.bone {} }
        }
    }
}
