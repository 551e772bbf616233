//! An HTTP/1.1 client with as little as a load needs: one request at a time on a connection, and
//! bodies with a length.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context, Result, bail};

/// An import of a large catalog takes a while.
const TIMEOUT: Duration = Duration::from_mins(5);
const END_OF_HEAD: &[u8] = b"\r\n\r\n";

/// Sends a request on a connection of its own.
///
/// # Errors
/// The server cannot be reached, or the response is not HTTP.
pub fn get(address: SocketAddr, path: &str, headers: &[&str]) -> Result<Response> {
    Client::connect(address)?.send("GET", path, headers, b"")
}

/// A connection that is kept alive, unless the server closes it after a response; then the next request opens another.
pub struct Client {
    address: SocketAddr,
    stream: TcpStream,
    is_closed: bool,
    buffer: Buffer,
}

impl Client {
    /// # Errors
    /// The server cannot be reached.
    pub fn connect(address: SocketAddr) -> Result<Self> {
        let (stream, buffer) = (open(address)?, Buffer::new());
        Ok(Self {
            address,
            stream,
            is_closed: false,
            buffer,
        })
    }

    /// Sends a request; a body is JSON.
    ///
    /// # Errors
    /// The connection ends, or the response is not HTTP.
    pub fn send(
        &mut self,
        method: &str,
        path: &str,
        headers: &[&str],
        body: &[u8],
    ) -> Result<Response> {
        let mut head = vec![
            format!("{method} {path} HTTP/1.1"),
            "Host: 127.0.0.1".to_owned(),
        ];
        head.extend(headers.iter().map(|&header| header.to_owned()));
        if !body.is_empty() {
            head.push("Content-Type: application/json".to_owned());
            head.push(format!("Content-Length: {}", body.len()));
        }
        let request = head.join("\r\n") + "\r\n\r\n";
        if self.is_closed {
            self.stream = open(self.address)?;
        }
        self.stream
            .write_all(&[request.as_bytes(), body].concat())?;
        self.buffer.clear();
        loop {
            let received = self.stream.read(self.buffer.room())?;
            if let Some(head) = self.buffer.received(received)? {
                let bytes = self.buffer.response().to_vec();
                let response = Response { head, bytes };
                self.is_closed = response.header("Connection") == Some("close");
                return Ok(response);
            }
        }
    }
}

fn open(address: SocketAddr) -> Result<TcpStream> {
    let stream = TcpStream::connect(address).with_context(|| format!("cannot reach {address}"))?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(TIMEOUT))?;
    Ok(stream)
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
        head.lines()
            .skip(1)
            .filter_map(|line| line.split_once(": "))
    }

    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers();
        headers
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }
}

/// What the head of a response says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// The status code.
    pub status: u16,
    bytes: usize,
    /// The response's length.
    length: usize,
}

impl Head {
    /// `None` while the head is incomplete.
    fn read(received: &[u8]) -> Result<Option<Self>> {
        let mut windows = received.windows(END_OF_HEAD.len());
        let Some(end) = windows.position(|bytes| bytes == END_OF_HEAD) else {
            return Ok(None);
        };
        let head = std::str::from_utf8(&received[..end]).context("a head that is not UTF-8")?;
        let mut lines = head.split("\r\n");
        let status = lines
            .next()
            .and_then(|line| line.strip_prefix("HTTP/1.1 ")?.get(..3));
        let status = status.and_then(|status| status.parse().ok());
        let mut body = 0;
        for line in lines {
            let (name, value) = line.split_once(':').context("a header without a colon")?;
            if name.eq_ignore_ascii_case("content-length") {
                body = value.trim().parse().context("an invalid Content-Length")?;
            } else if name.eq_ignore_ascii_case("transfer-encoding") {
                bail!("a body without a length");
            }
        }
        let status = status.context("a response without a status")?;
        let bytes = end + END_OF_HEAD.len();
        Ok(Some(Self {
            status,
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
        if bytes == 0 {
            bail!("the server closed the connection");
        }
        self.filled += bytes;
        let received = &self.bytes[..self.filled];
        if self.head.is_none() {
            self.head = Head::read(received)?;
        }
        Ok(self.head.filter(|head| received.len() >= head.length))
    }

    /// The bytes received so far.
    pub fn response(&self) -> &[u8] {
        &self.bytes[..self.filled]
    }
}

#[cfg(test)]
mod tests {
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
        let head = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
        let mut buffer = Buffer::new();
        buffer.room()[..head.len()].copy_from_slice(head);
        assert!(buffer.received(head.len()).is_err());
    }

    #[test]
    fn the_buffer_grows_with_a_long_response() {
        let mut buffer = Buffer::new();
        feed(
            &mut buffer,
            b"HTTP/1.1 200 OK\r\nContent-Length: 200000\r\n\r\n",
        );
        let mut left = 200_000;
        loop {
            let received = buffer.room().len().min(left);
            left -= received;
            if buffer.received(received).unwrap().is_some() {
                break;
            }
        }
        assert_eq!(left, 0);
    }

    #[test]
    fn header_names_have_no_case() {
        let bytes = b"HTTP/1.1 200 OK\r\netag: \"1\"\r\n\r\n{}".to_vec();
        let response = Response::parse(bytes).unwrap();
        assert_eq!(
            (response.header("ETag"), response.header("Vary")),
            (Some("\"1\""), None)
        );
        assert_eq!((response.status(), response.body()), (200, &b"{}"[..]));
    }
}
