//! The contract's installment arithmetic.

use bigdecimal::{BigDecimal, RoundingMode};
use payments_core::installment::{QuoteError, quote, schedule};
use payments_core::money::{Currency, InvalidRate, Money, Rate, Rounding};
use proptest::prelude::*;

use crate::shop::{count, lira, rate};

/// The contract's formulas with `BigDecimal`: slow, obvious, and without limits.
mod reference {
    use super::*;

    pub(super) struct Figures {
        pub(super) interest: BigDecimal,
        pub(super) total: BigDecimal,
        pub(super) single: BigDecimal,
    }

    pub(super) fn figures(
        amount: Money,
        rate: Rate,
        installments: u8,
        rounding: Rounding,
    ) -> Figures {
        let round = |value: BigDecimal| {
            value.with_scale_round(amount.currency.exponent().into(), mode(rounding))
        };
        let interest = round(amount.to_decimal() * rate.to_decimal() / BigDecimal::from(100));
        let total = amount.to_decimal() + &interest;
        let single = round(divided(&total, installments));
        Figures {
            interest,
            total,
            single,
        }
    }

    /// A quotient with more digits than any tie with a divisor up to 99 needs. The rest becomes one more digit, so that
    /// it counts when rounding up.
    fn divided(total: &BigDecimal, installments: u8) -> BigDecimal {
        let divisor = BigDecimal::from(installments);
        let cut = (total / &divisor).with_scale_round(12, RoundingMode::Down);
        if &cut * &divisor == *total {
            cut
        } else {
            cut + BigDecimal::new(1.into(), 13)
        }
    }

    fn mode(rounding: Rounding) -> RoundingMode {
        match rounding {
            Rounding::Up => RoundingMode::Ceiling,
            Rounding::HalfUp => RoundingMode::HalfUp,
            Rounding::HalfEven => RoundingMode::HalfEven,
        }
    }
}

#[test]
fn quotes_match_the_contracts_recorded_response() {
    let table = [
        (1, 0, "0.00", "19.49", "19.49"),
        (2, 10_000, "0.20", "19.69", "9.85"),
        (3, 50_000, "0.98", "20.47", "6.83"),
    ];
    for (installments, percent, interest, total, single) in table {
        let quote = quote(
            lira(1_949),
            rate(percent),
            count(installments),
            Rounding::Up,
        )
        .unwrap();
        assert_eq!(quote.interest_amount().to_string(), interest);
        assert_eq!(quote.total_amount().to_string(), total);
        assert_eq!(quote.single_installment_amount().to_string(), single);
    }
}

#[test]
fn the_other_roundings_do_not_match_that_response() {
    for rounding in [Rounding::HalfUp, Rounding::HalfEven] {
        let quote = quote(lira(1_949), rate(10_000), count(2), rounding).unwrap();
        assert_eq!(quote.interest_amount().to_string(), "0.19");
    }
}

#[test]
fn a_negative_rate_is_a_discount_rounded_like_interest() {
    for (rounding, interest, total) in [
        (Rounding::Up, "-0.97", "18.52"),
        (Rounding::HalfUp, "-0.97", "18.52"),
    ] {
        let quote = quote(lira(1_949), rate(-50_000), count(1), rounding).unwrap();
        assert_eq!(quote.interest_amount().to_string(), interest);
        assert_eq!(quote.total_amount().to_string(), total);
        assert_eq!(quote.single_installment_amount().to_string(), total);
    }
}

#[test]
fn a_discount_never_takes_the_whole_amount() {
    let lowest = Rate::from_ten_thousandths(-999_999).unwrap();
    assert_eq!(Rate::from_ten_thousandths(-1_000_000), Err(InvalidRate));
    let rounded_up = quote(lira(1), lowest, count(1), Rounding::Up).unwrap();
    assert_eq!(rounded_up.total_amount(), lira(1));
    for rounding in [Rounding::HalfUp, Rounding::HalfEven] {
        let quote = quote(lira(1), lowest, count(1), rounding);
        assert_eq!(quote, Err(QuoteError::NothingLeft));
    }
    let most = quote(lira(i64::MAX), lowest, count(99), Rounding::Up).unwrap();
    assert_eq!(most.total_amount().minor, 9_223_372_036_855);
}

#[test]
fn a_negative_amount_has_no_quote() {
    let quote = quote(lira(-1), rate(0), count(1), Rounding::Up);
    assert_eq!(quote, Err(QuoteError::NegativeAmount));
    assert_eq!(
        schedule(lira(-1), count(1)).err(),
        Some(QuoteError::NegativeAmount)
    );
}

#[test]
fn a_total_beyond_64_bits_is_an_error_from_the_first_minor_unit_too_many() {
    let most = lira(i64::MAX);
    assert_eq!(
        quote(most, rate(0), count(1), Rounding::Up)
            .unwrap()
            .total_amount(),
        most,
    );
    for rounding in Rounding::ALL {
        let one_too_many = quote(most, rate(10_000_000), count(99), rounding);
        assert_eq!(one_too_many, Err(QuoteError::Overflow));
    }
    // 100 % of 2^62 − 1 gives 2^63 − 2 in total; of 2^62, one more than fits.
    let half = (1_i64 << 62) - 1;
    let quoted = quote(lira(half), rate(1_000_000), count(1), Rounding::Up).unwrap();
    assert_eq!(quoted.total_amount().minor, i64::MAX - 1);
    let over = quote(lira(half + 1), rate(1_000_000), count(1), Rounding::Up);
    assert_eq!(over, Err(QuoteError::Overflow));
}

#[test]
fn the_schedule_puts_the_remainder_first() {
    let parts = |total, installments| {
        let parts = schedule(lira(total), count(installments)).unwrap();
        assert_eq!(parts.len(), usize::from(installments));
        parts.map(|part| part.minor).collect::<Vec<_>>()
    };
    assert_eq!(parts(2_047, 3), [683, 682, 682]);
    assert_eq!(parts(2_048, 3), [683, 683, 682]);
    assert_eq!(parts(2, 4), [1, 1, 0, 0]);
    assert_eq!(parts(0, 2), [0, 0]);
}

fn any_currency() -> impl Strategy<Value = Currency> {
    let codes = ["JPY", "TRY", "USD", "KWD", "CLF"];
    prop::sample::select(
        codes
            .map(|code| Currency::from_code(code).unwrap())
            .to_vec(),
    )
}

/// Small amounts, everyday amounts, and any amount.
fn any_minor() -> impl Strategy<Value = i64> {
    prop_oneof![0_i64..=200, 0_i64..=100_000_000, 0_i64..=i64::MAX]
}

/// Whole percentages, any percentage, and discounts.
fn any_rate() -> impl Strategy<Value = Rate> {
    prop_oneof![
        (-99_i64..=1_000).prop_map(|percent| percent * 10_000),
        -999_999_i64..=10_000_000,
        -999_999_i64..=0
    ]
    .prop_map(rate)
}

fn any_rounding() -> impl Strategy<Value = Rounding> {
    prop::sample::select(Rounding::ALL.to_vec())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn the_kernel_equals_the_reference(
        minor in any_minor(),
        currency in any_currency(),
        rate in any_rate(),
        installments in 1_u8..=99,
        rounding in any_rounding(),
    ) {
        let amount = Money::new(minor, currency);
        let expected = reference::figures(amount, rate, installments, rounding);
        let fits = Money::from_decimal(&expected.total, currency).is_ok();
        match quote(amount, rate, count(installments), rounding) {
            Ok(quote) => {
                prop_assert_eq!(quote.interest_amount().to_decimal(), expected.interest);
                prop_assert_eq!(quote.total_amount().to_decimal(), expected.total);
                prop_assert_eq!(quote.single_installment_amount().to_decimal(), expected.single);
            }
            Err(error) => {
                let is_zero = expected.total == 0;
                let reason = if is_zero { QuoteError::NothingLeft } else { QuoteError::Overflow };
                prop_assert_eq!(error, reason);
                prop_assert!(is_zero || !fits, "refused a total that fits: {}", expected.total);
            }
        }
    }

    #[test]
    fn rounded_up_installments_never_fall_short_and_exceed_by_less_than_a_unit_each(
        minor in any_minor(),
        rate in any_rate(),
        installments in 1_u8..=99,
    ) {
        if let Ok(quote) = quote(lira(minor), rate, count(installments), Rounding::Up) {
            let announced =
                i128::from(quote.single_installment_amount().minor) * i128::from(installments);
            let excess = announced - i128::from(quote.total_amount().minor);
            prop_assert!((0..i128::from(installments)).contains(&excess));
        }
    }

    #[test]
    fn schedules_sum_to_the_total_and_never_increase(minor in any_minor(), installments in 1_u8..=99) {
        let parts: Vec<i64> =
            schedule(lira(minor), count(installments)).unwrap().map(|part| part.minor).collect();
        prop_assert_eq!(parts.len(), usize::from(installments));
        prop_assert_eq!(parts.iter().map(|part| i128::from(*part)).sum::<i128>(), i128::from(minor));
        prop_assert!(parts.is_sorted_by(|earlier, later| earlier >= later));
        prop_assert!(parts[0] - parts[parts.len() - 1] <= 1);
    }

    #[test]
    fn no_negative_amount_is_quoted(minor in i64::MIN..0, rate in any_rate(), rounding in any_rounding()) {
        let quote = quote(lira(minor), rate, count(3), rounding);
        prop_assert_eq!(quote, Err(QuoteError::NegativeAmount));
    }
}
