//! Saved cards, and saving one: the card, the phone, the code.

use actix_web::{Error, HttpRequest, HttpResponse, web};
use maud::{Markup, html};

use super::frame::{FRAME_SCRIPT, Page, Visit};
use super::picture::icon;
use crate::host::Demo;

pub(crate) async fn show(
    demo: web::Data<Demo>,
    request: HttpRequest,
) -> Result<HttpResponse, Error> {
    let visit = Visit::of(&request, &demo).await?;
    let title = visit.text("nav-cards");
    let is_customer = visit.visitor.session.customer.is_some();
    let content = if is_customer {
        own_cards(&visit, &demo)
    } else {
        html! {
            h1 { (title) }
            section.panel.narrow {
                p { (visit.text("cards-log-in")) }
                button.primary #log-in type="button" { (visit.text("log-in")) }
            }
        }
    };
    let script = if is_customer {
        "cards.js"
    } else {
        FRAME_SCRIPT
    };
    Ok(visit.page(&Page {
        title,
        script,
        content,
    }))
}

fn own_cards(visit: &Visit, demo: &Demo) -> Markup {
    html! {
        h1 { (visit.text("nav-cards")) }
        section aria-labelledby="saved-title" {
            h2 #saved-title { (visit.text("saved-title")) }
            (visit.needs_script())
            div #saved-problem.problem role="alert" hidden {}
            ul #saved.saved aria-live="polite" { li { span.bone {} } }
        }
        section.panel.saving #saving aria-labelledby="saving-title" data-code-seconds=(demo.code_lifetime_seconds) {
            h2 #saving-title tabindex="-1" { (visit.text("save-title")) }
            ol.path aria-label=(visit.text("steps")) {
                @for step in ["step-card", "step-phone", "step-code"] {
                    li data-step=(step) { (visit.text(step)) }
                }
            }
            div #saving-problem.problem role="alert" hidden {}
            (card_form(visit))
            (phone_form(visit))
            (code_form(visit, demo.code_length))
            (phone(visit))
            div #step-done hidden {
                p.done { (visit.text("saved-done")) }
                button.secondary #another type="button" { (visit.text("save-another")) }
            }
        }
    }
}

/// A field with its label, hint and error.
fn field(visit: &Visit, name: &str, label: &str, input: &Markup, hint: &str) -> Markup {
    html! {
        div.field data-field=(name) {
            label for=(name) { (visit.text(label)) }
            (input)
            @if !hint.is_empty() { p.hint id=(format!("{name}-hint")) { (hint) } }
            p.error id=(format!("{name}-error")) hidden {}
        }
    }
}

fn card_form(visit: &Visit) -> Markup {
    let number = html! {
        div.number dir="ltr" {
            input #card_number name="card_number" inputmode="numeric" autocomplete="cc-number" required
                maxlength="23" dir="ltr" placeholder="0000 0000 0000 0000" aria-describedby="card_number-error card_number-of";
            span.brand #brand aria-hidden="true" {}
        }
        p.hint #card_number-of aria-live="polite" {}
    };
    let holder = html! {
        input #card_holder name="card_holder" autocomplete="cc-name" required maxlength="100"
            aria-describedby="card_holder-error";
    };
    let expiry = html! {
        input #card_expiry name="card_expiry" inputmode="numeric" autocomplete="cc-exp" required
            maxlength="9" dir="ltr" placeholder=(visit.text("expiry-form")) aria-describedby="card_expiry-error";
    };
    let cvv = html! {
        input #card_cvv name="card_cvv" type="password" inputmode="numeric" autocomplete="cc-csc" required
            maxlength="4" dir="ltr" placeholder="•••" aria-describedby="card_cvv-error";
    };
    let name = html! {
        input #name name="name" maxlength="50" autocomplete="off" aria-describedby="name-hint name-error";
    };
    html! {
        form #step-card novalidate {
            div.card-and-plans {
                div.fields {
                    (field(visit, "card_number", "card-number", &number, ""))
                    div.known-plans #card-plans aria-live="polite" {}
                    (field(visit, "card_holder", "card-holder", &holder, ""))
                    div.pair {
                        (field(visit, "card_expiry", "card-expiry", &expiry, ""))
                        (field(visit, "card_cvv", "card-cvv", &cvv, ""))
                    }
                    (field(visit, "name", "card-name", &name, visit.text("card-name-hint")))
                    div.field data-field="consent" {
                        label.check { input #consent name="consent" type="checkbox" required aria-describedby="consent-error"; span { (visit.text("consent")) } }
                        p.error #consent-error hidden {}
                    }
                    button.primary type="submit" { (visit.text("go-on")) }
                    details.numbers { summary { (visit.text("test-numbers")) } ul #numbers {} }
                }
                div.recognized {
                    div.plastic #plastic aria-hidden="true" {
                        span.plastic-bank #plastic-bank {} span.plastic-number #plastic-number dir="ltr" { "•••• •••• •••• ••••" }
                        span.plastic-holder #plastic-holder {} span.plastic-expiry #plastic-expiry dir="ltr" { "••/••" }
                        span.plastic-brand #plastic-brand {}
                    }
                }
            }
        }
    }
}

fn phone_form(visit: &Visit) -> Markup {
    let phone = html! {
        input #phone_number name="phone_number" type="tel" inputmode="tel" autocomplete="tel-national" required
            maxlength="20" dir="ltr" aria-describedby="phone_number-hint phone_number-error";
    };
    html! {
        form.narrow #step-phone novalidate hidden {
            (field(visit, "phone_number", "phone-number", &phone, visit.text("phone-number-hint")))
            div.buttons {
                button.primary type="submit" { (visit.text("send-code")) }
                button.secondary type="button" data-back="step-card" { (visit.text("other-card")) }
            }
        }
    }
}

fn code_form(visit: &Visit, length: u8) -> Markup {
    let code = html! {
        input.code #otp name="otp" inputmode="numeric" autocomplete="one-time-code" required
            maxlength=(length) dir="ltr" aria-describedby="otp-hint otp-error tries countdown";
    };
    let hint = (visit.texts).fill("code-digits", &[("count", &length.to_string())]);
    html! {
        form.narrow #step-code novalidate hidden {
            p #sent-to {}
            (field(visit, "otp", "code", &code, &hint))
            p.hint #tries {}
            p.hint #countdown role="timer" {}
            div.buttons {
                button.primary type="submit" { (visit.text("save-card")) }
                button.link #resend type="button" { (visit.text("resend")) }
                button.link type="button" data-back="step-phone" { (visit.text("other-phone")) }
                button.link type="button" data-back="step-card" { (visit.text("other-card")) }
            }
        }
    }
}

/// The phone that shows the sandbox's messages, beside the code.
fn phone(visit: &Visit) -> Markup {
    html! {
        div #phone-place hidden {
            p.quiet #phone-news role="status" {}
            button.phone-button #phone-button type="button" aria-expanded="false" aria-controls="phone" {
                (icon("phone")) span { (visit.text("phone-title")) }
            }
            section.phone #phone aria-labelledby="phone-title" hidden {
                header { h2 #phone-title { (visit.text("phone-title")) }
                    button.quiet-button #phone-close type="button" aria-label=(visit.text("close")) { (icon("close")) } }
                p.hint { (visit.text("phone-hint")) }
                ol #phone-messages {}
                p.hint #phone-empty { (visit.text("phone-empty")) }
            }
        }
    }
}
