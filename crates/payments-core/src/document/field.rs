//! Values of single members: texts, numbers, keys, amounts, instants.

use bigdecimal::BigDecimal;
use chrono::{DateTime, Datelike, Timelike, Utc};

use crate::money::{Currency, InvalidAmount, Money, Rate};
use crate::record::{Key, Part};
use crate::slug::Slug;

use super::json::Json;
use super::problem::{Expected, Problem};
use super::reader::Reader;

/// The longest text of a decimal that is looked at.
const MAX_DECIMAL: usize = 64;

/// A text that `parse` takes.
pub(super) fn text<T>(
    expected: Expected,
    parse: impl Fn(&str) -> Option<T>,
) -> impl Fn(&mut Reader<'_>, &Json<'_>) -> Option<T> {
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
pub(super) fn name(reader: &mut Reader<'_>, json: &Json<'_>) -> Option<String> {
    text(Expected::Name, |name| {
        is_name(name).then(|| name.to_owned())
    })(reader, json)
}

fn is_name(name: &str) -> bool {
    name.len() <= 800
        && (1..=200).contains(&name.chars().count())
        && !name.trim().is_empty()
        && !name.chars().any(char::is_control)
}

/// A slug.
pub(super) fn slug(reader: &mut Reader<'_>, json: &Json<'_>) -> Option<Slug> {
    text(Expected::Slug, |slug| Slug::parse(slug).ok())(reader, json)
}

/// `true` or `false`.
pub(super) fn boolean(reader: &mut Reader<'_>, json: &Json<'_>) -> Option<bool> {
    if let Json::Bool(boolean) = json {
        Some(*boolean)
    } else {
        reader.expected(Expected::Boolean)
    }
}

/// An integer that `parse` takes, written without a fraction or an exponent.
pub(super) fn integer<T>(
    expected: Expected,
    parse: impl Fn(i64) -> Option<T>,
) -> impl Fn(&mut Reader<'_>, &Json<'_>) -> Option<T> {
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

/// A primary key.
pub(super) fn pk<T: TryFrom<i64>>(reader: &mut Reader<'_>, json: &Json<'_>) -> Option<T> {
    integer(Expected::Pk, |pk| T::try_from(pk).ok())(reader, json)
}

/// The primary key of an object of a part that has to exist, here or stored.
pub(super) fn reference<T: TryFrom<i64> + Into<i64> + Copy>(
    part: Part,
) -> impl Fn(&mut Reader<'_>, &Json<'_>) -> Option<T> {
    move |reader, json| {
        let pk: T = pk(reader, json)?;
        reader.refer(part, Key::Pk(pk.into()));
        Some(pk)
    }
}

/// A decimal, written as a text or as a number; a text has digits and at most one point, nothing else.
fn decimal(json: &Json<'_>) -> Option<BigDecimal> {
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
pub(super) fn rate(reader: &mut Reader<'_>, json: &Json<'_>) -> Option<Rate> {
    let rate = decimal(json).and_then(|percent| Rate::from_decimal(&percent).ok());
    rate.or_else(|| reader.expected(Expected::Rate))
}

/// A currency.
pub(super) fn currency(reader: &mut Reader<'_>, json: &Json<'_>) -> Option<Currency> {
    text(Expected::Currency, |code| Currency::from_code(code).ok())(reader, json)
}

/// An amount of a currency, not negative. Without a currency, because that was wrong, only the decimal is looked at.
pub(super) fn amount(
    currency: Option<Currency>,
) -> impl Fn(&mut Reader<'_>, &Json<'_>) -> Option<Money> {
    move |reader, json| {
        let decimal = decimal(json).filter(|decimal| decimal >= &BigDecimal::from(0));
        let Some(decimal) = decimal else {
            return reader.expected(Expected::Amount);
        };
        match Money::from_decimal(&decimal, currency?) {
            Ok(money) => Some(money),
            Err(InvalidAmount::TooManyFractionDigits) => reader.problem(Problem::TooFine),
            Err(InvalidAmount::OutOfRange) => reader.problem(Problem::TooLarge),
        }
    }
}

/// An instant, no finer than the microseconds databases keep.
pub(super) fn instant(reader: &mut Reader<'_>, json: &Json<'_>) -> Option<DateTime<Utc>> {
    let parse = |text: &str| {
        if text.len() > 40 {
            return None;
        }
        let instant = DateTime::parse_from_rfc3339(text).ok()?.to_utc();
        let kept = (1970..=9999).contains(&instant.year()) && instant.nanosecond() % 1_000 == 0;
        // chrono reads a leap second as a nanosecond past the second's end.
        (kept && instant.nanosecond() < 1_000_000_000).then_some(instant)
    };
    text(Expected::Instant, parse)(reader, json)
}

/// A list of slugs, each once.
pub(super) fn slugs(reader: &mut Reader<'_>, json: &Json<'_>) -> Option<Vec<Slug>> {
    let mut slugs = reader.at_most(MAX_LIST, json, slug)?;
    slugs.sort();
    slugs.dedup();
    Some(slugs)
}

/// So many entries a list within an object may have.
pub(super) const MAX_LIST: usize = 1_000;

/// Address of a logo.
pub(super) fn logo(reader: &mut Reader<'_>, json: &Json<'_>) -> Option<String> {
    text(Expected::Url, |url| {
        let rest = url
            .strip_prefix("https://")
            .or_else(|| url.strip_prefix("http://"))?;
        (is_address(url) && !rest.is_empty() && !rest.starts_with('/')).then(|| url.to_owned())
    })(reader, json)
}

/// Path of a logo: relative, and never upwards.
pub(super) fn logo_path(reader: &mut Reader<'_>, json: &Json<'_>) -> Option<String> {
    text(Expected::LogoPath, |path| {
        let is_segment = |segment: &str| !segment.is_empty() && segment != "." && segment != "..";
        let is_path = is_address(path) && !path.contains(':') && path.split('/').all(is_segment);
        is_path.then(|| path.to_owned())
    })(reader, json)
}

/// Printable ASCII without what must be escaped in addresses, and without a backslash.
pub(super) fn is_address(text: &str) -> bool {
    (1..=2_000).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&byte))
}

/// A scalar for rules or settings. A number is kept exactly, or refused.
pub(super) fn scalar(reader: &mut Reader<'_>, json: &Json<'_>) -> Option<serde_json::Value> {
    match json {
        Json::Bool(boolean) => Some((*boolean).into()),
        Json::Number(number) => exact_number(reader, number),
        Json::Text(text) if text.len() <= 2_000 && !text.chars().any(char::is_control) => {
            Some(text.as_str().into())
        }
        Json::Null | Json::Text(_) | Json::List(_) | Json::Object(_) => {
            reader.expected(Expected::AttributeValue)
        }
    }
}

/// The number as `serde_json` keeps it, if that is the same number.
fn exact_number(reader: &mut Reader<'_>, text: &str) -> Option<serde_json::Value> {
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

/// A whole value for rules, every number in it exact.
pub(super) fn value(reader: &mut Reader<'_>, json: &Json<'_>) -> Option<serde_json::Value> {
    match json {
        Json::Null => Some(serde_json::Value::Null),
        Json::Bool(boolean) => Some((*boolean).into()),
        Json::Number(number) => exact_number(reader, number),
        Json::Text(text) => Some(text.as_str().into()),
        Json::List(entries) => {
            let read: Vec<Option<_>> = entries
                .iter()
                .enumerate()
                .map(|(index, entry)| reader.at_index(index, |reader| value(reader, entry)))
                .collect();
            read.into_iter()
                .collect::<Option<Vec<_>>>()
                .map(serde_json::Value::Array)
        }
        Json::Object(members) => {
            let read: Vec<Option<_>> = members
                .iter()
                .map(|(key, json)| {
                    let value = reader.at(key, |reader| value(reader, json))?;
                    Some((key.clone(), value))
                })
                .collect();
            read.into_iter()
                .collect::<Option<_>>()
                .map(serde_json::Value::Object)
        }
    }
}
