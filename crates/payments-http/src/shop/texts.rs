//! What the shop says, from the Fluent files of the six languages.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use payments_core::language::Language;
use unic_langid::LanguageIdentifier;

/// A language's texts by their names; a variable `$count` stands in them as `{count}`.
pub(super) struct Texts(BTreeMap<String, String>);

/// The variables texts may have.
const VARIABLES: [&str; 8] = [
    "amount", "bank", "card", "count", "digits", "name", "phone", "time",
];

static ALL: LazyLock<[Texts; Language::ALL.len()]> = LazyLock::new(|| Language::ALL.map(read));

const fn sources(language: Language) -> [&'static str; 2] {
    match language {
        Language::Tr => [
            include_str!("../../locales/tr/shop.ftl"),
            include_str!("../../locales/tr/goods.ftl"),
        ],
        Language::En => [
            include_str!("../../locales/en/shop.ftl"),
            include_str!("../../locales/en/goods.ftl"),
        ],
        Language::Ar => [
            include_str!("../../locales/ar/shop.ftl"),
            include_str!("../../locales/ar/goods.ftl"),
        ],
        Language::Ru => [
            include_str!("../../locales/ru/shop.ftl"),
            include_str!("../../locales/ru/goods.ftl"),
        ],
        Language::De => [
            include_str!("../../locales/de/shop.ftl"),
            include_str!("../../locales/de/goods.ftl"),
        ],
        Language::Fr => [
            include_str!("../../locales/fr/shop.ftl"),
            include_str!("../../locales/fr/goods.ftl"),
        ],
    }
}

/// The texts of a language.
pub(super) fn of(language: Language) -> &'static Texts {
    let place = Language::ALL.iter().position(|one| *one == language);
    &ALL[place.unwrap_or_default()]
}

/// A file that is not Fluent gives what of it could be read; a test keeps that from happening.
fn read(language: Language) -> Texts {
    let mut arguments = FluentArgs::new();
    for name in VARIABLES {
        arguments.set(name, format!("{{{name}}}"));
    }
    let mut texts = BTreeMap::new();
    for source in sources(language) {
        let parsed = FluentResource::try_new(source.to_owned());
        let resource = parsed.unwrap_or_else(|(resource, _)| resource);
        let names: Vec<String> = resource.entries().filter_map(name_of).collect();
        let locale: LanguageIdentifier = language.code().parse().unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![locale]);
        bundle.set_use_isolating(false);
        // A name that stands twice keeps its first text.
        let _ = bundle.add_resource(Arc::new(resource));
        for name in names {
            let pattern = bundle
                .get_message(&name)
                .and_then(|message| message.value());
            if let Some(pattern) = pattern {
                let mut mistakes = Vec::new();
                let text = bundle.format_pattern(pattern, Some(&arguments), &mut mistakes);
                texts.insert(name, text.into_owned());
            }
        }
    }
    Texts(texts)
}

fn name_of(entry: &fluent_syntax::ast::Entry<&str>) -> Option<String> {
    if let fluent_syntax::ast::Entry::Message(message) = entry {
        Some(message.id.name.to_owned())
    } else {
        None
    }
}

impl Texts {
    /// A text; of a name there is none for, nothing.
    pub(super) fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    /// A text there may be none for.
    pub(super) fn find(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// All of them, for the scripts.
    pub(super) fn to_json(&self) -> Vec<u8> {
        serde_json::to_vec(&self.0).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use fluent_bundle::FluentResource;
    use payments_core::language::Language;

    use super::{of, sources};

    /// The `{variables}` of a text.
    fn variables(text: &str) -> BTreeSet<&str> {
        text.split('{')
            .skip(1)
            .filter_map(|rest| Some(rest.split_once('}')?.0))
            .collect()
    }

    #[test]
    fn every_text_is_there_in_every_language_with_the_same_variables() {
        let reference = of(Language::Tr);
        assert!(reference.0.len() > 100);
        for language in Language::ALL {
            for source in sources(language) {
                assert!(
                    FluentResource::try_new(source.to_owned()).is_ok(),
                    "{language:?}"
                );
            }
            let texts = of(language);
            assert!(
                texts.0.keys().eq(reference.0.keys()),
                "{language:?}: {:?}",
                {
                    let ours: BTreeSet<_> = texts.0.keys().collect();
                    let theirs: BTreeSet<_> = reference.0.keys().collect();
                    ours.symmetric_difference(&theirs)
                        .copied()
                        .collect::<Vec<_>>()
                }
            );
            for (name, text) in &texts.0 {
                assert!(!text.trim().is_empty(), "{language:?}: {name}");
                assert_eq!(
                    variables(text),
                    variables(reference.get(name)),
                    "{language:?}: {name}"
                );
            }
        }
    }
}
