//! Named values of a body, and errors for those that are missing or wrong.

use std::collections::BTreeMap;

use zeroize::Zeroizing;

use crate::error::{ApiError, FieldError, SentenceId};

/// A value of a body.
pub(crate) enum FieldValue {
    /// A text; zeroized on drop.
    Text(Zeroizing<String>),
    /// A whole number from 0.
    Integer(u64),
    Boolean(bool),
    Null,
    Other,
}

/// The fields of a body by name. Unknown names are no error: front ends send more than they need.
#[derive(Default)]
pub(crate) struct Fields(BTreeMap<String, FieldValue>);

/// A body as one request's typed form.
pub(crate) trait Form: Sized {
    /// Whether the body holds a card or a code. The connection is closed after the answer to a secret body.
    const IS_SECRET: bool;

    /// Reads the form; `None` where `reader` has noted what is wrong.
    fn read(reader: &mut FormReader<'_>) -> Option<Self>;
}

/// Reads the fields of a form, and notes every field that is missing or wrong: a response names all of them.
pub(crate) struct FormReader<'f> {
    fields: &'f Fields,
    errors: Vec<FieldError>,
}

impl Fields {
    /// Adds a field; false if the name is repeated.
    pub(crate) fn insert(&mut self, name: String, value: FieldValue) -> bool {
        self.0.insert(name, value).is_none()
    }

    /// A field's value; null counts as missing.
    pub(crate) fn get(&self, name: &str) -> Option<&FieldValue> {
        self.0
            .get(name)
            .filter(|value| !matches!(value, FieldValue::Null))
    }

    /// Whether the field was sent, even as null.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// A required text, not blank and without NUL, which databases reject. The error is the sentence for the field.
    pub(crate) fn text(&self, name: &str) -> Result<&str, SentenceId> {
        match self.get(name) {
            None => Err("field-required"),
            Some(FieldValue::Text(text)) if text.contains('\0') => Err("field-invalid"),
            Some(FieldValue::Text(text)) if text.trim().is_empty() => Err("field-blank"),
            Some(FieldValue::Text(text)) => Ok(text),
            Some(
                FieldValue::Integer(_)
                | FieldValue::Boolean(_)
                | FieldValue::Null
                | FieldValue::Other,
            ) => Err("field-not-string"),
        }
    }

    /// Decimal digits, as a text or as a number: front ends send months and years both ways. The error is the sentence
    /// for the field: `invalid` if it is not a number of at most this many digits.
    pub(crate) fn digits(
        &self,
        name: &str,
        max_digits: usize,
        invalid: SentenceId,
    ) -> Result<u32, SentenceId> {
        if let Some(FieldValue::Integer(number)) = self.get(name) {
            return u32::try_from(*number).map_err(|_| invalid);
        }
        let text = self.text(name)?;
        let is_number = text.len() <= max_digits && text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse().ok().filter(|_| is_number).ok_or(invalid)
    }

    /// Whether the field is a clear yes: `true`, or in a form `true`, `on` or `1`.
    pub(crate) fn is_yes(&self, name: &str) -> bool {
        match self.get(name) {
            Some(FieldValue::Boolean(yes)) => *yes,
            Some(FieldValue::Text(text)) => matches!(text.as_str(), "true" | "on" | "1"),
            None | Some(FieldValue::Integer(_) | FieldValue::Null | FieldValue::Other) => false,
        }
    }
}

impl FormReader<'_> {
    /// A required text, parsed; `invalid` if it does not parse.
    pub(crate) fn text<T, E>(
        &mut self,
        field: &'static str,
        parse: impl FnOnce(&str) -> Result<T, E>,
        invalid: SentenceId,
    ) -> Option<T> {
        let text = self.fields.text(field);
        let read = text.and_then(|text| parse(text).map_err(|_| invalid));
        self.note(field, read)
    }

    /// Decimal digits, as [`Fields::digits`] reads them.
    pub(crate) fn digits(
        &mut self,
        field: &'static str,
        max_digits: usize,
        invalid: SentenceId,
    ) -> Option<u32> {
        let read = self.fields.digits(field, max_digits, invalid);
        self.note(field, read)
    }

    /// A checkbox that must be ticked.
    pub(crate) fn ticked(&mut self, field: &'static str, missing: SentenceId) -> Option<()> {
        let read = if self.fields.is_yes(field) {
            Ok(())
        } else {
            Err(missing)
        };
        self.note(field, read)
    }

    /// The fields, for a form with its own rules.
    pub(crate) const fn fields(&self) -> &Fields {
        self.fields
    }

    /// The value of a field, or `None` after noting what is wrong with it.
    pub(crate) fn note<T>(
        &mut self,
        field: &'static str,
        read: Result<T, SentenceId>,
    ) -> Option<T> {
        match read {
            Ok(value) => Some(value),
            Err(sentence) => {
                self.errors.push(FieldError::new(field, sentence));
                None
            }
        }
    }
}

/// Reads a form, or fails with 400 and every field that is missing or wrong.
pub(super) fn read_form<F: Form>(fields: &Fields) -> Result<F, ApiError> {
    let errors = Vec::new();
    let mut reader = FormReader { fields, errors };
    let form = F::read(&mut reader);
    form.ok_or_else(|| ApiError::validation(reader.errors))
}

/// Fields with a checkbox. Several frameworks send a hidden field of the same name, so that an unticked box is sent too.
const CHECKBOXES: &[&str] = &["consent"];

/// Reads `name=value&…`; `None` if it is not UTF-8 or repeats a name. A checkbox may be repeated: it is ticked if one of
/// its values says so.
pub(super) fn parse_form(bytes: &[u8]) -> Option<Fields> {
    std::str::from_utf8(bytes).ok()?;
    let mut fields = Fields::default();
    for (name, value) in form_urlencoded::parse(bytes) {
        if CHECKBOXES.contains(&&*name) && fields.is_yes(&name) {
            continue;
        }
        let value = FieldValue::Text(Zeroizing::new(value.into_owned()));
        let is_new = fields.insert(name.to_string(), value);
        if !is_new && !CHECKBOXES.contains(&&*name) {
            return None;
        }
    }
    Some(fields)
}

#[cfg(test)]
mod tests {
    use super::super::json;
    use super::{Fields, parse_form};

    fn text_of(fields: Option<Fields>, expected: Result<&str, &str>) {
        assert_eq!(fields.expect("a body").text("otp"), expected);
    }

    #[test]
    fn a_field_must_be_text() {
        text_of(
            json::parse(br#"{"otp":"0042","x":[1,{"y":null}],"z":{"otp":1}}"#),
            Ok("0042"),
        );
        text_of(parse_form(b"otp=0042&x=%C3%BC+%26"), Ok("0042"));
        text_of(json::parse(b"{}"), Err("field-required"));
        text_of(json::parse(br#"{"otp":null}"#), Err("field-required"));
        text_of(json::parse(br#"{"otp":123456}"#), Err("field-not-string"));
        text_of(json::parse(br#"{"otp":-1.5e3}"#), Err("field-not-string"));
        text_of(json::parse(br#"{"otp":["1"]}"#), Err("field-not-string"));
        text_of(json::parse(br#"{"otp":true}"#), Err("field-not-string"));
        text_of(json::parse(br#"{"otp":" \t"}"#), Err("field-blank"));
        text_of(
            json::parse(br#"{"otp":"12\u000034"}"#),
            Err("field-invalid"),
        );
        text_of(parse_form(b"otp=12%0034"), Err("field-invalid"));
    }

    #[test]
    fn a_body_that_is_not_an_object_or_repeats_a_name_is_refused() {
        let refused: [&[u8]; 12] = [
            b"",
            b"[]",
            b"\"otp\"",
            b"null",
            b"{",
            b"{\"otp\":\"1\"",
            b"{\"otp\":\"1\"} {}",
            b"{\"otp\":\"1\",\"otp\":\"2\"}",
            b"{\"otp\":\"\xff\"}",
            b"{'otp':'1'}",
            b"{\"otp\":\"\0\"}",
            b"\xef\xbb\xbf{}",
        ];
        for body in refused {
            assert!(
                json::parse(body).is_none(),
                "{:?}",
                String::from_utf8_lossy(body)
            );
        }
        let deep = format!("{}{}", r#"{"x":"#.repeat(200), "}".repeat(200));
        let wide = format!(r#"{{"x":{}1{}}}"#, "[".repeat(2_000), "]".repeat(2_000));
        for body in [deep, wide] {
            // Whether it is too deep or ignored, it does not exhaust the stack.
            let _ = json::parse(body.as_bytes());
        }
        assert!(parse_form(b"otp=1&otp=1").is_none());
        assert!(parse_form(b"consent=true&otp=1&otp=2").is_none());
        assert!(parse_form(b"otp=\xff").is_none());
    }

    #[test]
    fn a_checkbox_is_ticked_if_one_of_its_values_says_so() {
        for (form, is_ticked) in [
            ("consent=true&consent=false", true),
            ("consent=0&consent=1", true),
            ("consent=on&consent=", true),
            ("consent=false&consent=false", false),
            ("consent=false", false),
        ] {
            let fields = parse_form(form.as_bytes()).expect("a body");
            assert_eq!(fields.is_yes("consent"), is_ticked, "{form}");
        }
    }

    #[test]
    fn consent_is_a_clear_yes() {
        for yes in [r#"{"consent":true}"#, r#"{"consent":"true"}"#] {
            assert!(
                json::parse(yes.as_bytes())
                    .expect("a body")
                    .is_yes("consent"),
                "{yes}"
            );
        }
        for no in [
            "{}",
            r#"{"consent":null}"#,
            r#"{"consent":false}"#,
            r#"{"consent":1}"#,
            r#"{"consent":"yes"}"#,
            r#"{"consent":["true"]}"#,
        ] {
            assert!(
                !json::parse(no.as_bytes())
                    .expect("a body")
                    .is_yes("consent"),
                "{no}"
            );
        }
    }
}
