//! Quotes: the listing's figures, how long they hold, and what verification finds.

use chrono::{DateTime, TimeDelta, Utc};
use payments_core::catalog::{CardSelection, Catalog, LeadingDigits};
use payments_core::id::{CardId, CustomerId, PosId, SavedCardId};
use payments_core::listing::{Candidate, LeftOut, Reason};
use payments_core::moment::Moment;
use payments_core::money::Rounding;
use payments_core::purchase::{Context, Purchase, PurchaseKey};
use payments_core::quote_id::QuoteId;
use payments_core::quotes::{
    Choice, ClaimedChoice, NotQuoted, Period, QuoteClaims, QuoteIdentity, QuotedPlan, quote_plan,
};

use crate::shop::{LAST_DAY, count, now};

mod choice;
mod figures;
mod fresh;
mod horizon;
mod verification;

fn card(pk: i64) -> CardId {
    CardId::new(pk).unwrap()
}

/// The shop's wall clock is three hours ahead of UTC.
fn in_shop(utc: DateTime<Utc>) -> Moment {
    Moment {
        utc,
        local: (utc + TimeDelta::hours(3)).naive_utc(),
    }
}

fn quarter_of_an_hour() -> Period {
    Period::new(now().utc, TimeDelta::minutes(15))
}

/// A quote of now for a quarter of an hour.
fn quote<'c>(
    catalog: &'c Catalog,
    purchase: &Purchase,
    pk: i64,
    installments: u8,
) -> Result<QuotedPlan<'c>, NotQuoted<'c>> {
    let choice = Choice::of_card(card(pk), count(installments));
    let period = quarter_of_an_hour();
    quote_plan(catalog, purchase, &choice, Rounding::Up, period, in_shop)
}

/// `what: why`, with the rule's slug or the fact.
fn described(reasons: &[LeftOut<'_>]) -> Vec<String> {
    let one = |reason: &LeftOut<'_>| {
        let what = match reason.candidate {
            Candidate::Purchase => "purchase".to_owned(),
            Candidate::PaymentOption(option) => format!("option {}", option.slug),
            Candidate::Card { card, .. } => format!("card {}", card.slug),
            Candidate::Plan { card, plan, .. } => {
                format!("plan {} {}", card.slug, plan.installment_count.get())
            }
        };
        match reason.reason {
            Reason::Fact(fact) => format!("{what}: {}", fact.as_str()),
            Reason::Rule { rule, .. } => format!("{what}: {}", rule.slug),
        }
    };
    reasons.iter().map(one).collect()
}

fn reasons(not_quoted: Result<QuotedPlan<'_>, NotQuoted<'_>>) -> Vec<String> {
    match not_quoted {
        Err(NotQuoted::NotOffered(reasons)) => described(&reasons),
        other => panic!("{other:?}"),
    }
}

/// The claims of a quote for customer 7's basket 9.
fn claims(quoted: &QuotedPlan<'_>, saved_card: Option<i64>) -> QuoteClaims {
    let identity = QuoteIdentity {
        issuer: "https://pay.example".to_owned(),
        id: QuoteId::new([7; 16]),
        purchase: PurchaseKey::new(Context::Basket, 9).unwrap(),
        customer: Some(CustomerId::new(7).unwrap()),
        choice: ClaimedChoice {
            card: Some(quoted.card.pk),
            saved_card: saved_card.map(|pk| SavedCardId::new(pk).unwrap()),
        },
    };
    QuoteClaims::new(quoted, identity)
}

fn of_digits(catalog: &Catalog, digits: &str) -> CardSelection {
    catalog.select_by_digits(LeadingDigits::parse(digits).unwrap())
}

fn of_token(catalog: &Catalog, digits: &str, pos: i64) -> CardSelection {
    let digits = LeadingDigits::parse(digits).unwrap();
    catalog.select_for_token(digits, PosId::new(pos).unwrap(), LAST_DAY)
}
