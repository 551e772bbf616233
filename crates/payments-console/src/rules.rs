//! The page of the rules: a list, and an editor.

use maud::{Markup, html};

use crate::fields::{choice, day, moment, text};
use crate::frame::Viewer;
use crate::matrix::why;
use crate::texts::Texts;

/// The fields of a rule's effects: each is a line of text.
const EFFECTS: [&str; 3] = [
    "then-cap_installments",
    "then-minimum_installment_amount",
    "then-replace_rate",
];

/// The fields of the conditions that the editor has; the others are in the JSON.
const CONDITIONS: [&str; 26] = [
    "when-category",
    "when-attribute",
    "when-item-category",
    "when-item-attribute",
    "when-item_count-min",
    "when-item_count-max",
    "when-bank",
    "when-card_type",
    "when-card",
    "when-payment_option",
    "when-card_payment_type",
    "when-installment_count-min",
    "when-installment_count-max",
    "when-amount-min",
    "when-amount-max",
    "when-amount-currency",
    "when-currency",
    "when-context",
    "when-basket_state",
    "when-customer_segment",
    "when-date-from",
    "when-date-until",
    "when-weekday",
    "when-hour-from",
    "when-hour-until",
    "when-commercial",
];

pub(crate) fn content(texts: &Texts, viewer: Option<&Viewer<'_>>) -> Markup {
    let may_write = viewer.is_some_and(|viewer| viewer.writes_catalog);
    html! {
        div.title {
            h1 { (texts.get("rules")) }
            @if may_write { button.secondary #new type="button" { (texts.get("new-rule")) } }
        }
        (editor(texts, viewer))
        (why(texts))
        section.panel aria-labelledby="list-title" #rules {
            h2 #list-title { (texts.get("every-rule")) }
            form.filters #search {
                (text(texts, "words", "words", "search"))
                (choice(texts, "effect", "effect", "effect", &[
                    ("", "every-effect"), ("exclude", "effect-exclude"), ("cap_installments", "effect-cap_installments"),
                    ("minimum_installment_amount", "effect-minimum_installment_amount"), ("replace_rate", "effect-replace_rate"),
                ]))
                (choice(texts, "activity", "activity", "state", &[
                    ("", "every-state"), ("active", "is-active"), ("inactive", "is-inactive"), ("dated", "is-dated"),
                ]))
                (choice(texts, "order", "order", "order", &[
                    ("name", "by-name"), ("slug", "by-slug"), ("valid_until", "by-end"),
                ]))
            }
            div.problem role="alert" hidden {}
            p.hint #found role="status" {}
            div.place { p.hint { (texts.get("loading")) } }
            button.secondary #more type="button" hidden { (texts.get("more")) }
        }
    }
}

fn editor(texts: &Texts, viewer: Option<&Viewer<'_>>) -> Markup {
    let may_write = viewer.is_some_and(|viewer| viewer.writes_catalog);
    let compares = viewer.is_some_and(|viewer| viewer.compares_drafts);
    html! {
        section.panel aria-labelledby="rule-title" #editor hidden {
            div.title {
                h2 #rule-title tabindex="-1" {}
                button.secondary #close type="button" { (texts.get("close")) }
            }
            p.sentence #sentence aria-live="polite" {}
            form #rule autocomplete="off" {
                div.columns {
                    div.stack {
                        div.filters {
                            (text(texts, "slug", "slug", "slug"))
                            (text(texts, "name", "name", "name"))
                            (moment(texts, "valid_from", "valid_from", "valid-from", false))
                            (moment(texts, "valid_until", "valid_until", "valid-until", false))
                            (flag(texts, "is_active", "is-active"))
                        }
                        fieldset.filters {
                            legend { (texts.get("effects")) }
                            @for name in EFFECTS { (text(texts, name, name, name)) }
                            (flag(texts, "then-exclude", "then-exclude"))
                        }
                        fieldset.filters {
                            legend { (texts.get("conditions")) }
                            @for name in CONDITIONS {
                                @if name.starts_with("when-date") { (day(texts, name, name, name)) } @else { (text(texts, name, name, name)) }
                            }
                        }
                        p.hint { (texts.get("more-in-json")) }
                    }
                    div.field {
                        label for="json" { (texts.get("as-json")) }
                        textarea #json spellcheck="false" rows="28" aria-describedby="json-problem" {}
                        p.error #json-problem role="status" {}
                    }
                }
                div #lint aria-live="polite" {}
                div.problem role="alert" hidden {}
                div #conflict aria-live="polite" {}
                p.done #saved role="status" hidden {}
                div.buttons {
                    @if may_write { button.primary #save type="submit" { (texts.get("save")) } }
                    @if compares { button.secondary #compare type="button" { (texts.get("what-would-change")) } }
                    @if may_write { button.danger #delete type="button" hidden { (texts.get("delete")) } }
                }
            }
            div #comparison aria-live="polite" {}
            @for list in ["bank", "card_type", "payment_option", "card"] { datalist #(format!("known-{list}")) {} }
        }
    }
}

fn flag(texts: &Texts, name: &str, label: &str) -> Markup {
    html! {
        label.flag { input type="checkbox" name=(name); " " (texts.get(label)) }
    }
}
