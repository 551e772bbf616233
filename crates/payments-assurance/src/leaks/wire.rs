//! Sends requests as bytes, and keeps every byte of their responses.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context as _, Result};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// The deadline of a response: that of the service, and some time for a busy machine.
const DEADLINE: Duration = Duration::from_secs(45);

/// Sends bytes on a connection of their own, and returns everything that comes back until the service closes it.
pub(super) async fn exchange(url: &str, request: &[u8]) -> Result<Vec<u8>> {
    let address: SocketAddr = url.trim_start_matches("http://").parse()?;
    let exchanged = tokio::time::timeout(DEADLINE, async {
        let mut stream = TcpStream::connect(address).await?;
        stream.write_all(request).await?;
        let mut response = Vec::new();
        // A refused request may be answered before it was read, and its connection reset.
        if let Err(error) = stream.read_to_end(&mut response).await
            && response.is_empty()
        {
            return Err(error);
        }
        Ok(response)
    });
    Ok(exchanged.await.context("no answer within the deadline")??)
}

/// The status of a response; 0 if there is none.
pub(super) fn status(response: &[u8]) -> u16 {
    let words = response
        .get(9..12)
        .and_then(|word| std::str::from_utf8(word).ok());
    words.and_then(|word| word.parse().ok()).unwrap_or_default()
}

/// A response of a server that leaks: with controls in a header and in its body.
pub(super) async fn leaking(controls: &[Vec<u8>]) -> Result<Vec<u8>> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let url = format!("http://{}", listener.local_addr()?);
    let mut response = b"HTTP/1.1 200 OK\r\nx-leak: ".to_vec();
    response.extend(controls.first().context("no controls")?);
    response.extend(b"\r\nconnection: close\r\n\r\n");
    for control in controls.iter().skip(1) {
        response.extend(b"\r\n");
        response.extend(control);
    }
    response.extend(b"\r\n");
    let answering = async {
        let (mut stream, _) = listener.accept().await?;
        let mut request = [0; 1_024];
        let _: usize = stream.read(&mut request).await?;
        stream.write_all(&response).await?;
        anyhow::Ok(())
    };
    let (answered, exchanged) = tokio::join!(answering, exchange(&url, b"GET / HTTP/1.1\r\n\r\n"));
    answered?;
    exchanged
}
