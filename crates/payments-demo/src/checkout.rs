//! The checkout: a pre-order of the basket, its delivery, and the payment.

use actix_web::{Error, HttpRequest, HttpResponse, web};
use maud::{Markup, html};

use super::backend::DELIVERIES;
use super::frame::{FRAME_SCRIPT, Page, Visit};
use crate::host::Demo;
use crate::{orders, visitor};

pub(crate) async fn show(
    demo: web::Data<Demo>,
    request: HttpRequest,
) -> Result<HttpResponse, Error> {
    let visit = Visit::of(&request, &demo).await?;
    let title = visit.text("checkout");
    let crumbs = visit.crumbs(&[("/shop/basket/", "nav-basket")], title);
    if !visit.has_items() {
        let content = html! {
            (crumbs)
            h1 { (title) }
            p.note { (visit.text("basket-empty")) " " a href="/" { (visit.text("go-on-shopping")) } }
        };
        return Ok(visit.page(&Page {
            title,
            script: FRAME_SCRIPT,
            content,
        }));
    }
    let order = orders::number_of(visitor::draw_pk(&demo));
    let content = html! {
        (crumbs)
        h1 { (title) }
        (visit.needs_script())
        div #problem.problem role="alert" hidden {}
        div.split #checkout data-order=(order) {
            div.steps #steps {
                (deliveries(&visit))
                (card(&visit))
                section.panel aria-labelledby="pay-title" {
                    h2 #pay-title { (visit.text("choose-card")) }
                    div #offers { span.bone {} span.bone {} }
                }
            }
            aside.summary aria-labelledby="summary-title" {
                h2 #summary-title { (visit.text("summary")) }
                div #summary-lines aria-live="polite" { span.bone {} }
                div #pay-problem.problem role="alert" hidden {}
                button.primary #pay type="button" disabled { (visit.text("pay")) }
                p.hint { (visit.text("pay-hint")) }
            }
        }
        (masterpass(&visit))
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

/// The card that pays: a saved one, or the first digits of another one. The field has no name, so that no form sends it.
fn card(visit: &Visit) -> Markup {
    html! {
        section.panel aria-labelledby="card-title" {
            h2 #card-title { (visit.text("pay-with")) }
            div #saved.saved-choices role="radiogroup" aria-labelledby="card-title" hidden {}
            div.field #other hidden {
                label for="bin" { (visit.text("card-digits")) }
                input #bin inputmode="numeric" autocomplete="off" dir="ltr" placeholder="0000 00"
                    aria-describedby="bin-hint bin-unknown";
                p.hint #bin-hint { (visit.text("card-digits-hint")) }
                p.unknown #bin-unknown role="status" hidden { (visit.text("card-digits-unknown")) }
            }
        }
    }
}

/// For developers, and closed at first.
fn masterpass(visit: &Visit) -> Markup {
    html! {
        details.panel {
            summary { (visit.text("masterpass-title")) }
            p.hint { (visit.text("masterpass-hint")) }
            div #masterpass { span.bone {} }
        }
    }
}
