//! Loads Fluent files: the sentences customers read, and the demo's texts.

use std::collections::BTreeMap;
use std::sync::Arc;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use fluent_syntax::ast::Entry;
use payments_core::catalog::InstallmentCount;
use payments_core::language::Language;
use payments_core::otp::OtpCode;
use payments_core::ports::Wording;
use payments_core::sms::SmsText;
use unic_langid::LanguageIdentifier;
use zeroize::Zeroizing;

use crate::error::SentenceId;

type Bundle = FluentBundle<Arc<FluentResource>>;

/// The language files, read once.
pub struct Sentences {
    bundles: [Bundle; Language::ALL.len()],
}

/// A language file that is not Fluent: a defect of the build, found at start and by a test.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the sentences in {0:?} cannot be read")]
pub struct UnreadableSentences(Language);

const fn source(language: Language) -> &'static str {
    match language {
        Language::Tr => include_str!("../locales/tr/payments.ftl"),
        Language::En => include_str!("../locales/en/payments.ftl"),
        Language::Ar => include_str!("../locales/ar/payments.ftl"),
        Language::Ru => include_str!("../locales/ru/payments.ftl"),
        Language::De => include_str!("../locales/de/payments.ftl"),
        Language::Fr => include_str!("../locales/fr/payments.ftl"),
    }
}

fn load(language: Language, source: &str) -> Result<Bundle, UnreadableSentences> {
    let unreadable = UnreadableSentences(language);
    let locale: LanguageIdentifier = language.code().parse().map_err(|_| unreadable)?;
    let resource = FluentResource::try_new(source.to_owned()).map_err(|_| unreadable)?;
    let mut bundle = Bundle::new_concurrent(vec![locale]);
    // The invisible marks that Fluent puts around values break SMS alphabets and comparisons.
    bundle.set_use_isolating(false);
    bundle
        .add_resource(Arc::new(resource))
        .map_err(|_| unreadable)?;
    Ok(bundle)
}

/// The messages of a source by name, with `{name}` for each of these variables.
///
/// # Errors
/// [`UnreadableSentences`] if it is not Fluent.
pub fn templates(
    language: Language,
    source: &str,
    variables: &[&str],
) -> Result<BTreeMap<String, String>, UnreadableSentences> {
    let bundle = load(language, source)?;
    let resource =
        FluentResource::try_new(source.to_owned()).map_err(|_| UnreadableSentences(language))?;
    let arguments: FluentArgs<'_> = variables
        .iter()
        .map(|name| (*name, format!("{{{name}}}")))
        .collect();
    let names = resource.entries().filter_map(|entry| match entry {
        Entry::Message(message) => Some(message.id.name),
        Entry::Term(_)
        | Entry::Comment(_)
        | Entry::GroupComment(_)
        | Entry::ResourceComment(_)
        | Entry::Junk { .. } => None,
    });
    let texts = names.filter_map(|name| {
        let pattern = bundle.get_message(name)?.value()?;
        let text = bundle.format_pattern(pattern, Some(&arguments), &mut Vec::new());
        Some((name.to_owned(), text.into_owned()))
    });
    Ok(texts.collect())
}

impl Sentences {
    /// Reads the built-in files.
    ///
    /// # Errors
    /// [`UnreadableSentences`] when one of them is not Fluent.
    pub fn read() -> Result<Self, UnreadableSentences> {
        let [tr, en, ar, ru, de, fr] =
            Language::ALL.map(|language| load(language, source(language)));
        Ok(Self {
            bundles: [tr?, en?, ar?, ru?, de?, fr?],
        })
    }

    /// A sentence without variables.
    pub fn sentence(&self, language: Language, id: SentenceId) -> String {
        self.format(language, id, None).unwrap_or_default()
    }

    /// A sentence about a time to wait.
    pub fn sentence_with_seconds(
        &self,
        language: Language,
        id: SentenceId,
        seconds: u32,
    ) -> String {
        let mut arguments = FluentArgs::new();
        arguments.set("seconds", seconds);
        self.format(language, id, Some(&arguments))
            .unwrap_or_default()
    }

    /// The label of a plan its merchant gave none: made from the count (the contract, management API).
    pub fn installment_label(&self, language: Language, count: InstallmentCount) -> String {
        let mut arguments = FluentArgs::new();
        arguments.set("count", count.get());
        self.format(language, "installment-label", Some(&arguments))
            .unwrap_or_default()
    }

    /// `None` when the language has no such message or it lacks a variable; a test keeps that from happening.
    fn format(
        &self,
        language: Language,
        id: &str,
        arguments: Option<&FluentArgs<'_>>,
    ) -> Option<String> {
        let place = Language::ALL.iter().position(|one| *one == language)?;
        let bundle = self.bundles.get(place)?;
        let pattern = bundle.get_message(id)?.value()?;
        let mut mistakes = Vec::new();
        let text = bundle
            .format_pattern(pattern, arguments, &mut mistakes)
            .into_owned();
        mistakes.is_empty().then_some(text)
    }

    fn code_text(&self, language: Language, id: &str, code: &str) -> Zeroizing<String> {
        let mut arguments = FluentArgs::new();
        arguments.set("code", FluentValue::from(code));
        Zeroizing::new(
            self.format(language, id, Some(&arguments))
                .unwrap_or_default(),
        )
    }
}

impl Wording for Sentences {
    fn code_sms(&self, language: Language, code: &OtpCode) -> SmsText {
        code.expose(|code| SmsText {
            localized: self.code_text(language, "sms-code", code),
            ascii: self.code_text(language, "sms-code-ascii", code),
        })
    }
}

#[cfg(test)]
mod tests {
    use payments_core::catalog::InstallmentCount;
    use payments_core::language::Language;
    use payments_core::otp::OtpCode;
    use payments_core::ports::Wording;

    use std::collections::{BTreeMap, BTreeSet};

    use super::{Sentences, templates};
    use crate::error::Problem;

    #[test]
    fn every_problem_has_its_sentence_in_every_language() {
        let sentences = Sentences::read().unwrap();
        for language in Language::ALL {
            for problem in Problem::ALL {
                let text = sentences.sentence_with_seconds(language, problem.sentence(), 30);
                assert!(
                    !text.is_empty(),
                    "{language:?} has no {}",
                    problem.sentence()
                );
                assert!(!text.contains('{'), "{language:?}: {text}");
            }
        }
    }

    #[test]
    fn labels_are_made_from_the_count() {
        let sentences = Sentences::read().unwrap();
        let label = |language, count| {
            sentences.installment_label(language, InstallmentCount::new(count).unwrap())
        };
        assert_eq!(label(Language::Tr, 1), "Tek Çekim");
        assert_eq!(label(Language::Tr, 3), "3 Taksit");
        assert_eq!(label(Language::En, 1), "Single payment");
        assert_eq!(label(Language::En, 3), "3 installments");
        for language in Language::ALL {
            for count in 1..=99 {
                let text = label(language, count);
                assert!(!text.is_empty(), "{language:?} {count}");
                assert!(
                    count == 1 || language == Language::Ar || text.contains(&count.to_string()),
                    "{text}"
                );
            }
        }
    }

    #[test]
    fn the_sms_brings_the_code_once_and_its_ascii_text_is_ascii() {
        let sentences = Sentences::read().unwrap();
        let code = OtpCode::parse("004217").unwrap();
        for language in Language::ALL {
            let sms = sentences.code_sms(language, &code);
            for text in [&*sms.localized, &*sms.ascii] {
                assert_eq!(text.matches("004217").count(), 1, "{language:?}: {text}");
                assert_eq!(
                    text.chars().filter(char::is_ascii_digit).count(),
                    6,
                    "{text}"
                );
            }
            assert!(sms.ascii.is_ascii(), "{language:?}");
        }
    }

    /// The `{variables}` of a text.
    fn variables(text: &str) -> BTreeSet<&str> {
        text.split('{')
            .skip(1)
            .filter_map(|rest| Some(rest.split_once('}')?.0))
            .collect()
    }

    type Texts = BTreeMap<String, String>;

    fn demo_texts(language: Language) -> Texts {
        let sources = payments_demo::sources(language).into_iter();
        let texts = sources
            .map(|source| templates(language, source, &payments_demo::VARIABLES).expect("Fluent"));
        texts.flatten().collect()
    }

    fn console_texts(language: Language) -> Texts {
        let source = payments_console::source(language);
        templates(language, source, &payments_console::VARIABLES).expect("Fluent")
    }

    fn are_the_same(languages: &[Language], texts: fn(Language) -> Texts) {
        let reference = texts(Language::Tr);
        assert!(reference.len() > 100);
        for &language in languages {
            let texts = texts(language);
            let (ours, theirs): (BTreeSet<_>, BTreeSet<_>) =
                (texts.keys().collect(), reference.keys().collect());
            let different: Vec<_> = ours.symmetric_difference(&theirs).collect();
            assert!(different.is_empty(), "{language:?}: {different:?}");
            for (name, text) in &texts {
                assert!(!text.trim().is_empty(), "{language:?}: {name}");
                let expected = variables(&reference[name]);
                assert_eq!(variables(text), expected, "{language:?}: {name}");
            }
        }
    }

    #[test]
    fn every_text_of_the_demo_and_the_console_is_there_in_every_language_with_the_same_variables() {
        are_the_same(&Language::ALL, demo_texts);
        are_the_same(&payments_console::LANGUAGES, console_texts);
    }

    /// The names that follow these beginnings in a source.
    fn names_after<'s>(source: &'s str, beginning: &'s str) -> impl Iterator<Item = &'s str> {
        let rest = source.split(beginning).skip(1);
        rest.filter_map(|rest| Some(rest.split_once('"')?.0))
    }

    #[test]
    fn every_text_that_the_console_names_is_there() {
        let texts = console_texts(Language::Tr);
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../payments-console");
        let mut named = 0;
        for of in ["src", "assets"] {
            for file in std::fs::read_dir(folder.join(of)).unwrap() {
                let source = std::fs::read_to_string(file.unwrap().path()).unwrap();
                for beginning in ["texts.get(\"", " t(\"", "(t(\"", "[t(\"", "count(\""] {
                    for name in names_after(&source, beginning) {
                        assert!(texts.contains_key(name), "{name}");
                        named += 1;
                    }
                }
            }
        }
        assert!(named > 60, "only {named} names were found");
    }
}
