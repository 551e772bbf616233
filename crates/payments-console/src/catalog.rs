//! The page of the catalog's objects: a list with an editor, import with a preview, export, and missing BINs.

use maud::{Markup, html};

use crate::fields::{choice, text};
use crate::frame::Viewer;
use crate::texts::Texts;

const PARTS: [(&str, &str); 5] = [
    ("cards", "part-cards"),
    ("banks", "part-banks"),
    ("card-types", "part-card_types"),
    ("payment-options", "part-payment_options"),
    ("pos", "part-pos"),
];

pub(crate) fn content(texts: &Texts, viewer: Option<&Viewer<'_>>) -> Markup {
    let may_write = viewer.is_some_and(|viewer| viewer.writes_catalog);
    let is_admin = viewer.is_some_and(|viewer| viewer.checks_providers);
    // Points of sale need every scope.
    let parts = if is_admin { &PARTS[..] } else { &PARTS[..4] };
    html! {
        div.title {
            h1 { (texts.get("catalog")) }
            @if is_admin { button.secondary #export type="button" { (texts.get("export")) } }
        }
        (editor(texts, may_write))
        section.panel aria-labelledby="objects-title" #objects {
            div.title {
                h2 #objects-title { (texts.get("objects")) }
                @if may_write { button.secondary #new type="button" { (texts.get("new-object")) } }
            }
            form.filters #search {
                (choice(texts, "part", "part", "part", parts))
                (text(texts, "words", "words", "search"))
            }
            div.problem role="alert" hidden {}
            p.hint #found role="status" {}
            div.place { p.hint { (texts.get("loading")) } }
            button.secondary #more type="button" hidden { (texts.get("more")) }
        }
        section.panel aria-labelledby="coverage-title" #coverage {
            h2 #coverage-title { (texts.get("coverage")) }
            p.hint { (texts.get("coverage-help")) }
            div.problem role="alert" hidden {}
            div.place { p.hint { (texts.get("loading")) } }
        }
        @if may_write { (import(texts)) }
    }
}

fn editor(texts: &Texts, may_write: bool) -> Markup {
    html! {
        section.panel aria-labelledby="object-title" #editor hidden {
            div.title {
                h2 #object-title tabindex="-1" {}
                button.secondary #close type="button" { (texts.get("close")) }
            }
            form autocomplete="off" {
                div.columns {
                    div.stack #fields {}
                    div.field {
                    label for="json" { (texts.get("object-as-json")) }
                    textarea #json spellcheck="false" rows="20" aria-describedby="json-problem" {}
                    p.error #json-problem role="status" {}
                    }
                }
                div.problem role="alert" hidden {}
                div #conflict aria-live="polite" {}
                p.done #saved role="status" hidden {}
                @if may_write {
                    div.buttons {
                        button.primary #save type="submit" { (texts.get("save")) }
                        button.danger #delete type="button" hidden { (texts.get("delete")) }
                    }
                }
            }
        }
    }
}

fn import(texts: &Texts) -> Markup {
    html! {
        section.panel aria-labelledby="import-title" #import {
            h2 #import-title tabindex="-1" { (texts.get("import")) }
            p.hint { (texts.get("import-help")) }
            form {
                div.field {
                    label for="file" { (texts.get("import-file")) }
                    input #file type="file" accept="application/json,.json";
                }
                div.field {
                    label for="document" { (texts.get("import-text")) }
                    textarea #document spellcheck="false" rows="8" {}
                }
                div.buttons { button.primary type="submit" { (texts.get("preview")) } }
            }
            div.problem role="alert" hidden {}
            div.place aria-live="polite" {}
        }
    }
}
