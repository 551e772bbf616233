//! The texts of the console, from its Fluent files.

use std::collections::BTreeMap;

use payments_core::language::Language;

/// The languages of the console.
pub const LANGUAGES: [Language; 2] = [Language::Tr, Language::En];

/// The variables that texts may contain.
pub const VARIABLES: [&str; 6] = ["count", "field", "name", "seconds", "text", "time"];

/// The texts of a language by name. A variable `$count` is `{count}` in them.
#[derive(Debug)]
pub(crate) struct Texts(BTreeMap<String, String>);

/// The Fluent file of a language; English for a language that the console does not have.
pub const fn source(language: Language) -> &'static str {
    match language {
        Language::Tr => include_str!("../locales/tr/console.ftl"),
        Language::En | Language::Ar | Language::Ru | Language::De | Language::Fr => {
            include_str!("../locales/en/console.ftl")
        }
    }
}

/// The name of a language in that language.
pub(crate) const fn name(language: Language) -> &'static str {
    match language {
        Language::Tr => "Türkçe",
        Language::En | Language::Ar | Language::Ru | Language::De | Language::Fr => "English",
    }
}

impl Texts {
    pub(crate) const fn new(texts: BTreeMap<String, String>) -> Self {
        Self(texts)
    }

    /// The text with this name; empty if there is none.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    /// All texts as JSON, for the scripts.
    pub(crate) fn to_json(&self) -> Vec<u8> {
        serde_json::to_vec(&self.0).unwrap_or_default()
    }
}
