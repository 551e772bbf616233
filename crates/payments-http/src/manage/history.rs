//! `/manage/v1/history/`: the catalog's changes, the catalog as of a moment, and restoring it.
//!
//! It is read from the records that the audit log has of every write. A token sees the parts that it may read.

mod comparing;
mod exporting;
mod listing;
mod restoring;
mod then;

use payments_core::record::Part;

use super::Principal;
use super::query::Parameters;
use crate::error::ApiError;
use crate::scope::Scope;

pub(super) use comparing::compare;
pub(crate) use comparing::{Compared, Differing, comparison};
pub(super) use exporting::export;
pub(crate) use listing::Entry;
pub(super) use listing::page;
pub(crate) use restoring::Plan;
pub(super) use restoring::restore;
pub(crate) use then::{NotKnown, objects_as_of};

/// What is expected of a part.
pub(crate) const PART: &str = "use banks, card_types, pos, cards, payment_options or rules";
/// What is expected of a moment.
pub(crate) const MOMENT: &str = "use a time such as 2026-11-28T12:00:00Z";

/// The parts that have a history.
pub(crate) fn parts() -> impl Iterator<Item = Part> {
    Part::ALL.into_iter().filter(|part| part.is_catalog())
}

/// The part of a word, if it has a history.
pub(crate) fn part(word: &str) -> Option<Part> {
    Part::from_word(word).filter(|part| part.is_catalog())
}

/// The `part` of a query.
#[expect(
    clippy::option_option,
    reason = "the outer one is what could be read, as in Parameters"
)]
fn given_part(parameters: &mut Parameters) -> Option<Option<Part>> {
    parameters.optional("part", PART, None, |text| part(text).map(Some))
}

/// The part that was asked for, or all that the caller may read.
fn readable(principal: &Principal, given: Option<Part>) -> Result<Vec<Part>, ApiError> {
    if let Some(part) = given {
        principal.require(Scope::to_read(part))?;
        return Ok(vec![part]);
    }
    let may_read = |part: &Part| principal.may(Scope::to_read(*part));
    let readable: Vec<Part> = parts().filter(may_read).collect();
    if readable.is_empty() {
        // Without a part, a filter lets every record pass.
        principal.require(Scope::Read)?;
    }
    Ok(readable)
}
