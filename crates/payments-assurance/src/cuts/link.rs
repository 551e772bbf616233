//! A proxy before a server.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::fault::{Direction, Fault, Server};
use super::message::{Framing, Message, Splitter};
use super::switch::Switch;

/// The most bytes of one read.
const READ: usize = 65_536;
/// How long a server may take to answer the message after which its connection is cut.
const PATIENCE: Duration = Duration::from_secs(20);

/// A link from the process to a server.
pub(super) struct Link {
    pub(super) switch: Arc<Switch>,
    server: Server,
    address: SocketAddr,
    listener: Option<TcpListener>,
    accepting: Option<JoinHandle<()>>,
}

impl Link {
    /// Takes a port. Connections wait until the link is [opened](Link::open).
    pub(super) async fn bind(server: Server) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        Ok(Self {
            switch: Arc::default(),
            server,
            address: listener.local_addr()?,
            listener: Some(listener),
            accepting: None,
        })
    }

    /// `127.0.0.1:12345`.
    pub(super) fn authority(&self) -> String {
        self.address.to_string()
    }

    /// `http://127.0.0.1:12345`.
    pub(super) fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Leads to the server at a URL. Returns the URL through this link.
    pub(super) fn open(&mut self, url: &str) -> Result<String> {
        let (scheme, rest) = url.split_once("://").context("no URL")?;
        let authority = rest.split('/').next().unwrap_or_default();
        let path = &rest[authority.len()..];
        let (login, target) = match authority.rsplit_once('@') {
            Some((login, target)) => (format!("{login}@"), target),
            None => (String::new(), authority),
        };
        let listener = self.listener.take().context("the link is open")?;
        let (server, switch) = (self.server, Arc::clone(&self.switch));
        let target = target.to_owned();
        self.accepting = Some(tokio::spawn(accept(listener, target, server, switch)));
        Ok(format!("{scheme}://{login}{}{path}", self.address))
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        if let Some(accepting) = &self.accepting {
            accepting.abort();
        }
    }
}

async fn accept(listener: TcpListener, target: String, server: Server, switch: Arc<Switch>) {
    while let Ok((client, _)) = listener.accept().await {
        // A server that accepts no connection is like one whose connections are closed at once.
        if let Ok(stream) = TcpStream::connect(&target).await {
            let connection = Connection {
                client,
                stream,
                server,
                switch: Arc::clone(&switch),
            };
            tokio::spawn(connection.carry());
        }
    }
}

/// A connection through a link. Dropping it closes both sides.
struct Connection {
    client: TcpStream,
    stream: TcpStream,
    server: Server,
    switch: Arc<Switch>,
}

impl Connection {
    /// Forwards messages until one side closes, or a fault does. The error of a broken connection says no more than that.
    async fn carry(mut self) -> io::Result<()> {
        self.client.set_nodelay(true)?;
        self.stream.set_nodelay(true)?;
        let framing = match self.server {
            Server::Postgres => Framing::Postgres,
            Server::Redis | Server::Gateway | Server::Sender => Framing::Reads,
        };
        let (mut up, mut down) = (Splitter::new(framing), Splitter::new(Framing::Reads));
        let (mut from_client, mut from_server) = (vec![0; READ], vec![0; READ]);
        loop {
            let (direction, messages) = tokio::select! {
                read = self.client.read(&mut from_client) => {
                    (Direction::Up, up.split(&from_client[..at_least_one(read)?]))
                }
                read = self.stream.read(&mut from_server) => {
                    (Direction::Down, down.split(&from_server[..at_least_one(read)?]))
                }
            };
            for message in messages {
                let Some(fault) = self.switch.pass(direction, &message) else {
                    self.switch.is_passable().await;
                    self.forward(direction, &message).await?;
                    continue;
                };
                let failed = self.fail(fault, direction, &message).await;
                self.switch.end();
                failed?;
            }
        }
    }

    async fn forward(&mut self, direction: Direction, message: &Message) -> io::Result<()> {
        match direction {
            Direction::Up => self.stream.write_all(&message.bytes).await,
            Direction::Down => self.client.write_all(&message.bytes).await,
        }
    }

    /// Lets a fault hit a message. An error closes the connection.
    async fn fail(
        &mut self,
        fault: Fault,
        direction: Direction,
        message: &Message,
    ) -> io::Result<()> {
        match fault {
            Fault::CutBefore => Err(cut()),
            Fault::CutAfter => {
                self.forward(direction, message).await?;
                drop(self.answer(direction, message).await);
                Err(cut())
            }
            Fault::Hang | Fault::Stall => {
                tokio::time::sleep(fault.lasts(self.server)).await;
                self.forward(direction, message).await?;
                // The process may have closed its side, but the server works on.
                let answer = self.answer(direction, message).await?;
                self.client.write_all(&answer).await
            }
        }
    }

    /// Waits for the answer to a message to the server.
    async fn answer(&mut self, direction: Direction, message: &Message) -> io::Result<Vec<u8>> {
        let mut answer = vec![0; READ];
        if direction == Direction::Down || !message.is_answered {
            return Ok(Vec::new());
        }
        let length = timeout(PATIENCE, self.stream.read(&mut answer)).await??;
        answer.truncate(length);
        Ok(answer)
    }
}

fn at_least_one(read: io::Result<usize>) -> io::Result<usize> {
    match read? {
        0 => Err(io::ErrorKind::UnexpectedEof.into()),
        length => Ok(length),
    }
}

fn cut() -> io::Error {
    io::ErrorKind::ConnectionAborted.into()
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::{TcpListener, TcpStream};

    use super::super::fault::{At, Direction, Fault, Server};
    use super::Link;
    use crate::system::runtime;

    /// What a server got and its client got if a fault hits a message of "ask", "answer".
    async fn exchange(direction: Direction, fault: Fault) -> (String, String) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let got = Arc::new(Mutex::new(String::new()));
        let server_got = Arc::clone(&got);
        let server = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut read = [0; 16];
            while let Ok(length @ 1..) = stream.read(&mut read).await {
                let text = String::from_utf8_lossy(&read[..length]);
                server_got.lock().unwrap().push_str(&text);
                stream.write_all(b"answer").await.unwrap();
            }
        });
        let mut link = Link::bind(Server::Gateway).await.unwrap();
        link.open(&url).unwrap();
        link.switch.arm(At::Message(direction, 1), fault);
        let mut client = TcpStream::connect(link.address).await.unwrap();
        client.write_all(b"ask").await.unwrap();
        let mut read = [0; 16];
        let length = client.read(&mut read).await.unwrap_or_default();
        drop(client);
        server.await.unwrap();
        let text = String::from_utf8_lossy(&read[..length]).into_owned();
        let got = got.lock().unwrap().clone();
        (got, text)
    }

    #[test]
    fn a_fault_loses_a_message_or_its_answer_or_is_late() {
        let expected = [
            (Direction::Up, Fault::CutBefore, "", ""),
            (Direction::Up, Fault::CutAfter, "ask", ""),
            (Direction::Up, Fault::Hang, "ask", "answer"),
            (Direction::Down, Fault::CutBefore, "ask", ""),
            (Direction::Down, Fault::CutAfter, "ask", "answer"),
            (Direction::Down, Fault::Stall, "ask", "answer"),
        ];
        for (direction, fault, server, client) in expected {
            let got = runtime().unwrap().block_on(exchange(direction, fault));
            let expected = (server.to_owned(), client.to_owned());
            assert_eq!(got, expected, "{direction:?} {fault:?}");
        }
    }
}
