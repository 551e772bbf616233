//! The frame of every page.

use actix_web::http::StatusCode;
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_LANGUAGE, CONTENT_SECURITY_POLICY, CONTENT_TYPE, SET_COOKIE, VARY,
};
use actix_web::{Error, HttpRequest, HttpResponse};
use maud::{DOCTYPE, Markup, html};
use payments_core::language::Language;
use payments_core::money::Money;
use payments_core::record::{Key, Part, Record};

use super::language;
use super::picture::icon;
use super::texts::{self, Texts};
use super::visitor::{self, Visitor};
use super::{amount, assets};
use crate::host::Demo;

/// Allows only this service's own resources, and no inline scripts or styles.
const POLICY: &str = "default-src 'self'; base-uri 'none'; object-src 'none'; form-action 'self'; \
    frame-ancestors 'none'";

/// The script of every page.
pub(crate) const FRAME_SCRIPT: &str = "frame.js";

const NAVIGATION: [(&str, &str); 3] = [
    ("/", "nav-products"),
    ("/shop/cards/", "nav-cards"),
    ("/shop/component/", "nav-component"),
];

/// Marks a 404 response whose page must be kept as its body.
#[derive(Clone, Copy, Debug)]
pub struct OwnBody;

/// A request for a page: the visitor and the language.
pub(crate) struct Visit {
    pub(crate) language: Language,
    pub(crate) texts: &'static Texts,
    pub(crate) visitor: Visitor,
    items: u64,
    path: String,
}

/// The parts that differ between pages.
pub(crate) struct Page<'a> {
    pub(crate) title: &'a str,
    /// The file name of the page's script.
    pub(crate) script: &'a str,
    pub(crate) content: Markup,
}

impl Visit {
    pub(crate) async fn of(request: &HttpRequest, demo: &Demo) -> Result<Self, Error> {
        let language = language::of_request(demo, request);
        let visitor = visitor::of_request(request, demo).await?;
        let basket = match visitor.session.basket {
            Some(pk) => demo.record(Part::Baskets, &Key::Pk(pk.get())).await?,
            None => None,
        };
        let items = match basket {
            Some(Record::Basket(basket)) => basket
                .items
                .iter()
                .map(|item| u64::from(item.quantity))
                .sum(),
            _ => 0,
        };
        let path = request.path().to_owned();
        Ok(Self {
            language,
            texts: texts::of(language),
            visitor,
            items,
            path,
        })
    }

    pub(crate) fn text(&self, name: &str) -> &'static str {
        self.texts.get(name)
    }

    /// An amount.
    pub(crate) fn money(&self, money: Money) -> Markup {
        html! { data.money value=(money.to_string()) { bdi { (amount::text(self.language, money)) } } }
    }

    pub(crate) const fn has_items(&self) -> bool {
        self.items > 0
    }

    /// Renders the whole page.
    pub(crate) fn page(&self, page: &Page<'_>) -> HttpResponse {
        let mut response = HttpResponse::Ok();
        response
            .insert_header((CONTENT_TYPE, "text/html; charset=utf-8"))
            .insert_header((CONTENT_SECURITY_POLICY, POLICY))
            .insert_header((CACHE_CONTROL, "private, no-store"))
            .insert_header((CONTENT_LANGUAGE, self.language.code()))
            .insert_header((VARY, "Accept-Language, Cookie"));
        if let Some(cookie) = &self.visitor.cookie {
            response.insert_header((SET_COOKIE, cookie.as_str()));
        }
        response.body(self.html(page).into_string())
    }

    /// What the scripts would show, for visitors without them.
    pub(crate) fn needs_script(&self) -> Markup {
        html! { noscript { p.note { (self.text("needs-script")) } } }
    }

    /// The page of a path that does not exist.
    pub(crate) fn missing(&self, title: &str) -> HttpResponse {
        let content = html! {
            section.hero { h1 { (title) } p { a href="/" { (self.text("back-to-products")) } } }
        };
        let mut response = self.page(&Page {
            title,
            script: FRAME_SCRIPT,
            content,
        });
        *response.status_mut() = StatusCode::NOT_FOUND;
        // The page is the body; no error body replaces it.
        response.extensions_mut().insert(OwnBody);
        response
    }

    fn html(&self, page: &Page<'_>) -> Markup {
        let code = self.language.code();
        let direction = if self.language == Language::Ar {
            "rtl"
        } else {
            "ltr"
        };
        html! {
            (DOCTYPE)
            html lang=(code) dir=(direction) data-texts=(assets::url(&format!("texts-{code}.json"))) {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    title { (page.title) " · Vitrin" }
                    link rel="icon" type="image/svg+xml" href=(assets::url("mark.svg"));
                    @for sheet in ["base.css", "parts.css", "pages.css"] {
                        link rel="stylesheet" href=(assets::url(sheet));
                    }
                    @if page.script != FRAME_SCRIPT { script type="module" src=(assets::url(FRAME_SCRIPT)) {} }
                    script type="module" src=(assets::url(page.script)) {}
                }
                body {
                    a.skip href="#content" { (self.text("skip")) }
                    (self.header())
                    main #content tabindex="-1" { (page.content) }
                    footer.footer { p { (self.text("demo-note")) } p { a href="/docs/" { (self.text("nav-docs")) } } }
                    div #toast.toast role="status" aria-live="polite" {}
                }
            }
        }
    }

    fn header(&self) -> Markup {
        let is_customer = self.visitor.session.customer.is_some();
        html! {
            header.header {
                a.brand href="/" { img src=(assets::url("mark.svg")) alt="" width="28" height="28"; "Vitrin" }
                nav.navigation aria-label=(self.text("navigation")) {
                    @for (path, name) in NAVIGATION {
                        a href=(path) aria-current=[(self.path == path).then_some("page")] { (self.text(name)) }
                    }
                }
                div.tools {
                    (self.languages())
                    button.tool #account type="button" data-customer=(is_customer.to_string()) {
                        (icon(if is_customer { "leave" } else { "person" }))
                        span { (self.text(if is_customer { "log-out" } else { "log-in" })) }
                    }
                    a.tool.basket-link href="/shop/basket/" aria-current=[(self.path == "/shop/basket/").then_some("page")] {
                        (icon("basket"))
                        span { (self.text("nav-basket")) }
                        span #basket-count.count hidden[self.items == 0] { (self.items) }
                    }
                }
            }
        }
    }

    fn languages(&self) -> Markup {
        html! {
            details.languages #languages {
                summary.tool { (icon("globe")) span.quiet { (self.text("language")) ": " } span { (language::name(self.language)) } }
                ul {
                    @for one in Language::ALL {
                        li { a href=(format!("/shop/language/?code={}&back={}", one.code(), self.path)) lang=(one.code())
                            aria-current=[(one == self.language).then_some("true")] { (language::name(one)) } }
                    }
                }
            }
        }
    }

    /// The path to a page: the pages above it, then its own name.
    pub(crate) fn crumbs(&self, above: &[(&str, &str)], title: &str) -> Markup {
        html! {
            nav.crumbs aria-label=(self.text("crumbs")) {
                ol {
                    @for (path, name) in above { li { a href=(path) { (self.text(name)) } } }
                    li { span aria-current="page" { (title) } }
                }
            }
        }
    }
}
