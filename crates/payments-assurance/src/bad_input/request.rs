//! A request made from its number: one of the templates with some parts changed.

use bolero::generator::TypeGenerator as _;
use bolero::generator::bolero_generator::driver::{Options, bytes::Driver};
use serde_json::Value;

use super::scope::READER;
use super::templates::{Sender, Template, all};

/// What the running service gave for the requests.
#[derive(Clone, Debug)]
pub(super) struct Given {
    /// A token that customers may use.
    pub(super) csrf: String,
    /// A quote.
    pub(super) quote: String,
}
use crate::edits::{Edit, edited};

/// A request as it is sent.
pub(super) struct Request {
    /// Method and path of its template.
    pub(super) name: String,
    /// All bytes.
    pub(super) bytes: Vec<u8>,
    /// Whether it ends where its head says, so that it must be answered.
    pub(super) is_framed: bool,
    /// Whether its sender lacks the scope that it needs.
    pub(super) is_forbidden: bool,
    /// Whether it has the quote that the service issued.
    pub(super) has_issued_quote: bool,
}

/// Marsaglia's xorshift64*.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    fn one_in(&mut self, many: u64) -> bool {
        self.next().is_multiple_of(many)
    }

    /// A few changes.
    fn edits(&mut self) -> Vec<Edit> {
        let bytes: Vec<u8> = (0..12).flat_map(|_| self.next().to_le_bytes()).collect();
        let mut driver = Driver::new(bytes, &Options::default());
        Vec::<Edit>::generate(&mut driver).unwrap_or_default()
    }

    /// The text, changed in one of `many` cases. A line break would end a header's line and start something else.
    fn perhaps_changed(&mut self, text: &str, many: u64) -> Vec<u8> {
        if !self.one_in(many) {
            return text.as_bytes().to_vec();
        }
        let mut bytes = edited(text.as_bytes(), &self.edits());
        bytes.retain(|byte| !matches!(byte, b'\r' | b'\n'));
        bytes
    }
}

/// The request with this number.
pub(super) fn numbered(number: u64, given: &Given) -> Request {
    let mut random = Random(number.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let templates = all(&given.quote);
    let count = u64::try_from(templates.len()).unwrap_or(u64::MAX);
    let which = usize::try_from(random.next() % count).unwrap_or_default();
    let template = &templates[which];
    let mut bytes = head_and_body(template, &given.csrf, &mut random);
    let is_framed = !random.one_in(16);
    if !is_framed {
        bytes = edited(&bytes, &random.edits());
    }
    let quote = given.quote.as_bytes();
    Request {
        name: format!("{} {}", template.method, template.path),
        is_forbidden: is_framed && template.sender == Sender::Reader,
        has_issued_quote: bytes.windows(quote.len()).any(|text| text == quote),
        bytes,
        is_framed,
    }
}

/// A request to the management API as it should be.
pub(super) fn unchanged(token: &str, method: &str, path: &str, body: &Value) -> Request {
    let body = body.to_string();
    let length = body.len();
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
    );
    Request {
        name: format!("{method} {path}"),
        bytes: head.into_bytes(),
        is_framed: true,
        is_forbidden: false,
        has_issued_quote: true,
    }
}

fn head_and_body(template: &Template, csrf: &str, random: &mut Random) -> Vec<u8> {
    let body = match &template.body {
        None => Vec::new(),
        Some(body) if random.one_in(8) => body.to_string().into_bytes(),
        Some(body) => edited(body.to_string().as_bytes(), &random.edits()),
    };
    let mut head = template.method.as_bytes().to_vec();
    head.push(b' ');
    // Another path may be one that the sender may use.
    let many = if template.sender == Sender::Reader {
        u64::MAX
    } else {
        4
    };
    head.extend(random.perhaps_changed(template.path, many));
    if !template.query.is_empty() {
        head.push(b'?');
        head.extend(random.perhaps_changed(template.query, 2));
    }
    head.extend(b" HTTP/1.1\r\nHost: localhost\r\n");
    let mut header = |name: &str, value: &str, many: u64| {
        head.extend(name.as_bytes());
        head.extend(b": ");
        head.extend(random.perhaps_changed(value, many));
        head.extend(b"\r\n");
    };
    header("Accept-Language", "tr, en;q=0.8, *;q=0.1", 4);
    match template.sender {
        Sender::Visitor => {}
        Sender::Customer => {
            header(
                "Cookie",
                "theme=dark; osessionid=proof_session_00000000000001_0",
                8,
            );
            header("X-Csrftoken", csrf, 8);
        }
        Sender::CommerceSystem => header("Authorization", "Bearer bench", 16),
        Sender::Reader => header("Authorization", &format!("Bearer {READER}"), 16),
    }
    if !body.is_empty() {
        header("Content-Type", "application/json", 16);
        header("Content-Length", &body.len().to_string(), u64::MAX);
    }
    head.extend(b"\r\n");
    head.extend(body);
    head
}

#[cfg(test)]
mod tests {
    use super::{Given, Request};

    fn numbered(number: u64) -> Request {
        let given = Given {
            csrf: "token".to_owned(),
            quote: "e30.e30.AAAA".to_owned(),
        };
        super::numbered(number, &given)
    }

    #[test]
    fn a_number_gives_the_same_request_again() {
        for number in 0..200 {
            assert_eq!(numbered(number).bytes, numbered(number).bytes);
        }
    }

    #[test]
    fn most_requests_are_framed_and_differ() {
        let all: Vec<_> = (0..1_000).map(numbered).collect();
        let framed = all.iter().filter(|request| request.is_framed).count();
        assert!(framed > 800 && framed < 1_000, "{framed}");
        let mut bytes: Vec<_> = all.into_iter().map(|request| request.bytes).collect();
        bytes.sort();
        bytes.dedup();
        assert!(bytes.len() > 700, "{} different requests", bytes.len());
    }
}
