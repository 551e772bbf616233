//! Visitors: each browser has its own session and its own demo customer.

use std::fmt::Write as _;

use actix_web::{Error, HttpRequest};
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use payments_core::audit::Author;
use payments_core::id::CustomerId;
use payments_core::record::{Key, Part, Preconditions, Record};
use payments_core::session::SessionId;
use payments_core::store_data::Session;
use serde_json::{Value, json};

use crate::host::Demo;
use crate::refusal::Refusal;

/// The lifetime of a browser's session.
const LIFETIME: TimeDelta = TimeDelta::days(2);
/// The range of random primary keys for visitors' objects: far above keys that people choose, and exact
/// in every JSON reader.
const PKS: std::ops::Range<u64> = (1 << 40)..(1 << 52);

/// A browser's session and customer.
pub(crate) struct Visitor {
    pub(crate) id: SessionId,
    pub(crate) session: Session,
    /// The session cookie to set, if the browser had none.
    pub(crate) cookie: Option<String>,
}

/// The session of a request, or a new one with a customer and an empty basket.
pub(crate) async fn of_request(request: &HttpRequest, demo: &Demo) -> Result<Visitor, Error> {
    match known(request, demo).await? {
        Some(visitor) => Ok(visitor),
        None => welcome(demo).await,
    }
}

/// The session of a request, if it has a live one.
pub(crate) async fn known(request: &HttpRequest, demo: &Demo) -> Result<Option<Visitor>, Error> {
    let Some(id) = demo.host.session_id(request).await? else {
        return Ok(None);
    };
    let record = demo
        .record(Part::Sessions, &Key::Session(id.digest()))
        .await?;
    let now = demo.clock.now();
    Ok(match record {
        Some(Record::Session(session)) if session.expires_at > now && session.basket.is_some() => {
            Some(Visitor {
                id,
                session,
                cookie: None,
            })
        }
        _ => None,
    })
}

async fn welcome(demo: &Demo) -> Result<Visitor, Error> {
    let (customer, basket) = (draw_pk(demo), draw_pk(demo));
    // One document, because the cleanup deletes baskets without a session.
    begin(
        demo,
        json!({
            "customers": [{ "pk": customer, "phone_number": draw_phone(demo), "segments": [] }],
            "baskets": [{
                "pk": basket, "customer": customer, "currency": "TRY", "total": "0.00", "items": [],
            }],
        }),
        json!({ "customer": customer, "basket": basket, "pre_order": null }),
    )
    .await
}

/// Replaces the visitor's session with a new one, with or without a customer: the id changes with
/// every login and logout.
pub(crate) async fn rotate(
    demo: &Demo,
    before: &Visitor,
    customer: Option<CustomerId>,
) -> Result<Visitor, Error> {
    let holds = json!({
        "customer": customer,
        "basket": before.session.basket,
        "pre_order": before.session.pre_order,
    });
    let visitor = begin(demo, json!({}), holds).await?;
    demo.records
        .delete(
            Part::Sessions,
            &Key::Session(before.session.digest),
            &Preconditions::NONE,
            &author(demo),
        )
        .await
        .map_err(Refusal::Unavailable)?;
    Ok(visitor)
}

/// Imports a document together with a session.
async fn begin(demo: &Demo, mut document: Value, mut session: Value) -> Result<Visitor, Error> {
    let mut random = [0; 24];
    demo.entropy.fill(&mut random);
    let text = format!("shop_{}", hex::encode(random));
    let expires_at: DateTime<Utc> = demo.clock.now() + LIFETIME;
    session["id"] = text.as_str().into();
    session["expires_at"] = expires_at
        .to_rfc3339_opts(SecondsFormat::Micros, true)
        .into();
    document["sessions"] = json!([session]);
    write(demo, &document).await?;
    let id = SessionId::parse(&text).map_err(|error| Refusal::Internal(Some(Box::new(error))))?;
    let record = demo
        .record(Part::Sessions, &Key::Session(id.digest()))
        .await?;
    let Some(Record::Session(session)) = record else {
        return Err(Refusal::Internal(None).into());
    };
    let name = &demo.session_cookie;
    let seconds = LIFETIME.num_seconds();
    let cookie = format!("{name}={text}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax");
    Ok(Visitor {
        id,
        session,
        cookie: Some(cookie),
    })
}

/// Imports a document, as a store's commerce system does.
pub(crate) async fn write(demo: &Demo, document: &Value) -> Result<(), Error> {
    demo.host.import(document, &author(demo)).await
}

/// The shop as an author in the audit log.
pub(crate) fn author(demo: &Demo) -> Author {
    Author {
        principal: "demo shop".to_owned(),
        request_id: None,
        at: demo.clock.now(),
    }
}

pub(crate) fn draw_pk(demo: &Demo) -> u64 {
    PKS.start + draw(demo) % (PKS.end - PKS.start)
}

/// Whether a primary key is in the range for visitors.
pub(crate) fn is_visitors(pk: i64) -> bool {
    u64::try_from(pk).is_ok_and(|pk| PKS.contains(&pk))
}

/// An unassigned Turkish mobile number, so that visitors do not use up each other's codes.
fn draw_phone(demo: &Demo) -> String {
    let mut phone = String::from("0555");
    let _ = write!(phone, "{:07}", draw(demo) % 10_000_000);
    phone
}

fn draw(demo: &Demo) -> u64 {
    let mut random = [0; 8];
    demo.entropy.fill(&mut random);
    u64::from_le_bytes(random)
}
