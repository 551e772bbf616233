//! Fields of forms.

use maud::{Markup, html};

use crate::texts::Texts;

/// A line of text.
pub(crate) fn text(texts: &Texts, id: &str, name: &str, label: &str) -> Markup {
    html! {
        div.field {
            label for=(id) { (texts.get(label)) }
            input #(id) name=(name) maxlength="1000" autocomplete="off" spellcheck="false";
        }
    }
}

/// A day of the shop's calendar.
pub(crate) fn day(texts: &Texts, id: &str, name: &str, label: &str) -> Markup {
    html! {
        div.field {
            label for=(id) { (texts.get(label)) }
            input #(id) type="date" name=(name) max="9999-12-31";
        }
    }
}

/// A moment in the time zone of the browser.
pub(crate) fn moment(
    texts: &Texts,
    id: &str,
    name: &str,
    label: &str,
    is_required: bool,
) -> Markup {
    html! {
        div.field {
            label for=(id) { (texts.get(label)) }
            input #(id) type="datetime-local" name=(name) step="any" max="9999-12-31T00:00" required[is_required];
        }
    }
}

/// A choice of values, each shown by the text with its name after a prefix.
pub(crate) fn choice(
    texts: &Texts,
    id: &str,
    name: &str,
    label: &str,
    values: &[(&str, &str)],
) -> Markup {
    html! {
        div.field {
            label for=(id) { (texts.get(label)) }
            select #(id) name=(name) {
                @for (value, text) in values { option value=(value) { (texts.get(text)) } }
            }
        }
    }
}
