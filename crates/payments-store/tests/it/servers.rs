//! Flow stores with a test's own keys, and a server that hangs.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use payments_store::testing::{key_prefix, named};
use payments_store::{FlowSettings, Flows};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};

/// Settings with a test's own keys.
pub(crate) fn flow_settings(url: &str) -> FlowSettings {
    let mut settings = FlowSettings::new(url.to_owned());
    settings.key_prefix = key_prefix();
    settings
}

/// A flow store with a test's own keys.
pub(crate) async fn flows(variable: &str) -> (Flows, FlowSettings) {
    let settings = flow_settings(&named(variable));
    (
        Flows::open(&settings).await.expect("a flow store"),
        settings,
    )
}

/// A proxy in front of a server. While the flag is set it drops all data and keeps the connections open.
pub(crate) async fn hanging_proxy(server: String) -> (String, Arc<AtomicBool>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("a port").to_string();
    let hangs = Arc::new(AtomicBool::new(false));
    let swallow = hangs.clone();
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let server = TcpStream::connect(&server).await.expect("the server");
            let (from_client, to_client) = client.into_split();
            let (from_server, to_server) = server.into_split();
            tokio::spawn(pass(from_client, to_server, swallow.clone()));
            tokio::spawn(pass(from_server, to_client, swallow.clone()));
        }
    });
    (address, hangs)
}

async fn pass(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, swallow: Arc<AtomicBool>) {
    let mut bytes = vec![0; 65_536];
    while let Ok(length @ 1..) = from.read(&mut bytes).await {
        if !swallow.load(Ordering::SeqCst) && to.write_all(&bytes[..length]).await.is_err() {
            return;
        }
    }
}
