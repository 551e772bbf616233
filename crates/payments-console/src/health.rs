//! The page that shows how the service is.

use maud::{Markup, html};

use crate::frame::Viewer;
use crate::texts::Texts;

/// The sections that the script fills.
const SECTIONS: [&str; 6] = [
    "activity",
    "stores",
    "providers",
    "backlog",
    "sms",
    "processes",
];

pub(crate) fn content(texts: &Texts, viewer: Option<&Viewer<'_>>) -> Markup {
    let may_check = viewer.is_some_and(|viewer| viewer.checks_providers);
    html! {
        div.title {
            h1 { (texts.get("health")) }
            p.hint #as-of aria-live="polite" {}
            button.secondary #refresh type="button" { (texts.get("refresh")) }
        }
        div #health-problem.problem role="alert" hidden {}
        @for name in SECTIONS {
            section.panel #(name) aria-labelledby=(format!("{name}-title")) {
                div.title {
                    h2 #(format!("{name}-title")) { (texts.get(name)) }
                    @if name == "providers" && may_check {
                        button.secondary #check type="button" { (texts.get("check-providers")) }
                    }
                }
                div.place { p.hint { (texts.get("loading")) } }
                @if name == "providers" { div #checked aria-live="polite" {} }
            }
        }
    }
}
