//! The head of a request: where it ends, how its body is framed, and what is hidden from Actix.

use std::mem::MaybeUninit;

use httparse::{Header, Request, Status};

use crate::error::Problem;

const LARGEST: usize = 64 * 1_024;
/// As many as Actix takes.
const MAX_HEADERS: usize = 96;

/// How the body after a head is framed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Body {
    Length(u64),
    Chunked,
}

/// A head that is complete.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) length: usize,
    pub(super) body: Body,
    /// The head without its offer of another protocol. RFC 9110 (section 7.8) lets a server ignore one; Actix would take
    /// what follows for that protocol.
    pub(super) without_upgrade: Option<Vec<u8>>,
}

/// Where the head at the beginning of these bytes ends, if it does; the first `scanned` bytes are skipped. A line that
/// ends without CR is a [`Problem::BadRequest`]: two parsers that disagree about line ends can be made to disagree
/// about requests.
pub(super) fn end(bytes: &[u8], scanned: &mut usize) -> Result<Option<usize>, Problem> {
    for at in memchr::memchr_iter(b'\n', &bytes[*scanned..]) {
        let line_feed = *scanned + at;
        if line_feed == 0 || bytes[line_feed - 1] != b'\r' {
            return Err(Problem::BadRequest);
        }
        if bytes[..line_feed - 1].ends_with(b"\n") {
            return within_limit(bytes, line_feed + 1).map(Some);
        }
    }
    *scanned = bytes.len();
    within_limit(bytes, bytes.len()).map(|_| None)
}

fn within_limit(bytes: &[u8], length: usize) -> Result<usize, Problem> {
    if length <= LARGEST {
        Ok(length)
    } else if memchr::memchr(b'\n', &bytes[..LARGEST]).is_none() {
        Err(Problem::UriTooLong)
    } else {
        Err(Problem::HeadersTooLarge)
    }
}

pub(super) fn read(bytes: &[u8]) -> Result<Head, Problem> {
    let mut headers = [const { MaybeUninit::uninit() }; MAX_HEADERS];
    let mut request = Request::new(&mut []);
    let length = match request.parse_with_uninit_headers(bytes, &mut headers) {
        Ok(Status::Complete(length)) => length,
        Err(httparse::Error::TooManyHeaders) => return Err(Problem::HeadersTooLarge),
        Ok(Status::Partial) | Err(_) => return Err(Problem::BadRequest),
    };
    let mut content_length = None;
    let mut chunked = false;
    let mut upgrade = false;
    let mut hosts = 0;
    for Header { name, value } in &*request.headers {
        match name.len() {
            4 => hosts += i32::from(name.eq_ignore_ascii_case("host")),
            14 if name.eq_ignore_ascii_case("content-length") => {
                let number = number(value).filter(|_| content_length.is_none());
                content_length = Some(number.ok_or(Problem::BadRequest)?);
            }
            17 if name.eq_ignore_ascii_case("transfer-encoding") => {
                let is_known = value.eq_ignore_ascii_case(b"chunked") && !chunked;
                if !is_known || request.version != Some(1) {
                    return Err(Problem::BadRequest);
                }
                chunked = true;
            }
            7 => upgrade |= name.eq_ignore_ascii_case("upgrade"),
            _ => {}
        }
    }
    if hosts > 1 || (hosts == 0 && request.version == Some(1)) {
        return Err(Problem::BadRequest);
    }
    let body = match (chunked, content_length) {
        (true, Some(_)) => return Err(Problem::BadRequest),
        (true, None) => Body::Chunked,
        (false, length) => Body::Length(length.unwrap_or(0)),
    };
    Ok(Head {
        length,
        body,
        without_upgrade: upgrade.then(|| without_upgrade(&request)),
    })
}

/// Digits only: `parse` would take a sign.
fn number(value: &[u8]) -> Option<u64> {
    let is_number = value.iter().all(u8::is_ascii_digit);
    std::str::from_utf8(value)
        .ok()
        .filter(|_| is_number)?
        .parse()
        .ok()
}

fn without_upgrade(request: &Request<'_, '_>) -> Vec<u8> {
    let (method, path) = (
        request.method.unwrap_or_default(),
        request.path.unwrap_or_default(),
    );
    let version = request.version.unwrap_or_default();
    let mut head = format!("{method} {path} HTTP/1.{version}\r\n").into_bytes();
    for Header { name, value } in &*request.headers {
        if ["upgrade", "http2-settings"]
            .iter()
            .any(|gone| name.eq_ignore_ascii_case(gone))
        {
            continue;
        }
        head.extend_from_slice(name.as_bytes());
        head.extend_from_slice(b": ");
        if name.eq_ignore_ascii_case("connection") {
            let options: Vec<&[u8]> = value
                .split(|byte| *byte == b',')
                .map(<[u8]>::trim_ascii)
                .filter(|option| !is_about_upgrade(option))
                .collect();
            head.extend_from_slice(&options.join(&b", "[..]));
        } else {
            head.extend_from_slice(value);
        }
        head.extend_from_slice(b"\r\n");
    }
    head.extend_from_slice(b"\r\n");
    head
}

fn is_about_upgrade(option: &[u8]) -> bool {
    option.eq_ignore_ascii_case(b"upgrade") || option.eq_ignore_ascii_case(b"http2-settings")
}

#[cfg(test)]
mod tests {
    use super::{Body, LARGEST, end, read};
    use crate::error::Problem;

    #[test]
    fn a_head_ends_at_the_same_place_in_whatever_pieces_it_comes() {
        let bytes = b"GET / HTTP/1.1\r\nHost: x\r\n\r\nbody\n";
        let length = bytes.len() - 5;
        for first in 0..length {
            let mut scanned = 0;
            assert_eq!(end(&bytes[..first], &mut scanned), Ok(None));
            assert_eq!(end(bytes, &mut scanned), Ok(Some(length)), "{first}");
        }
    }

    #[test]
    fn too_much_of_a_head_is_refused_before_it_ends() {
        let line = "x".repeat(LARGEST + 1);
        assert_eq!(end(line.as_bytes(), &mut 0), Err(Problem::UriTooLong));
        let header = format!("GET / HTTP/1.1\r\nx: {line}");
        assert_eq!(
            end(header.as_bytes(), &mut 0),
            Err(Problem::HeadersTooLarge)
        );
    }

    #[test]
    fn an_offer_of_another_protocol_is_taken_out_and_nothing_else() {
        let head = b"GET /a?b HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings, close\r\nUpgrade: h2c\r\n\
                     HTTP2-Settings: AA\r\nX: y\r\n\r\n";
        let read = read(head).unwrap();
        assert_eq!(read.length, head.len());
        assert_eq!(read.body, Body::Length(0));
        let rest = String::from_utf8(read.without_upgrade.unwrap()).unwrap();
        assert_eq!(
            rest,
            "GET /a?b HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX: y\r\n\r\n"
        );
    }
}
