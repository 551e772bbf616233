//! The figures of a quote are those of the listing.

use bigdecimal::{BigDecimal, RoundingMode};
use payments_core::catalog::InstallmentCount;
use payments_core::installment::{QuoteError, quote as figures_of, schedule};
use payments_core::listing::{PlanOffer, list};
use payments_core::moment::Moment;
use payments_core::money::{Currency, Money, Rounding};
use payments_core::purchase::Purchase;
use payments_core::quotes::{Choice, NotQuoted, Period, QuotedPlan, Terms, quote_plan};
use payments_core::rules::Rule;
use proptest::prelude::*;

use super::in_shop;
use crate::oracle::{Question, applies};
use crate::shop::{COUNTS, catalog, count, rate};
use crate::strategies::{any_purchase, any_rules, any_store};

/// The texts of a quote are what the listing prints, and the parts sum to the total.
fn assert_printed_alike(quoted: &QuotedPlan<'_>, listed: &PlanOffer<'_>) {
    let terms = Terms::of(quoted);
    let figures = listed.quote;
    for (text, amount) in [
        (&terms.interest_amount, figures.interest_amount()),
        (&terms.total_amount, figures.total_amount()),
        (
            &terms.single_installment_amount,
            figures.single_installment_amount(),
        ),
    ] {
        let mut printed = Vec::new();
        amount.write_decimal(&mut printed);
        assert_eq!(text.as_bytes(), printed);
    }
    let mut printed = Vec::new();
    listed.rate.write_decimal(&mut printed);
    assert_eq!(terms.interest_rate.as_bytes(), printed);
    let decimal = |text: &String| text.parse::<BigDecimal>().unwrap();
    let sum: BigDecimal = terms.schedule.iter().map(decimal).sum();
    assert_eq!(sum, decimal(&terms.total_amount));
}

/// The rules of the quote are those that the oracle applies to its plan, without those whose effect does not concern it.
fn assert_rules_of_the_oracle(
    quoted: &QuotedPlan<'_>,
    rules: &[Rule],
    purchase: &Purchase,
    moment: Moment,
) {
    let question = Question {
        purchase,
        moment,
        option: quoted.payment_option,
        card: quoted.card,
        bank: quoted.bank,
        card_type: quoted.card_type,
        count: quoted.plan.installment_count,
    };
    let is_single = question.count == InstallmentCount::SINGLE;
    let concerns = |rule: &&Rule| {
        let then = rule.then;
        let limits = then.cap_installments.is_some() || then.minimum_installment_amount.is_some();
        then.replace_rate.is_some() || (limits && !is_single)
    };
    let applied = rules.iter().filter(|rule| applies(rule, question));
    let expected: Vec<_> = applied.filter(concerns).map(|rule| &rule.slug).collect();
    let found: Vec<_> = quoted.rules.iter().map(|rule| &rule.slug).collect();
    assert_eq!(found, expected);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn every_plan_is_quoted_as_it_is_listed_and_no_other(
        mut store in any_store(),
        rules in any_rules(),
        (purchase, moment) in any_purchase(),
        rounding in prop::sample::select(Rounding::ALL.to_vec()),
        lifetime in 0_i64..5_000,
    ) {
        store.rules.clone_from(&rules);
        let catalog = catalog(store);
        let period = Period::new(moment.utc, chrono::TimeDelta::seconds(lifetime));
        let listing = list(&catalog, &purchase, moment, rounding);
        for card in catalog.cards() {
            let offer = listing.offers().find(|offer| offer.card.pk == card.pk);
            for installments in COUNTS {
                let choice = Choice::of_card(card.pk, count(installments));
                let quoted =
                    quote_plan(&catalog, &purchase, &choice, rounding, period, in_shop);
                let listed = offer.as_ref().and_then(|offer| {
                    let mut plans = offer.plans.iter();
                    let plan = plans.find(|one| one.plan.installment_count == count(installments));
                    plan.map(|plan| (offer.payment_option.pk, plan))
                });
                match (quoted, listed) {
                    (Ok(quoted), Some((option, plan))) => {
                        prop_assert_eq!(quoted.figures, plan.quote);
                        prop_assert_eq!(quoted.rate, plan.rate);
                        prop_assert_eq!(quoted.plan.pk, plan.plan.pk);
                        prop_assert_eq!(quoted.payment_option.pk, option);
                        prop_assert_eq!(quoted.schedule.len(), usize::from(installments));
                        assert_printed_alike(&quoted, plan);
                        assert_rules_of_the_oracle(&quoted, &rules, &purchase, moment);
                    }
                    (Err(NotQuoted::NotOffered(reasons)), None) => prop_assert!(!reasons.is_empty()),
                    (quoted, listed) => prop_assert!(false, "{quoted:?} but listed {listed:?}"),
                }
            }
        }
    }
}

/// A cheap generator (xorshift): a million values of proptest would take minutes.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }
}

/// `value / 10^digits`, rounded to an integer, by the oracle.
fn rounded(value: &BigDecimal, rounding: Rounding) -> BigDecimal {
    let mode = match rounding {
        Rounding::Up => RoundingMode::Ceiling,
        Rounding::HalfUp => RoundingMode::HalfUp,
        Rounding::HalfEven => RoundingMode::HalfEven,
    };
    value.with_scale_round(0, mode)
}

/// Interest and total in minor units, with `BigDecimal`.
fn oracle(minor: i64, ten_thousandths: i64, rounding: Rounding) -> (BigDecimal, BigDecimal) {
    let exact = BigDecimal::new((i128::from(minor) * i128::from(ten_thousandths)).into(), 6);
    let interest = rounded(&exact, rounding);
    let total = BigDecimal::from(minor) + &interest;
    (interest, total)
}

/// Whether `single` is `total / count`, rounded to an integer: by the bounds of each rounding, without a division.
fn is_rounded_quotient(single: i64, total: i64, count: u8, rounding: Rounding) -> bool {
    let (single, total, count) = (i128::from(single), i128::from(total), i128::from(count));
    let excess = single * count - total;
    match rounding {
        Rounding::Up => (0..count).contains(&excess),
        Rounding::HalfUp => -count < 2 * excess && 2 * excess <= count,
        Rounding::HalfEven => {
            let is_tie = (2 * excess).abs() == count;
            (2 * excess).abs() < count || (is_tie && single % 2 == 0)
        }
    }
}

/// A million amounts with rates from −99.9999 to 1000 percent, with each rounding.
#[test]
fn a_million_figures_equal_the_oracle_and_their_schedules_sum_to_the_total() {
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    let mut negative = 0;
    for case in 0..1_000_000_u32 {
        let rounding = Rounding::ALL[usize::try_from(case % 3).unwrap()];
        let digits = u32::try_from(dice.roll(16)).unwrap();
        let minor = i64::try_from(dice.roll(10_u64.pow(digits) + 1)).unwrap() + 1;
        let ten_thousandths = match case % 4 {
            0 => i64::try_from(dice.roll(999_999)).unwrap() - 999_999,
            1 => i64::try_from(dice.roll(1_000)).unwrap() * 10_000,
            _ => i64::try_from(dice.roll(10_000_001)).unwrap(),
        };
        let installments = u8::try_from(dice.roll(99) + 1).unwrap();
        let (amount, rate) = (Money::new(minor, Currency::TRY), rate(ten_thousandths));
        let (interest, total) = oracle(minor, ten_thousandths, rounding);
        let figures = match figures_of(amount, rate, count(installments), rounding) {
            Ok(figures) => figures,
            Err(error) => {
                assert_eq!(
                    (error, total),
                    (QuoteError::NothingLeft, BigDecimal::from(0))
                );
                continue;
            }
        };
        assert_eq!(BigDecimal::from(figures.interest_amount().minor), interest);
        assert_eq!(BigDecimal::from(figures.total_amount().minor), total);
        negative += u32::from(ten_thousandths < 0);
        let (single, total) = (
            figures.single_installment_amount().minor,
            figures.total_amount().minor,
        );
        assert!(
            is_rounded_quotient(single, total, installments, rounding),
            "{total} / {installments} is not {single}, {rounding:?}"
        );
        let parts = schedule(figures.total_amount(), count(installments)).unwrap();
        let sum: i64 = parts.map(|part| part.minor).sum();
        assert_eq!(sum, figures.total_amount().minor);
    }
    assert!(negative > 100_000, "discounts are among them");
}
