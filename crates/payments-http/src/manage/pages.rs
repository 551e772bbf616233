//! `GET /manage/v1/<part>/`: a part, page by page.

use std::collections::BTreeMap;

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use form_urlencoded::Serializer;
use payments_core::import::Written;
use payments_core::record::{COUNTED, Key, Page, PageRequest, PageStart, Part};
use serde::Serialize;

use super::path::{self, segment_of};
use super::query::Parameters;
use super::{PREFIX, Principal, filters};
use crate::caller_url::link_base;
use crate::error::ApiError;
use crate::state::AppState;

/// The default page size.
const PAGE_SIZE: u32 = 100;
/// The largest page size.
const MAX_PAGE_SIZE: u32 = 1_000;

#[derive(Serialize)]
struct Body<'r> {
    count: Option<u64>,
    next: Option<String>,
    previous: Option<String>,
    results: Vec<Written<'r>>,
}

/// A page of a part, by key. Links of long parts use the key they begin after, because an offset is counted from the
/// start on every page.
pub(super) async fn page(
    _: Principal,
    state: Data<AppState>,
    request: HttpRequest,
    path: Path<String>,
) -> Result<HttpResponse, ApiError> {
    let part = path::part(&path)?;
    let asked = asked(part, request.query_string())?;
    let page = state.records.page(part, asked.clone()).await?;
    let base = link_base(&request, &state);
    let given = request.query_string();
    let address = |start: PageStart| address(&base, part, &asked, given, start);
    let body = Body {
        count: page.count,
        next: next(&asked, &page).map(address),
        previous: previous(&asked, &page).map(address),
        results: page.records.iter().map(Written).collect(),
    };
    Ok(HttpResponse::Ok().json(body))
}

/// The next page, if it has objects.
fn next(asked: &PageRequest, page: &Page) -> Option<PageStart> {
    let last = page.records.last().filter(|_| page.has_more)?;
    let is_long = page.count.is_none_or(|count| count > COUNTED.into());
    match asked.start {
        PageStart::Number(number) if !is_long => number.checked_add(1).map(PageStart::Number),
        PageStart::Number(_) | PageStart::After(_) => Some(PageStart::After(last.key())),
    }
}

/// The previous page, for pages requested by number; beyond the end of a counted part, the last page that has objects.
fn previous(asked: &PageRequest, page: &Page) -> Option<PageStart> {
    let PageStart::Number(number) = asked.start else {
        return None;
    };
    let last = page
        .count
        .map(|count| count.div_ceil(u64::from(asked.page_size)));
    let before = u64::from(number)
        .saturating_sub(1)
        .min(last.unwrap_or(u64::MAX));
    let number = u32::try_from(before).ok().filter(|number| *number > 0)?;
    Some(PageStart::Number(number))
}

fn address(base: &str, part: Part, asked: &PageRequest, given: &str, start: PageStart) -> String {
    let mut query = Serializer::new(String::new());
    match start {
        PageStart::Number(page) => query.append_pair("page", &page.to_string()),
        PageStart::After(key) => query.append_pair("after", &key.to_string()),
    };
    query.append_pair("page_size", &asked.page_size.to_string());
    if asked.count {
        query.append_pair("count", "1");
    }
    let is_filter = |name: &str| filters::of_part(part).iter().any(|one| one.name == name);
    // What was read as filters has no name twice that counts.
    let filters: BTreeMap<_, _> = form_urlencoded::parse(given.as_bytes()).collect();
    query.extend_pairs(filters.iter().filter(|(name, _)| is_filter(name)));
    format!("{base}{PREFIX}/{}/?{}", segment_of(part), query.finish())
}

fn asked(part: Part, query: &str) -> Result<PageRequest, ApiError> {
    let mut parameters = Parameters::of(query)?;
    let page = parameters.optional("page", "use a number from 1 on", None, |text| {
        number(text).filter(|page| *page > 0).map(Some)
    });
    let after = parameters.optional("after", "use the key that `next` has", None, |text| {
        Key::parse(part, text).map(Some)
    });
    let page_size = parameters.optional(
        "page_size",
        "use a number from 1 to 1000",
        PAGE_SIZE,
        |text| number(text).filter(|size| (1..=MAX_PAGE_SIZE).contains(size)),
    );
    let count = parameters.flag("count");
    let filters = filters::read(part, &mut parameters);
    if page.flatten().is_some() && after.as_ref().is_some_and(Option::is_some) {
        parameters.wrong("after", "use either page or after");
    }
    let asked = page.zip(after).zip(page_size).zip(count).zip(filters).map(
        |((((page, after), page_size), count), filters)| PageRequest {
            start: after.map_or(PageStart::Number(page.unwrap_or(1)), PageStart::After),
            page_size,
            filters,
            count,
        },
    );
    parameters.finish(asked)
}

fn number(text: &str) -> Option<u32> {
    let is_digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_digits { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use payments_core::catalog::Policy;
    use payments_core::import::Reading;
    use payments_core::record::Record;

    use super::*;

    #[test]
    fn the_pages_beside_one_are_those_with_objects() {
        let count = |count: u64| Some(count);
        for (page, count, has_more, beside) in [
            (1, count(20), true, (None, Some(2))),
            (2, count(20), false, (Some(1), None)),
            (3, count(20), false, (Some(2), None)),
            (4_294_967_295, count(20), false, (Some(2), None)),
            (2, count(21), true, (Some(1), Some(3))),
            (1, count(0), false, (None, None)),
            (7, count(0), false, (None, None)),
            (7, None, false, (Some(6), None)),
        ] {
            let asked = PageRequest::number(page, 10);
            let found = Page {
                count,
                records: vec![product(1)],
                has_more,
            };
            let beside = (
                beside.0.map(PageStart::Number),
                beside.1.map(PageStart::Number),
            );
            let found = (previous(&asked, &found), next(&asked, &found));
            assert_eq!(found, beside, "page {page} of {count:?} objects");
        }
    }

    #[test]
    fn the_pages_of_a_long_part_are_linked_by_key() {
        for count in [None, Some(10_001)] {
            let page = Page {
                count,
                records: vec![product(7), product(9)],
                has_more: true,
            };
            for asked in [PageRequest::number(1, 2), PageRequest::after(Key::Pk(5), 2)] {
                assert_eq!(next(&asked, &page), Some(PageStart::After(Key::Pk(9))));
                assert_eq!(previous(&asked, &page), None);
            }
        }
    }

    #[test]
    fn a_query_is_read_or_refused_by_its_parameters() {
        let of = |query| asked(Part::Products, query).ok();
        assert_eq!(of(""), Some(PageRequest::number(1, 100)));
        assert_eq!(
            of("after=7&page_size=2&count=1"),
            Some(PageRequest {
                count: true,
                ..PageRequest::after(Key::Pk(7), 2)
            })
        );
        for wrong in ["page=0", "page=1&after=7", "after=x", "after=", "count=yes"] {
            assert_eq!(of(wrong), None, "{wrong}");
        }
    }

    fn product(pk: i64) -> Record {
        let text = format!(r#"{{"name": "A", "price": "1.00", "currency": "TRY", "pk": {pk}}}"#);
        let policy = Policy::default();
        let reading = Reading::of_object(Part::Products, Key::Pk(pk), text.as_bytes(), &policy);
        let document = reading.finish().unwrap();
        document.change().upserts[0].clone()
    }
}
