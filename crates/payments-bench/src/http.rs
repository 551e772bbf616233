//! An HTTP/1.1 client with as little as a load needs: one request at a time on a connection, and bodies with a length.

use std::io::{Read, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use httparse::{EMPTY_HEADER, Status};

/// An import of a large catalog takes a while.
const TIMEOUT: Duration = Duration::from_mins(5);
const MAX_HEADERS: usize = 64;

/// Opens a connection.
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

/// The head of a request, except the empty line at its end.
pub fn request_head(method: &str, path: &str, headers: &[&str]) -> String {
    let mut head = format!("{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n");
    for header in headers {
        head.push_str(header);
        head.push_str("\r\n");
    }
    head
}

/// A connection that is kept alive. If the server closes it after a response, the next request opens another.
pub struct Client {
    address: SocketAddr,
    stream: Option<TcpStream>,
    buffer: Buffer,
}

impl Client {
    /// A client without a connection yet.
    pub fn new(address: SocketAddr) -> Self {
        Self {
            address,
            stream: None,
            buffer: Buffer::new(),
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
        let mut request = request_head(method, path, headers);
        if !body.is_empty() {
            request.push_str("Content-Type: application/json\r\n");
            request.push_str(&format!("Content-Length: {}\r\n", body.len()));
        }
        self.send_bytes((request + "\r\n" + body).as_bytes())
    }

    pub(crate) fn send_bytes(&mut self, request: &[u8]) -> Result<Response> {
        let mut stream = match self.stream.take() {
            Some(stream) => stream,
            None => connect(self.address)?,
        };
        stream.write_all(request)?;
        let head = self.buffer.receive(&mut stream)?;
        let bytes = self.buffer.response().to_vec();
        let response = Response { head, bytes };
        if response.header("Connection") != Some("close") {
            self.stream = Some(stream);
        }
        Ok(response)
    }
}

/// A response as it was received.
pub struct Response {
    head: Head,
    bytes: Vec<u8>,
}

impl Response {
    /// # Errors
    /// The bytes are not a whole response.
    pub fn parse(bytes: Vec<u8>) -> Result<Self> {
        let head = Head::read(&bytes)?.context("a response without the end of its head")?;
        Ok(Self { head, bytes })
    }

    /// The status code.
    pub fn status(&self) -> u16 {
        self.head.status
    }

    /// The bytes after the head.
    pub fn body(&self) -> &[u8] {
        &self.bytes[self.head.bytes..]
    }

    /// Names and values.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        let head = std::str::from_utf8(&self.bytes[..self.head.bytes]).unwrap_or_default();
        let lines = head.lines().skip(1);
        lines.filter_map(|line| line.split_once(": "))
    }

    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers();
        let found = headers.find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value)
    }
}

/// What the head of a response says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// The status code.
    pub status: u16,
    /// The head's length.
    bytes: usize,
    /// The response's length.
    length: usize,
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

/// A buffer for a response, reused for the next one.
pub struct Buffer {
    bytes: Vec<u8>,
    filled: usize,
    head: Option<Head>,
}

impl Buffer {
    /// An empty buffer.
    #[expect(clippy::new_without_default, reason = "it is only created here")]
    pub fn new() -> Self {
        Self {
            bytes: vec![0; 64 * 1024],
            filled: 0,
            head: None,
        }
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

    /// Adds the bytes that were read to the room. Returns the head once the response is complete.
    ///
    /// # Errors
    /// The connection ended (no bytes), or the response is not HTTP.
    pub fn received(&mut self, bytes: usize) -> Result<Option<Head>> {
        ensure!(bytes > 0, "the server closed the connection");
        self.filled += bytes;
        let received = &self.bytes[..self.filled];
        if self.head.is_none() {
            self.head = Head::read(received)?;
        }
        Ok(self.head.filter(|head| received.len() >= head.length))
    }

    /// Reads the next response.
    ///
    /// # Errors
    /// The connection ended, or the response is not HTTP.
    pub fn receive(&mut self, stream: &mut impl Read) -> Result<Head> {
        self.clear();
        loop {
            let bytes = stream.read(self.room())?;
            if let Some(head) = self.received(bytes)? {
                return Ok(head);
            }
        }
    }

    /// The bytes received so far.
    pub fn response(&self) -> &[u8] {
        &self.bytes[..self.filled]
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::{Buffer, Head, Response};

    fn feed(buffer: &mut Buffer, bytes: &[u8]) -> Option<Head> {
        buffer.room()[..bytes.len()].copy_from_slice(bytes);
        buffer.received(bytes.len()).unwrap()
    }

    #[test]
    fn a_response_in_pieces_is_complete_with_its_last_byte() {
        let mut buffer = Buffer::new();
        assert_eq!(feed(&mut buffer, b"HTTP/1.1 200 OK\r\nContent-"), None);
        assert_eq!(feed(&mut buffer, b"Length: 3\r\n\r\nab"), None);
        let head = feed(&mut buffer, b"c").unwrap();
        assert_eq!((head.status, buffer.response().len()), (200, 41));
    }

    #[test]
    fn a_response_without_a_body_ends_with_its_head_and_chunks_are_refused() {
        let head = b"HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\n\r\n";
        assert_eq!(feed(&mut Buffer::new(), head).unwrap().status, 304);
        let mut head = &b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"[..];
        assert!(Buffer::new().receive(&mut head).is_err());
    }

    #[test]
    fn the_buffer_grows_with_a_long_response() {
        let head = b"HTTP/1.1 200 OK\r\nContent-Length: 200000\r\n\r\n";
        let mut response = head.chain(std::io::repeat(b'a').take(200_000));
        let mut buffer = Buffer::new();
        buffer.receive(&mut response).unwrap();
        assert_eq!(buffer.response().len(), head.len() + 200_000);
    }

    #[test]
    fn header_names_have_no_case() {
        let bytes = b"HTTP/1.1 200 OK\r\netag: \"1\"\r\n\r\n{}".to_vec();
        let response = Response::parse(bytes).unwrap();
        let headers = (response.header("ETag"), response.header("Vary"));
        assert_eq!(headers, (Some("\"1\""), None));
        assert_eq!((response.status(), response.body()), (200, &b"{}"[..]));
    }
}
