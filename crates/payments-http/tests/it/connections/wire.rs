//! A connection whose bytes the test writes and reads itself.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;

use crate::app::TestApp;

/// The test's timeout.
pub(super) const TIMEOUT: Duration = Duration::from_mins(1);

pub(super) const LIVE: &str = "GET /health/live HTTP/1.1\r\nHost: shop\r\n\r\n";

pub(super) const LAST: &str =
    "GET /health/live HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n\r\n";

/// A raw response.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    /// The status line and the headers, in lower case.
    pub(super) head: String,
    pub(super) body: String,
}

pub(super) struct Wire {
    stream: TcpStream,
    unread: Vec<u8>,
}

impl Wire {
    pub(super) async fn open(app: &TestApp) -> Self {
        Self::open_from(app, [127, 0, 0, 1]).await
    }

    /// A connection from another loopback address.
    pub(super) async fn open_from(app: &TestApp, from: [u8; 4]) -> Self {
        Self::open_at(&app.url, from).await
    }

    pub(super) async fn open_at(url: &str, from: [u8; 4]) -> Self {
        let socket = TcpSocket::new_v4().expect("a socket");
        // Small, so that unread data stays at the service.
        socket.set_recv_buffer_size(4_096).expect("a small buffer");
        let from = SocketAddr::new(IpAddr::V4(Ipv4Addr::from(from)), 0);
        socket.bind(from).expect("an address");
        let address = url.trim_start_matches("http://");
        let connecting = socket.connect(address.parse().expect("an address"));
        Self {
            stream: connecting.await.expect("a connection"),
            unread: Vec::new(),
        }
    }

    pub(super) async fn send(&mut self, text: &str) {
        self.stream.write_all(text.as_bytes()).await.expect("sent");
    }

    /// The rest of the response to a last request, even if the service has already closed the connection.
    pub(super) async fn ask(&mut self, request: &str) -> String {
        drop(self.stream.write_all(request.as_bytes()).await);
        self.rest().await
    }

    /// Writes a byte of the text every tenth of a second, repeatedly, until the service closes. Returns whether it
    /// closed within the test's timeout.
    pub(super) async fn is_closed_while_trickling(&mut self, text: &str) -> bool {
        let mut ticks = tokio::time::interval(Duration::from_millis(100));
        let trickling = async {
            let mut buffer = [0; 1_024];
            for byte in text.bytes().cycle() {
                ticks.tick().await;
                if self.stream.write_all(&[byte]).await.is_err() {
                    return;
                }
                match self.stream.try_read(&mut buffer) {
                    Ok(0) => return,
                    Ok(length) => self.unread.extend_from_slice(&buffer[..length]),
                    Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
                    Err(_) => return,
                }
            }
        };
        timeout(TIMEOUT, trickling).await.is_ok()
    }

    /// The next response to a request of this method; its body has the stated length.
    pub(super) async fn answer(&mut self, method: &str) -> Answer {
        let end = loop {
            if let Some(at) = find(&self.unread, b"\r\n\r\n") {
                break at + 4;
            }
            assert!(self.read_more().await, "no answer: {}", self.unread_text());
        };
        let rest = self.unread.split_off(end);
        let head = std::mem::replace(&mut self.unread, rest);
        let head = String::from_utf8(head).expect("a head").to_lowercase();
        let status = head
            .split(' ')
            .nth(1)
            .and_then(|status| status.parse().ok());
        let length = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "))
            .map_or(0, |length| length.parse().expect("a length"));
        let length = if method == "HEAD" { 0 } else { length };
        while self.unread.len() < length {
            assert!(
                self.read_more().await,
                "half a body: {}",
                self.unread_text()
            );
        }
        let rest = self.unread.split_off(length);
        let body = std::mem::replace(&mut self.unread, rest);
        Answer {
            status: status.unwrap_or_else(|| panic!("no status: {head}")),
            head,
            body: String::from_utf8_lossy(&body).into_owned(),
        }
    }

    /// Reads until the service closes.
    pub(super) async fn rest(&mut self) -> String {
        while self.read_more().await {}
        self.unread_text()
    }

    /// Reads more; `false` if the service has closed.
    async fn read_more(&mut self) -> bool {
        let read = timeout(TIMEOUT, self.stream.read_buf(&mut self.unread)).await;
        read.expect("an end before the test's timeout").unwrap_or(0) > 0
    }

    fn unread_text(&self) -> String {
        String::from_utf8_lossy(&self.unread).into_owned()
    }
}

fn find(text: &[u8], what: &[u8]) -> Option<usize> {
    text.windows(what.len()).position(|window| window == what)
}
