//! The texts that carry the codes, in every language, as each provider sends them.

use std::collections::BTreeSet;
use std::sync::Arc;

use payments_core::language::Language;
use payments_core::otp::OtpCode;
use payments_core::phone::Phone;
use payments_core::ports::{Clock, Entropy, Wording};
use payments_gateways::context::{Meter, Unmetered};
use payments_gateways::sms::Alphabet::{self, Gsm7, Gsm7Turkish, Ucs2};
use payments_gateways::sms::size;
use payments_http::clock::SystemClock;
use payments_http::entropy::SystemEntropy;
use payments_http::i18n::Sentences;
use payments_http::settings::{Sources, load};
use payments_http::wiring::providers::Providers;

use crate::provider_harness::{SECRET, Sender};
use crate::setup::variable;

/// The providers, the alphabets they support, and the languages in which they send the customer's text.
const PROVIDERS: [(&str, &[Alphabet], &str); 3] = [
    ("netgsm", &[Gsm7], "en"),
    ("iletimerkezi", &[Gsm7, Gsm7Turkish], "de en fr tr"),
    ("twilio", &[Gsm7, Ucs2], "ar de en fr ru"),
];

#[tokio::test]
async fn a_code_is_one_segment_in_every_language_and_no_address_is_in_it() {
    let sentences = Sentences::read().expect("sentences");
    for (name, alphabets, expected) in PROVIDERS {
        let sender = Sender::start(name).await;
        let providers = providers(&sender);
        let mut localized = BTreeSet::new();
        for language in Language::ALL {
            for length in 4..=8 {
                let code = &"90817263"[..length];
                let text = sentences.code_sms(language, &OtpCode::parse(code).expect("a code"));
                let phone = Phone::parse("5551234567").expect("a phone");
                providers.sms.send(&phone, &text).await.expect("sent");
                let sent = sender.sent().pop().expect("a message").text;
                assert_eq!(sent.matches(code).count(), 1, "{name}: {sent}");
                let segments = alphabets.iter().filter_map(|one| size(&sent, *one));
                assert_eq!(
                    segments.map(|size| size.segments).min(),
                    Some(1),
                    "{name}: {sent}"
                );
                assert!(!has_address(&sent), "{name}: {sent}");
                if sent == *text.localized {
                    localized.insert(language.code());
                } else {
                    assert_eq!(sent, *text.ascii, "{name}");
                }
            }
        }
        let localized = Vec::from_iter(localized).join(" ");
        assert_eq!(localized, expected, "{name}");
    }
}

/// Operators block or mask texts that look like they contain an address.
fn has_address(text: &str) -> bool {
    let looks_like_a_host = |word: &str| {
        word.split_once('.')
            .is_some_and(|(_, after)| after.starts_with(|one: char| one.is_alphanumeric()))
    };
    text.contains("://") || text.split_whitespace().any(looks_like_a_host)
}

/// The providers built from this sender's settings.
fn providers(sender: &Sender) -> Providers {
    let mut settings = sender.settings(SECRET);
    settings.extend([
        ("sms.providers".to_owned(), sender.name.to_owned()),
        ("gateways.extra_hosts".to_owned(), sender.server.authority()),
    ]);
    let variables = settings.iter();
    let sources = Sources {
        files: Vec::new(),
        environment: variables
            .map(|(key, value)| (variable(key), value.clone()))
            .collect(),
    };
    let settings = load(&sources).expect("settings").settings;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let entropy: Arc<dyn Entropy> = Arc::new(SystemEntropy);
    let meter: Arc<dyn Meter> = Arc::new(Unmetered);
    Providers::of(&settings, &clock, &entropy, &meter).expect("providers")
}
