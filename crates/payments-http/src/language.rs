//! Which of the six languages a request is answered in.

use actix_web::HttpRequest;
use actix_web::http::header::{ACCEPT_LANGUAGE, HeaderValue};
use payments_core::language::Language;

use crate::state;

/// How much of a line is parsed; real ones have a handful of ranges.
const MAX_HEADER_BYTES: usize = 512;

/// The language of a request: the best match of its `Accept-Language`, or `language.default`.
pub(crate) fn of_request(request: &HttpRequest) -> Language {
    let state = state::of_request(request);
    let default = state.map_or_else(
        |_| Language::default(),
        |state| state.settings.language.default,
    );
    let lines = request.headers().get_all(ACCEPT_LANGUAGE);
    best_of(lines.map(HeaderValue::as_bytes), default)
}

/// The language for the lines of `Accept-Language`, read as one list: the highest q-value wins, the first of equals;
/// regions count as their language, `*` and malformed ranges as the default. It never fails (the contract, languages).
fn best_of<'a>(lines: impl Iterator<Item = &'a [u8]>, default: Language) -> Language {
    let mut best: Option<(u16, Language)> = None;
    for line in lines.map(|line| line.get(..MAX_HEADER_BYTES).unwrap_or(line)) {
        for range in line.split(|byte| *byte == b',') {
            let Some((quality, language)) = std::str::from_utf8(range)
                .ok()
                .and_then(|range| read_range(range, default))
            else {
                continue;
            };
            if quality > 0 && best.is_none_or(|(highest, _)| quality > highest) {
                best = Some((quality, language));
            }
        }
    }
    best.map_or(default, |(_, language)| language)
}

/// A supported language with its q-value in thousandths.
fn read_range(range: &str, default: Language) -> Option<(u16, Language)> {
    let mut parts = range.split(';').map(str::trim);
    let tag = parts.next()?;
    let quality = match parts.find_map(|part| part.strip_prefix("q=").or(part.strip_prefix("Q="))) {
        Some(text) => read_quality(text)?,
        None => 1_000,
    };
    if tag == "*" {
        return Some((quality, default));
    }
    let primary = tag.split(['-', '_']).next()?.to_ascii_lowercase();
    Some((quality, Language::from_code(&primary)?))
}

/// Thousandths of `0`, `1`, `0.8`, `1.000`: a q-value of RFC 9110, section 12.4.2.
fn read_quality(text: &str) -> Option<u16> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let is_decimal = fraction.len() <= 3 && fraction.bytes().all(|byte| byte.is_ascii_digit());
    if !is_decimal {
        return None;
    }
    let thousandths: u16 = format!("{fraction:0<3}").parse().ok()?;
    match (whole, thousandths) {
        ("0", thousandths) => Some(thousandths),
        ("1", 0) => Some(1_000),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use payments_core::language::Language;

    use super::best_of;

    fn check(header: &str, expected: Language) {
        let best = best_of([header.as_bytes()].into_iter(), Language::Tr);
        assert_eq!(best, expected, "{header:?}");
    }

    #[test]
    fn several_lines_are_one_list_and_what_cannot_be_read_spoils_no_other_range() {
        let of = |lines: [&[u8]; 2]| best_of(lines.into_iter(), Language::Tr);
        assert_eq!(of([b"ja", b"en"]), Language::En);
        assert_eq!(of([b"en;q=0.5", b"de;q=0.9"]), Language::De);
        assert_eq!(of([b"en\xff,de", b"fr;q=0.1"]), Language::De);
    }

    #[test]
    fn regions_count_as_their_language() {
        check("tr-tr", Language::Tr);
        check("en-us", Language::En);
        check("EN_US", Language::En);
        check("de-AT-1996", Language::De);
    }

    #[test]
    fn the_highest_q_value_wins_and_the_first_of_equals() {
        check("en;q=0.3, fr;q=0.8, de;q=0.8", Language::Fr);
        check("ja, ru;q=0.1", Language::Ru);
        check("en, de", Language::En);
        check("en;q=0, de;q=0.001", Language::De);
        check("ar ; q=1.000, en", Language::Ar);
    }

    #[test]
    fn the_default_is_the_settings() {
        for header in ["", "*", "ja"] {
            let best = best_of([header.as_bytes()].into_iter(), Language::De);
            assert_eq!(best, Language::De, "{header:?}");
        }
    }

    #[test]
    fn nonsense_means_the_default() {
        for header in [
            "",
            "undefined",
            "*",
            "ja",
            ";;;,,,",
            "q=1",
            "en;q=2",
            "en;q=0.1234",
            "en;q=-1",
            "İ",
        ] {
            check(header, Language::Tr);
        }
        check(&"x".repeat(100_000), Language::Tr);
        check(&format!("{}é,en", "x".repeat(511)), Language::Tr);
    }
}
