//! An HTTP/1.1 client with as little as a load needs: one request at a time on a connection, and bodies with a length.

use std::io::{Read, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use httparse::{EMPTY_HEADER, Status};

/// An import of a large catalog takes a while.
const TIMEOUT: Duration = Duration::from_mins(5);
const MAX_HEADERS: usize = 64;

/// Connects to a server on this machine.
///
/// # Errors
/// The server is on another machine, or cannot be reached.
pub fn connect(address: SocketAddr) -> Result<TcpStream> {
    ensure!(
        address.ip().is_loopback(),
        "{address} is not on this machine"
    );
    let stream = TcpStream::connect(address).with_context(|| format!("cannot reach {address}"))?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(TIMEOUT))?;
    Ok(stream)
}

/// A request as it is sent. A body is JSON; an empty one is none.
pub fn request(method: &str, path: &str, headers: &[&str], body: &str) -> String {
    let mut request = format!("{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n");
    for header in headers {
        request.push_str(header);
        request.push_str("\r\n");
    }
    if !body.is_empty() {
        let length = body.len();
        let headers = format!("Content-Type: application/json\r\nContent-Length: {length}\r\n");
        request.push_str(&headers);
    }
    request + "\r\n" + body
}

/// A connection that is kept alive. If the server closes it after a response, the next request opens another.
pub struct Client {
    address: SocketAddr,
    stream: Option<TcpStream>,
}

impl Client {
    /// A client without a connection yet.
    pub fn new(address: SocketAddr) -> Self {
        Self {
            address,
            stream: None,
        }
    }

    /// Sends a request; a body is JSON.
    ///
    /// # Errors
    /// The server cannot be reached, the connection ends, or the response is not HTTP.
    pub fn send(
        &mut self,
        method: &str,
        path: &str,
        headers: &[&str],
        body: &str,
    ) -> Result<Response> {
        self.send_bytes(request(method, path, headers, body).as_bytes())
    }

    pub(crate) fn send_bytes(&mut self, request: &[u8]) -> Result<Response> {
        let mut stream = match self.stream.take() {
            Some(stream) => stream,
            None => connect(self.address)?,
        };
        stream.write_all(request)?;
        let mut response = Response::empty();
        response.receive(&mut stream)?;
        if response.header("Connection") != Some("close") {
            self.stream = Some(stream);
        }
        Ok(response)
    }
}

/// A response as it is received. It can be reused as the buffer of the next one.
pub struct Response {
    bytes: Vec<u8>,
    /// How many of the bytes were received.
    filled: usize,
    head: Option<Head>,
}

/// What the head of a response says.
#[derive(Clone, Copy)]
struct Head {
    status: u16,
    bytes: usize,
    length: usize,
}

impl Response {
    /// Nothing is received yet.
    pub fn empty() -> Self {
        Self {
            bytes: vec![0; 64 * 1024],
            filled: 0,
            head: None,
        }
    }

    /// Receives a response in place of this one.
    ///
    /// # Errors
    /// The connection ended, or the response is not HTTP.
    pub fn receive(&mut self, stream: &mut impl Read) -> Result<()> {
        self.clear();
        while !self.is_complete() {
            let bytes = stream.read(self.room())?;
            self.received(bytes)?;
        }
        Ok(())
    }

    /// Before the next response.
    pub fn clear(&mut self) {
        self.filled = 0;
        self.head = None;
    }

    /// Where the next bytes are read to; never empty.
    pub fn room(&mut self) -> &mut [u8] {
        let wanted = self.head.map_or(0, |head| head.length);
        if self.filled == self.bytes.len() {
            self.bytes.resize(wanted.max(self.filled * 2), 0);
        }
        &mut self.bytes[self.filled..]
    }

    /// Adds the bytes that were read to the room.
    ///
    /// # Errors
    /// The connection ended (no bytes), or the response is not HTTP.
    pub fn received(&mut self, bytes: usize) -> Result<()> {
        ensure!(bytes > 0, "the server closed the connection");
        self.filled += bytes;
        if self.head.is_none() {
            self.head = Head::read(&self.bytes[..self.filled])?;
        }
        Ok(())
    }

    /// Whether every byte was received.
    pub fn is_complete(&self) -> bool {
        self.head.is_some_and(|head| self.filled >= head.length)
    }

    /// Bytes received, with the head.
    pub fn length(&self) -> usize {
        self.filled
    }

    /// The status code, or 0 before the head is complete.
    pub fn status(&self) -> u16 {
        self.head.map_or(0, |head| head.status)
    }

    /// The bytes after the head.
    pub fn body(&self) -> &[u8] {
        &self.bytes[self.head_length()..self.filled]
    }

    /// The names and values of the headers.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        let head = std::str::from_utf8(&self.bytes[..self.head_length()]).unwrap_or_default();
        let lines = head.lines().skip(1);
        lines.filter_map(|line| line.split_once(": "))
    }

    /// The value of a header, by its case-insensitive name.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers();
        let found = headers.find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value)
    }

    fn head_length(&self) -> usize {
        self.head.map_or(0, |head| head.bytes)
    }
}

impl Head {
    /// `None` while the head is incomplete.
    fn read(received: &[u8]) -> Result<Option<Self>> {
        let mut headers = [EMPTY_HEADER; MAX_HEADERS];
        let mut response = httparse::Response::new(&mut headers);
        let Status::Complete(bytes) = response.parse(received)? else {
            return Ok(None);
        };
        let mut body = 0;
        for header in response.headers {
            if header.name.eq_ignore_ascii_case("content-length") {
                body = std::str::from_utf8(header.value)?.parse()?;
            } else if header.name.eq_ignore_ascii_case("transfer-encoding") {
                bail!("a body without a length");
            }
        }
        Ok(Some(Self {
            status: response.code.context("a response without a status")?,
            bytes,
            length: bytes + body,
        }))
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::Response;

    fn received(mut bytes: &[u8]) -> anyhow::Result<Response> {
        let mut response = Response::empty();
        response.receive(&mut bytes).map(|()| response)
    }

    #[test]
    fn a_response_in_pieces_is_complete_with_its_last_byte() {
        let mut response = Response::empty();
        for piece in ["HTTP/1.1 200 OK\r\nContent-", "Length: 3\r\n\r\nab", "c"] {
            assert!(!response.is_complete());
            response.room()[..piece.len()].copy_from_slice(piece.as_bytes());
            response.received(piece.len()).unwrap();
        }
        assert!(response.is_complete());
        assert_eq!((response.status(), response.length()), (200, 41));
    }

    #[test]
    fn a_response_without_a_body_ends_with_its_head_and_chunks_are_refused() {
        let head = b"HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\n\r\n";
        assert_eq!(received(head).unwrap().status(), 304);
        let head = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
        assert!(received(head).is_err());
    }

    #[test]
    fn the_buffer_grows_with_a_long_response() {
        let head = b"HTTP/1.1 200 OK\r\nContent-Length: 200000\r\n\r\n";
        let mut stream = head.chain(std::io::repeat(b'a').take(200_000));
        let mut response = Response::empty();
        response.receive(&mut stream).unwrap();
        assert_eq!(response.length(), head.len() + 200_000);
    }

    #[test]
    fn header_names_have_no_case() {
        let response = received(b"HTTP/1.1 200 OK\r\netag: \"1\"\r\nContent-Length: 2\r\n\r\n{}");
        let response = response.unwrap();
        let headers = (response.header("ETag"), response.header("Vary"));
        assert_eq!(headers, (Some("\"1\""), None));
        assert_eq!((response.status(), response.body()), (200, &b"{}"[..]));
    }
}
