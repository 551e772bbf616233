//! The page about `<payments-installments>`: live variations, and a snippet to copy.

use actix_web::{Error, HttpRequest, HttpResponse, web};
use maud::{Markup, html};

use super::frame::{Page, Visit};
use crate::host::Demo;

const ATTRIBUTES: [&str; 11] = [
    "product",
    "src",
    "bin",
    "saved-card",
    "api",
    "lang",
    "currency",
    "layout",
    "bank",
    "filter",
    "limit",
];
const PROPERTIES: [&str; 7] = [
    "accent", "color", "muted", "line", "surface", "radius", "gap",
];

pub(crate) async fn show(
    demo: web::Data<Demo>,
    request: HttpRequest,
) -> Result<HttpResponse, Error> {
    let visit = Visit::of(&request, &demo).await?;
    let title = visit.text("nav-component");
    let url = &demo.public_url;
    let snippet = format!(
        "<script type=\"module\" src=\"{url}/static/component/payments-installments.js\"></script>\n\n\
         <payments-installments product=\"21\" lang=\"{}\"></payments-installments>",
        visit.language.code(),
    );
    let content = html! {
        section.hero { h1 { (title) } p { (visit.text("component-text")) } }
        section.panel aria-labelledby="snippet-title" {
            h2 #snippet-title { (visit.text("snippet")) }
            pre.snippet tabindex="0" dir="ltr" { code #snippet { (snippet) } }
            button.secondary #copy type="button" { (visit.text("copy")) }
        }
        (controls(&visit))
        section.live aria-labelledby="live-title" {
            h2 #live-title { (visit.text("live")) }
            payments-installments #live product="21" limit="3" {}
        }
        (variations(&visit))
        (reference(&visit, origin(url)))
    };
    Ok(visit.page(&Page {
        title,
        script: "component.js",
        content,
    }))
}

/// Scheme, host and port of a URL, as a content security policy names a source.
fn origin(url: &str) -> &str {
    let host = url.find("://").map_or(0, |place| place + "://".len());
    let end = url[host..].find('/').map_or(url.len(), |path| host + path);
    &url[..end]
}

fn controls(visit: &Visit) -> Markup {
    html! {
        form.panel.controls #controls {
            div.field { label for="c-product" { (visit.text("control-product")) }
                input #c-product name="product" value="21" inputmode="numeric" dir="ltr"; }
            div.field { label for="c-layout" { (visit.text("control-layout")) }
                select #c-layout name="layout" { option value="table" { "table" } option value="compact" { "compact" } } }
            div.field { label for="c-lang" { (visit.text("language")) }
                select #c-lang name="lang" {
                    @for code in ["tr", "en", "ar", "ru", "de", "fr"] {
                        option value=(code) selected[code == visit.language.code()] { (code) }
                    }
                } }
            div.field { label for="c-bank" { (visit.text("control-bank")) }
                input #c-bank name="bank" placeholder="garanti,akbank" dir="ltr"; }
            label.check { input name="filter" type="checkbox"; span { (visit.text("control-filter")) } }
        }
    }
}

fn variations(visit: &Visit) -> Markup {
    html! {
        section aria-labelledby="variations-title" {
            h2 #variations-title { (visit.text("variations")) }
            div.variations {
                figure { figcaption { code dir="ltr" { "layout=\"compact\"" } } payments-installments product="21" layout="compact" {} }
                figure { figcaption { code dir="ltr" { "bank=\"garanti\"" } } payments-installments product="21" bank="garanti" {} }
                figure.themed { figcaption { code dir="ltr" { "--payments-accent, --payments-radius" } } payments-installments product="21" bank="akbank" {} }
            }
        }
    }
}

fn reference(visit: &Visit, origin: &str) -> Markup {
    html! {
        section.panel aria-labelledby="reference-title" {
            h2 #reference-title { (visit.text("reference")) }
            dl.reference {
                @for name in ATTRIBUTES {
                    dt dir="ltr" { code { (name) } } dd { (visit.text(&format!("attribute-{name}"))) }
                }
                dt dir="ltr" { @for name in PROPERTIES { code { "--payments-" (name) } " " } }
                dd { (visit.text("properties")) }
                dt dir="ltr" { code { "::part(…)" } }
                dd { (visit.text("parts")) " " code dir="ltr" { "note price filter grid card caption logo table row best free more retry skeleton" } }
            }
            p.hint { (visit.text("policy")) }
            pre.snippet tabindex="0" dir="ltr" { code { "script-src " (origin) "; connect-src " (origin) "; img-src " (origin) } }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::origin;

    #[test]
    fn a_policy_names_the_origin_without_a_path() {
        for (url, expected) in [
            ("https://pay.example.com", "https://pay.example.com"),
            ("https://example.com:8443/pay", "https://example.com:8443"),
            ("http://[::1]:8000/a/b", "http://[::1]:8000"),
        ] {
            assert_eq!(origin(url), expected);
        }
    }
}
