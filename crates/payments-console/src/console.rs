//! The console at one address of the service.

use std::collections::BTreeMap;

use maud::Markup;
use payments_core::language::Language;

use crate::assets;
use crate::frame::Visit;
use crate::page::Page;
use crate::sign_in::{self, Offer, SignInProblem};
use crate::texts::Texts;
use crate::{approvals, calendar, catalog, customers, health, history, matrix, rules};

/// The path of the console, without the base path of its address.
pub const PREFIX: &str = "/console/";

/// The console with its texts, one for each address of the service that serves it.
#[derive(Debug)]
pub struct Console {
    base: String,
    digest: String,
    turkish: Texts,
    english: Texts,
    demo_tokens: Option<[&'static str; 2]>,
    has_provider: bool,
}

impl Console {
    /// The console at an address with this base path, which a proxy strips. `texts` gives the messages of a language's
    /// [`source`](crate::source), with `{name}` for each of the [`VARIABLES`](crate::VARIABLES). The tokens of the demo
    /// are shown to whoever signs in. `has_provider` says whether people can sign in by OpenID Connect.
    pub fn new(
        base: &str,
        texts: impl Fn(Language) -> BTreeMap<String, String>,
        demo_tokens: Option<[&'static str; 2]>,
        has_provider: bool,
    ) -> Self {
        let mut console = Self {
            base: base.to_owned(),
            digest: String::new(),
            turkish: Texts::new(texts(Language::Tr)),
            english: Texts::new(texts(Language::En)),
            demo_tokens,
            has_provider,
        };
        console.digest = assets::digest(&console);
        console
    }

    /// The path of the console's first page, with the base path.
    pub fn root(&self) -> String {
        self.url("")
    }

    /// The path of a page, with the base path.
    pub fn path(&self, page: Page) -> String {
        self.url(&format!("{}/", page.slug()))
    }

    /// The path of the form to sign in, with the base path; `next` is the page after it.
    pub fn sign_in_path(&self, next: Option<Page>) -> String {
        match next {
            Some(next) => self.url(&format!("sign-in/?next={}", next.slug())),
            None => self.url("sign-in/"),
        }
    }

    /// Whether a path of an asset has the digest of the present assets.
    pub fn is_current(&self, digest: &str) -> bool {
        self.digest == digest
    }

    /// A page as HTML.
    pub fn page(&self, visit: &Visit<'_>, page: Page) -> String {
        let texts = self.texts(visit.language);
        let content = match page {
            Page::Matrix => matrix::content(texts),
            Page::Rules => rules::content(texts, visit.viewer.as_ref()),
            Page::Calendar => calendar::content(texts),
            Page::Catalog => catalog::content(texts, visit.viewer.as_ref()),
            Page::Approvals => approvals::content(texts, visit.viewer.as_ref()),
            Page::Customers => customers::content(texts),
            Page::Health => health::content(texts, visit.viewer.as_ref()),
            Page::History => history::content(texts, visit.viewer.as_ref()),
        };
        self.frame(visit, Some(page), texts.get(page.slug()), &content)
            .into_string()
    }

    /// The form to sign in as HTML; `next` is the page after it.
    pub fn sign_in(
        &self,
        visit: &Visit<'_>,
        next: Option<Page>,
        problem: Option<SignInProblem>,
    ) -> String {
        let texts = self.texts(visit.language);
        let provider = next.map_or_else(String::new, |next| format!("?next={}", next.slug()));
        let provider = self.url(&format!("openid-connect/{provider}"));
        let offer = Offer {
            action: &self.sign_in_path(next),
            provider: Some(&*provider).filter(|_| self.has_provider),
            demo_tokens: self.demo_tokens,
        };
        let content = sign_in::content(texts, offer, problem);
        self.frame(visit, None, texts.get("sign-in"), &content)
            .into_string()
    }

    /// The page after signing in elsewhere, with a link to `next`, as HTML.
    pub fn signed_in(&self, visit: &Visit<'_>, next: &str) -> String {
        let texts = self.texts(visit.language);
        let content = sign_in::signed_in(texts, next);
        self.frame(visit, None, texts.get("signed-in"), &content)
            .into_string()
    }

    /// The page for a token whose scopes do not allow the page that was asked for, as HTML.
    pub fn forbidden(&self, visit: &Visit<'_>) -> String {
        let texts = self.texts(visit.language);
        let title = texts.get("forbidden");
        let content: Markup = maud::html! {
            section.panel { h1 { (title) } p { (texts.get("forbidden-text")) } }
        };
        self.frame(visit, None, title, &content).into_string()
    }

    pub(crate) fn url(&self, rest: &str) -> String {
        format!("{}{PREFIX}{rest}", self.base)
    }

    pub(crate) fn asset_url(&self, name: &str) -> String {
        self.url(&format!("assets/{}/{name}", self.digest))
    }

    pub(crate) fn base(&self) -> &str {
        &self.base
    }

    pub(crate) const fn texts(&self, language: Language) -> &Texts {
        match language {
            Language::Tr => &self.turkish,
            Language::En | Language::Ar | Language::Ru | Language::De | Language::Fr => {
                &self.english
            }
        }
    }
}
