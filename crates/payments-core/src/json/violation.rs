//! A mistake in JSON input, and its location.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;
use core::cmp::Ordering;
use core::fmt;
use core::ops::Deref;

use crate::record::Part;

/// One mistake in JSON input.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{pointer}: {problem}")]
pub struct Violation {
    /// The JSON pointer (RFC 6901) to the mistake; empty for the whole input. A name in it that is not shaped like
    /// a key is `?`.
    pub pointer: String,
    /// The description of the mistake.
    pub problem: Problem,
}

impl Violation {
    /// Creates a violation at a pointer.
    pub fn new(pointer: impl Into<String>, problem: Problem) -> Self {
        Self {
            pointer: pointer.into(),
            problem,
        }
    }
}

/// What is wrong, in words for the developers who write the input.
#[derive(Clone, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// There are more mistakes than are reported.
    #[error(
        "there are more mistakes; these are the first {}",
        Violations::MAX_REPORTED
    )]
    MoreMistakes,
    /// The input is not valid JSON.
    #[error("this is not JSON: reading stopped at line {line}, column {column}")]
    NotJson {
        /// The line at which parsing stopped, from 1.
        line: usize,
        /// The column at which parsing stopped, from 1.
        column: usize,
    },
    /// A string or key contains an escape for half of a UTF-16 surrogate pair.
    #[error("this is not JSON: an escape is half of a surrogate pair")]
    LoneSurrogate,
    /// Objects and lists are nested deeper than this.
    #[error("this is nested more than {0} deep")]
    TooDeep(usize),
    /// The object has the key twice.
    #[error("this key is repeated")]
    RepeatedKey,
    /// The key is not known.
    #[error("unknown key")]
    UnknownKey,
    /// The object has an unknown key whose name is not repeated because it is not shaped like a key.
    #[error("this object has an unknown key")]
    UnknownOddKey,
    /// The key is missing.
    #[error("this is required")]
    Required,
    /// The value has the wrong type or form. Describes what is expected.
    #[error("use {0}")]
    Expected(&'static str),
    /// A list or object that must not be empty is empty.
    #[error("this must not be empty")]
    Empty,
    /// A list or an object has more entries than this.
    #[error("use at most {0} entries")]
    TooMany(usize),
    /// A list, a string or the whole input is too long.
    #[error("this is too long")]
    TooLong,
    /// The amount is finer than the currency's minor unit.
    #[error("use no more fraction digits than the currency has")]
    TooFine,
    /// The amount does not fit in 64 bits of minor units.
    #[error("use a smaller amount")]
    TooLarge,
    /// The number cannot be represented exactly.
    #[error("use fewer digits, or a text")]
    InexactNumber,
    /// The object's key is not the one in the path.
    #[error("this is not the key in the path")]
    NotThePathsKey,
    /// An earlier object of the input, with this pointer, has the same key.
    #[error("this has the key of {0}")]
    Repeated(String),
    /// Another object, stored or in the input, has the same unique value.
    #[error("this is taken")]
    Taken,
    /// The object that is referred to is neither in the input nor stored.
    #[error("there is no such object in {}", .0.as_str())]
    Dangling(Part),
    /// A rule of one noun is broken.
    #[error("{0}")]
    Invalid(Cow<'static, str>),
}

/// All mistakes of an input, in the order in which they were found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Violations(Vec<Violation>);

impl Violations {
    /// The maximum number of mistakes that are reported.
    pub const MAX_REPORTED: usize = 200;

    /// Adds a mistake. After [`Violations::MAX_REPORTED`], one [`Problem::MoreMistakes`] is added and
    /// the rest is dropped.
    pub fn add(&mut self, violation: Violation) {
        match self.0.len().cmp(&Self::MAX_REPORTED) {
            Ordering::Less => self.0.push(violation),
            Ordering::Equal => self.0.push(Violation::new("", Problem::MoreMistakes)),
            Ordering::Greater => {}
        }
    }

    /// The value, or the mistakes if there are any.
    ///
    /// # Errors
    /// The mistakes that were collected.
    pub fn or<T>(self, value: T) -> Result<T, Self> {
        if self.0.is_empty() {
            Ok(value)
        } else {
            Err(self)
        }
    }
}

impl core::error::Error for Violations {}

/// Writes `pointer: problem` for each mistake, joined by `; `.
impl fmt::Display for Violations {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, violation) in self.0.iter().enumerate() {
            if index > 0 {
                out.write_str("; ")?;
            }
            violation.fmt(out)?;
        }
        Ok(())
    }
}

impl Deref for Violations {
    type Target = [Violation];

    fn deref(&self) -> &[Violation] {
        &self.0
    }
}

impl From<Violation> for Violations {
    fn from(violation: Violation) -> Self {
        Self(vec![violation])
    }
}

impl FromIterator<Violation> for Violations {
    fn from_iter<I: IntoIterator<Item = Violation>>(violations: I) -> Self {
        let mut all = Self::default();
        all.extend(violations);
        all
    }
}

impl Extend<Violation> for Violations {
    fn extend<I: IntoIterator<Item = Violation>>(&mut self, violations: I) {
        // Only the first mistake beyond the limit has an effect.
        for violation in violations.into_iter().take(Self::MAX_REPORTED + 1) {
            self.add(violation);
        }
    }
}

impl IntoIterator for Violations {
    type Item = Violation;
    type IntoIter = alloc::vec::IntoIter<Violation>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'v> IntoIterator for &'v Violations {
    type Item = &'v Violation;
    type IntoIter = core::slice::Iter<'v, Violation>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}
