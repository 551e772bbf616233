//! Bearer tokens of the management API: kept as SHA-256, each with its scopes.

mod attempts;

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use subtle::{ConditionallySelectable, ConstantTimeEq};

use crate::manage_session::Fingerprint;
use crate::scope::{Scope, Scopes};
use crate::settings::Settings;

pub(crate) use attempts::{Attempt, Attempts};

/// The configured tokens and the wrong attempts, one for the process.
#[derive(Debug)]
pub struct ManageTokens {
    tokens: Vec<Token>,
    pub(crate) attempts: Attempts,
}

/// A token, without its text.
#[derive(Debug)]
pub(crate) struct Token {
    pub(crate) name: String,
    /// Who holds it; the token's name if the settings name no person.
    person: Option<String>,
    digest: [u8; 32],
    scopes: Scopes,
    expires_at: Option<DateTime<Utc>>,
}

/// Who may act, and what they may do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Identity {
    /// The principal: one person has one, however they were identified.
    pub(crate) principal: String,
    /// How they were identified, for the request log.
    pub(crate) identified_by: String,
    pub(crate) scopes: Scopes,
}

/// The longest name of a person: the audit log has room for an author and who approved, of this length each. Subjects of common
/// providers are no longer.
pub(crate) const MAX_PERSON: usize = 43;

/// Whether a text can name a person. It has no blank and no bracket, as the names of commands and of approved changes have,
/// and no letters that look like others.
pub(crate) fn is_person(text: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"._-@+:|/=~".contains(&byte);
    (1..=MAX_PERSON).contains(&text.len()) && text.bytes().all(is_allowed)
}

impl ManageTokens {
    /// The tokens of the settings, and the demo's if the demo is enabled. Invalid ones are skipped: the settings were
    /// validated when they were loaded.
    pub fn of(settings: &Settings) -> Self {
        let configured = settings.manage.tokens.iter().filter_map(|(name, token)| {
            Some(Token {
                name: name.clone(),
                person: Some(token.person().to_owned()).filter(|person| !person.is_empty()),
                digest: token.digest()?,
                scopes: token.scopes()?,
                expires_at: token.expires_at()?,
            })
        });
        let demo = [
            ("demo", payments_demo::TOKEN),
            ("demo-approver", payments_demo::APPROVER_TOKEN),
        ];
        let demo = demo.into_iter().filter(|_| settings.demo.enabled);
        let demo = demo.map(|(name, token)| Token::of_text(name, token));
        Self {
            tokens: configured.chain(demo).collect(),
            attempts: Attempts::new(settings.manage.wrong_tokens_per_minute),
        }
    }

    /// Finds a token in constant time, whether or not it is there.
    pub(crate) fn find(&self, given: &str) -> Option<&Token> {
        let given = digest(given);
        let mut found = u64::MAX;
        for (position, known) in (0_u64..).zip(&self.tokens) {
            found.conditional_assign(&position, given.ct_eq(&known.digest));
        }
        self.tokens.get(usize::try_from(found).ok()?)
    }

    /// The token of this name and fingerprint.
    pub(crate) fn named(&self, name: &str, fingerprint: &Fingerprint) -> Option<&Token> {
        let is_it = |token: &&Token| token.name == name && token.fingerprint() == *fingerprint;
        self.tokens.iter().find(is_it)
    }

    /// Whether a person has the name of a token that is not theirs. The history has authors of that name.
    pub(crate) fn is_of_another(&self, person: &str) -> bool {
        let is_it = |token: &Token| {
            token.name.eq_ignore_ascii_case(person) && token.person.as_deref() != Some(person)
        };
        self.tokens.iter().any(is_it)
    }

    /// Whether two principals are one person. A token may have got its person since it acted under its name, and a provider may
    /// spell an address otherwise than the settings.
    pub(crate) fn are_one(&self, one: &str, other: &str) -> bool {
        let person_of = |name| {
            let token = self.tokens.iter().find(|token| token.name == name);
            token
                .and_then(|token| token.person.as_deref())
                .unwrap_or(name)
        };
        person_of(one).eq_ignore_ascii_case(person_of(other))
    }
}

impl Token {
    /// A token with every scope, without an end.
    pub(crate) fn of_text(name: &str, token: &str) -> Self {
        Self {
            name: name.to_owned(),
            person: None,
            digest: digest(token),
            scopes: Scope::Admin.into(),
            expires_at: None,
        }
    }

    /// Its holder.
    pub(crate) fn holder(&self) -> Identity {
        Identity {
            principal: self.person.as_ref().unwrap_or(&self.name).clone(),
            identified_by: format!("token {}", self.name),
            scopes: self.scopes.clone(),
        }
    }

    /// Identifies the token, and does not reveal its digest.
    pub(crate) fn fingerprint(&self) -> Fingerprint {
        let mut fingerprint = Fingerprint::default();
        let length = fingerprint.len();
        fingerprint.copy_from_slice(&Sha256::digest(self.digest)[..length]);
        fingerprint
    }

    /// Whether it is no longer accepted.
    pub(crate) fn has_expired(&self, now: DateTime<Utc>) -> bool {
        self.expires_at.is_some_and(|at| at <= now)
    }
}

fn digest(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_token_is_found_and_nothing_else_is() {
        let all = |tokens| ManageTokens {
            tokens,
            attempts: Attempts::new(1),
        };
        let two = all(vec![
            Token::of_text("old", "one"),
            Token::of_text("new", "two"),
        ]);
        let name = |given: &str| two.find(given).map(|token| token.name.as_str());
        assert_eq!(name("one"), Some("old"));
        assert_eq!(name("two"), Some("new"));
        for wrong in ["", "three", "One", "one ", &hex::encode(digest("one"))] {
            assert_eq!(name(wrong), None, "{wrong:?}");
        }
        assert!(all(Vec::new()).find("one").is_none());
    }
}
