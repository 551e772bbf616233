//! The form to sign in.

use maud::{Markup, html};

use crate::texts::Texts;

/// Why signing in was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignInProblem {
    /// The token is missing, wrong or has expired.
    Wrong,
    /// Too many wrong tokens; they are refused for this many seconds.
    TooMany(u32),
    /// The OpenID Connect provider does not answer, or its answer is not valid.
    Provider,
    /// The provider did not identify anybody.
    NotIdentified,
    /// The sign-in did not begin in this browser, or too long ago.
    Outdated,
    /// The person has no role of the settings.
    NoRights,
    /// Too many sign-ins by the provider from this address; they are refused for this many seconds.
    Busy(u32),
}

impl SignInProblem {
    fn text(self, texts: &Texts) -> String {
        let name = match self {
            Self::Wrong => "sign-in-wrong",
            Self::TooMany(_) => "sign-in-too-many",
            Self::Busy(_) => "sign-in-busy",
            Self::Provider => "sign-in-provider",
            Self::NotIdentified => "sign-in-not-identified",
            Self::Outdated => "sign-in-outdated",
            Self::NoRights => "sign-in-no-rights",
        };
        let text = texts.get(name);
        match self {
            Self::TooMany(seconds) | Self::Busy(seconds) => {
                text.replace("{seconds}", &seconds.to_string())
            }
            Self::Wrong
            | Self::Provider
            | Self::NotIdentified
            | Self::Outdated
            | Self::NoRights => text.to_owned(),
        }
    }

    /// Whether it is about the token.
    const fn is_of_token(self) -> bool {
        matches!(self, Self::Wrong | Self::TooMany(_))
    }
}

/// What the form offers.
#[derive(Clone, Copy)]
pub(crate) struct Offer<'a> {
    /// The path that takes the token.
    pub(crate) action: &'a str,
    /// The path that leads to the OpenID Connect provider, if there is one.
    pub(crate) provider: Option<&'a str>,
    pub(crate) demo_tokens: Option<[&'a str; 2]>,
}

pub(crate) fn content(texts: &Texts, offer: Offer<'_>, problem: Option<SignInProblem>) -> Markup {
    let of_token = problem.filter(|problem| problem.is_of_token());
    let of_provider = problem.filter(|problem| !problem.is_of_token());
    let problem = of_token.map(|problem| problem.text(texts));
    html! {
        section.panel.narrow {
            h1 { (texts.get("sign-in")) }
            @if let Some(problem) = of_provider { p.problem role="alert" { (problem.text(texts)) } }
            @if let Some(provider) = offer.provider {
                p { a.primary #provider href=(provider) { (texts.get("sign-in-with-account")) } }
                p.hint { (texts.get("or-with-token")) }
            }
            form method="post" action=(offer.action) {
                div.field {
                    label for="token" { (texts.get("token")) }
                    input #token type="password" name="token" required autofocus autocomplete="current-password"
                        spellcheck="false" aria-describedby="token-help" aria-invalid=[problem.is_some().then_some("true")];
                    p.hint #token-help {
                        @if let Some(problem) = &problem { strong.error { (problem) } br; }
                        (texts.get("token-help"))
                    }
                }
                @if let Some([first, second]) = offer.demo_tokens {
                    p.hint { (texts.get("demo-tokens")) " " code { (first) } ", " code { (second) } }
                }
                button.primary type="submit" { (texts.get("sign-in")) }
            }
        }
    }
}

/// Links to the next page, for browsers that do not go there by themselves.
pub(crate) fn signed_in(texts: &Texts, next: &str) -> Markup {
    html! {
        section.panel.narrow {
            h1 { (texts.get("signed-in")) }
            p { a.primary href=(next) { (texts.get("continue")) } }
        }
    }
}
