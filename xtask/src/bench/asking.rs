//! Asking a server once: HTTP/1.1, and the connection is closed.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context, Result, bail};

/// An import of a large catalog takes a while.
const PATIENCE: Duration = Duration::from_mins(5);

/// An answer as it came.
pub(crate) struct Answer {
    pub(crate) bytes: Vec<u8>,
    head_bytes: usize,
}

impl Answer {
    /// # Errors
    /// The head does not end.
    pub(crate) fn of(bytes: Vec<u8>) -> Result<Self> {
        let end = bytes.windows(4).position(|bytes| bytes == b"\r\n\r\n");
        let head_bytes = end.context("an answer that ends in its head")? + 4;
        Ok(Self { bytes, head_bytes })
    }

    fn head(&self) -> String {
        String::from_utf8_lossy(&self.bytes[..self.head_bytes]).into_owned()
    }

    pub(crate) fn body(&self) -> &[u8] {
        &self.bytes[self.head_bytes..]
    }

    pub(crate) fn is_ok(&self) -> bool {
        self.bytes.starts_with(b"HTTP/1.1 200 ")
    }

    /// The value of a header.
    pub(crate) fn header(&self, name: &str) -> Option<String> {
        let head = self.head();
        let mut pairs = head.lines().filter_map(|line| line.split_once(':'));
        let found = pairs.find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.trim().to_owned())
    }
}

/// # Errors
/// Nothing listens there, or the answer is none.
pub(crate) fn get(address: SocketAddr, path: &str, headers: &[&str]) -> Result<Answer> {
    ask(address, "GET", path, headers, b"")
}

/// Sends a document to the management.
///
/// # Errors
/// It is refused.
pub(crate) fn import(address: SocketAddr, token: &str, document: &[u8]) -> Result<()> {
    let authorization = format!("Authorization: Bearer {token}");
    let length = format!("Content-Length: {}", document.len());
    let headers = [&*authorization, "Content-Type: application/json", &length];
    let answer = ask(address, "POST", "/manage/v1/import/", &headers, document)?;
    if !answer.is_ok() {
        let said = String::from_utf8_lossy(&answer.bytes);
        bail!("the import was refused: {said}");
    }
    Ok(())
}

fn ask(
    address: SocketAddr,
    method: &str,
    path: &str,
    headers: &[&str],
    body: &[u8],
) -> Result<Answer> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let mut request = format!("{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n");
    for header in headers.iter().chain(&["Connection: close"]) {
        request.push_str(header);
        request.push_str("\r\n");
    }
    request.push_str("\r\n");
    stream.write_all(request.as_bytes())?;
    stream.write_all(body)?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes)?;
    Answer::of(bytes)
}

#[cfg(test)]
mod tests {
    use super::Answer;

    #[test]
    fn a_header_is_found_whatever_its_case() {
        let answer = Answer::of(b"HTTP/1.1 200 OK\r\netag: \"1\"\r\n\r\n{}".to_vec()).unwrap();
        assert_eq!(answer.header("ETag").as_deref(), Some("\"1\""));
        assert_eq!(answer.header("Vary"), None);
        assert!(answer.is_ok() && answer.body() == b"{}");
    }
}
