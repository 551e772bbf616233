//! The listing against a straightforward one: the same offers with `BigDecimal` arithmetic and a serializer.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use bigdecimal::num_bigint::BigInt;
use bigdecimal::{BigDecimal, RoundingMode};
use payments_core::catalog::Policy;
use payments_core::catalog::{Catalog, CatalogParts, CatalogVersion, InstallmentCount};
use payments_core::import::Reading;
use payments_core::language::Language;
use payments_core::listing::list;
use payments_core::moment::Moment;
use payments_core::money::{Currency, Money, Rounding};
use payments_core::purchase::{Context, Purchase, PurchaseItem};
use payments_core::record::Record;
use payments_http::i18n::Sentences;
use payments_http::listing_json::{Fragments, write};
use proptest::prelude::*;
use serde::Serialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};

const PUBLIC_URL: &str = "https://pay.example.com";

static SENTENCES: LazyLock<Sentences> =
    LazyLock::new(|| Sentences::read().expect("the language files"));

#[derive(Serialize)]
struct Page {
    count: usize,
    next: Option<()>,
    previous: Option<()>,
    currency: String,
    results: Vec<CardOfPage>,
}

#[derive(Serialize)]
struct CardOfPage {
    pk: Value,
    name: Value,
    slug: Value,
    card_payment_type: Value,
    card_type: Issuer,
    bank: Issuer,
    installments: Vec<PlanOfPage>,
}

/// A bank or a card type.
#[derive(Serialize)]
struct Issuer {
    pk: Value,
    name: Value,
    slug: Value,
    logo: Value,
    logo_path: Value,
}

#[derive(Serialize)]
struct PlanOfPage {
    pk: Value,
    installment_count: Value,
    interest_rate: Box<RawValue>,
    label: Value,
    is_active: bool,
    amount: Box<RawValue>,
    interest_amount: Box<RawValue>,
    total_amount: Box<RawValue>,
    single_installment_amount: Box<RawValue>,
}

/// The amount, the rounding, and the language of a listing.
#[derive(Clone, Copy, Debug)]
struct Case {
    amount: Money,
    rounding: Rounding,
    language: Language,
}

impl Case {
    fn decimal(self) -> BigDecimal {
        let exponent = i64::from(self.amount.currency.exponent());
        BigDecimal::new(BigInt::from(self.amount.minor), exponent)
    }

    /// Rounds to the currency's minor unit.
    fn settle(self, exact: &BigDecimal) -> BigDecimal {
        let mode = match self.rounding {
            Rounding::Up => RoundingMode::Ceiling,
            Rounding::HalfUp => RoundingMode::HalfUp,
            Rounding::HalfEven => RoundingMode::HalfEven,
        };
        exact.with_scale_round(i64::from(self.amount.currency.exponent()), mode)
    }
}

fn number(decimal: &BigDecimal) -> Box<RawValue> {
    RawValue::from_string(decimal.to_plain_string()).expect("a number")
}

fn issuer(document: &Value, part: &str, pk: &Value) -> Issuer {
    let all = document[part].as_array().expect("a part");
    let one = all.iter().find(|one| one["pk"] == *pk).expect("an issuer");
    let own_file = one["logo_path"].as_str();
    let own_file = own_file.map(|path| json!(format!("{PUBLIC_URL}/static/{path}")));
    Issuer {
        pk: pk.clone(),
        name: one["name"].clone(),
        slug: one["slug"].clone(),
        logo: if one["logo"].is_null() {
            own_file.unwrap_or_default()
        } else {
            one["logo"].clone()
        },
        logo_path: one["logo_path"].clone(),
    }
}

fn plan(plan: &Value, case: Case, sentences: &Sentences) -> PlanOfPage {
    let count = plan["installment_count"].as_u64().expect("a count");
    let rate: BigDecimal = plan["interest_rate"]
        .as_str()
        .expect("a rate")
        .parse()
        .expect("a decimal");
    let amount = case.decimal();
    let interest = case.settle(&(&amount * &rate / BigDecimal::from(100)));
    let total = &amount + &interest;
    let single = case.settle(&(&total / BigDecimal::from(count)));
    let own = &plan["label"][case.language.code()];
    let label = if own.is_null() {
        let count = u8::try_from(count).expect("a small count");
        let count = InstallmentCount::new(count).expect("a count");
        json!(sentences.installment_label(case.language, count))
    } else {
        own.clone()
    };
    PlanOfPage {
        pk: plan["pk"].clone(),
        installment_count: plan["installment_count"].clone(),
        interest_rate: number(&rate.normalized()),
        label,
        is_active: true,
        amount: number(&amount),
        interest_amount: number(&interest),
        total_amount: number(&total),
        single_installment_amount: number(&single),
    }
}

/// The listing, from the document that the catalog was imported from.
fn plain(document: &Value, case: Case, sentences: &Sentences) -> String {
    let mut cards: Vec<&Value> = document["cards"]
        .as_array()
        .expect("cards")
        .iter()
        .filter(|card| card["is_active"] == true)
        .collect();
    cards.sort_by_key(|card| (card["sort_order"].as_i64(), card["pk"].as_i64()));
    let mut results = Vec::new();
    for card in cards {
        let mut plans: Vec<&Value> = card["installments"]
            .as_array()
            .expect("plans")
            .iter()
            .filter(|plan| plan["is_active"] == true)
            .collect();
        plans.sort_by_key(|plan| plan["installment_count"].as_u64());
        if plans.is_empty() {
            continue;
        }
        results.push(CardOfPage {
            pk: card["pk"].clone(),
            name: card["name"].clone(),
            slug: card["slug"].clone(),
            card_payment_type: card["card_payment_type"].clone(),
            card_type: issuer(document, "card_types", &card["card_type"]),
            bank: issuer(document, "banks", &card["bank"]),
            installments: plans
                .into_iter()
                .map(|one| plan(one, case, sentences))
                .collect(),
        });
    }
    let page = Page {
        count: results.len(),
        next: None,
        previous: None,
        currency: case.amount.currency.code().to_owned(),
        results,
    };
    serde_json::to_string(&page).expect("JSON")
}

fn catalog(document: &Value) -> Catalog {
    let policy = Policy {
        literal_secrets: true,
        masterpass_hosts: Vec::new(),
    };
    let reading = Reading::of_document(document.to_string().as_bytes(), &policy);
    let read = reading.finish().expect("a document");
    let mut parts = CatalogParts::default();
    for record in &read.change().upserts {
        match record.clone() {
            Record::Bank(bank) => parts.banks.push(bank),
            Record::CardType(card_type) => parts.card_types.push(card_type),
            Record::Pos(pos) => parts.pos.push(pos),
            Record::Card(card) => parts.cards.push(card),
            Record::PaymentOption(option) => parts.payment_options.push(option),
            Record::Rule(_)
            | Record::Product(_)
            | Record::Customer(_)
            | Record::Basket(_)
            | Record::PreOrder(_)
            | Record::Session(_) => panic!("a document of {record:?}"),
        }
    }
    Catalog::build(CatalogVersion(1), parts).expect("a catalog")
}

/// Names with characters that JSON escapes, and others.
fn any_name() -> impl Strategy<Value = String> {
    r#"[a-zA-Z][a-zçğıİöşü"\\/<&' é漢🙂]{0,12}[a-z]"#
}

fn any_issuers(slugs: &'static str) -> impl Strategy<Value = Vec<Value>> {
    let logos = prop::sample::select(vec![
        (json!(null), json!(null)),
        (json!(null), json!("logos/bonus.svg")),
        (json!("https://cdn.example.com/a.png"), json!("a.png")),
    ]);
    prop::collection::vec((any_name(), logos), 3).prop_map(move |drafts| {
        let issuer = |(index, (name, (logo, logo_path))): (usize, (String, (Value, Value)))| {
            let (pk, slug) = (index + 1, format!("{slugs}-{index}"));
            json!({"pk": pk, "name": name, "slug": slug, "logo": logo, "logo_path": logo_path})
        };
        drafts.into_iter().enumerate().map(issuer).collect()
    })
}

fn any_plans() -> impl Strategy<Value = Vec<Value>> {
    let rate = prop_oneof![
        Just("0".to_owned()),
        (0_u32..100).prop_map(|whole| whole.to_string()),
        (0_u32..=10_000_000).prop_map(|parts| format!("{}.{:04}", parts / 10_000, parts % 10_000)),
    ];
    let label = prop_oneof![
        3 => Just(json!({})),
        1 => any_name().prop_map(|own| json!({"tr": own})),
        1 => any_name().prop_map(|own| json!({"en": own, "ar": "دفعة"})),
    ];
    let plan = (rate, label, prop::bool::weighted(0.8));
    prop::collection::btree_map(1_u8..=99, plan, 1..8).prop_map(|plans| {
        let plan = |(count, (rate, label, is_active))| {
            json!({"installment_count": count, "interest_rate": rate, "label": label, "is_active": is_active})
        };
        // The document's order does not matter.
        plans.into_iter().rev().map(plan).collect()
    })
}

fn any_document() -> impl Strategy<Value = Value> {
    let owners = (1_i64..=3, 1_i64..=3);
    let card = (
        any_name(),
        owners,
        0_i64..4,
        prop::bool::weighted(0.8),
        any_plans(),
    );
    let card = card.prop_map(|(name, (bank, card_type), sort_order, is_active, plans)| {
        json!({
            "name": name, "bank": bank, "card_type": card_type, "sort_order": sort_order,
            "is_active": is_active, "installments": plans, "pos": 1,
        })
    });
    let cards = prop::collection::vec(card, 0..6).prop_map(|mut cards| {
        for (index, card) in cards.iter_mut().enumerate() {
            card["pk"] = json!(index + 1);
            card["slug"] = json!(format!("card-{index}"));
            card["card_payment_type"] = json!(["credit", "debit"][index % 2]);
            let plans = card["installments"].as_array_mut().expect("plans");
            for (place, plan) in plans.iter_mut().enumerate() {
                plan["pk"] = json!((index + 1) * 100 + place);
            }
        }
        cards
    });
    (any_issuers("bank"), any_issuers("type"), cards).prop_map(|(banks, card_types, cards)| {
        json!({
            "banks": banks, "card_types": card_types, "cards": cards,
            "pos": [{"pk": 1, "name": "POS", "slug": "pos", "gateway": "sandbox"}],
            "payment_options": [{
                "pk": 1, "name": "Card", "slug": "card", "payment_type": "credit_card", "pos": 1,
            }],
        })
    })
}

fn any_case() -> impl Strategy<Value = Case> {
    let currencies =
        ["TRY", "JPY", "KWD"].map(|code| Currency::from_code(code).expect("a currency"));
    let minor = prop_oneof![1_i64..1_000, 1_i64..100_000_000, 1_i64..=1 << 55];
    (
        minor,
        prop::sample::select(currencies.to_vec()),
        prop::sample::select(Rounding::ALL.to_vec()),
        prop::sample::select(Language::ALL.to_vec()),
    )
        .prop_map(|(minor, currency, rounding, language)| Case {
            amount: Money::new(minor, currency),
            rounding,
            language,
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn a_listing_is_written_byte_for_byte_as_the_plain_one(document in any_document(), case in any_case()) {
        let sentences = &*SENTENCES;
        let catalog = catalog(&document);
        let fragments = Fragments::of(&catalog, case.language, sentences, PUBLIC_URL);
        let purchase = Purchase {
            context: Context::Product,
            amount: case.amount,
            state: None,
            items: vec![PurchaseItem { quantity: 1, categories: Vec::new(), attributes: BTreeMap::new() }],
            customer_segments: Vec::new(),
        };
        let utc = chrono::DateTime::UNIX_EPOCH;
        let moment = Moment { utc, local: utc.naive_utc() };
        let listing = list(&catalog, &purchase, moment, case.rounding);
        let written = write(&listing, case.amount, &fragments);
        prop_assert_eq!(String::from_utf8(written.body).expect("UTF-8"), plain(&document, case, sentences));
    }
}
