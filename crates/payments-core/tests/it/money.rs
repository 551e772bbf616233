//! Money: conversions, arithmetic, text.

use std::str::FromStr;

use bigdecimal::BigDecimal;
use payments_core::money::{
    ArithmeticError, Currency, InvalidAmount, InvalidRate, Money, Rate, Rounding,
};
use proptest::prelude::*;

fn decimal(text: &str) -> BigDecimal {
    BigDecimal::from_str(text).unwrap()
}

fn read(text: &str, currency: Currency) -> Result<i64, InvalidAmount> {
    Money::from_decimal(&decimal(text), currency).map(|money| money.minor)
}

fn written(money: Money) -> String {
    let mut out = Vec::new();
    money.write_decimal(&mut out);
    String::from_utf8(out).unwrap()
}

#[test]
fn currencies_are_ordered_by_their_codes() {
    let codes = ["AFN", "AOA", "TRY", "XCG", "ZAR"];
    let mut currencies = codes.map(|code| Currency::from_code(code).unwrap());
    currencies.reverse();
    currencies.sort();
    assert_eq!(currencies.map(Currency::code), codes);
}

#[test]
fn amounts_are_parsed_exactly_or_refused() {
    assert_eq!(read("19.49", Currency::TRY), Ok(1_949));
    assert_eq!(read("19.4900", Currency::TRY), Ok(1_949));
    assert_eq!(
        read("19.495", Currency::TRY),
        Err(InvalidAmount::TooManyFractionDigits)
    );
    assert_eq!(read("-0.05", Currency::TRY), Ok(-5));
    assert_eq!(read("2e3", Currency::TRY), Ok(200_000));
    assert_eq!(read("0.000", Currency::JPY), Ok(0));
    assert_eq!(
        read("0.5", Currency::JPY),
        Err(InvalidAmount::TooManyFractionDigits)
    );
    assert_eq!(read("1.234", Currency::KWD), Ok(1_234));
    assert_eq!(read("1.2345", Currency::CLF), Ok(12_345));
}

#[test]
fn amounts_that_do_not_fit_are_refused_quickly() {
    assert_eq!(read("92233720368547758.07", Currency::TRY), Ok(i64::MAX));
    assert_eq!(read("-92233720368547758.08", Currency::TRY), Ok(i64::MIN));
    assert_eq!(
        read("92233720368547758.08", Currency::TRY),
        Err(InvalidAmount::OutOfRange)
    );
    assert_eq!(
        read("1e999999999", Currency::TRY),
        Err(InvalidAmount::OutOfRange)
    );
    assert_eq!(
        read("1e-999999999", Currency::TRY),
        Err(InvalidAmount::TooManyFractionDigits)
    );
    assert_eq!(read("0e999999999", Currency::TRY), Ok(0));
    let long = format!("1{}", "0".repeat(10_000));
    assert_eq!(read(&long, Currency::TRY), Err(InvalidAmount::OutOfRange));
}

#[test]
fn digits_of_up_to_1024_bits_are_read() {
    let one = |zeros: usize| format!("1.{}", "0".repeat(zeros));
    // 10^308 has 1,024 bits, and 10^309 has 1,027.
    assert_eq!(read(&one(308), Currency::TRY), Ok(100));
    assert_eq!(
        read(&one(309), Currency::TRY),
        Err(InvalidAmount::OutOfRange)
    );
}

#[test]
fn amounts_are_written_with_the_digits_of_their_currency() {
    let cases = [
        (1_949, Currency::TRY, "19.49"),
        (20, Currency::TRY, "0.20"),
        (5, Currency::TRY, "0.05"),
        (0, Currency::TRY, "0.00"),
        (-5, Currency::TRY, "-0.05"),
        (1_949, Currency::JPY, "1949"),
        (0, Currency::JPY, "0"),
        (1, Currency::KWD, "0.001"),
        (12_345, Currency::CLF, "1.2345"),
        (i64::MAX, Currency::TRY, "92233720368547758.07"),
        (i64::MIN, Currency::CLF, "-922337203685477.5808"),
    ];
    for (minor, currency, text) in cases {
        assert_eq!(written(Money::new(minor, currency)), text);
        assert_eq!(Money::new(minor, currency).to_string(), text);
    }
}

#[test]
fn rates_are_read_exactly_and_written_without_trailing_zeros() {
    for (text, expected) in [
        ("5", "5"),
        ("1.25", "1.25"),
        ("0", "0"),
        ("10.0000", "10"),
        ("1000", "1000"),
        ("-4.50", "-4.5"),
        ("-99.9999", "-99.9999"),
    ] {
        let rate = Rate::from_decimal(&decimal(text)).unwrap();
        assert_eq!(rate.to_string(), expected);
        assert_eq!(rate.to_decimal(), decimal(text));
        let mut out = Vec::new();
        rate.write_decimal(&mut out);
        assert_eq!(out, expected.as_bytes());
    }
    for text in ["-100", "-0.00001", "1000.0001", "0.00001", "1e50"] {
        assert_eq!(Rate::from_decimal(&decimal(text)), Err(InvalidRate));
    }
}

#[test]
fn sums_overflow_into_errors() {
    let most = Money::new(i64::MAX, Currency::TRY);
    let one = Money::new(1, Currency::TRY);
    assert_eq!(one.checked_add(one), Ok(Money::new(2, Currency::TRY)));
    assert_eq!(
        one.checked_sub(most),
        Ok(Money::new(1 - i64::MAX, Currency::TRY))
    );
    assert_eq!(one.checked_mul(7), Ok(Money::new(7, Currency::TRY)));
    assert_eq!(most.checked_add(one), Err(ArithmeticError::Overflow));
    assert_eq!(most.checked_mul(2), Err(ArithmeticError::Overflow));
    let least = Money::new(i64::MIN, Currency::TRY);
    assert_eq!(least.checked_sub(one), Err(ArithmeticError::Overflow));
    let euro = Money::new(1, Currency::EUR);
    assert_eq!(
        one.checked_add(euro),
        Err(ArithmeticError::CurrencyMismatch)
    );
}

#[test]
fn each_rounding_has_its_own_rule_for_ties_and_negatives() {
    // Numerator over 2: −2.5, −1.5, −0.5, 0.5, 1.5, 2.5.
    let cases = [
        (Rounding::Up, [-2, -1, 0, 1, 2, 3]),
        (Rounding::HalfUp, [-3, -2, -1, 1, 2, 3]),
        (Rounding::HalfEven, [-2, -2, 0, 0, 2, 2]),
    ];
    for (rounding, expected) in cases {
        let rounded = [-5, -3, -1, 1, 3, 5].map(|n| rounding.divide(n, 2.try_into().unwrap()));
        assert_eq!(rounded, expected, "{rounding:?}");
    }
    for rounding in Rounding::ALL {
        assert_eq!(rounding.divide(i128::MAX, 1.try_into().unwrap()), i128::MAX);
        assert_eq!(rounding.divide(i128::MIN, 1.try_into().unwrap()), i128::MIN);
    }
}

fn any_currency() -> impl Strategy<Value = Currency> {
    prop::sample::select(vec![
        Currency::JPY,
        Currency::TRY,
        Currency::KWD,
        Currency::CLF,
    ])
}

proptest! {
    #[test]
    fn every_amount_round_trips(minor: i64, currency in any_currency()) {
        let money = Money::new(minor, currency);
        prop_assert_eq!(Money::from_decimal(&money.to_decimal(), currency), Ok(money));
        prop_assert_eq!(Money::from_decimal(&decimal(&written(money)), currency), Ok(money));
        prop_assert_eq!(written(money), money.to_decimal().to_plain_string());
    }

    #[test]
    fn every_rate_round_trips(value in 0_i64..=10_000_000) {
        let rate = Rate::from_ten_thousandths(value).unwrap();
        prop_assert_eq!(Rate::from_decimal(&rate.to_decimal()), Ok(rate));
        prop_assert_eq!(Rate::from_decimal(&decimal(&rate.to_string())), Ok(rate));
    }

    #[test]
    fn rounding_changes_a_value_by_less_than_one_unit(numerator in -1_i128 << 100..1 << 100, denominator in 1_u64..) {
        for rounding in Rounding::ALL {
            let rounded = rounding.divide(numerator, denominator.try_into().unwrap());
            let off = rounded * i128::from(denominator) - numerator;
            prop_assert!(off.unsigned_abs() < u128::from(denominator));
            match rounding {
                Rounding::Up => prop_assert!(off >= 0),
                Rounding::HalfUp | Rounding::HalfEven => {
                    prop_assert!(off.unsigned_abs() * 2 <= u128::from(denominator));
                }
            }
        }
    }
}
