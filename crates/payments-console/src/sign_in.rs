//! The form to sign in with a management token.

use maud::{Markup, html};

use crate::texts::Texts;

/// Why signing in was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignInProblem {
    /// The token is missing, wrong or has expired.
    Wrong,
    /// Too many wrong tokens; they are refused for this many seconds.
    TooMany(u32),
}

pub(crate) fn content(
    texts: &Texts,
    action: &str,
    demo_tokens: Option<[&str; 2]>,
    problem: Option<SignInProblem>,
) -> Markup {
    let problem = problem.map(|problem| match problem {
        SignInProblem::Wrong => texts.get("sign-in-wrong").to_owned(),
        SignInProblem::TooMany(seconds) => {
            let text = texts.get("sign-in-too-many");
            text.replace("{seconds}", &seconds.to_string())
        }
    });
    html! {
        section.panel.narrow {
            h1 { (texts.get("sign-in")) }
            form method="post" action=(action) {
                div.field {
                    label for="token" { (texts.get("token")) }
                    input #token type="password" name="token" required autofocus autocomplete="current-password"
                        spellcheck="false" aria-describedby="token-help" aria-invalid=[problem.is_some().then_some("true")];
                    p.hint #token-help {
                        @if let Some(problem) = &problem { strong.error { (problem) } br; }
                        (texts.get("token-help"))
                    }
                }
                @if let Some([first, second]) = demo_tokens {
                    p.hint { (texts.get("demo-tokens")) " " code { (first) } ", " code { (second) } }
                }
                button.primary type="submit" { (texts.get("sign-in")) }
            }
        }
    }
}
