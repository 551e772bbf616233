//! `GET /manage/v1/history/`: changes of the catalog, the newest first.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, SecondsFormat, Utc};
use payments_core::history::{FieldChange, Recorded};
use payments_core::record::Part;
use payments_store::{AuditFilter, AuditRow};
use serde::Serialize;

use super::{MOMENT, given_part, readable};
use crate::caller_url::link_base;
use crate::error::ApiError;
use crate::manage::audit::{number, time};
use crate::manage::query::{Parameters, of_link};
use crate::manage::{PREFIX, Principal, paging};
use crate::state::AppState;

/// The longest key of an object, and the longest name of an author.
const MAX_LENGTH: usize = 100;

/// A change in a response.
#[derive(Serialize)]
pub(crate) struct Entry {
    pub(crate) id: i64,
    pub(crate) at: String,
    pub(crate) principal: Option<String>,
    pub(crate) request_id: Option<String>,
    pub(crate) part: Option<String>,
    pub(crate) key: Option<String>,
    pub(crate) outcome: String,
    pub(crate) changes: Vec<FieldChange>,
}

impl From<AuditRow> for Entry {
    fn from(row: AuditRow) -> Self {
        let entry = row.entry;
        let recorded = Recorded::read(&entry);
        Self {
            id: entry.id,
            at: entry.at.to_rfc3339_opts(SecondsFormat::Micros, true),
            principal: entry.principal,
            request_id: entry.request_id,
            part: entry.part,
            key: entry.object_key,
            outcome: entry.outcome,
            changes: recorded
                .map(|recorded| recorded.changes())
                .unwrap_or_default(),
        }
    }
}

#[derive(Serialize)]
struct Body {
    next: Option<String>,
    results: Vec<Entry>,
}

/// The parameters of a query.
struct Asked {
    part: Option<Part>,
    filter: AuditFilter,
    after: Option<i64>,
    page_size: u32,
}

pub(in crate::manage) async fn page(
    principal: Principal,
    state: Data<AppState>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let mut asked = asked(request.query_string())?;
    asked.filter.parts = readable(&principal, asked.part)?;
    let trail = &state.database.audit_trail;
    let mut rows = trail
        .page(&asked.filter, asked.after, asked.page_size + 1)
        .await?;
    let last = paging::cut(&mut rows, asked.page_size).map(|row| row.entry.id);
    let body = Body {
        next: last.map(|id| address(&link_base(&request, &state), &asked, id)),
        results: rows.into_iter().map(Entry::from).collect(),
    };
    Ok(HttpResponse::Ok().json(body))
}

fn address(base: &str, asked: &Asked, after: i64) -> String {
    let filter = &asked.filter;
    let instant = |at: DateTime<Utc>| at.to_rfc3339_opts(SecondsFormat::AutoSi, true);
    let given = [
        ("part", asked.part.map(|part| part.as_str().to_owned())),
        ("key", filter.key.clone()),
        ("principal", filter.principal.clone()),
        ("from", filter.from.map(instant)),
        ("to", filter.to.map(instant)),
        ("page_size", Some(asked.page_size.to_string())),
        ("after", Some(after.to_string())),
    ];
    format!("{base}{PREFIX}/history/?{}", of_link(given))
}

fn asked(query: &str) -> Result<Asked, ApiError> {
    let mut parameters = Parameters::of(query)?;
    let text = |text: &str| {
        let is_short = (1..=MAX_LENGTH).contains(&text.chars().count());
        is_short.then(|| Some(text.to_owned()))
    };
    let part = given_part(&mut parameters);
    let key = parameters.optional("key", "use 1 to 100 characters", None, text);
    let principal = parameters.optional("principal", "use 1 to 100 characters", None, text);
    let from = parameters.optional("from", MOMENT, None, |text| time(text).map(Some));
    let to = parameters.optional("to", MOMENT, None, |text| time(text).map(Some));
    let after = parameters.optional("after", "use a number from 1 on", None, |text| {
        number(text).map(Some)
    });
    let page_size = paging::page_size(&mut parameters);
    let asked = || {
        Some(Asked {
            part: part?,
            filter: AuditFilter {
                key: key?,
                principal: principal?,
                from: from?,
                to: to?,
                ..AuditFilter::default()
            },
            after: after?,
            page_size: page_size?,
        })
    };
    parameters.finish(asked())
}

#[cfg(test)]
mod tests {
    use super::asked;

    #[test]
    fn a_query_is_read_or_refused_by_its_parameters() {
        for wrong in [
            "part=products",
            "part=x",
            "key=",
            "principal=",
            "from=x",
            "to=x",
            "after=0",
            "page_size=1001",
        ] {
            assert!(asked(wrong).is_err(), "{wrong}");
        }
        assert!(asked("part=rules&key=gold&principal=demo&from=2026-11-01&page_size=7").is_ok());
    }
}
