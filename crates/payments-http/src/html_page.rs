//! Plain HTML pages for people. They have no script and no style and load nothing, as the service's policy demands.

use maud::{DOCTYPE, Markup, html};
use payments_core::language::Language;

/// A page with its title as its heading.
pub(crate) fn document(language: Language, title: &str, text: &Markup) -> Markup {
    let direction = if language == Language::Ar {
        "rtl"
    } else {
        "ltr"
    };
    html! {
        (DOCTYPE)
        html lang=(language.code()) dir=(direction) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) }
            }
            body { main { h1 { (title) } (text) } }
        }
    }
}
