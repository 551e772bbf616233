//! The page that shows the plans of cards as a matrix.

use maud::{Markup, html};

use crate::fields::{choice, moment, text};
use crate::texts::Texts;

pub(crate) fn content(texts: &Texts) -> Markup {
    let contexts = [
        ("product", "context-product"),
        ("basket", "context-basket"),
        ("pre-order", "context-pre-order"),
    ];
    html! {
        div.title { h1 { (texts.get("matrix")) } }
        section.panel aria-label=(texts.get("purchase")) {
            form.filters #ask {
                (choice(texts, "context", "context", "purchase", &contexts))
                (text(texts, "pk", "pk", "purchase-key"))
                (text(texts, "amount", "amount", "amount-instead"))
                (text(texts, "currency", "currency", "currency"))
                (text(texts, "categories", "categories", "categories"))
                (text(texts, "state", "state", "basket-state"))
                (text(texts, "segments", "segments", "segments"))
                (moment(texts, "at", "at", "at-moment", false))
                (choice(texts, "bank", "bank", "bank", &[("", "every-bank")]))
                div.buttons {
                    button.primary type="submit" { (texts.get("show")) }
                    button.secondary #copy type="button" { (texts.get("copy-link")) }
                    button.secondary #export type="button" { (texts.get("export-csv")) }
                }
            }
            div.problem role="alert" hidden {}
            p.hint #done role="status" {}
        }
        section.panel aria-labelledby="result-title" #result {
            div.title {
                h2 #result-title { (texts.get("plans")) }
                p.hint #about {}
            }
            div.place aria-live="polite" { p.hint { (texts.get("matrix-help")) } }
            div.buttons {
                button.secondary #previous type="button" hidden { (texts.get("previous-cards")) }
                button.secondary #next type="button" hidden { (texts.get("next-cards")) }
            }
        }
        (why(texts))
    }
}

/// Where the scripts say why a matrix has no plan in a cell.
pub(crate) fn why(texts: &Texts) -> Markup {
    html! {
        dialog #why aria-labelledby="why-title" {
            h2 #why-title {}
            ul.reasons {}
            form method="dialog" { button.primary { (texts.get("close")) } }
        }
    }
}
