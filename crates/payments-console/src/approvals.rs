//! The page of changes that wait for the approval of a second person.

use maud::{Markup, html};

use crate::fields::choice;
use crate::frame::Viewer;
use crate::texts::Texts;

pub(crate) fn content(texts: &Texts, viewer: Option<&Viewer<'_>>) -> Markup {
    let may_decide = viewer.is_some_and(|viewer| viewer.writes_catalog);
    let states = [
        ("open", "state-open"),
        ("approved", "state-approved"),
        ("rejected", "state-rejected"),
    ];
    html! {
        div.title { h1 { (texts.get("approvals")) } }
        section.panel aria-label=(texts.get("approvals")) data-decides=(may_decide.to_string()) #proposals {
            p.hint { (texts.get("approvals-help")) }
            form.filters {
                (choice(texts, "state", "state", "state", &states))
                button.primary type="submit" { (texts.get("show")) }
            }
            div.problem role="alert" hidden {}
            p.hint #decided role="status" {}
            div.place #list aria-live="polite" { p.hint { (texts.get("loading")) } }
            button.secondary #more type="button" hidden { (texts.get("more")) }
        }
    }
}
