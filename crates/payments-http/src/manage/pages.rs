//! `GET /manage/v1/<part>/`: a part, page by page.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use payments_core::document::Written;
use payments_core::ports::{PageRequest, Part};
use serde::Serialize;

use super::path::{self, segment_of};
use super::query::Parameters;
use super::{Holder, PREFIX};
use crate::error::ApiError;
use crate::state::AppState;

/// Objects on a page, unless the caller says otherwise.
const PAGE_SIZE: u32 = 100;
/// Objects on a page at most.
const MAX_PAGE_SIZE: u32 = 1_000;

#[derive(Serialize)]
struct Body<'r> {
    count: u64,
    next: Option<String>,
    previous: Option<String>,
    results: Vec<Written<'r>>,
}

/// A page of a part, by key.
///
/// # Errors
/// 400 for a page or page size that is none.
pub(super) async fn page(
    _: Holder,
    state: Data<AppState>,
    request: HttpRequest,
    path: Path<String>,
) -> Result<HttpResponse, ApiError> {
    let part = path::part(&path)?;
    let asked = asked(request.query_string())?;
    let page = state.records.page(part, asked).await?;
    let address = |page: u32| address(&state.public_url, part, PageRequest { page, ..asked });
    let body = Body {
        count: page.count,
        next: next(asked, page.count).map(address),
        previous: previous(asked, page.count).map(address),
        results: page.records.iter().map(Written).collect(),
    };
    Ok(HttpResponse::Ok().json(body))
}

/// The page after, if it has objects.
fn next(asked: PageRequest, count: u64) -> Option<u32> {
    let is_last = u64::from(asked.page) >= last(asked, count);
    asked.page.checked_add(1).filter(|_| !is_last)
}

/// The page before; from beyond the end, the last one that has objects.
fn previous(asked: PageRequest, count: u64) -> Option<u32> {
    let before = u64::from(asked.page).saturating_sub(1);
    let page = u32::try_from(before.min(last(asked, count))).ok()?;
    (page > 0).then_some(page)
}

/// The last page that has objects; 0 when there is none.
fn last(asked: PageRequest, count: u64) -> u64 {
    count.div_ceil(u64::from(asked.page_size))
}

fn address(public_url: &str, part: Part, page: PageRequest) -> String {
    let PageRequest { page, page_size } = page;
    format!(
        "{public_url}{PREFIX}/{}/?page={page}&page_size={page_size}",
        segment_of(part)
    )
}

fn asked(query: &str) -> Result<PageRequest, ApiError> {
    let mut parameters = Parameters::of(query)?;
    let page = parameters.optional("page", "use a number from 1 on", 1, |text| {
        number(text).filter(|page| *page > 0)
    });
    let page_size = parameters.optional(
        "page_size",
        "use a number from 1 to 1000",
        PAGE_SIZE,
        |text| number(text).filter(|size| (1..=MAX_PAGE_SIZE).contains(size)),
    );
    let asked = page
        .zip(page_size)
        .map(|(page, page_size)| PageRequest { page, page_size });
    parameters.finish(asked)
}

fn number(text: &str) -> Option<u32> {
    let is_digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_digits { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pages_beside_one_are_those_with_objects() {
        for (page, count, beside) in [
            (1, 20, (None, Some(2))),
            (2, 20, (Some(1), None)),
            (3, 20, (Some(2), None)),
            (4_294_967_295, 20, (Some(2), None)),
            (2, 21, (Some(1), Some(3))),
            (1, 0, (None, None)),
            (7, 0, (None, None)),
            (4_294_967_295, u64::MAX, (Some(4_294_967_294), None)),
        ] {
            let asked = PageRequest {
                page,
                page_size: 10,
            };
            let found = (previous(asked, count), next(asked, count));
            assert_eq!(found, beside, "page {page} of {count} objects");
        }
    }
}
