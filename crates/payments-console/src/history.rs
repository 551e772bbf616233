//! The page of the catalog's history: the changes, two moments compared, restoring.

use maud::{Markup, html};

use crate::fields::{moment, text};
use crate::frame::Viewer;
use crate::texts::Texts;

/// The parts of the catalog, by their names in the management API.
const PARTS: [&str; 6] = [
    "banks",
    "card_types",
    "pos",
    "cards",
    "payment_options",
    "rules",
];

pub(crate) fn content(texts: &Texts, viewer: Option<&Viewer<'_>>) -> Markup {
    let may_restore = viewer.is_some_and(|viewer| viewer.writes_catalog);
    html! {
        div.title {
            h1 { (texts.get("history")) }
            a href="#compare" { (texts.get("compare")) }
            @if may_restore { a href="#restore" { (texts.get("restore")) } }
        }
        section.panel aria-labelledby="changes-title" data-restores=(may_restore.to_string()) #changes {
            h2 #changes-title { (texts.get("changes")) }
            form.filters #filters {
                (part("filter", texts, "every-part"))
                (text(texts, "filter-key", "key", "key"))
                (text(texts, "filter-principal", "principal", "principal"))
                (moment(texts, "filter-from", "from", "from", false))
                (moment(texts, "filter-to", "to", "until", false))
                button.primary type="submit" { (texts.get("show")) }
            }
            div.problem role="alert" hidden {}
            div.place #list aria-live="polite" { p.hint { (texts.get("loading")) } }
            button.secondary #more type="button" hidden { (texts.get("more")) }
        }
        section.panel aria-labelledby="compare-title" #compare {
            h2 #compare-title { (texts.get("compare")) }
            p.hint { (texts.get("compare-help")) }
            form.filters {
                (moment(texts, "compare-from", "from", "from", true))
                (moment(texts, "compare-to", "to", "until-now", false))
                (part("compare", texts, "every-part"))
                button.primary type="submit" { (texts.get("compare-button")) }
            }
            div.problem role="alert" hidden {}
            div.place aria-live="polite" {}
        }
        @if may_restore { (restore(texts)) }
    }
}

fn restore(texts: &Texts) -> Markup {
    html! {
        section.panel aria-labelledby="restore-title" #restore {
            h2 #restore-title tabindex="-1" { (texts.get("restore")) }
            p.hint { (texts.get("restore-help")) }
            form.filters {
                (moment(texts, "restore-at", "at", "moment", true))
                (part("restore", texts, "whole-catalog"))
                (text(texts, "restore-key", "key", "key-of-one"))
                button.primary type="submit" { (texts.get("preview")) }
            }
            div.problem role="alert" hidden {}
            div.place aria-live="polite" {}
        }
    }
}

/// A choice of a part; none of them is `every`.
fn part(form: &str, texts: &Texts, every: &str) -> Markup {
    let id = format!("{form}-part");
    html! {
        div.field {
            label for=(id) { (texts.get("part")) }
            select #(id) name="part" {
                option value="" { (texts.get(every)) }
                @for part in PARTS { option value=(part) { (texts.get(&format!("part-{part}"))) } }
            }
        }
    }
}
