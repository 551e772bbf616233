//! Pages of lists that are read from the newest entry on.

use super::audit::number;
use super::query::Parameters;

/// The default page size.
const PAGE_SIZE: u32 = 100;
/// The largest page size.
const MAX_PAGE_SIZE: u32 = 1_000;

/// The parameter `page_size`.
pub(super) fn page_size(parameters: &mut Parameters) -> Option<u32> {
    let expected = "use a number from 1 to 1000";
    parameters.optional("page_size", expected, PAGE_SIZE, |text| {
        let size = u32::try_from(number(text)?).ok()?;
        (size <= MAX_PAGE_SIZE).then_some(size)
    })
}

/// Cuts entries, one more than a page if there are more, to the page. Returns the last one if a page follows.
pub(super) fn cut<T>(entries: &mut Vec<T>, page_size: u32) -> Option<&T> {
    let size = page_size as usize;
    let has_more = entries.len() > size;
    entries.truncate(size);
    entries.last().filter(|_| has_more)
}
