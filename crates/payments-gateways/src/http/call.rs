//! A request to a provider.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Body, Client, Method, Request, Url};
use serde::Serialize;
use zeroize::Zeroizing;

use super::SendFailure;

/// The initial capacity of a body: a buffer that grows leaves copies of secrets behind.
const BODY_CAPACITY: usize = 4 * 1024;

/// A request. It holds secrets: no `Debug`, and its buffers are wiped.
pub(crate) struct Call {
    method: Method,
    url: String,
    headers: Vec<(&'static str, Zeroizing<String>)>,
    body: Option<Zeroizing<Vec<u8>>>,
}

impl Call {
    pub(crate) fn new(method: Method, url: String) -> Self {
        let headers = vec![(ACCEPT.as_str(), "application/json".to_owned().into())];
        Self {
            method,
            url,
            headers,
            body: None,
        }
    }

    pub(crate) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, Zeroizing::new(value.into())));
        self
    }

    pub(crate) fn authorization(self, value: impl Into<String>) -> Self {
        self.header(AUTHORIZATION.as_str(), value)
    }

    /// Basic authentication (RFC 7617), in UTF-8.
    pub(crate) fn basic(self, user: &str, password: &str) -> Self {
        let credentials = Zeroizing::new(format!("{user}:{password}"));
        self.authorization(format!("Basic {}", STANDARD.encode(credentials.as_bytes())))
    }

    /// The exact bytes to send, as they were signed.
    pub(crate) fn body(mut self, content_type: &str, bytes: Zeroizing<Vec<u8>>) -> Self {
        self.body = Some(bytes);
        self.header(CONTENT_TYPE.as_str(), content_type)
    }

    pub(super) fn method(&self) -> &str {
        self.method.as_str()
    }

    pub(super) fn authority(&self) -> String {
        let after_scheme = self.url.split_once("://").map_or("", |(_, rest)| rest);
        after_scheme
            .split(['/', '?'])
            .next()
            .unwrap_or_default()
            .to_owned()
    }

    pub(super) fn into_request(self, client: &Client) -> Result<Request, SendFailure> {
        let unusable = SendFailure::not_sent("the request cannot be built");
        let url = Url::parse(&self.url).map_err(|_| unusable)?;
        let mut headers = HeaderMap::new();
        for (name, value) in &self.headers {
            let mut value = HeaderValue::from_str(value).map_err(|_| unusable)?;
            value.set_sensitive(true);
            headers.insert(HeaderName::from_static(name), value);
        }
        let mut request = client.request(self.method, url).headers(headers);
        if let Some(bytes) = self.body {
            request = request.body(Body::from(bytes::Bytes::from_owner(Wiped(bytes))));
        }
        request.build().map_err(|_| unusable)
    }
}

/// Lends the bytes to the connection and wipes them afterwards.
struct Wiped(Zeroizing<Vec<u8>>);

impl AsRef<[u8]> for Wiped {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

/// Serializes a value to JSON, in a buffer that is wiped.
pub(crate) fn json_body(value: &impl Serialize) -> Zeroizing<Vec<u8>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(BODY_CAPACITY));
    // Serializing our own structs to memory cannot fail. (The provider would refuse an empty body.)
    if serde_json::to_writer(&mut *bytes, value).is_err() {
        bytes.clear();
    }
    bytes
}

/// A form body (`application/x-www-form-urlencoded`), in a buffer that is wiped.
pub(crate) struct Form(Zeroizing<String>);

impl Form {
    pub(crate) fn new() -> Self {
        Self(Zeroizing::new(String::with_capacity(BODY_CAPACITY)))
    }

    /// Appends a pair. Keys are ours and need no escaping but for brackets, which providers take as they are.
    pub(crate) fn field(mut self, key: &str, value: &str) -> Self {
        if !self.0.is_empty() {
            self.0.push('&');
        }
        self.0.push_str(key);
        self.0.push('=');
        for byte in value.bytes() {
            match byte {
                b' ' => self.0.push('+'),
                b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'*' => {
                    self.0.push(char::from(byte));
                }
                _ => self.0.push_str(&escaped(byte)),
            }
        }
        self
    }

    pub(crate) fn into_bytes(self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(self.0.as_bytes().to_vec())
    }
}

/// Encodes one path segment or query value (RFC 3986): all but unreserved characters are escaped.
pub(crate) fn percent_encoded(text: &str) -> String {
    let encoded = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
            char::from(byte).to_string()
        }
        _ => escaped(byte),
    };
    text.bytes().map(encoded).collect()
}

fn escaped(byte: u8) -> String {
    format!("%{byte:02X}")
}

#[cfg(test)]
mod tests {
    use super::{Call, Form, percent_encoded};

    #[test]
    fn basic_authentication_is_in_utf8() {
        let call = Call::new(reqwest::Method::POST, String::new()).basic("8501234567", "p@ss:wörd");
        let (_, value) = call.headers.last().unwrap();
        assert_eq!(value.as_str(), "Basic ODUwMTIzNDU2NzpwQHNzOnfDtnJk");
    }

    #[test]
    fn a_form_is_encoded_as_browsers_do() {
        let form = Form::new()
            .field("To", "+905551234567")
            .field("Body", "Doğrulama kodunuz: 123456");
        let expected = "To=%2B905551234567&Body=Do%C4%9Frulama+kodunuz%3A+123456";
        assert_eq!(&*form.into_bytes(), expected.as_bytes());
    }

    proptest::proptest! {
        #[test]
        fn a_url_parser_decodes_what_was_encoded(text in ".{0,60}") {
            let form = Form::new().field("a", &text).field("b", "end").into_bytes();
            let query = format!("https://h/{}?{}", percent_encoded(&text), std::str::from_utf8(&form).unwrap());
            let url = reqwest::Url::parse(&query).unwrap();
            let pairs: Vec<_> = url.query_pairs().into_owned().collect();
            let expected = [("a".to_owned(), text), ("b".to_owned(), "end".to_owned())];
            proptest::prop_assert_eq!(pairs, expected);
        }
    }
}
