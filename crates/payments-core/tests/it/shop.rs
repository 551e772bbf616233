//! A small store with cards to list, and ways to change it.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use payments_core::catalog::{
    Bank, Bin, Card, CardPaymentType, CardType, Catalog, CatalogParts, CatalogVersion,
    InstallmentCount, PaymentOption, PaymentType, Plan, Pos,
};
use payments_core::id::{BankId, CardId, CardTypeId, PaymentOptionId, PlanId, PosId};
use payments_core::moment::Moment;
use payments_core::money::{Currency, Money, Rate};
use payments_core::purchase::{Context, Purchase, PurchaseItem};
use payments_core::rules::{Condition, Effect, Rule};
use payments_core::slug::Slug;
use payments_core::store_data::CategoryPath;
use serde_json::Value;

pub(crate) const COUNTS: [u8; 6] = [1, 2, 3, 6, 9, 12];

pub(crate) fn slug(text: &str) -> Slug {
    Slug::parse(text).unwrap()
}

pub(crate) fn count(count: u8) -> InstallmentCount {
    InstallmentCount::new(count).unwrap()
}

/// A rate in ten-thousandths of a percent.
pub(crate) fn rate(ten_thousandths: i64) -> Rate {
    Rate::from_ten_thousandths(ten_thousandths).unwrap()
}

/// An amount in kuruş.
pub(crate) fn lira(minor: i64) -> Money {
    Money::new(minor, Currency::TRY)
}

/// Sunday, 22 November 2026, 14:30 in the shop, which is three hours ahead of UTC.
pub(crate) fn now() -> Moment {
    at("2026-11-22T11:30:00Z")
}

pub(crate) fn at(utc: &str) -> Moment {
    let utc: DateTime<Utc> = utc.parse().unwrap();
    Moment {
        utc,
        local: (utc + TimeDelta::hours(3)).naive_utc(),
    }
}

/// A saved card is valid through it.
pub(crate) const LAST_DAY: NaiveDate = NaiveDate::from_ymd_opt(2026, 11, 30).unwrap();

/// One phone in the basket, state `open`, without a customer.
pub(crate) fn purchase(minor: i64) -> Purchase {
    Purchase {
        context: Context::Basket,
        amount: lira(minor),
        state: Some(slug("open")),
        items: vec![item(&["electronics/phones"], &[])],
        customer_segments: Vec::new(),
    }
}

pub(crate) fn item(categories: &[&str], attributes: &[(&str, Value)]) -> PurchaseItem {
    PurchaseItem {
        quantity: 1,
        categories: categories
            .iter()
            .map(|path| CategoryPath::parse(path).unwrap())
            .collect(),
        attributes: attributes
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.clone()))
            .collect(),
    }
}

pub(crate) fn rule(name: &str, when: &Value, then: &Value) -> Rule {
    Rule::new(
        slug(name),
        format!("Rule {name}"),
        Condition::from_json(when).unwrap(),
        Effect::from_json(then).unwrap(),
    )
}

pub(crate) fn bank(pk: i64, name: &str) -> Bank {
    Bank::new(BankId::new(pk).unwrap(), name, slug(name))
}

pub(crate) fn card_type(pk: i64, name: &str) -> CardType {
    CardType::new(CardTypeId::new(pk).unwrap(), name, slug(name))
}

pub(crate) fn pos(pk: i64, gateway: &str) -> Pos {
    let (name, slug_of) = (format!("POS {pk}"), slug(&format!("pos-{pk}")));
    Pos::new(PosId::new(pk).unwrap(), name, slug_of, slug(gateway))
}

pub(crate) fn payment_option(
    pk: i64,
    name: &str,
    payment_type: PaymentType,
    pos: i64,
) -> PaymentOption {
    let (key, pos) = (PaymentOptionId::new(pk).unwrap(), PosId::new(pos).unwrap());
    PaymentOption {
        sort_order: pk,
        ..PaymentOption::new(key, name, slug(name), payment_type, pos)
    }
}

/// A credit card with a plan for each of [`COUNTS`]: the single payment at 0 %, `n` installments at `n` percent.
pub(crate) fn card(pk: i64, name: &str, bank: i64, card_type: i64, pos: i64) -> Card {
    let plan = |(index, installments): (usize, u8)| {
        let key = PlanId::new(pk * 100 + i64::try_from(index).unwrap()).unwrap();
        let percent = if installments == 1 { 0 } else { installments };
        Plan::new(key, count(installments), rate(i64::from(percent) * 10_000))
    };
    Card {
        sort_order: pk,
        installments: COUNTS.into_iter().enumerate().map(plan).collect(),
        ..Card::new(
            CardId::new(pk).unwrap(),
            name,
            slug(name),
            BankId::new(bank).unwrap(),
            CardTypeId::new(card_type).unwrap(),
            PosId::new(pos).unwrap(),
        )
    }
}

pub(crate) fn bins(bins: &[&str]) -> Vec<Bin> {
    bins.iter().map(|bin| Bin::parse(bin).unwrap()).collect()
}

/// Bonus and Axess cards of two banks and a debit card, with one point of sale and one payment option.
pub(crate) fn parts() -> CatalogParts {
    let mut debit = card(3, "garanti-debit", 1, 1, 1);
    debit.card_payment_type = CardPaymentType::Debit;
    CatalogParts {
        banks: vec![bank(1, "garanti"), bank(2, "akbank")],
        card_types: vec![card_type(1, "bonus"), card_type(2, "axess")],
        pos: vec![pos(1, "sandbox")],
        cards: vec![
            card(1, "bonus-card", 1, 1, 1),
            card(2, "axess-card", 2, 2, 1),
            debit,
        ],
        payment_options: vec![payment_option(1, "credit-card", PaymentType::CreditCard, 1)],
        rules: Vec::new(),
    }
}

pub(crate) fn catalog(parts: CatalogParts) -> Catalog {
    Catalog::build(CatalogVersion(1), parts).unwrap()
}

/// The store of [`parts`] with these rules.
pub(crate) fn ruled(rules: Vec<Rule>) -> Catalog {
    catalog(CatalogParts { rules, ..parts() })
}

/// `cards` cards of four banks and three programs, each with `plans` plans, without rules.
pub(crate) fn large(cards: usize, plans: u8) -> CatalogParts {
    let banks = ["garanti", "akbank", "yapi-kredi", "is-bankasi"];
    let programmes = ["bonus", "axess", "world"];
    let numbered = |pk: usize| {
        let mut card = card(
            i64::try_from(pk).unwrap(),
            &format!("card-{pk}"),
            i64::try_from(pk % banks.len()).unwrap() + 1,
            i64::try_from(pk % programmes.len()).unwrap() + 1,
            1,
        );
        card.installments = (1..=plans)
            .map(|installments| {
                let pk = i64::try_from(pk).unwrap() * 100 + i64::from(installments);
                let rate = rate(i64::from(installments - 1) * 12_500);
                Plan::new(PlanId::new(pk).unwrap(), count(installments), rate)
            })
            .collect();
        card
    };
    CatalogParts {
        banks: (1..).zip(banks).map(|(pk, name)| bank(pk, name)).collect(),
        card_types: (1..)
            .zip(programmes)
            .map(|(pk, name)| card_type(pk, name))
            .collect(),
        cards: (1..=cards).map(numbered).collect(),
        ..parts()
    }
}
