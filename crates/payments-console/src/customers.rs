//! The page of a customer, for support.

use maud::{Markup, html};

use crate::fields::text;
use crate::texts::Texts;

pub(crate) fn content(texts: &Texts) -> Markup {
    html! {
        div.title { h1 { (texts.get("customers")) } }
        section.panel aria-label=(texts.get("customers")) {
            p.hint { (texts.get("customers-help")) }
            form.filters #choose {
                (text(texts, "customer-key", "customer", "customer-key"))
                button.primary type="submit" { (texts.get("show")) }
            }
            div.problem #choose-problem role="alert" hidden {}
        }
        div.place #customer hidden {
            section.panel aria-labelledby="customer-title" {
                div.title {
                    h2 #customer-title {}
                    button.secondary #refresh type="button" { (texts.get("refresh")) }
                    button.secondary #end-sessions type="button" { (texts.get("end-sessions")) }
                    button.secondary #erase type="button" { (texts.get("erase")) }
                }
                p #erasure {}
                div.problem #work-problem role="alert" hidden {}
                div #asked {}
                p.hint #done role="status" tabindex="-1" {}
            }
            @for (id, title) in [("cards", "saved-cards"), ("flows", "flows"), ("records", "audit-log")] {
                section.panel #(id) aria-labelledby=(format!("{id}-title")) {
                    h2 #(format!("{id}-title")) { (texts.get(title)) }
                    div.place {}
                    @if id == "records" { button.secondary #more type="button" hidden { (texts.get("more")) } }
                }
            }
        }
    }
}
