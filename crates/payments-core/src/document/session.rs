//! Sessions in documents: read by their ids, kept and written without them.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::id::{BasketId, CustomerId, PreOrderId};
use crate::record::{Key, Part};
use crate::session::{Session, SessionDigest, SessionId};

use super::field;
use super::json::Json;
use super::object::Object;
use super::problem::Expected;
use super::reader::Reader;

pub(super) fn read(reader: &mut Reader<'_>, json: &Json<'_>) -> Option<Session> {
    let mut session = Object::of(reader, json)?;
    let from_key = |key| {
        if let Key::Session(digest) = key {
            Some(digest)
        } else {
            None
        }
    };
    let digest = session.key(
        reader,
        "id",
        digest,
        |digest| Key::Session(*digest),
        from_key,
    );
    let customer = session.nullable(reader, "customer", field::reference(Part::Customers));
    let basket = session.nullable(reader, "basket", field::reference(Part::Baskets));
    let pre_order = session.nullable(reader, "pre_order", field::reference(Part::PreOrders));
    let expires_at = session.required(reader, "expires_at", field::instant);
    session.finish(reader);
    Some(Session {
        digest: digest?,
        customer: customer?,
        basket: basket?,
        pre_order: pre_order?,
        expires_at: expires_at?,
    })
}

fn digest(reader: &mut Reader<'_>, json: &Json<'_>) -> Option<SessionDigest> {
    field::text(Expected::SessionId, |id| {
        Some(SessionId::parse(id).ok()?.digest())
    })(reader, json)
}

pub(super) fn write(session: &Session) -> impl Serialize + use<> {
    #[derive(Serialize)]
    struct Shape {
        customer: Option<i64>,
        basket: Option<i64>,
        pre_order: Option<i64>,
        expires_at: DateTime<Utc>,
    }

    Shape {
        customer: session.customer.map(CustomerId::get),
        basket: session.basket.map(BasketId::get),
        pre_order: session.pre_order.map(PreOrderId::get),
        expires_at: session.expires_at,
    }
}
