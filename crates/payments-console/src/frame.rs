//! The frame of every page.

use maud::{DOCTYPE, Markup, html};
use payments_core::language::Language;

use crate::console::Console;
use crate::page::Page;
use crate::texts::{LANGUAGES, Texts, name};

/// A request for a page.
#[derive(Debug)]
pub struct Visit<'v> {
    /// One of [`LANGUAGES`](crate::LANGUAGES).
    pub language: Language,
    /// Who is signed in.
    pub viewer: Option<Viewer<'v>>,
}

/// Who is signed in.
#[derive(Debug)]
pub struct Viewer<'v> {
    /// The name of the principal.
    pub name: &'v str,
    /// The pages of the menu.
    pub pages: Vec<Page>,
    /// Whether the catalog may be written.
    pub writes_catalog: bool,
    /// Whether drafts may be compared over purchases.
    pub compares_drafts: bool,
    /// Whether the providers may be checked.
    pub checks_providers: bool,
}

const FRAME_SCRIPT: &str = "frame.js";

impl Console {
    pub(crate) fn frame(
        &self,
        visit: &Visit<'_>,
        page: Option<Page>,
        title: &str,
        content: &Markup,
    ) -> Markup {
        let texts = self.texts(visit.language);
        let code = visit.language.code();
        html! {
            (DOCTYPE)
            html lang=(code) data-base=(self.base()) data-texts=(self.asset_url(&format!("texts-{code}.json"))) {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    title { (title) " · " (texts.get("product")) }
                    link rel="icon" type="image/svg+xml" href=(self.asset_url("mark.svg"));
                    @for sheet in ["base.css", "parts.css"] { link rel="stylesheet" href=(self.asset_url(sheet)); }
                    @let script = page.map(|page| format!("{}.js", page.slug()));
                    @for script in [Some(FRAME_SCRIPT), script.as_deref()].into_iter().flatten() {
                        script type="module" src=(self.asset_url(script)) {}
                    }
                }
                body {
                    a.skip href="#content" { (texts.get("skip")) }
                    (self.header(visit, page, texts))
                    @if visit.viewer.is_some() { (self.session_notice(page, texts)) }
                    main #content tabindex="-1" {
                        noscript { p.problem { (texts.get("needs-script")) } }
                        (content)
                    }
                }
            }
        }
    }

    fn header(&self, visit: &Visit<'_>, page: Option<Page>, texts: &Texts) -> Markup {
        html! {
            header.header {
                a.brand href=(self.root()) {
                    img src=(self.asset_url("mark.svg")) alt="" width="28" height="28"; (texts.get("product"))
                }
                @if let Some(viewer) = &visit.viewer {
                    nav.navigation aria-label=(texts.get("menu")) {
                        @for one in &viewer.pages {
                            a href=(self.path(*one)) aria-current=[(page == Some(*one)).then_some("page")] { (texts.get(one.slug())) }
                        }
                    }
                }
                div.tools {
                    (self.languages(visit.language, page, texts))
                    @if let Some(viewer) = &visit.viewer {
                        span.who { span.quiet { (texts.get("signed-in-as")) " " } span #principal { (viewer.name) } }
                        button.secondary #sign-out type="button" { (texts.get("sign-out")) }
                    }
                }
            }
        }
    }

    fn languages(&self, current: Language, page: Option<Page>, texts: &Texts) -> Markup {
        let back = page.map_or("", Page::slug);
        html! {
            nav.languages aria-label=(texts.get("language")) {
                @for one in LANGUAGES {
                    a href=(self.url(&format!("language/?code={}&back={back}", one.code()))) lang=(one.code())
                        hreflang=(one.code()) aria-current=[(one == current).then_some("true")] { (name(one)) }
                }
            }
        }
    }

    /// Shown by the script when the session has ended. What was typed stays, and another tab signs in.
    fn session_notice(&self, page: Option<Page>, texts: &Texts) -> Markup {
        html! {
            div #session-ended.problem.banner role="alert" hidden {
                span { (texts.get("session-ended")) }
                a href=(self.sign_in_path(page)) target="_blank" rel="noopener" { (texts.get("sign-in-again")) }
            }
        }
    }
}
