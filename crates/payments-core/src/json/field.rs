//! Reads single values: texts, numbers, keys, amounts, instants.

use alloc::borrow::ToOwned;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::str::FromStr;

use bigdecimal::BigDecimal;
use chrono::{DateTime, Datelike, Timelike, Utc};

use crate::money::{Currency, InvalidAmount, Money, Rate};
use crate::record::{Key, Part};
use crate::slug::Slug;

use super::reader::Reader;
use super::value::Json;
use super::violation::Problem;

/// The maximum length of a text that is parsed as a decimal, in bytes.
const MAX_DECIMAL: usize = 64;

/// A text that `parse` accepts.
pub(crate) fn text<T>(
    expected: &'static str,
    parse: impl Fn(&str) -> Option<T>,
) -> impl Fn(&mut Reader, &Json<'_>) -> Option<T> {
    move |reader, json| {
        let parsed = if let Json::Text(text) = json {
            parse(text)
        } else {
            None
        };
        parsed.or_else(|| reader.expected(expected))
    }
}

/// A display name.
pub(crate) fn name(reader: &mut Reader, json: &Json<'_>) -> Option<String> {
    text(
        "a text of 1 to 200 characters, none of them a control character",
        |name| is_name(name).then(|| name.to_owned()),
    )(reader, json)
}

fn is_name(name: &str) -> bool {
    name.len() <= 800
        && (1..=200).contains(&name.chars().count())
        && !name.trim().is_empty()
        && !name.chars().any(char::is_control)
}

/// Describes what a slug is.
pub(crate) const SLUG: &str =
    "1 to 64 lower-case letters and digits, joined by single dashes or underscores";

/// A slug.
pub(crate) fn slug(reader: &mut Reader, json: &Json<'_>) -> Option<Slug> {
    text(SLUG, |slug| Slug::parse(slug).ok())(reader, json)
}

/// `true` or `false`.
pub(crate) fn boolean(reader: &mut Reader, json: &Json<'_>) -> Option<bool> {
    if let Json::Bool(boolean) = json {
        Some(*boolean)
    } else {
        reader.expected("true or false")
    }
}

/// An integer that `parse` accepts, written without a fraction or an exponent.
pub(crate) fn integer<N: FromStr, T>(
    expected: &'static str,
    parse: impl Fn(N) -> Option<T>,
) -> impl Fn(&mut Reader, &Json<'_>) -> Option<T> {
    move |reader, json| {
        let number = if let Json::Number(number) = json {
            number.parse().ok()
        } else {
            None
        };
        number
            .and_then(&parse)
            .or_else(|| reader.expected(expected))
    }
}

/// An integer of 64 bits.
pub(crate) fn any_integer(reader: &mut Reader, json: &Json<'_>) -> Option<i64> {
    integer("an integer of at most 64 bits", Some)(reader, json)
}

/// A primary key.
pub(crate) fn pk<T: TryFrom<i64>>(reader: &mut Reader, json: &Json<'_>) -> Option<T> {
    integer("an integer from 1 to 9223372036854775807", |pk: i64| {
        T::try_from(pk).ok()
    })(reader, json)
}

/// The primary key of an object that must exist, in the input or stored.
pub(crate) fn reference<T: TryFrom<i64> + Into<i64> + Copy>(
    part: Part,
) -> impl Fn(&mut Reader, &Json<'_>) -> Option<T> {
    move |reader, json| {
        let pk: T = pk(reader, json)?;
        reader.refer(part, Key::Pk(pk.into()));
        Some(pk)
    }
}

/// A decimal that `parse` accepts, given as a string or as a number.
pub(crate) fn decimal<T>(
    expected: &'static str,
    parse: impl Fn(&BigDecimal) -> Option<T>,
) -> impl Fn(&mut Reader, &Json<'_>) -> Option<T> {
    move |reader, json| {
        let parsed = decimal_of(json).as_ref().and_then(&parse);
        parsed.or_else(|| reader.expected(expected))
    }
}

/// A string must have only digits and at most one point.
fn decimal_of(json: &Json<'_>) -> Option<BigDecimal> {
    match json {
        Json::Number(number) if number.len() <= MAX_DECIMAL => number.parse().ok(),
        Json::Text(text) if is_decimal(text) => text.parse().ok(),
        Json::Null
        | Json::Bool(_)
        | Json::Number(_)
        | Json::Text(_)
        | Json::List(_)
        | Json::Object(_) => None,
    }
}

fn is_decimal(text: &str) -> bool {
    let digits =
        |digits: &str| !digits.is_empty() && digits.bytes().all(|digit: u8| digit.is_ascii_digit());
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    text.len() <= MAX_DECIMAL && digits(whole) && digits(fraction)
}

/// A percentage.
pub(crate) fn rate(reader: &mut Reader, json: &Json<'_>) -> Option<Rate> {
    decimal(
        "a percentage from 0 to 1000 with at most 4 fraction digits",
        |percent| Rate::from_decimal(percent).ok(),
    )(reader, json)
}

/// A currency.
pub(crate) fn currency(reader: &mut Reader, json: &Json<'_>) -> Option<Currency> {
    text("an ISO 4217 currency code such as TRY", |code| {
        Currency::from_code(code).ok()
    })(reader, json)
}

/// A non-negative amount. If the currency could not be read, only the decimal is checked.
pub(crate) fn amount(
    currency: Option<Currency>,
) -> impl Fn(&mut Reader, &Json<'_>) -> Option<Money> {
    move |reader, json| {
        let decimal = decimal_of(json).filter(|decimal| decimal >= &BigDecimal::from(0));
        let Some(decimal) = decimal else {
            return reader.expected("a decimal that is not negative, as a text or a number");
        };
        match Money::from_decimal(&decimal, currency?) {
            Ok(money) => Some(money),
            Err(InvalidAmount::TooManyFractionDigits) => reader.problem(Problem::TooFine),
            Err(InvalidAmount::OutOfRange) => reader.problem(Problem::TooLarge),
        }
    }
}

/// An instant with a precision of at most microseconds, as in the databases.
pub(crate) fn instant(reader: &mut Reader, json: &Json<'_>) -> Option<DateTime<Utc>> {
    let parse = |text: &str| {
        if text.len() > 40 {
            return None;
        }
        let instant = DateTime::parse_from_rfc3339(text).ok()?.to_utc();
        let kept = (1970..=9999).contains(&instant.year()) && instant.nanosecond() % 1_000 == 0;
        // chrono represents a leap second as more than 999,999,999 nanoseconds.
        (kept && instant.nanosecond() < 1_000_000_000).then_some(instant)
    };
    text(
        "an instant such as 2027-01-01T00:00:00Z with at most 6 decimals",
        parse,
    )(reader, json)
}

/// A list of slugs, sorted, without duplicates.
pub(crate) fn slugs(reader: &mut Reader, json: &Json<'_>) -> Option<Vec<Slug>> {
    let mut slugs = reader.at_most(MAX_LIST, json, slug)?;
    slugs.sort();
    slugs.dedup();
    Some(slugs)
}

/// The maximum number of entries of a list within an object.
pub(crate) const MAX_LIST: usize = 1_000;

/// Absolute URL of a logo.
pub(crate) fn logo(reader: &mut Reader, json: &Json<'_>) -> Option<String> {
    text("an absolute http or https address, or null", |url| {
        let rest = url
            .strip_prefix("https://")
            .or_else(|| url.strip_prefix("http://"))?;
        (is_address(url) && !rest.is_empty() && !rest.starts_with('/')).then(|| url.to_owned())
    })(reader, json)
}

/// Path of a logo: relative, without `..`.
pub(crate) fn logo_path(reader: &mut Reader, json: &Json<'_>) -> Option<String> {
    text("a relative path such as logos/bonus.svg, or null", |path| {
        let is_segment = |segment: &str| !segment.is_empty() && segment != "." && segment != "..";
        let is_path = is_address(path) && !path.contains(':') && path.split('/').all(is_segment);
        is_path.then(|| path.to_owned())
    })(reader, json)
}

/// Printable ASCII without backslashes and characters that URLs escape.
pub(crate) fn is_address(text: &str) -> bool {
    (1..=2_000).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&byte))
}

/// A string, number or boolean. A number that cannot be represented exactly is a mistake.
pub(crate) fn scalar(reader: &mut Reader, json: &Json<'_>) -> Option<serde_json::Value> {
    match json {
        Json::Bool(boolean) => Some((*boolean).into()),
        Json::Number(number) => exact_number(reader, number),
        Json::Text(text) if text.len() <= 2_000 && !text.chars().any(char::is_control) => {
            Some(text.as_str().into())
        }
        Json::Null | Json::Text(_) | Json::List(_) | Json::Object(_) => {
            reader.expected("a text of at most 2000 characters, a number or a boolean")
        }
    }
}

/// The number as `serde_json` represents it, if that is exact.
fn exact_number(reader: &mut Reader, text: &str) -> Option<serde_json::Value> {
    let number: Option<serde_json::Number> = serde_json::from_str(text).ok();
    let is_same = |number: &serde_json::Number| {
        let read = |text: &str| text.parse::<BigDecimal>().ok();
        text.len() <= MAX_DECIMAL && read(&number.to_string()) == read(text)
    };
    match number.filter(is_same) {
        Some(number) => Some(number.into()),
        None => reader.problem(Problem::InexactNumber),
    }
}

/// Whether every number in a value can be represented exactly; the others are reported.
pub(crate) fn is_exact(reader: &mut Reader, json: &Json<'_>) -> bool {
    match json {
        Json::Null | Json::Bool(_) | Json::Text(_) => true,
        Json::Number(number) => exact_number(reader, number).is_some(),
        Json::List(entries) => entries
            .iter()
            .enumerate()
            .fold(true, |all, (index, entry)| {
                reader.at_index(index, |reader| is_exact(reader, entry)) && all
            }),
        Json::Object(members) => members.iter().fold(true, |all, (key, json)| {
            reader.at(key, |reader| is_exact(reader, json)) && all
        }),
    }
}
