//! Where an answer ends: as little HTTP/1.1 as a load needs.

use anyhow::{Context, Result};

const END_OF_HEAD: &[u8] = b"\r\n\r\n";
const END_OF_CHUNKS: &[u8] = b"\r\n0\r\n\r\n";

/// What the head of an answer says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) status: u16,
    /// How many bytes there are up to the first of the body.
    pub(crate) bytes: usize,
    /// How many bytes the body has; `None`: it comes in chunks.
    body: Option<usize>,
}

impl Head {
    /// `None` while the head is not all there.
    ///
    /// # Errors
    /// It is no head of an answer.
    pub(crate) fn read(received: &[u8]) -> Result<Option<Self>> {
        let mut ends = received.windows(END_OF_HEAD.len());
        let Some(end) = ends.position(|bytes| bytes == END_OF_HEAD) else {
            return Ok(None);
        };
        let head = std::str::from_utf8(&received[..end]).context("a head that is not UTF-8")?;
        let mut lines = head.split("\r\n");
        let status = lines
            .next()
            .and_then(|line| line.strip_prefix("HTTP/1.1 ")?.get(..3)?.parse().ok());
        let mut body_bytes = Some(0);
        for line in lines {
            let (name, value) = line.split_once(':').context("a header without a colon")?;
            if name.eq_ignore_ascii_case("content-length") {
                body_bytes = Some(value.trim().parse().context("a bad Content-Length")?);
            } else if name.eq_ignore_ascii_case("transfer-encoding") {
                body_bytes = None;
            }
        }
        Ok(Some(Self {
            status: status.context("an answer without a status")?,
            bytes: end + END_OF_HEAD.len(),
            body: body_bytes,
        }))
    }

    /// How many bytes the answer has, as far as they are known.
    pub(crate) fn whole_bytes(&self) -> Option<usize> {
        self.body.map(|body| self.bytes + body)
    }

    /// Whether all of it was received. One request is under way at a time, so nothing follows.
    pub(crate) fn is_whole(&self, received: &[u8]) -> bool {
        match self.whole_bytes() {
            Some(bytes) => received.len() >= bytes,
            None => received.ends_with(END_OF_CHUNKS),
        }
    }
}

/// Room for an answer, used again for the next one.
pub(crate) struct Buffer {
    bytes: Vec<u8>,
    filled: usize,
    head: Option<Head>,
}

impl Buffer {
    const START_BYTES: usize = 64 * 1024;

    pub(crate) fn new() -> Self {
        Self {
            bytes: vec![0; Self::START_BYTES],
            filled: 0,
            head: None,
        }
    }

    pub(crate) fn clear(&mut self) {
        self.filled = 0;
        self.head = None;
    }

    /// Where the next bytes go.
    pub(crate) fn room(&mut self) -> &mut [u8] {
        let wanted = self.head.and_then(|head| head.whole_bytes()).unwrap_or(0);
        if self.filled == self.bytes.len() {
            let doubled = self.bytes.len() * 2;
            self.bytes.resize(doubled.max(wanted), 0);
        }
        &mut self.bytes[self.filled..]
    }

    /// So many bytes came; the head, once the answer is whole.
    ///
    /// # Errors
    /// The connection ended, or what came is no answer.
    pub(crate) fn received(&mut self, bytes: usize) -> Result<Option<Head>> {
        if bytes == 0 {
            anyhow::bail!("the server closed the connection");
        }
        self.filled += bytes;
        let received = &self.bytes[..self.filled];
        if self.head.is_none() {
            self.head = Head::read(received)?;
        }
        Ok(self.head.filter(|head| head.is_whole(received)))
    }

    /// The answer.
    pub(crate) fn answer(&self) -> &[u8] {
        &self.bytes[..self.filled]
    }
}

#[cfg(test)]
mod tests {
    use super::{Buffer, Head};

    fn feed(buffer: &mut Buffer, bytes: &[u8]) -> Option<Head> {
        buffer.room()[..bytes.len()].copy_from_slice(bytes);
        buffer.received(bytes.len()).unwrap()
    }

    #[test]
    fn an_answer_in_pieces_is_whole_with_its_last_byte() {
        let mut buffer = Buffer::new();
        assert_eq!(feed(&mut buffer, b"HTTP/1.1 200 OK\r\nContent-"), None);
        assert_eq!(feed(&mut buffer, b"Length: 3\r\n\r\nab"), None);
        let head = feed(&mut buffer, b"c").unwrap();
        assert_eq!((head.status, buffer.answer().len()), (200, 41));
    }

    #[test]
    fn an_answer_without_a_body_ends_with_its_head() {
        let head = feed(
            &mut Buffer::new(),
            b"HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\n\r\n",
        );
        assert_eq!(head.unwrap().status, 304);
    }

    #[test]
    fn chunks_end_with_an_empty_one() {
        let mut buffer = Buffer::new();
        let head = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc";
        assert_eq!(feed(&mut buffer, head), None);
        assert!(feed(&mut buffer, b"\r\n0\r\n\r\n").is_some());
    }

    #[test]
    fn a_long_answer_finds_room() {
        let mut buffer = Buffer::new();
        feed(
            &mut buffer,
            b"HTTP/1.1 200 OK\r\nContent-Length: 200000\r\n\r\n",
        );
        let mut left = 200_000;
        loop {
            let came = buffer.room().len().min(left);
            left -= came;
            if buffer.received(came).unwrap().is_some() {
                break;
            }
        }
        assert_eq!(left, 0);
    }
}
