//! The store of all simulations: its points of sale, their accounts, and cards.

use std::sync::Arc;

use anyhow::{Context, Result};
use payments_core::card::{CardDetails, CardHolder, CardName, Cvv, Expiry, Pan, SubmittedCard};
use payments_core::catalog::{
    ACCOUNT, ACCOUNTS, Bank, Bin, Card, CardType, Catalog, CatalogParts, CatalogVersion,
    GatewayAccount, PaymentOption, PaymentType, Pos,
};
use payments_core::chrono::{DateTime, Utc};
use payments_core::consent::ConsentVersion;
use payments_core::id::{BankId, CardId, CardTypeId, PaymentOptionId, PosId};
use payments_core::keys::{KeyId, Keys, LastingKey, MasterKey};
use payments_core::slug::Slug;
use serde_json::{Map, Value, json};

/// The numbers that customers have. The last one belongs to the second point of sale.
pub(super) const NUMBERS: [&str; 4] = [
    "5528790000000008",
    "4111111111111111",
    "5555555555554444",
    "9792000000000003",
];

/// The configurations of the first point of sale: where it saves cards, and whether it still knows the former account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// The first account.
    First,
    /// The first account, and the second one is a former account.
    FirstAgain,
    /// The second account, and the first one is a former account.
    Second,
    /// The second account, and the credentials of the first one are gone.
    SecondOnly,
    /// Another gateway.
    Elsewhere,
}

impl Place {
    pub(super) const ALL: [Self; 5] = [
        Self::First,
        Self::FirstAgain,
        Self::Second,
        Self::SecondOnly,
        Self::Elsewhere,
    ];

    const fn gateway(self) -> &'static str {
        match self {
            Self::First | Self::FirstAgain | Self::Second | Self::SecondOnly => "fake",
            Self::Elsewhere => "another",
        }
    }

    fn config(self) -> Value {
        match self {
            Self::First => json!({ "merchant": "first" }),
            Self::FirstAgain => {
                json!({ "merchant": "first", ACCOUNTS: { "new": { "merchant": "second" } } })
            }
            Self::Second => json!({
                ACCOUNT: "new", "merchant": "second", ACCOUNTS: { "main": { "merchant": "first" } }
            }),
            Self::SecondOnly => json!({ ACCOUNT: "new", "merchant": "second" }),
            Self::Elsewhere => json!({ ACCOUNT: "else", "merchant": "third" }),
        }
    }
}

/// What a process knows of the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Edition {
    /// The configuration of the first point of sale.
    pub(super) place: Place,
    /// Whether the second point of sale has a gateway that is enabled.
    pub(super) is_second_enabled: bool,
}

/// The catalogs of all editions.
pub(super) struct Shop {
    editions: Vec<(Edition, Arc<Catalog>)>,
}

/// The first or second point of sale.
#[expect(clippy::expect_used, reason = "both are primary keys")]
pub(super) fn pos(pk: i64) -> PosId {
    PosId::new(pk).expect("a primary key")
}

impl Shop {
    pub(super) fn new() -> Result<Self> {
        let mut editions = Vec::new();
        for place in Place::ALL {
            for is_second_enabled in [true, false] {
                let edition = Edition {
                    place,
                    is_second_enabled,
                };
                editions.push((edition, Arc::new(catalog(edition)?)));
            }
        }
        Ok(Self { editions })
    }

    #[expect(clippy::expect_used, reason = "there is a catalog of each edition")]
    pub(super) fn catalog(&self, edition: Edition) -> Arc<Catalog> {
        let mut all = self.editions.iter();
        let found = all.find(|(one, _)| *one == edition);
        Arc::clone(&found.expect("a catalog").1)
    }

    /// The account at which a point of sale saves cards.
    #[expect(clippy::expect_used, reason = "every edition has both points of sale")]
    pub(super) fn account(&self, edition: Edition, pk: i64) -> GatewayAccount {
        let catalog = self.catalog(edition);
        catalog.pos(pos(pk)).expect("a point of sale").account()
    }
}

fn catalog(edition: Edition) -> Result<Catalog> {
    let second = if edition.is_second_enabled {
        "fake"
    } else {
        "disabled"
    };
    let first = edition.place;
    let (one, two) = (PosId::new(1)?, PosId::new(2)?);
    let mut troy = Card::new(
        CardId::new(1)?,
        "Troy",
        Slug::parse("troy")?,
        BankId::new(1)?,
        CardTypeId::new(1)?,
        two,
    );
    troy.bins = vec![Bin::parse("979200")?];
    let option = PaymentOption::new(
        PaymentOptionId::new(1)?,
        "Card",
        Slug::parse("credit-card")?,
        PaymentType::CreditCard,
        one,
    );
    let parts = CatalogParts {
        banks: vec![Bank::new(BankId::new(1)?, "Bank", Slug::parse("bank")?)],
        card_types: vec![CardType::new(
            CardTypeId::new(1)?,
            "Troy",
            Slug::parse("troy")?,
        )],
        pos: vec![
            point_of_sale(one, first.gateway(), &first.config())?,
            point_of_sale(two, second, &json!({ "merchant": "second shop" }))?,
        ],
        cards: vec![troy],
        payment_options: vec![option],
        rules: Vec::new(),
    };
    let built = Catalog::build(CatalogVersion(1), parts);
    built.map_err(|violations| anyhow::anyhow!("{violations:?}"))
}

fn point_of_sale(pk: PosId, gateway: &str, config: &Value) -> Result<Pos> {
    let slug = Slug::parse(&format!("pos-{pk}"))?;
    let config: &Map<String, Value> = config.as_object().context("a configuration")?;
    Ok(Pos {
        config: config.clone(),
        ..Pos::new(pk, format!("POS {pk}"), slug, Slug::parse(gateway)?)
    })
}

/// A card as a customer types it.
#[expect(clippy::expect_used, reason = "every value is a constant that parses")]
pub(super) fn card(number: &str, consented_at: DateTime<Utc>) -> SubmittedCard {
    SubmittedCard {
        details: CardDetails {
            pan: Pan::parse(number).expect("a number"),
            expiry: Expiry::new(12, 2035).expect("an expiry"),
            holder: CardHolder::parse("Ayşe Yılmaz").expect("a name"),
            cvv: Cvv::parse("739").ok(),
        },
        name: CardName::parse("Maaş").ok(),
        consented_at,
        consent_version: ConsentVersion::parse("2026-11").ok(),
    }
}

/// The steps of a key rotation: a key is added, used, and its predecessor removed.
pub(super) const RINGS: [&[u8]; 4] = [&[1], &[1, 2], &[2, 1], &[2]];

/// The keys of a process at a step of the rotation.
#[expect(clippy::expect_used, reason = "every value is a constant that parses")]
pub(super) fn keys(step: usize) -> Keys {
    let master = |id: &u8| MasterKey::new(KeyId(u32::from(*id)), &[*id; 32]).expect("a key");
    let lasting = LastingKey::new(&[0xaa; 32]).expect("a key");
    Keys::new(RINGS[step].iter().map(master).collect(), &lasting).expect("keys")
}
