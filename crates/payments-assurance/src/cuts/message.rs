//! Messages in a stream of bytes.

/// How the messages of a link are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Framing {
    /// What one read returns is a message. Requests are written at once, and so are their answers.
    Reads,
    /// The messages of a PostgreSQL client.
    Postgres,
}

/// A part of a stream that is forwarded as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Message {
    pub(super) bytes: Vec<u8>,
    /// Whether it ends a transaction.
    pub(super) is_commit: bool,
    /// Whether the other side answers it before it gets another one.
    pub(super) is_answered: bool,
}

/// Splits a stream into messages.
pub(super) struct Splitter {
    framing: Framing,
    /// The beginning of a message.
    rest: Vec<u8>,
}

impl Splitter {
    pub(super) const fn new(framing: Framing) -> Self {
        Self {
            framing,
            rest: Vec::new(),
        }
    }

    /// The messages that end in what was read.
    pub(super) fn split(&mut self, read: &[u8]) -> Vec<Message> {
        match self.framing {
            Framing::Reads => vec![Message {
                bytes: read.to_vec(),
                is_commit: false,
                is_answered: true,
            }],
            Framing::Postgres => {
                self.rest.extend_from_slice(read);
                std::iter::from_fn(|| self.next_of_postgres()).collect()
            }
        }
    }

    fn next_of_postgres(&mut self) -> Option<Message> {
        let kind = *self.rest.first()?;
        // The first message of a connection has no type, and a length that begins with zero. No type is zero.
        let type_bytes = usize::from(kind != 0);
        let length = self.rest.get(type_bytes..type_bytes + 4)?;
        let length = u32::from_be_bytes(length.try_into().ok()?);
        let end = type_bytes + usize::try_from(length).ok()?;
        if self.rest.len() < end {
            return None;
        }
        let rest = self.rest.split_off(end);
        let bytes = std::mem::replace(&mut self.rest, rest);
        Some(Message {
            is_commit: kind == b'Q' && bytes[5..].starts_with(b"COMMIT"),
            // The start, a password, a simple query, a Flush and a Sync; what precedes a Sync is answered with it.
            is_answered: matches!(kind, 0 | b'p' | b'Q' | b'H' | b'S'),
            bytes,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Framing, Splitter};

    #[test]
    fn a_postgres_stream_is_split_at_its_messages() {
        let start = b"\0\0\0\x08\0\x03\0\0";
        let stream = [
            &start[..],
            b"Q\0\0\0\x0bCOMMIT\0",
            b"B\0\0\0\x05x",
            b"S\0\0\0\x04",
        ]
        .concat();
        for size in 1..=stream.len() {
            let mut splitter = Splitter::new(Framing::Postgres);
            let messages: Vec<_> = stream
                .chunks(size)
                .flat_map(|read| splitter.split(read))
                .collect();
            let seen: Vec<_> = messages
                .iter()
                .map(|one| (one.bytes.len(), one.is_commit, one.is_answered))
                .collect();
            let expected = [
                (8, false, true),
                (12, true, true),
                (6, false, false),
                (5, false, true),
            ];
            assert_eq!(seen, expected, "reads of {size} bytes");
        }
    }
}
