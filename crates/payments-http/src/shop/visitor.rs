//! Who looks at the shop: each browser has a session of its own, for a demo customer of its own.

use std::fmt::Write as _;

use actix_web::HttpRequest;
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use payments_core::audit::Author;
use payments_core::id::CustomerId;
use payments_core::import::Reading;
use payments_core::record::{Key, Part, Preconditions, Record};
use payments_core::session::SessionId;
use payments_core::store_data::Session;
use serde_json::{Value, json};

use crate::error::{ApiError, Problem};
use crate::manage;
use crate::session::session_id;
use crate::state::AppState;

/// How long a browser's session lasts.
const LIFETIME: TimeDelta = TimeDelta::days(2);
/// Primary keys of what visitors bring along are drawn between these: far above those anybody writes by hand, and
/// exact in every JSON reader.
const PKS: std::ops::Range<u64> = (1 << 40)..(1 << 52);

/// A browser's session.
pub(super) struct Visitor {
    pub(super) id: SessionId,
    pub(super) session: Session,
    /// What a browser that came without a session is to remember.
    pub(super) cookie: Option<String>,
}

/// The session of a request, or a new one with a customer and an empty basket.
pub(super) async fn of_request(
    request: &HttpRequest,
    state: &AppState,
) -> Result<Visitor, ApiError> {
    match known(request, state).await? {
        Some(visitor) => Ok(visitor),
        None => welcome(state).await,
    }
}

/// The session of a request, if it has one that is in force.
pub(super) async fn known(
    request: &HttpRequest,
    state: &AppState,
) -> Result<Option<Visitor>, ApiError> {
    let Some(id) = session_id(request, state).await? else {
        return Ok(None);
    };
    let record = state
        .records
        .get(Part::Sessions, &Key::Session(id.digest()))
        .await?;
    let now = state.clock.now();
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

async fn welcome(state: &AppState) -> Result<Visitor, ApiError> {
    let (customer, basket) = (draw_pk(state), draw_pk(state));
    // One document: a basket without a session could be taken for one whose session is over.
    begin(
        state,
        json!({
            "customers": [{ "pk": customer, "phone_number": draw_phone(state), "segments": [] }],
            "baskets": [{
                "pk": basket, "customer": customer, "currency": "TRY", "total": "0.00", "items": [],
            }],
        }),
        json!({ "customer": customer, "basket": basket, "pre_order": null }),
    )
    .await
}

/// Another session with what the visitor has, for or without a customer: who logs in or out is never known by the id
/// of before.
pub(super) async fn rotate(
    state: &AppState,
    before: &Visitor,
    customer: Option<CustomerId>,
) -> Result<Visitor, ApiError> {
    let holds = json!({
        "customer": customer,
        "basket": before.session.basket,
        "pre_order": before.session.pre_order,
    });
    let visitor = begin(state, json!({}), holds).await?;
    state
        .records
        .delete(
            Part::Sessions,
            &Key::Session(before.session.digest),
            &Preconditions::NONE,
            &author(state),
        )
        .await?;
    Ok(visitor)
}

/// Writes a document together with a session of what it holds.
async fn begin(
    state: &AppState,
    mut document: Value,
    mut session: Value,
) -> Result<Visitor, ApiError> {
    let mut random = [0; 24];
    state.entropy.fill(&mut random);
    let text = format!("shop_{}", hex::encode(random));
    let expires_at: DateTime<Utc> = state.clock.now() + LIFETIME;
    session["id"] = text.as_str().into();
    session["expires_at"] = expires_at
        .to_rfc3339_opts(SecondsFormat::Micros, true)
        .into();
    document["sessions"] = json!([session]);
    write(state, &document).await?;
    let id =
        SessionId::parse(&text).map_err(|error| ApiError::new(Problem::Internal).because(error))?;
    let record = state
        .records
        .get(Part::Sessions, &Key::Session(id.digest()))
        .await?;
    let Some(Record::Session(session)) = record else {
        return Err(Problem::Internal.into());
    };
    let name = &state.settings.session.cookie_name;
    let seconds = LIFETIME.num_seconds();
    let cookie = format!("{name}={text}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax");
    Ok(Visitor {
        id,
        session,
        cookie: Some(cookie),
    })
}

/// Hands a document over, as the commerce system of a store does.
pub(super) async fn write(state: &AppState, document: &Value) -> Result<(), ApiError> {
    let bytes = document.to_string().into_bytes();
    let reading = Reading::of_document(&bytes, &manage::policy(&state.settings));
    manage::write(state, reading, &author(state)).await?;
    Ok(())
}

/// The shop, as the audit log names it.
pub(super) fn author(state: &AppState) -> Author {
    Author {
        principal: "demo shop".to_owned(),
        request_id: None,
        at: state.clock.now(),
    }
}

pub(super) fn draw_pk(state: &AppState) -> u64 {
    PKS.start + draw(state) % (PKS.end - PKS.start)
}

/// Whether a primary key was drawn for a visitor.
pub(super) fn is_visitors(pk: i64) -> bool {
    u64::try_from(pk).is_ok_and(|pk| PKS.contains(&pk))
}

/// A Turkish mobile number nobody has, so that visitors do not use up each other's codes.
fn draw_phone(state: &AppState) -> String {
    let mut phone = String::from("0555");
    let _ = write!(phone, "{:07}", draw(state) % 10_000_000);
    phone
}

fn draw(state: &AppState) -> u64 {
    let mut random = [0; 8];
    state.entropy.fill(&mut random);
    u64::from_le_bytes(random)
}
