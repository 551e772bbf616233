//! Finds the bytes that belong to the current request.

use super::head::{self, Body, Head};
use crate::error::Problem;

/// The longest line of a chunk's size or of a trailer.
const MAX_LINE_BYTES: usize = 8 * 1_024;

/// What the received bytes are.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// Incomplete; more bytes are needed.
    Unfinished,
    /// This many bytes are of this request, whether or not they are here yet.
    OfRequest(u64),
    /// Replace this many bytes of a head by these.
    Replaced(usize, Vec<u8>),
    /// Skip this many bytes: an empty line before a request.
    Nothing(usize),
    /// The request is complete; what follows is the next one.
    Complete,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Head { scanned: usize },
    Passing { left: u64, then: Then },
    ChunkSize,
    ChunkEnd,
    Trailer,
    Complete,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Then {
    ChunkSize,
    ChunkEnd,
    Trailer,
    Complete,
}

/// Follows the requests of a connection.
#[derive(Debug)]
pub(super) struct Framing(State);

impl Framing {
    pub(super) const fn new() -> Self {
        Self(State::Head { scanned: 0 })
    }

    /// Waits for the next request.
    pub(super) const fn restart(&mut self) {
        *self = Self::new();
    }

    pub(super) const fn is_in_head(&self) -> bool {
        matches!(self.0, State::Head { .. })
    }

    pub(super) const fn is_complete(&self) -> bool {
        matches!(self.0, State::Complete)
    }

    /// Classifies the first bytes that were not passed on, or returns the reason to refuse them.
    pub(super) fn look(&mut self, bytes: &[u8]) -> Result<Part, Problem> {
        match self.0 {
            State::Passing { left, .. } => return Ok(Part::OfRequest(left)),
            State::Complete => return Ok(Part::Complete),
            State::Head { .. } if bytes.starts_with(b"\r\n") => return Ok(Part::Nothing(2)),
            State::Head { mut scanned } => {
                let end = head::end(bytes, &mut scanned)?;
                self.0 = State::Head { scanned };
                if let Some(end) = end {
                    return self.begin(&bytes[..end]);
                }
            }
            State::ChunkSize => self.chunk_size(bytes)?,
            State::ChunkEnd => self.chunk_end(bytes)?,
            State::Trailer => self.trailer(bytes)?,
        }
        match self.0 {
            State::Passing { left, .. } => Ok(Part::OfRequest(left)),
            State::Head { .. }
            | State::ChunkSize
            | State::ChunkEnd
            | State::Trailer
            | State::Complete => Ok(Part::Unfinished),
        }
    }

    /// Notes that `count` bytes of the request were passed on.
    pub(super) const fn passed(&mut self, count: u64) {
        if let State::Passing { left, then } = self.0 {
            let left = left.saturating_sub(count);
            self.0 = if left > 0 {
                State::Passing { left, then }
            } else {
                match then {
                    Then::ChunkSize => State::ChunkSize,
                    Then::ChunkEnd => State::ChunkEnd,
                    Then::Trailer => State::Trailer,
                    Then::Complete => State::Complete,
                }
            };
        }
    }

    fn begin(&mut self, bytes: &[u8]) -> Result<Part, Problem> {
        let Head {
            length,
            body,
            without_upgrade,
        } = head::read(bytes)?;
        let handed = without_upgrade.as_ref().map_or(length, Vec::len) as u64;
        let (left, then) = match body {
            Body::Length(body) => (handed.saturating_add(body), Then::Complete),
            Body::Chunked => (handed, Then::ChunkSize),
        };
        self.0 = State::Passing { left, then };
        Ok(match without_upgrade {
            Some(head) => Part::Replaced(length, head),
            None => Part::OfRequest(left),
        })
    }

    fn chunk_size(&mut self, bytes: &[u8]) -> Result<(), Problem> {
        let size = httparse::parse_chunk_size(bytes).map_err(|_| Problem::BadRequest)?;
        let httparse::Status::Complete((line, size)) = size else {
            return is_short(bytes);
        };
        let extensions = bytes[..line].strip_suffix(b"\r\n");
        let is_text = |byte: &u8| !byte.is_ascii_control() || *byte == b'\t';
        if !extensions.is_some_and(|text| text.iter().all(is_text)) {
            return Err(Problem::BadRequest);
        }
        let line = line as u64;
        self.0 = match size {
            0 => passing(line, Then::Trailer),
            size => passing(size.saturating_add(line), Then::ChunkEnd),
        };
        Ok(())
    }

    fn chunk_end(&mut self, bytes: &[u8]) -> Result<(), Problem> {
        if bytes.starts_with(b"\r\n") {
            self.0 = passing(2, Then::ChunkSize);
        } else if bytes != b"\r" && !bytes.is_empty() {
            return Err(Problem::BadRequest);
        }
        Ok(())
    }

    fn trailer(&mut self, bytes: &[u8]) -> Result<(), Problem> {
        self.0 = match memchr::memchr(b'\n', bytes) {
            None => return is_short(bytes),
            Some(1) if bytes[0] == b'\r' => passing(2, Then::Complete),
            Some(at) if at > 0 && bytes[at - 1] == b'\r' => passing(at as u64 + 1, Then::Trailer),
            Some(_) => return Err(Problem::BadRequest),
        };
        Ok(())
    }
}

const fn passing(left: u64, then: Then) -> State {
    State::Passing { left, then }
}

fn is_short(line: &[u8]) -> Result<(), Problem> {
    if line.len() > MAX_LINE_BYTES {
        Err(Problem::BadRequest)
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Framing, Part};

    const REQUESTS: [&str; 4] = [
        "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n\r\n\r\n!",
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\na\n\r\r\n1F\r\n\
         0123456789012345678901234567890\r\n0\r\nA: b\r\nC: d\r\n\r\n",
        "HEAD / HTTP/1.1\r\nHost: x\r\ncontent-length:0\r\n\r\n",
    ];

    /// The requests that these bytes hold when they come in pieces that end at these places.
    fn split(bytes: &[u8], ends: &[usize]) -> Vec<String> {
        let mut framing = Framing::new();
        let (mut requests, mut current, mut from) = (Vec::new(), Vec::new(), 0);
        for end in ends {
            while from < *end {
                match framing.look(&bytes[from..*end]).unwrap() {
                    Part::Unfinished => break,
                    Part::OfRequest(left) => {
                        let here = (end - from).min(usize::try_from(left).unwrap());
                        current.extend_from_slice(&bytes[from..from + here]);
                        framing.passed(here as u64);
                        from += here;
                    }
                    Part::Nothing(count) => from += count,
                    Part::Complete => framing.restart(),
                    Part::Replaced(..) => panic!("nothing is replaced here"),
                }
                if framing.is_complete() {
                    let request = std::mem::take(&mut current);
                    requests.push(String::from_utf8(request).unwrap());
                }
            }
        }
        requests
    }

    proptest! {
        #[test]
        fn requests_are_told_apart_in_whatever_pieces_they_come(
            order in prop::collection::vec(0..REQUESTS.len(), 1..6),
            cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..20),
        ) {
            let expected: Vec<&str> = order.iter().map(|at| REQUESTS[*at]).collect();
            let bytes = expected.join("\r\n");
            let mut ends: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len())).collect();
            ends.push(bytes.len());
            ends.sort_unstable();
            prop_assert_eq!(split(bytes.as_bytes(), &ends), expected);
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let mut framing = Framing::new();
            drop(framing.look(&bytes));
            let mut framing = Framing::new();
            let head = REQUESTS[2].split_inclusive("\r\n\r\n").next().unwrap();
            let text = [head.as_bytes(), &bytes].concat();
            let mut rest = &text[..];
            while let Ok(Part::OfRequest(left)) = framing.look(rest) {
                let here = rest.len().min(usize::try_from(left).unwrap_or(usize::MAX));
                if here == 0 {
                    break;
                }
                framing.passed(here as u64);
                rest = &rest[here..];
            }
        }
    }
}
