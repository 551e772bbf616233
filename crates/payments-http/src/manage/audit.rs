//! `GET /manage/v1/audit/` and `GET /manage/v1/customers/<pk>/audit/`: the audit log, the newest records first.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, Datelike as _, SecondsFormat, Utc};
use payments_core::audit::AuditOutcome;
use payments_core::id::CustomerId;
use payments_store::{AuditFilter, AuditRow};
use serde::Serialize;
use serde_json::Value;

use super::query::{Parameters, of_link};
use super::{PREFIX, Principal, customer, paging};
use crate::caller_url::link_base;
use crate::error::ApiError;
use crate::state::AppState;

/// All kinds of records.
pub(crate) const KINDS: [&str; 2] = ["card", "management"];

/// A record in a response; absent fields are left out.
#[derive(Serialize)]
pub(crate) struct Shown {
    id: i64,
    at: String,
    kind: String,
    outcome: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    customer: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pseudonym: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    intent: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pos: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    gateway_code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    principal: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    part: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    object_key: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    changes: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    consented_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    consent_version: Option<String>,
}

impl From<AuditRow> for Shown {
    fn from(row: AuditRow) -> Self {
        let AuditRow { entry, customer } = row;
        let instant = |at: DateTime<Utc>| at.to_rfc3339_opts(SecondsFormat::Micros, true);
        let changes = entry.changes.as_deref();
        Self {
            id: entry.id,
            at: instant(entry.at),
            kind: entry.kind,
            outcome: entry.outcome,
            customer,
            pseudonym: entry.pseudonym,
            intent: entry.intent,
            pos: entry.pos,
            gateway_code: entry.gateway_code,
            principal: entry.principal,
            request_id: entry.request_id,
            part: entry.part,
            object_key: entry.object_key,
            changes: changes.and_then(|text| serde_json::from_str(text).ok()),
            consented_at: entry.consented_at.map(instant),
            consent_version: entry.consent_version,
        }
    }
}

#[derive(Serialize)]
struct Body {
    next: Option<String>,
    results: Vec<Shown>,
}

/// The parameters of a query.
struct Asked {
    filter: AuditFilter,
    after: Option<i64>,
    page_size: u32,
}

pub(super) async fn page(
    principal: Principal,
    state: Data<AppState>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let asked = asked(request.query_string())?;
    if let Some(customer) = asked.filter.customer
        && customer::exists(&state, customer).await?
    {
        customer::record_view(&state, customer, &principal, AuditOutcome::AuditViewed).await?;
    }
    answer(&state, &request, "audit/", &asked, &asked.filter).await
}

/// The records about a customer.
pub(super) async fn of_customer(
    principal: Principal,
    state: Data<AppState>,
    request: HttpRequest,
    path: Path<String>,
) -> Result<HttpResponse, ApiError> {
    let asked = asked(request.query_string())?;
    let seen = AuditOutcome::AuditViewed;
    let customer = customer::viewed(&state, &path, &principal, seen).await?;
    let filter = AuditFilter {
        customer: Some(customer),
        ..AuditFilter::default()
    };
    let path = format!("customers/{customer}/audit/");
    answer(&state, &request, &path, &asked, &filter).await
}

/// `path` is that of the list.
async fn answer(
    state: &AppState,
    request: &HttpRequest,
    path: &str,
    asked: &Asked,
    filter: &AuditFilter,
) -> Result<HttpResponse, ApiError> {
    let trail = &state.database.audit_trail;
    let mut rows = trail.page(filter, asked.after, asked.page_size + 1).await?;
    let last = paging::cut(&mut rows, asked.page_size).map(|row| row.entry.id);
    let body = Body {
        next: last.map(|id| {
            let base = link_base(request, state);
            format!("{base}{PREFIX}/{path}?{}", after(asked, id))
        }),
        results: rows.into_iter().map(Shown::from).collect(),
    };
    Ok(HttpResponse::Ok().json(body))
}

/// The query of the page after a record.
fn after(asked: &Asked, record: i64) -> String {
    let filter = &asked.filter;
    let instant = |at: DateTime<Utc>| at.to_rfc3339_opts(SecondsFormat::AutoSi, true);
    let given = [
        ("customer", filter.customer.map(|pk| pk.get().to_string())),
        ("intent", filter.intent.clone()),
        ("kind", filter.kind.clone()),
        ("from", filter.from.map(instant)),
        ("to", filter.to.map(instant)),
        ("page_size", Some(asked.page_size.to_string())),
        ("after", Some(record.to_string())),
    ];
    of_link(given)
}

fn asked(query: &str) -> Result<Asked, ApiError> {
    let mut parameters = Parameters::of(query)?;
    let instant = "use a time such as 2026-11-28T12:00:00Z";
    let key = "use a number from 1 on";
    let customer = parameters.optional("customer", key, None, |text| customer(text).map(Some));
    let intent = parameters.optional("intent", "use 32 hexadecimal digits", None, |text| {
        is_intent(text).then(|| Some(text.to_owned()))
    });
    let kind = parameters.optional("kind", "use card or management", None, |text| {
        KINDS.contains(&text).then(|| Some(text.to_owned()))
    });
    let from = parameters.optional("from", instant, None, |text| time(text).map(Some));
    let to = parameters.optional("to", instant, None, |text| time(text).map(Some));
    let after = parameters.optional("after", key, None, |text| number(text).map(Some));
    let page_size = paging::page_size(&mut parameters);
    let asked = || {
        Some(Asked {
            filter: AuditFilter {
                customer: customer?,
                intent: intent?,
                kind: kind?,
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

pub(super) fn number(text: &str) -> Option<i64> {
    let is_digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let number: i64 = is_digits.then(|| text.parse().ok())??;
    (number > 0).then_some(number)
}

/// A customer's primary key.
pub(crate) fn customer(text: &str) -> Option<CustomerId> {
    CustomerId::new(number(text)?).ok()
}

/// Whether a text is a well-formed intent id.
pub(crate) fn is_intent(text: &str) -> bool {
    let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    text.len() == 32 && text.bytes().all(is_digit)
}

/// An instant, or the beginning of a day (UTC), of the years 1970 to 9999.
pub(crate) fn time(text: &str) -> Option<DateTime<Utc>> {
    let day = || {
        let day: chrono::NaiveDate = text.parse().ok()?;
        Some(day.and_hms_opt(0, 0, 0)?.and_utc())
    };
    let instant = DateTime::parse_from_rfc3339(text).ok();
    let time = instant.map(|at| at.with_timezone(&Utc)).or_else(day)?;
    (1970..=9999).contains(&time.year()).then_some(time)
}

#[cfg(test)]
mod tests {
    use super::{asked, time};

    #[test]
    fn days_and_instants_are_times() {
        let noon = "2026-11-28T12:00:00Z";
        assert_eq!(time(noon), time("2026-11-28T15:00:00+03:00"));
        assert_eq!(time("2026-11-28"), time("2026-11-28T00:00:00Z"));
        for wrong in [
            "",
            "yesterday",
            "2026-13-01",
            "2026-11-28 12:00",
            "-9999-01-01",
            "1969-12-31",
            "+10000-01-01",
        ] {
            assert_eq!(time(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn what_is_wrong_with_a_query_is_said() {
        for wrong in [
            "customer=0",
            "customer=x",
            "intent=abc",
            "kind=all",
            "from=x",
            "to=x",
            "after=-1",
            "page_size=0",
            "page_size=1001",
        ] {
            assert!(asked(wrong).is_err(), "{wrong}");
        }
        assert!(asked("customer=7&kind=card&from=2026-11-01&page_size=1000").is_ok());
    }
}
