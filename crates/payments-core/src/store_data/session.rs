//! Sessions: read with their ids, stored and written without them.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::id::{BasketId, CustomerId, PreOrderId};
use crate::json::{Json, Object, Reader, field};
use crate::record::{Key, Part};
use crate::session::{SessionDigest, SessionId};

/// A session as the store keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Session {
    /// SHA-256 of the session id.
    #[serde(skip)]
    pub digest: SessionDigest,
    /// The logged-in customer, if any.
    pub customer: Option<CustomerId>,
    /// The session's basket, if any.
    pub basket: Option<BasketId>,
    /// The session's pre-order, if any.
    pub pre_order: Option<PreOrderId>,
    /// After this instant the session is treated as missing.
    pub expires_at: DateTime<Utc>,
}

impl Session {
    /// A session without a customer, a basket and a pre-order.
    pub const fn new(digest: SessionDigest, expires_at: DateTime<Utc>) -> Self {
        Self {
            digest,
            customer: None,
            basket: None,
            pre_order: None,
            expires_at,
        }
    }

    pub(crate) fn read(reader: &mut Reader, json: &Json<'_>) -> Option<Self> {
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
        Some(Self {
            digest: digest?,
            customer: customer?,
            basket: basket?,
            pre_order: pre_order?,
            expires_at: expires_at?,
        })
    }
}

fn digest(reader: &mut Reader, json: &Json<'_>) -> Option<SessionDigest> {
    field::text("22 to 128 letters, digits and underscores", |id| {
        Some(SessionId::parse(id).ok()?.digest())
    })(reader, json)
}
