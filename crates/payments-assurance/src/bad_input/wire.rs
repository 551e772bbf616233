//! A connection that sends any bytes.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};

use super::request::Request;

/// The deadline of an answer: that of the service, and some time for a busy machine.
const DEADLINE: Duration = Duration::from_secs(45);

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) is_json: bool,
    pub(super) head: String,
    pub(super) body: Vec<u8>,
}

/// A connection that is opened again when the service closed it.
pub(super) struct Connection {
    address: SocketAddr,
    stream: Option<TcpStream>,
}

impl Connection {
    pub(super) fn to(address: SocketAddr) -> Self {
        Self {
            address,
            stream: None,
        }
    }

    /// Sends a request. `None`: the service closed the connection without an answer, which is allowed for bytes that are
    /// no whole request.
    pub(super) fn send(&mut self, request: &Request) -> Result<Option<Answer>> {
        // The service may have closed an idle connection: a request that is whole is then sent once more.
        for attempt in 0..2 {
            let is_fresh = self.stream.is_none();
            let mut stream = match self.stream.take() {
                Some(stream) => stream,
                None => self.open()?,
            };
            let written = stream.write_all(&request.bytes);
            if !request.is_framed {
                // It waits for no more.
                drop(stream.shutdown(Shutdown::Write));
            }
            let answer = match written {
                Ok(()) => read(&mut stream)?,
                // It was answered before all of it was sent.
                Err(_) => read(&mut stream).unwrap_or_default(),
            };
            if let Some(answer) = &answer
                && request.is_framed
                && !answer
                    .head
                    .to_ascii_lowercase()
                    .contains("connection: close")
            {
                self.stream = Some(stream);
            }
            if answer.is_some() || !request.is_framed || (is_fresh && attempt > 0) {
                return Ok(answer);
            }
        }
        Ok(None)
    }

    fn open(&self) -> Result<TcpStream> {
        let stream = TcpStream::connect(self.address).context("it accepts no connection")?;
        stream.set_read_timeout(Some(DEADLINE))?;
        stream.set_nodelay(true)?;
        Ok(stream)
    }
}

/// Reads one response. `None`: the connection ended before it.
fn read(stream: &mut TcpStream) -> Result<Option<Answer>> {
    let mut bytes = Vec::new();
    loop {
        if let Some(answer) = parsed(&bytes)? {
            return Ok(Some(answer));
        }
        let mut buffer = [0; 16_384];
        match stream.read(&mut buffer) {
            Ok(0) if bytes.is_empty() => return Ok(None),
            Ok(0) => bail!("half an answer: {}", String::from_utf8_lossy(&bytes)),
            Ok(length) => bytes.extend_from_slice(&buffer[..length]),
            Err(error) if error.kind() == ErrorKind::ConnectionReset => return Ok(None),
            Err(error) => return Err(error).context("no answer within the deadline"),
        }
    }
}

/// The response, if all of it is there.
fn parsed(bytes: &[u8]) -> Result<Option<Answer>> {
    let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else {
        return Ok(None);
    };
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let status = head.split(' ').nth(1).and_then(|word| word.parse().ok());
    let status: u16 = status.with_context(|| format!("no status: {head}"))?;
    let header = |name: &str| {
        let mut lines = head.lines().filter_map(|line| line.split_once(':'));
        let found = lines.find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.trim().to_owned())
    };
    let rest = &bytes[end + 4..];
    let body = if let Some(length) = header("content-length") {
        rest.get(..length.parse()?)
    } else if header("transfer-encoding").is_some() {
        rest.ends_with(b"0\r\n\r\n").then_some(rest)
    } else {
        Some(&[][..])
    };
    // A chunked body is not parsed.
    let is_json = header("content-type").is_some_and(|kind| kind.starts_with("application/json"))
        && header("transfer-encoding").is_none();
    let body = body.map(<[u8]>::to_vec);
    Ok(body.map(|body| Answer {
        status,
        is_json,
        head,
        body,
    }))
}
