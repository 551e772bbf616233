//! The recorded answer that a ceiling sends: the service's own bytes and headers.

use std::fs;
use std::path::Path;

use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::web::Bytes;
use actix_web::{HttpResponse, HttpResponseBuilder};
use anyhow::{Context, Result};

use crate::replies::Head;

/// What the server writes by itself for every answer.
const OF_THE_SERVER: [&str; 4] = ["connection", "content-length", "date", "transfer-encoding"];

/// An answer to be sent again and again.
#[derive(Clone)]
pub(crate) struct Recorded {
    headers: Vec<(HeaderName, HeaderValue)>,
    body: Bytes,
}

impl Recorded {
    /// Reads a file with an answer as it was received.
    ///
    /// # Errors
    /// There is no such file, or it is no answer.
    pub(crate) fn read(file: &Path) -> Result<Self> {
        let bytes = fs::read(file).with_context(|| format!("{} cannot be read", file.display()))?;
        Self::of(&bytes)
    }

    fn of(bytes: &[u8]) -> Result<Self> {
        let head = Head::read(bytes)?.context("an answer that ends in its head")?;
        let (lines, body) = bytes.split_at(head.bytes);
        let lines = std::str::from_utf8(lines)?.lines().skip(1);
        let pairs = lines.filter_map(|line| line.split_once(": "));
        let kept = pairs.filter(|(name, _)| !OF_THE_SERVER.contains(&&*name.to_ascii_lowercase()));
        let headers = kept.map(|(name, value)| {
            Ok((
                HeaderName::from_bytes(name.as_bytes())?,
                HeaderValue::from_str(value)?,
            ))
        });
        Ok(Self {
            headers: headers.collect::<Result<_>>()?,
            body: Bytes::copy_from_slice(body),
        })
    }

    /// The answer.
    pub(crate) fn response(&self) -> HttpResponse {
        let mut response: HttpResponseBuilder = HttpResponse::Ok();
        for header in &self.headers {
            response.insert_header(header.clone());
        }
        response.body(self.body.clone())
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderName;

    use super::Recorded;

    #[test]
    fn the_same_body_is_sent_with_the_same_headers() {
        let recorded = Recorded::of(
            b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nVary: Cookie\r\nConnection: close\r\nDate: today\r\n\r\n{}",
        )
        .unwrap();
        let response = recorded.response();
        let names: Vec<_> = response.headers().keys().map(HeaderName::as_str).collect();
        assert_eq!(names, ["vary"]);
        assert_eq!(&recorded.body[..], b"{}");
    }
}
