//! Sample values for tests: a small catalog, keys, a customer and a card.

#![expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "every value is a constant that parses"
)]

use chrono::{DateTime, Utc};

use crate::card::{CardDetails, CardHolder, Cvv, Expiry, Pan, SubmittedCard};
use crate::card_storage::FlowOwner;
use crate::card_storage::state::{FlowState, Void};
use crate::catalog::{Catalog, CatalogParts, CatalogVersion, PaymentOption, PaymentType, Pos};
use crate::flow::FlowId;
use crate::id::{CustomerId, PaymentOptionId, PosId};
use crate::keys::{KeyId, Keys, LastingKey, MasterKey};
use crate::phone::Phone;
use crate::session::SessionId;
use crate::slug::Slug;

/// The gateway of the only point of sale in [`catalog`].
pub const GATEWAY: &str = "fake";

/// 22 November 2026, 11:30 UTC.
pub fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_347_000, 0).expect("an instant")
}

/// The point of sale of [`catalog`].
pub fn pos() -> PosId {
    PosId::new(1).expect("a key")
}

/// A catalog with one point of sale, [`pos`], which takes every card.
pub fn catalog() -> Catalog {
    let pos = pos();
    let slug = |text| Slug::parse(text).expect("a slug");
    let parts = CatalogParts {
        pos: vec![Pos {
            pk: pos,
            name: "Web shop".to_owned(),
            slug: slug("web-shop"),
            gateway: slug(GATEWAY),
            is_active: true,
            config: serde_json::Map::new(),
        }],
        payment_options: vec![PaymentOption {
            pk: PaymentOptionId::new(1).expect("a key"),
            name: "Card".to_owned(),
            slug: slug("credit-card"),
            payment_type: PaymentType::CreditCard,
            pos,
            is_active: true,
            sort_order: 1,
        }],
        ..CatalogParts::default()
    };
    Catalog::build(CatalogVersion(1), parts).expect("a catalog")
}

/// A ring of one key, and a lasting key. Neither is secret.
pub fn keys() -> Keys {
    let master = MasterKey::new(KeyId(1), &[1; 32]).expect("a key");
    let lasting = LastingKey::new(&[2; 32]).expect("a key");
    Keys::new(vec![master], &lasting).expect("keys")
}

/// Customer 7 in a session.
pub fn owner() -> FlowOwner {
    FlowOwner {
        session: SessionId::parse("a_session_id_of_128_bits_or_more").expect("a session"),
        customer: CustomerId::new(7).expect("a key"),
    }
}

/// A phone that [`super::fakes::FakeDestinations`] accepts.
pub fn phone() -> Phone {
    Phone::parse("05551234567").expect("a phone")
}

/// A test card with a CVV.
pub fn card() -> SubmittedCard {
    SubmittedCard {
        details: CardDetails {
            pan: Pan::parse("5528 7900 0000 0008").expect("a number"),
            expiry: Expiry::new(12, 2030).expect("an expiry"),
            holder: CardHolder::parse("Ayşe Yılmaz").expect("a name"),
            cvv: Cvv::parse("123").ok(),
        },
        name: None,
        consented_at: now(),
        consent_version: None,
    }
}

/// A state that a flow store keeps until `deadline`.
pub fn flow_state(deadline: DateTime<Utc>) -> FlowState {
    FlowState::Void(Void {
        flow: FlowId([7; 16]),
        pos: None,
        is_unrecorded: false,
        deadline,
    })
}
