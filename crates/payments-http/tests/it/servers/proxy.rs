//! A proxy to Redis that is slow, or that loses or withholds a reply.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// Forwards everything, and drops one reply on demand.
pub(super) struct Proxy {
    /// The server's URL through the proxy.
    pub(super) url: String,
    /// The number of replies until one is dropped; negative for never.
    left: Arc<AtomicI64>,
    /// Whether the connection of the dropped reply stays open.
    withholds: Arc<AtomicBool>,
}

impl Proxy {
    /// A proxy to the server at this URL that delays every message.
    pub(super) async fn to(url: &str, delay: Duration) -> Self {
        let (before, rest) = url.split_once('@').expect("a password");
        let (server, path) = rest.split_once('/').expect("a database");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("a port");
        let left = Arc::new(AtomicI64::new(-1));
        let withholds = Arc::new(AtomicBool::new(false));
        let proxy = Self {
            url: format!("{before}@{address}/{path}"),
            left: Arc::clone(&left),
            withholds: Arc::clone(&withholds),
        };
        let server = server.to_owned();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let server = TcpStream::connect(&server).await.expect("the server");
                let (left, withholds) = (Arc::clone(&left), Arc::clone(&withholds));
                tokio::spawn(carry(client, server, left, withholds, delay));
            }
        });
        proxy
    }

    /// Drops the reply to this message, counted from 1. The server executes the command.
    pub(super) fn lose_reply(&self, number: i64) {
        self.left.store(number - 1, Ordering::SeqCst);
    }

    /// As [`Proxy::lose_reply`], but the connection stays open.
    pub(super) fn withhold_reply(&self, number: i64) {
        self.withholds.store(true, Ordering::SeqCst);
        self.lose_reply(number);
    }

    /// Whether the reply was lost.
    pub(super) fn has_lost(&self) -> bool {
        self.left.load(Ordering::SeqCst) < 0
    }
}

async fn carry(
    mut client: TcpStream,
    mut server: TcpStream,
    left: Arc<AtomicI64>,
    withholds: Arc<AtomicBool>,
    delay: Duration,
) {
    let (mut up, mut down) = (vec![0; 65_536], vec![0; 65_536]);
    loop {
        tokio::select! {
            read = client.read(&mut up) => {
                let Ok(length @ 1..) = read else { return };
                tokio::time::sleep(delay).await;
                server.write_all(&up[..length]).await.expect("the server");
                let before = left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| {
                    (left >= 0).then(|| left - 1)
                });
                if before == Ok(0) {
                    // The server has executed the command; only its reply is dropped.
                    drop(server.read(&mut down).await);
                    if withholds.load(Ordering::SeqCst) {
                        drop(client.read(&mut up).await);
                    }
                    return;
                }
            }
            read = server.read(&mut down) => {
                let Ok(length @ 1..) = read else { return };
                if client.write_all(&down[..length]).await.is_err() {
                    return;
                }
            }
        }
    }
}
