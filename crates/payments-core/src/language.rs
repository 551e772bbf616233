//! The languages of responses to customers.

use serde::{Deserialize, Serialize};

/// One of the six languages of the contract; Turkish is the default.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// Turkish.
    #[default]
    Tr,
    /// English.
    En,
    /// Arabic.
    Ar,
    /// Russian.
    Ru,
    /// German.
    De,
    /// French.
    Fr,
}

impl Language {
    /// All languages, the default first.
    pub const ALL: [Self; 6] = [Self::Tr, Self::En, Self::Ar, Self::Ru, Self::De, Self::Fr];

    /// The ISO 639-1 code, in lower case.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Tr => "tr",
            Self::En => "en",
            Self::Ar => "ar",
            Self::Ru => "ru",
            Self::De => "de",
            Self::Fr => "fr",
        }
    }

    /// The language with this lower-case ISO 639-1 code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|language| language.code() == code)
    }
}
