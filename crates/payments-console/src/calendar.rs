//! The page of dated rules, as lanes over months.

use maud::{Markup, html};

use crate::fields::moment;
use crate::texts::Texts;

pub(crate) fn content(texts: &Texts) -> Markup {
    html! {
        div.title {
            h1 { (texts.get("calendar")) }
            div.buttons {
                button.secondary #earlier type="button" { (texts.get("earlier")) }
                button.secondary #today type="button" { (texts.get("today")) }
                button.secondary #later type="button" { (texts.get("later")) }
            }
        }
        section.panel aria-labelledby="span" #calendar {
            h2 #span aria-live="polite" {}
            p.hint { (texts.get("calendar-help")) }
            div.problem role="alert" hidden {}
            div.place { p.hint { (texts.get("loading")) } }
        }
        section.panel aria-labelledby="in-force-title" #in-force {
            h2 #in-force-title { (texts.get("in-force-at")) }
            form.filters {
                (moment(texts, "moment", "moment", "moment", true))
                button.primary type="submit" { (texts.get("show")) }
            }
            div.place aria-live="polite" {}
        }
    }
}
