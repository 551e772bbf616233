//! A customer's front end, as little of it as saving a card needs: JSON over one connection.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::replies::{Buffer, Head};

/// A connection that is kept alive.
pub(crate) struct Caller {
    stream: TcpStream,
    buffer: Buffer,
}

impl Caller {
    /// # Errors
    /// Nothing listens there.
    pub(crate) fn connect(address: SocketAddr) -> Result<Self> {
        let stream =
            TcpStream::connect(address).with_context(|| format!("{address} cannot be reached"))?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            buffer: Buffer::new(),
        })
    }

    /// # Errors
    /// The answer is not 200 with JSON.
    pub(crate) fn get(&mut self, path: &str, headers: &[&str]) -> Result<Value> {
        let head = self.ask("GET", path, headers, "")?;
        self.expect(path, head, 200)?;
        let body = &self.buffer.answer()[head.bytes..];
        serde_json::from_slice(body).with_context(|| format!("{path} did not answer JSON"))
    }

    /// # Errors
    /// The answer has another status.
    pub(crate) fn post(
        &mut self,
        path: &str,
        headers: &[&str],
        body: &Value,
        status: u16,
    ) -> Result<()> {
        let body = body.to_string();
        let length = format!("Content-Length: {}", body.len());
        let mut headers = headers.to_vec();
        headers.extend(["Content-Type: application/json", &length]);
        let head = self.ask("POST", path, &headers, &body)?;
        self.expect(path, head, status)
    }

    fn ask(&mut self, method: &str, path: &str, headers: &[&str], body: &str) -> Result<Head> {
        let mut request = format!("{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n");
        for header in headers {
            request.push_str(header);
            request.push_str("\r\n");
        }
        request.push_str("\r\n");
        request.push_str(body);
        self.stream.write_all(request.as_bytes())?;
        self.buffer.clear();
        loop {
            let came = self.stream.read(self.buffer.room())?;
            if let Some(head) = self.buffer.received(came)? {
                return Ok(head);
            }
        }
    }

    fn expect(&self, path: &str, head: Head, status: u16) -> Result<()> {
        if head.status != status {
            let body = String::from_utf8_lossy(&self.buffer.answer()[head.bytes..]);
            bail!(
                "{path} answered {} instead of {status}: {body}",
                head.status
            );
        }
        Ok(())
    }
}
