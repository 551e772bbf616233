//! The shop's texts, from the Fluent files of the six languages.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use payments_core::language::Language;

use crate::host::Host;

/// The texts of a language by name. A variable `$count` is `{count}` in them.
pub(crate) struct Texts(BTreeMap<String, String>);

/// The variables that texts may contain.
pub const VARIABLES: [&str; 8] = [
    "amount", "bank", "card", "count", "digits", "name", "phone", "time",
];

static ALL: OnceLock<[Texts; Language::ALL.len()]> = OnceLock::new();

static NONE: Texts = Texts(BTreeMap::new());

/// Reads all texts, once per process.
pub(crate) fn load(host: &dyn Host) {
    ALL.get_or_init(|| {
        Language::ALL
            .map(|language| Texts(host.templates(language, &sources(language), &VARIABLES)))
    });
}

/// The Fluent files of a language.
pub const fn sources(language: Language) -> [&'static str; 2] {
    match language {
        Language::Tr => [
            include_str!("../locales/tr/shop.ftl"),
            include_str!("../locales/tr/goods.ftl"),
        ],
        Language::En => [
            include_str!("../locales/en/shop.ftl"),
            include_str!("../locales/en/goods.ftl"),
        ],
        Language::Ar => [
            include_str!("../locales/ar/shop.ftl"),
            include_str!("../locales/ar/goods.ftl"),
        ],
        Language::Ru => [
            include_str!("../locales/ru/shop.ftl"),
            include_str!("../locales/ru/goods.ftl"),
        ],
        Language::De => [
            include_str!("../locales/de/shop.ftl"),
            include_str!("../locales/de/goods.ftl"),
        ],
        Language::Fr => [
            include_str!("../locales/fr/shop.ftl"),
            include_str!("../locales/fr/goods.ftl"),
        ],
    }
}

/// The texts in a language.
pub(crate) fn of(language: Language) -> &'static Texts {
    let place = Language::ALL.iter().position(|one| *one == language);
    let texts = ALL.get().and_then(|all| all.get(place.unwrap_or_default()));
    texts.unwrap_or(&NONE)
}

impl Texts {
    /// The text with this name; empty if there is none.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    /// The text with this name, with its variables replaced.
    pub(crate) fn fill(&self, name: &str, values: &[(&str, &str)]) -> String {
        let text = self.get(name).to_owned();
        values.iter().fold(text, |text, (variable, value)| {
            text.replace(&format!("{{{variable}}}"), value)
        })
    }

    pub(crate) fn find(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// All texts as JSON, for the scripts.
    pub(crate) fn to_json(&self) -> Vec<u8> {
        serde_json::to_vec(&self.0).unwrap_or_default()
    }
}
