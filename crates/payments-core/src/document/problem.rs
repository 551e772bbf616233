//! What is wrong with a document, and where.

use std::cmp::Ordering;
use std::fmt;

use crate::catalog::Bin;
use crate::id::CardId;
use crate::masterpass::ConfigFault;
use crate::pointer;
use crate::record::Part;
use crate::rules::RuleFaultKind;
use crate::slug::Slug;

/// One mistake.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{pointer}: {problem}")]
pub struct Violation {
    /// JSON pointer (RFC 6901) of its place; empty for the whole document.
    pub pointer: String,
    /// What is wrong there.
    pub problem: Problem,
}

impl Violation {
    /// So many mistakes are reported at once.
    pub const MAX_REPORTED: usize = 200;

    /// The first [`Violation::MAX_REPORTED`] mistakes; if there are more, one that says so is the last.
    pub fn report(mistakes: impl IntoIterator<Item = Self>) -> Vec<Self> {
        let mut report = Vec::new();
        for mistake in mistakes.into_iter().take(Self::MAX_REPORTED + 1) {
            mistake.add_to(&mut report);
        }
        report
    }

    /// Adds the mistake to a report, unless that is full.
    pub(super) fn add_to(self, report: &mut Vec<Self>) {
        match report.len().cmp(&Self::MAX_REPORTED) {
            Ordering::Less => report.push(self),
            Ordering::Equal => report.push(Self {
                pointer: String::new(),
                problem: Problem::MoreMistakes,
            }),
            Ordering::Greater => {}
        }
    }
}

/// What is wrong, in words for the developers who write documents.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// There are more mistakes than are reported.
    #[error(
        "there are more mistakes; these are the first {}",
        Violation::MAX_REPORTED
    )]
    MoreMistakes,
    /// It is not JSON; where reading stopped.
    #[error("this is not JSON: reading stopped at line {line}, column {column}")]
    NotJson {
        /// From 1.
        line: usize,
        /// From 1.
        column: usize,
    },
    /// A text, or a key of the object, has an escape that stands for half a character (a lone UTF-16 surrogate).
    #[error("this is not JSON: an escape stands for half a character")]
    LoneSurrogate,
    /// Objects and lists are nested too deep.
    #[error("this is nested more than {} deep", super::json::MAX_DEPTH)]
    TooDeep,
    /// The object has the key twice.
    #[error("this key stands here twice")]
    RepeatedKey,
    /// The key is not known here.
    #[error("this key is not known here")]
    UnknownKey,
    /// A key of the object that is not known, and whose name is not repeated because it is not shaped like one.
    #[error("a key of this object is not known here")]
    UnknownOddKey,
    /// The key has to be there.
    #[error("this is required")]
    Required,
    /// Something else belongs here.
    #[error("use {0}")]
    Expected(Expected),
    /// The amount has a fraction of the currency's minor unit.
    #[error("use no more fraction digits than the currency has")]
    TooFine,
    /// The amount does not fit.
    #[error("use a smaller amount")]
    TooLarge,
    /// A number whose digits would not survive.
    #[error("use fewer digits, or a text")]
    InexactNumber,
    /// A list or an object has too many entries.
    #[error("use at most {0} entries")]
    TooMany(usize),
    /// The object's key is not the one in the path.
    #[error("this is not the key in the path")]
    NotThePathsKey,
    /// Another object of the document has the same key; its place.
    #[error("this has the key of {0}")]
    Repeated(String),
    /// Another object, stored or of the document, has the same slug or plan.
    #[error("this is taken")]
    Taken,
    /// A card, stored or of the document, has this BIN already.
    #[error("card {} has the BIN {} too", .1, .0.as_str())]
    BinTaken(Bin, CardId),
    /// Another plan of the card has the same number of installments.
    #[error("another plan of this card has the same number of installments")]
    SameCount,
    /// There is no such object, in the document or stored.
    #[error("there is no such object in {}", .0.as_str())]
    Dangling(Part),
    /// The end does not lie after the beginning.
    #[error("the end must lie after the beginning")]
    EmptyPeriod,
    /// A secret that stands in the document itself.
    #[error("name the secret, as env:NAME or file:/path, instead of giving it")]
    LiteralSecret,
    /// A fault of a Masterpass point of sale's configuration.
    #[error("{0}")]
    Masterpass(ConfigFault),
    /// A fault of a gateway's configuration, as its adapter says it; nothing of the configuration is repeated.
    #[error("{0}")]
    Gateway(String),
    /// The present account among the former ones.
    #[error("this is the present account: its settings stand in the configuration itself")]
    PresentAccount,
    /// The gateway of a point of sale that saved cards, open savings or queued deletions belong to.
    #[error("this cannot be changed while saved cards or tokens belong to it")]
    GatewayInUse,
    /// The settings of an account that saved cards, open savings or queued deletions belong to are left out; its label.
    #[error("saved cards or tokens belong to the account {0}: keep its settings here")]
    AccountInUse(Slug),
    /// A fault of a rule's `when` or `then`.
    #[error("{0}")]
    Rule(RuleFaultKind),
}

/// What belongs somewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// An object.
    Object,
    /// A list.
    List,
    /// `true` or `false`.
    Boolean,
    /// A primary key.
    Pk,
    /// An integer of 64 bits.
    Integer,
    /// A display name.
    Name,
    /// A slug.
    Slug,
    /// `credit` or `debit`.
    CardPaymentType,
    /// Digits that numbers of a card begin with.
    Bin,
    /// 1 to 99.
    InstallmentCount,
    /// 1 to 1,000,000.
    Quantity,
    /// A percentage.
    Rate,
    /// An amount.
    Amount,
    /// A currency.
    Currency,
    /// An absolute address.
    Url,
    /// A relative path.
    LogoPath,
    /// A category.
    Category,
    /// The name of an attribute or of a setting.
    AttributeName,
    /// The value of an attribute or of a setting.
    AttributeValue,
    /// A phone number.
    Phone,
    /// A session id.
    SessionId,
    /// An instant.
    Instant,
    /// One of the six languages.
    Language,
    /// A text that names a secret.
    SecretReference,
}

impl fmt::Display for Expected {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Object => "an object",
            Self::List => "a list",
            Self::Boolean => "true or false",
            Self::Pk => "an integer from 1 to 9223372036854775807",
            Self::Integer => "an integer of at most 64 bits",
            Self::Name => "a text of 1 to 200 characters, none of them a control character",
            Self::Slug => {
                "1 to 64 lower-case letters and digits, joined by single dashes or underscores"
            }
            Self::CardPaymentType => "credit or debit",
            Self::Bin => "a text of 4 to 11 digits, or a range such as 55260000-55260499",
            Self::InstallmentCount => "an integer from 1 to 99",
            Self::Quantity => "an integer from 1 to 1000000",
            Self::Rate => "a percentage from 0 to 1000 with at most 4 fraction digits",
            Self::Amount => "a decimal that is not negative, as a text or a number",
            Self::Currency => "an ISO 4217 currency code such as TRY",
            Self::Url => "an absolute http or https address, or null",
            Self::LogoPath => "a relative path such as logos/bonus.svg, or null",
            Self::Category => "slugs joined by slashes: lower-case letters and digits, joined by single dashes or underscores",
            Self::AttributeName => pointer::KEY,
            Self::AttributeValue => "a text of at most 2000 characters, a number or a boolean",
            Self::Phone => "a phone number of 10 to 14 digits, or null",
            Self::SessionId => "22 to 128 letters, digits and underscores",
            Self::Instant => "an instant such as 2027-01-01T00:00:00Z with at most 6 decimals",
            Self::Language => "the languages tr, en, ar, ru, de and fr as keys",
            Self::SecretReference => "env:NAME or file:/path",
        })
    }
}
